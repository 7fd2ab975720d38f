'use strict';
// The callback and sync forms of everything that works on a path: node:fs minus open files.

const { validateBoolean, validateFunction, validateInteger } =
  require('internal/validators');
const { promisify } = require('internal/util');
const {
  decodeName, getOptions, getValidMode, getValidatedPath, makeCallback, parseFileMode, rmError,
  toUnixTimestamp, validateRmOptions, validateRmdirOptions, validateSymlinkType, wantsBuffer,
} = require('internal/fs/utils');
const { StatFs, directoryEntry, directoryEntrySync, joinPath, statsFrom } =
  require('internal/fs/stats');
const binding = internalBinding('fs');

const kMaxUserId = 2 ** 32 - 1;

function access(path, mode, callback) {
  if (typeof mode === 'function') {
    callback = mode;
    mode = undefined;
  }
  path = getValidatedPath(path);
  mode = getValidMode(mode, 'access');
  binding.access(path, mode, makeCallback(callback));
}
function accessSync(path, mode) {
  binding.accessSync(getValidatedPath(path), getValidMode(mode, 'access'));
}

function exists(path, callback) {
  validateFunction(callback, 'cb');
  const suppressed = (error) => callback(!error);
  try {
    path = getValidatedPath(path);
  } catch {
    return callback(false);
  }
  binding.access(path, 0, suppressed);
}
Object.defineProperty(exists, promisify.custom, {
  value: function exists(path) { // eslint-disable-line no-shadow
    return new Promise((resolve) => module.exports.exists(path, resolve));
  },
});
function existsSync(path) {
  try {
    path = getValidatedPath(path);
  } catch (error) {
    if (error?.code === 'ERR_INVALID_ARG_TYPE') warnExistsArgument();
    return false;
  }
  return binding.existsSync(path);
}
let warnedExists = false;
function warnExistsArgument() {
  if (warnedExists) return;
  warnedExists = true;
  process.emitWarning('Passing invalid argument types to fs.existsSync is deprecated',
    'DeprecationWarning', 'DEP0187');
}

const defaultStatOptions = { bigint: false };
function isMissing({ code }) { return code === 'ENOENT' || code === 'ENOTDIR'; }
function statForm(native) {
  return (path, options, callback) => {
    if (typeof options === 'function') {
      callback = options;
      options = defaultStatOptions;
    } else {
      options ??= defaultStatOptions;
    }
    callback = makeCallback(callback);
    path = getValidatedPath(path);
    native(path, options.bigint === true, (error, values) => {
      if (error !== null) {
        if (options.throwIfNoEntry === false && isMissing(error)) return callback(null, undefined);
        return callback(error);
      }
      callback(null, statsFrom(values));
    });
  };
}
const statAsync = statForm(binding.stat);
const lstatAsync = statForm(binding.lstat);
function stat(path, options = defaultStatOptions, callback) {
  statAsync(path, options, callback);
}
function lstat(path, options = defaultStatOptions, callback) {
  lstatAsync(path, options, callback);
}
function statSync(path, options) {
  const values = binding.statSync(getValidatedPath(path), options?.bigint === true,
    options?.throwIfNoEntry !== false);
  return values === undefined ? undefined : statsFrom(values);
}
function lstatSync(path, options) {
  const values = binding.lstatSync(getValidatedPath(path), options?.bigint === true,
    options?.throwIfNoEntry !== false);
  return values === undefined ? undefined : statsFrom(values);
}

function statfs(path, options = defaultStatOptions, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = defaultStatOptions;
  }
  callback = makeCallback(callback);
  binding.statfs(getValidatedPath(path), options?.bigint === true, (error, values) => {
    if (error) return callback(error);
    callback(null, new StatFs(values));
  });
}
function statfsSync(path, options) {
  return new StatFs(binding.statfsSync(getValidatedPath(path), options?.bigint === true));
}

function rename(oldPath, newPath, callback) {
  callback = makeCallback(callback);
  binding.rename(getValidatedPath(oldPath, 'oldPath'), getValidatedPath(newPath, 'newPath'),
    callback);
}
function renameSync(oldPath, newPath) {
  binding.renameSync(getValidatedPath(oldPath, 'oldPath'), getValidatedPath(newPath, 'newPath'));
}

function link(existingPath, newPath, callback) {
  callback = makeCallback(callback);
  binding.link(getValidatedPath(existingPath, 'existingPath'),
    getValidatedPath(newPath, 'newPath'), callback);
}
function linkSync(existingPath, newPath) {
  binding.linkSync(getValidatedPath(existingPath, 'existingPath'),
    getValidatedPath(newPath, 'newPath'));
}

function symlink(target, path, type, callback) {
  if (callback === undefined) {
    callback = makeCallback(type);
    type = undefined;
  } else {
    validateSymlinkType(type);
    callback = makeCallback(callback);
  }
  binding.symlink(getValidatedPath(target, 'target'), getValidatedPath(path), callback);
}
function symlinkSync(target, path, type) {
  validateSymlinkType(type);
  binding.symlinkSync(getValidatedPath(target, 'target'), getValidatedPath(path));
}

// For calls whose answer is a name: (path, options, callback), decoded as the options ask.
function nameForm(native, pathName, resolvePath = getValidatedPath) {
  return (path, options, callback) => {
    callback = makeCallback(typeof options === 'function' ? options : callback);
    const { encoding } = getOptions(options);
    path = resolvePath(path, pathName);
    if (!wantsBuffer(encoding)) return native(path, false, callback);
    native(path, true, (error, name) => {
      if (error) return callback(error);
      callback(null, decodeName(name, encoding));
    });
  };
}
function nameFormSync(native, pathName, resolvePath = getValidatedPath) {
  return (path, options) => {
    const { encoding } = getOptions(options);
    const name = native(resolvePath(path, pathName), wantsBuffer(encoding));
    return decodeName(name, encoding);
  };
}

const readlinkAsync = nameForm(binding.readlink, 'oldPath');
const readlinkNow = nameFormSync(binding.readlinkSync, 'oldPath');
function readlink(path, options, callback) { readlinkAsync(path, options, callback); }
function readlinkSync(path, options) { return readlinkNow(path, options); }

const realpathAsync = nameForm(binding.realpath);
const realpathNow = nameFormSync(binding.realpathSync);
const realpathNativeAsync = nameForm(binding.realpathNative);
const realpathNativeNow = nameFormSync(binding.realpathNativeSync);
function realpath(path, options, callback) { realpathAsync(path, options, callback); }
function realpathSync(path, options) { return realpathNow(path, options); }
realpath.native = function native(path, options, callback) {
  realpathNativeAsync(path, options, callback);
};
realpathSync.native = function native(path, options) { return realpathNativeNow(path, options); };

const mkdtempAsync = nameForm(binding.mkdtemp, 'prefix', getValidatedPrefix);
const mkdtempNow = nameFormSync(binding.mkdtempSync, 'prefix', getValidatedPrefix);
function mkdtemp(prefix, options, callback) { mkdtempAsync(prefix, options, callback); }
function mkdtempSync(prefix, options) { return mkdtempNow(prefix, options); }
let warnedTemplate = false;
// BSDs take every X at the end for part of the pattern.
function getValidatedPrefix(prefix, name) {
  prefix = getValidatedPath(prefix, name);
  const last = prefix[prefix.length - 1];
  if ((last === 'X' || last === 0x58) && !warnedTemplate) {
    warnedTemplate = true;
    process.emitWarning('mkdtemp() templates ending with X are not portable. ' +
      'For details see: https://nodejs.org/api/fs.html');
  }
  return prefix;
}
function mkdtempDisposableSync(prefix, options) {
  const path = mkdtempSync(prefix, options);
  const full = require('path').resolve(String(path));
  const remove = () => binding.rmSync(full, true, true, 0, 0);
  return {
    path,
    remove,
    [Symbol.dispose ?? Symbol.for('dispose')]() { remove(); },
  };
}

function unlink(path, callback) {
  callback = makeCallback(callback);
  binding.unlink(getValidatedPath(path), callback);
}
function unlinkSync(path) { binding.unlinkSync(getValidatedPath(path)); }

function rmdir(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  callback = makeCallback(callback);
  path = getValidatedPath(path);
  options = validateRmdirOptions(options);
  if (!options.recursive) return binding.rmdir(path, callback);
  warnRecursiveRmdir();
  // As rm does it, but what is not a directory, or not there, is an error.
  binding.lstat(path, false, (error, values) => {
    if (error) return callback(error);
    if (!statsFrom(values).isDirectory()) return binding.rmdir(path, callback);
    binding.rm(path, true, false, options.maxRetries, options.retryDelay, callback);
  });
}
function rmdirSync(path, options) {
  path = getValidatedPath(path);
  options = validateRmdirOptions(options);
  if (!options.recursive) return binding.rmdirSync(path);
  warnRecursiveRmdir();
  if (!statsFrom(binding.lstatSync(path, false, true)).isDirectory()) {
    return binding.rmdirSync(path);
  }
  binding.rmSync(path, true, false, options.maxRetries, options.retryDelay);
}
let warned = false;
function warnRecursiveRmdir() {
  if (warned) return;
  warned = true;
  process.emitWarning('In future versions of Node.js, fs.rmdir(path, { recursive: true }) will ' +
    'be removed. Use fs.rm(path, { recursive: true }) instead', 'DeprecationWarning', 'DEP0147');
}

function rm(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  callback = makeCallback(callback);
  path = getValidatedPath(path);
  options = validateRmOptions(options);
  binding.rm(path, options.recursive, options.force, options.maxRetries, options.retryDelay,
    (error) => callback(error ? rmError(error, path) : null));
}
function rmSync(path, options) {
  path = getValidatedPath(path);
  options = validateRmOptions(options);
  try {
    binding.rmSync(path, options.recursive, options.force, options.maxRetries,
      options.retryDelay);
  } catch (error) {
    throw rmError(error, path);
  }
}

function mkdirOptions(options) {
  let mode = 0o777;
  let recursive = false;
  if (typeof options === 'number' || typeof options === 'string') {
    mode = parseFileMode(options, 'mode');
  } else if (options) {
    if (options.recursive !== undefined) {
      recursive = options.recursive;
      validateBoolean(recursive, 'options.recursive');
    }
    if (options.mode !== undefined) mode = parseFileMode(options.mode, 'options.mode');
  }
  return { mode, recursive };
}
function mkdir(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  callback = makeCallback(callback);
  path = getValidatedPath(path);
  const { mode, recursive } = mkdirOptions(options);
  if (recursive) return binding.mkdirRecursive(path, mode, callback);
  binding.mkdir(path, mode, callback);
}
function mkdirSync(path, options) {
  path = getValidatedPath(path);
  const { mode, recursive } = mkdirOptions(options);
  if (recursive) return binding.mkdirRecursiveSync(path, mode);
  binding.mkdirSync(path, mode);
}

function readdirOptions(options) {
  options = getOptions(options);
  if (options.recursive != null) validateBoolean(options.recursive, 'options.recursive');
  return options;
}
// The names and types of one directory as [name, type, name, type...] become what was asked for.
function namesOf(pairs, encoding) {
  const names = new Array(pairs.length / 2);
  for (let i = 0; i < names.length; i++) names[i] = decodeName(pairs[2 * i], encoding);
  return names;
}

function readdir(path, options, callback) {
  callback = makeCallback(typeof options === 'function' ? options : callback);
  options = readdirOptions(options);
  path = getValidatedPath(path);
  const { encoding } = options;
  const buffers = wantsBuffer(encoding);
  if (options.recursive) {
    const { readdirRecursive } = require('internal/fs/readdir_recursive');
    return readdirRecursive(path, options, callback);
  }
  if (!options.withFileTypes) {
    return binding.readdir(path, buffers, (error, names) => {
      if (error) return callback(error);
      callback(null, buffers ? names.map((name) => decodeName(name, encoding)) : names);
    });
  }
  binding.readdirTypes(path, buffers, (error, pairs) => {
    if (error) return callback(error);
    entriesOf(path, pairs, encoding, callback);
  });
}

function entriesOf(path, pairs, encoding, callback) {
  const entries = new Array(pairs.length / 2);
  let waiting = entries.length;
  if (waiting === 0) return callback(null, entries);
  for (let i = 0; i < entries.length; i++) {
    directoryEntry(path, decodeName(pairs[2 * i], encoding), pairs[2 * i + 1], (error, entry) => {
      if (waiting < 0) return;
      if (error) {
        waiting = -1;
        return callback(error);
      }
      entries[i] = entry;
      if (--waiting === 0) callback(null, entries);
    });
  }
}

function entriesOfSync(path, pairs, encoding) {
  const entries = new Array(pairs.length / 2);
  for (let i = 0; i < entries.length; i++) {
    entries[i] = directoryEntrySync(path, decodeName(pairs[2 * i], encoding), pairs[2 * i + 1]);
  }
  return entries;
}

function readdirSync(path, options) {
  options = readdirOptions(options);
  path = getValidatedPath(path);
  const { encoding } = options;
  const buffers = wantsBuffer(encoding);
  if (options.recursive) {
    return require('internal/fs/readdir_recursive').readdirRecursiveSync(path, options);
  }
  if (options.withFileTypes) {
    return entriesOfSync(path, binding.readdirTypesSync(path, buffers), encoding);
  }
  const names = binding.readdirSync(path, buffers);
  return buffers ? names.map((name) => decodeName(name, encoding)) : names;
}

function chmod(path, mode, callback) {
  path = getValidatedPath(path);
  mode = parseFileMode(mode, 'mode');
  callback = makeCallback(callback);
  binding.chmod(path, mode, callback);
}
function chmodSync(path, mode) {
  binding.chmodSync(getValidatedPath(path), parseFileMode(mode, 'mode'));
}

function checkOwner(uid, gid) {
  validateInteger(uid, 'uid', -1, kMaxUserId);
  validateInteger(gid, 'gid', -1, kMaxUserId);
}
function chown(path, uid, gid, callback) {
  callback = makeCallback(callback);
  path = getValidatedPath(path);
  checkOwner(uid, gid);
  binding.chown(path, uid, gid, callback);
}
function chownSync(path, uid, gid) {
  path = getValidatedPath(path);
  checkOwner(uid, gid);
  binding.chownSync(path, uid, gid);
}
function lchown(path, uid, gid, callback) {
  callback = makeCallback(callback);
  path = getValidatedPath(path);
  checkOwner(uid, gid);
  binding.lchown(path, uid, gid, callback);
}
function lchownSync(path, uid, gid) {
  path = getValidatedPath(path);
  checkOwner(uid, gid);
  binding.lchownSync(path, uid, gid);
}

function utimes(path, atime, mtime, callback) {
  callback = makeCallback(callback);
  path = getValidatedPath(path);
  binding.utimes(path, toUnixTimestamp(atime), toUnixTimestamp(mtime), callback);
}
function utimesSync(path, atime, mtime) {
  binding.utimesSync(getValidatedPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime));
}
function lutimes(path, atime, mtime, callback) {
  callback = makeCallback(callback);
  path = getValidatedPath(path);
  binding.lutimes(path, toUnixTimestamp(atime), toUnixTimestamp(mtime), callback);
}
function lutimesSync(path, atime, mtime) {
  binding.lutimesSync(getValidatedPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime));
}

function copyFile(src, dest, mode, callback) {
  if (typeof mode === 'function') {
    callback = mode;
    mode = 0;
  }
  src = getValidatedPath(src, 'src');
  dest = getValidatedPath(dest, 'dest');
  callback = makeCallback(callback);
  binding.copyFile(src, dest, getValidMode(mode, 'copyFile'), callback);
}
function copyFileSync(src, dest, mode) {
  binding.copyFileSync(getValidatedPath(src, 'src'), getValidatedPath(dest, 'dest'),
    getValidMode(mode, 'copyFile'));
}

module.exports = {
  access, accessSync, chmod, chmodSync, chown, chownSync, copyFile, copyFileSync, exists,
  existsSync, lchown, lchownSync, link, linkSync, lstat, lstatSync, lutimes, lutimesSync, mkdir,
  mkdirSync, mkdtemp, mkdtempDisposableSync, mkdtempSync, readdir, readdirSync, readlink,
  readlinkSync, realpath, realpathSync, rename, renameSync, rm, rmSync, rmdir, rmdirSync, stat,
  statSync, statfs, statfsSync, symlink, symlinkSync, unlink, unlinkSync, utimes, utimesSync,
  // For the promise form and readdir_recursive.
  checkOwner, entriesOf, entriesOfSync, getValidatedPrefix, isMissing, joinPath, mkdirOptions,
  namesOf, readdirOptions,
};
