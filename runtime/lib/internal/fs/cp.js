'use strict';
// fs.cp, fs.cpSync and fs.promises.cp: copying trees. One walk serves all three: it is a generator
// of file system requests, run at once for the sync form and with awaits for the others.

const {
  codes: {
    ERR_FS_CP_DIR_TO_NON_DIR, ERR_FS_CP_EEXIST, ERR_FS_CP_EINVAL, ERR_FS_CP_FIFO_PIPE,
    ERR_FS_CP_NON_DIR_TO_DIR, ERR_FS_CP_SOCKET, ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY,
    ERR_FS_CP_UNKNOWN, ERR_FS_EISDIR, ERR_INVALID_RETURN_VALUE,
  },
} = require('internal/errors');
const { dirname, isAbsolute, join, parse, resolve, sep } = require('path');
const { isPromise } = require('internal/util/types');
const { getValidatedPath, validateCpOptions } = require('internal/fs/utils');

const EEXIST = 17;
const EINVAL = 22;
const EISDIR = 21;
const ENOTDIR = 20;

function checkCpArguments(src, dest, options) {
  options = validateCpOptions(options);
  src = String(getValidatedPath(src, 'src'));
  dest = String(getValidatedPath(dest, 'dest'));
  return { src, dest, options };
}

// Each request is [name of a promise/sync function, ...arguments]; null stands for "not there".
function* statOrNull(name, path) {
  try {
    return yield [name, path, { bigint: true }];
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function isSame(left, right) {
  return right.ino && right.dev && right.ino === left.ino && right.dev === left.dev;
}
function isSubdirectory(src, dest) {
  const parts = resolve(src).split(sep).filter(Boolean);
  const other = resolve(dest).split(sep).filter(Boolean);
  return parts.every((part, i) => other[i] === part);
}

function refuse(Refusal, message, path, errno, code = 'EINVAL') {
  return new Refusal({ message, path, syscall: 'cp', errno, code });
}

function* checkPaths(src, dest, options) {
  const stat = options.dereference ? 'stat' : 'lstat';
  const from = yield [stat, src, { bigint: true }];
  const to = yield* statOrNull(stat, dest);
  if (to !== null) {
    if (isSame(from, to)) {
      throw refuse(ERR_FS_CP_EINVAL, 'src and dest cannot be the same', dest, EINVAL);
    }
    if (from.isDirectory() && !to.isDirectory()) {
      throw refuse(ERR_FS_CP_DIR_TO_NON_DIR,
        `cannot overwrite non-directory ${dest} with directory ${src}`, dest, EISDIR, 'EISDIR');
    }
    if (!from.isDirectory() && to.isDirectory()) {
      throw refuse(ERR_FS_CP_NON_DIR_TO_DIR,
        `cannot overwrite directory ${dest} with non-directory ${src}`, dest, ENOTDIR, 'ENOTDIR');
    }
  }
  if (from.isDirectory() && isSubdirectory(src, dest)) {
    throw refuse(ERR_FS_CP_EINVAL, `cannot copy ${src} to a subdirectory of self ${dest}`, dest,
      EINVAL);
  }
  return { from, to };
}

// The target must not lie inside the source by way of links either.
function* checkParents(src, from, dest) {
  const sourceParent = resolve(dirname(src));
  let parent = resolve(dirname(dest));
  while (parent !== sourceParent && parent !== parse(parent).root) {
    const stats = yield* statOrNull('stat', parent);
    if (stats !== null && isSame(from, stats)) {
      throw refuse(ERR_FS_CP_EINVAL, `cannot copy ${src} to a subdirectory of self ${dest}`, dest,
        EINVAL);
    }
    parent = resolve(parent, '..');
  }
}

function* startCopy(src, dest, options) {
  if (options.filter && !(yield ['filter', src, dest])) return;
  const { from, to } = yield* checkPaths(src, dest, options);
  yield* checkParents(src, from, dest);
  const parent = dirname(dest);
  if ((yield* statOrNull('stat', parent)) === null) yield ['mkdir', parent, { recursive: true }];
  yield* copyEntry(from, to, src, dest, options);
}

function* copyEntry(from, to, src, dest, options) {
  if (from.isDirectory()) {
    if (!options.recursive) {
      throw refuse(ERR_FS_EISDIR, `${src} is a directory (not copied)`, src, EISDIR, 'EISDIR');
    }
    yield* copyDirectory(from, to, src, dest, options);
  } else if (from.isFile() || from.isCharacterDevice() || from.isBlockDevice()) {
    yield* copyFile(from, to, src, dest, options);
  } else if (from.isSymbolicLink()) {
    yield* copyLink(to, src, dest, options);
  } else if (from.isSocket()) {
    throw refuse(ERR_FS_CP_SOCKET, `cannot copy a socket file: ${dest}`, dest, EINVAL);
  } else if (from.isFIFO()) {
    throw refuse(ERR_FS_CP_FIFO_PIPE, `cannot copy a FIFO pipe: ${dest}`, dest, EINVAL);
  } else {
    throw refuse(ERR_FS_CP_UNKNOWN, `cannot copy an unknown file type: ${dest}`, dest, EINVAL);
  }
}

function* copyFile(from, to, src, dest, options) {
  if (to !== null) {
    if (!options.force) {
      if (options.errorOnExist) {
        throw refuse(ERR_FS_CP_EEXIST, `${dest} already exists`, dest, EEXIST, 'EEXIST');
      }
      return;
    }
    yield ['unlink', dest];
  }
  yield ['copyFile', src, dest, options.mode];
  if (options.preserveTimestamps) {
    // A file without write permission could not be touched.
    if ((from.mode & 0o200n) === 0n) yield ['chmod', dest, Number(from.mode | 0o200n) & 0o7777];
    const fresh = yield ['stat', src];
    yield ['utimes', dest, fresh.atime, fresh.mtime];
  }
  yield ['chmod', dest, Number(from.mode) & 0o7777];
}

function* copyDirectory(from, to, src, dest, options) {
  if (to === null) {
    yield ['mkdir', dest];
  } else if (options.errorOnExist && !options.force) {
    throw refuse(ERR_FS_CP_EEXIST, `${dest} already exists`, dest, EEXIST, 'EEXIST');
  }
  const entries = yield ['readdir', src];
  for (const name of entries) {
    const source = join(src, name);
    const target = join(dest, name);
    if (options.filter && !(yield ['filter', source, target])) continue;
    const both = yield* checkPaths(source, target, options);
    yield* copyEntry(both.from, both.to, source, target, options);
  }
  if (to === null) yield ['chmod', dest, Number(from.mode) & 0o7777];
}

function* copyLink(to, src, dest, options) {
  let target = yield ['readlink', src];
  if (!options.verbatimSymlinks && !isAbsolute(target)) target = resolve(dirname(src), target);
  if (to === null) {
    yield ['symlink', target, dest];
    return;
  }
  let existing;
  try {
    existing = yield ['readlink', dest];
  } catch (error) {
    // Not a link but a file or a directory.
    if (error.code === 'EINVAL' || error.code === 'UNKNOWN') {
      yield ['symlink', target, dest];
      return;
    }
    throw error;
  }
  if (!isAbsolute(existing)) existing = resolve(dirname(dest), existing);
  const sourceStats = yield* statOrNull('stat', src);
  if (sourceStats?.isDirectory() && isSubdirectory(target, existing)) {
    throw refuse(ERR_FS_CP_EINVAL,
      `cannot copy ${target} to a subdirectory of self ${existing}`, dest, EINVAL);
  }
  const targetStats = yield* statOrNull('stat', dest);
  if (targetStats?.isDirectory() && isSubdirectory(existing, target)) {
    throw refuse(ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY,
      `cannot overwrite ${existing} with ${target}`, dest, EINVAL);
  }
  yield ['unlink', dest];
  yield ['symlink', target, dest];
}

async function copyTree({ src, dest, options }) {
  const promises = require('internal/fs/promises');
  const steps = startCopy(src, dest, options);
  let step = steps.next();
  while (!step.done) {
    const [name, ...args] = step.value;
    let value;
    try {
      value = name === 'filter' ? await options.filter(...args) : await promises[name](...args);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value);
  }
}

async function cp(src, dest, options) {
  return copyTree(checkCpArguments(src, dest, options));
}

function cpSync(src, dest, options) {
  const checked = checkCpArguments(src, dest, options);
  const { filter } = checked.options;
  const operations = require('internal/fs/path_ops');
  const steps = startCopy(checked.src, checked.dest, checked.options);
  let step = steps.next();
  while (!step.done) {
    const [name, ...args] = step.value;
    let value;
    try {
      if (name === 'filter') {
        value = filter(...args);
        if (isPromise(value)) {
          throw new ERR_INVALID_RETURN_VALUE('boolean', 'filter', value);
        }
      } else {
        value = operations[`${name}Sync`](...args);
      }
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value);
  }
}

module.exports = { checkCpArguments, copyTree, cp, cpSync };
