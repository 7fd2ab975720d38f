'use strict';
// The promise form of node:fs: fs.promises. Open files are FileHandles (file_handle.js).

const { AbortError, codes: { ERR_METHOD_NOT_IMPLEMENTED } } = require('internal/errors');
const { isArrayBufferView } = require('internal/util/types');
const constants = require('internal/fs/constants');
const {
  checkAborted, decodeName, getOptions, getValidMode, getValidatedPath, parseFileMode, rmError,
  stringToFlags, toTruncateLength, toUnixTimestamp, validateRmOptions, validateRmdirOptions,
  validateSymlinkType, wantsBuffer,
} = require('internal/fs/utils');
const { StatFs, statsFrom } = require('internal/fs/stats');
const {
  checkOwner, entriesOf, getValidatedPrefix, isMissing, mkdirOptions, namesOf, readdirOptions,
} = require('internal/fs/path_ops');
const {
  defaultAppendOptions, defaultReadOptions, defaultWriteOptions, isUtf8, toBytes, writeOptions,
} = require('internal/fs/whole_files');
const { FileHandle, readFileHandle, writeFileHandle } = require('internal/fs/file_handle');
const binding = internalBinding('fs');
const files = internalBinding('fs_files');

function settle(resolve, reject) {
  return (error, value) => {
    if (error !== null) reject(error);
    else resolve(value);
  };
}
// An error that came back from the loop has no JavaScript frames; taken anew inside the awaiting
// function, its stack shows who waited.
function traced(error, caller) {
  Error.captureStackTrace(error, caller);
  return error;
}

// A native call with one, two... arguments as a promise.
async function call1(native, a) {
  try {
    return await new Promise((resolve, reject) => native(a, settle(resolve, reject)));
  } catch (error) {
    throw traced(error, call1);
  }
}
async function call2(native, a, b) {
  try {
    return await new Promise((resolve, reject) => native(a, b, settle(resolve, reject)));
  } catch (error) {
    throw traced(error, call2);
  }
}
async function call3(native, a, b, c) {
  try {
    return await new Promise((resolve, reject) => native(a, b, c, settle(resolve, reject)));
  } catch (error) {
    throw traced(error, call3);
  }
}

async function access(path, mode) {
  return await call2(binding.access, getValidatedPath(path), getValidMode(mode, 'access'));
}

async function open(path, flags, mode) {
  path = getValidatedPath(path);
  const flagsNumber = stringToFlags(flags);
  mode = parseFileMode(mode, 'mode', 0o666);
  return new FileHandle(await call3(files.open, path, flagsNumber, mode));
}

function statPromise(native, path, options) {
  return new Promise((resolve, reject) => {
    native(path, options?.bigint === true, (error, values) => {
      if (error === null) resolve(statsFrom(values));
      else if (options?.throwIfNoEntry === false && isMissing(error)) resolve(undefined);
      else reject(error);
    });
  });
}
async function stat(path, options) {
  path = getValidatedPath(path);
  try {
    return await statPromise(binding.stat, path, options);
  } catch (error) {
    throw traced(error, stat);
  }
}
async function lstat(path, options) {
  path = getValidatedPath(path);
  try {
    return await statPromise(binding.lstat, path, options);
  } catch (error) {
    throw traced(error, lstat);
  }
}
async function statfs(path, options) {
  const values = await call2(binding.statfs, getValidatedPath(path), options?.bigint === true);
  return new StatFs(values);
}

async function rename(oldPath, newPath) {
  oldPath = getValidatedPath(oldPath, 'oldPath');
  return await call2(binding.rename, oldPath, getValidatedPath(newPath, 'newPath'));
}
async function link(existingPath, newPath) {
  existingPath = getValidatedPath(existingPath, 'existingPath');
  return await call2(binding.link, existingPath, getValidatedPath(newPath, 'newPath'));
}
async function symlink(target, path, type) {
  validateSymlinkType(type);
  target = getValidatedPath(target, 'target');
  return await call2(binding.symlink, target, getValidatedPath(path));
}
async function unlink(path) { return await call1(binding.unlink, getValidatedPath(path)); }

async function truncate(path, len = 0) {
  path = getValidatedPath(path);
  return await call2(binding.truncate, path, toTruncateLength(len));
}

async function rm(path, options) {
  path = getValidatedPath(path);
  options = validateRmOptions(options);
  return new Promise((resolve, reject) => {
    binding.rm(path, options.recursive, options.force, options.maxRetries, options.retryDelay,
      (error) => {
        if (error) reject(rmError(error, path));
        else resolve();
      });
  });
}
async function rmdir(path, options) {
  path = getValidatedPath(path);
  if (options?.recursive) {
    return new Promise((resolve, reject) => {
      require('internal/fs/path_ops').rmdir(path, options, settle(resolve, reject));
    });
  }
  validateRmdirOptions(options);
  return await call1(binding.rmdir, path);
}

async function mkdir(path, options) {
  path = getValidatedPath(path);
  const { mode, recursive } = mkdirOptions(options);
  return await call2(recursive ? binding.mkdirRecursive : binding.mkdir, path, mode);
}

async function namePromise(native, path, options) {
  const { encoding } = getOptions(options);
  return decodeName(await call2(native, path, wantsBuffer(encoding)), encoding);
}
async function mkdtemp(prefix, options) {
  return await namePromise(binding.mkdtemp, getValidatedPrefix(prefix, 'prefix'), options);
}
async function mkdtempDisposable(prefix, options) {
  const path = await mkdtemp(prefix, options);
  const full = require('path').resolve(String(path));
  const remove = () => rm(full, { recursive: true, force: true });
  return {
    __proto__: null,
    path,
    remove,
    [Symbol.asyncDispose ?? Symbol.for('asyncDispose')]: remove,
  };
}
async function readlink(path, options) {
  return await namePromise(binding.readlink, getValidatedPath(path, 'oldPath'), options);
}
async function realpath(path, options) {
  return await namePromise(binding.realpathNative, getValidatedPath(path), options);
}

async function readdir(path, options) {
  options = readdirOptions(options);
  path = getValidatedPath(path);
  const { encoding } = options;
  const buffers = wantsBuffer(encoding);
  if (options.recursive) {
    const { readdirRecursive } = require('internal/fs/readdir_recursive');
    return new Promise((resolve, reject) => {
      readdirRecursive(path, options, settle(resolve, reject));
    });
  }
  if (!options.withFileTypes && !buffers) return await call2(binding.readdir, path, false);
  const pairs = await call2(binding.readdirTypes, path, buffers);
  if (!options.withFileTypes) return namesOf(pairs, encoding);
  return new Promise((resolve, reject) => {
    entriesOf(path, pairs, encoding, settle(resolve, reject));
  });
}

async function chmod(path, mode) {
  path = getValidatedPath(path);
  return await call2(binding.chmod, path, parseFileMode(mode, 'mode'));
}
async function lchmod() {
  throw new ERR_METHOD_NOT_IMPLEMENTED('lchmod()');
}
async function chown(path, uid, gid) {
  path = getValidatedPath(path);
  checkOwner(uid, gid);
  return await call3(binding.chown, path, uid, gid);
}
async function lchown(path, uid, gid) {
  path = getValidatedPath(path);
  checkOwner(uid, gid);
  return await call3(binding.lchown, path, uid, gid);
}
async function utimes(path, atime, mtime) {
  path = getValidatedPath(path);
  return await call3(binding.utimes, path, toUnixTimestamp(atime), toUnixTimestamp(mtime));
}
async function lutimes(path, atime, mtime) {
  path = getValidatedPath(path);
  return await call3(binding.lutimes, path, toUnixTimestamp(atime), toUnixTimestamp(mtime));
}

async function copyFile(src, dest, mode) {
  src = getValidatedPath(src, 'src');
  dest = getValidatedPath(dest, 'dest');
  return await call3(binding.copyFile, src, dest, getValidMode(mode, 'copyFile'));
}
async function cp(src, dest, options) {
  return require('internal/fs/cp').cp(src, dest, options);
}

// Waits for `work`, but no longer than until the signal aborts.
function abortable(signal, work) {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new AbortError(undefined, { cause: signal.reason }));
    signal.addEventListener('abort', onAbort, { once: true });
    const done = () => signal.removeEventListener('abort', onAbort);
    work.then((value) => {
      done();
      resolve(value);
    }, (error) => {
      done();
      reject(error);
    });
  });
}

async function readFile(path, options) {
  options = getOptions(options, defaultReadOptions);
  if (path instanceof FileHandle) return readFileHandle(path, options);
  const { encoding, signal } = options;
  path = getValidatedPath(path);
  const flags = stringToFlags(options.flag || 'r', 'options.flag');
  checkAborted(signal);
  const asText = isUtf8(encoding);
  const work = new Promise((resolve, reject) => {
    files.readFile(path, flags, asText, settle(resolve, reject));
  });
  let content;
  try {
    content = await (signal ? abortable(signal, work) : work);
  } catch (error) {
    throw traced(error, readFile);
  }
  return typeof content === 'string' || !encoding || encoding === 'buffer' ?
    content : content.toString(encoding);
}

function isIterable(data) {
  return data !== null && typeof data === 'object' &&
    (typeof data[Symbol.asyncIterator] === 'function' ||
     typeof data[Symbol.iterator] === 'function');
}

async function writeWhole(path, data, options) {
  const { encoding, flag, flush, mode, signal } = options;
  if (path instanceof FileHandle) return writeFileHandle(path, data, options);
  if (!isArrayBufferView(data) && isIterable(data)) {
    path = getValidatedPath(path);
    checkAborted(signal);
    const handle = await open(path, flag, parseFileMode(mode, 'mode', 0o666));
    try {
      await writeFileHandle(handle, data, options);
      if (flush) await handle.sync();
    } finally {
      await handle.close();
    }
    return;
  }
  const bytes = toBytes(data, encoding);
  path = getValidatedPath(path);
  checkAborted(signal);
  const work = new Promise((resolve, reject) => {
    files.writeFile(path, bytes, stringToFlags(flag), parseFileMode(mode, 'mode', 0o666), flush,
      settle(resolve, reject));
  });
  try {
    return await (signal ? abortable(signal, work) : work);
  } catch (error) {
    throw traced(error, writeWhole);
  }
}

async function writeFile(path, data, options) {
  return await writeWhole(path, data, writeOptions(options, defaultWriteOptions));
}
async function appendFile(path, data, options) {
  return await writeWhole(path, data, writeOptions(options, defaultAppendOptions));
}

async function opendir(path, options) {
  return require('internal/fs/dir').opendirPromise(path, options);
}
function watch(filename, options) {
  return require('internal/fs/watchers').watchIterator(filename, options);
}
function glob(pattern, options) {
  const { Glob } = require('internal/fs/glob');
  return new Glob(pattern, options).iterate();
}

module.exports = {
  access, copyFile, cp, glob, open, opendir, rename, truncate, rm, rmdir, mkdir, readdir,
  readlink, symlink, lstat, stat, statfs, link, unlink, chmod, lchmod, lchown, chown, utimes,
  lutimes, realpath, mkdtemp, mkdtempDisposable, writeFile, appendFile, readFile, watch,
  constants,
};
