'use strict';
// node:fs. The functions live in internal/fs/; what is rarely used loads on first use.

const pathOps = require('internal/fs/path_ops');
const fdOps = require('internal/fs/fd_ops');
const wholeFiles = require('internal/fs/whole_files');
const { Dirent, Stats } = require('internal/fs/stats');
const { getValidatedPath, makeCallback, toUnixTimestamp } = require('internal/fs/utils');
const constants = require('internal/fs/constants');

let streams;
function loadStreams() {
  streams ??= require('internal/fs/streams');
  return streams;
}

function createReadStream(path, options) {
  return new (loadStreams().ReadStream)(path, options);
}
function createWriteStream(path, options) {
  return new (loadStreams().WriteStream)(path, options);
}

function cp(src, dest, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  callback = makeCallback(callback);
  const { checkCpArguments, copyTree } = require('internal/fs/cp');
  const checked = checkCpArguments(src, dest, options);
  copyTree(checked).then(() => process.nextTick(callback, null),
    (error) => process.nextTick(callback, error));
}
function cpSync(src, dest, options) {
  require('internal/fs/cp').cpSync(src, dest, options);
}

function glob(pattern, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  callback = makeCallback(callback);
  const { Glob } = require('internal/fs/glob');
  const walk = new Glob(pattern, options);
  walk.collect().then((matches) => process.nextTick(callback, null, matches),
    (error) => process.nextTick(callback, error));
}
function globSync(pattern, options) {
  const { Glob } = require('internal/fs/glob');
  return new Glob(pattern, options).collectSync();
}

function opendir(path, options, callback) {
  require('internal/fs/dir').opendir(path, options, callback);
}
function opendirSync(path, options) {
  return require('internal/fs/dir').opendirSync(path, options);
}

function watch(filename, options, listener) {
  return require('internal/fs/watchers').watch(filename, options, listener);
}
function watchFile(filename, options, listener) {
  return require('internal/fs/watchers').watchFile(filename, options, listener);
}
function unwatchFile(filename, listener) {
  require('internal/fs/watchers').unwatchFile(filename, listener);
}

async function openAsBlob(path, options = {}) {
  const { validateObject, validateString } = require('internal/validators');
  validateObject(options, 'options');
  const { type = '' } = options;
  validateString(type, 'options.type');
  const { Blob } = require('buffer');
  const bytes = await require('internal/fs/promises').readFile(getValidatedPath(path));
  return new Blob([bytes], { type });
}

// Experimental in Node; here it only says so.
class Utf8Stream {
  constructor() {
    const { codes: { ERR_NOT_IMPLEMENTED } } = require('internal/errors');
    throw new ERR_NOT_IMPLEMENTED('fs.Utf8Stream');
  }
}

const fs = {
  appendFile: wholeFiles.appendFile,
  appendFileSync: wholeFiles.appendFileSync,
  access: pathOps.access,
  accessSync: pathOps.accessSync,
  chown: pathOps.chown,
  chownSync: pathOps.chownSync,
  chmod: pathOps.chmod,
  chmodSync: pathOps.chmodSync,
  close: fdOps.close,
  closeSync: fdOps.closeSync,
  copyFile: pathOps.copyFile,
  copyFileSync: pathOps.copyFileSync,
  cp,
  cpSync,
  createReadStream,
  createWriteStream,
  exists: pathOps.exists,
  existsSync: pathOps.existsSync,
  fchown: fdOps.fchown,
  fchownSync: fdOps.fchownSync,
  fchmod: fdOps.fchmod,
  fchmodSync: fdOps.fchmodSync,
  fdatasync: fdOps.fdatasync,
  fdatasyncSync: fdOps.fdatasyncSync,
  fstat: fdOps.fstat,
  fstatSync: fdOps.fstatSync,
  fsync: fdOps.fsync,
  fsyncSync: fdOps.fsyncSync,
  ftruncate: fdOps.ftruncate,
  ftruncateSync: fdOps.ftruncateSync,
  futimes: fdOps.futimes,
  futimesSync: fdOps.futimesSync,
  glob,
  globSync,
  lchown: pathOps.lchown,
  lchownSync: pathOps.lchownSync,
  // Linux cannot change the mode of a link: as in Node there is no such function.
  lchmod: undefined,
  lchmodSync: undefined,
  link: pathOps.link,
  linkSync: pathOps.linkSync,
  lstat: pathOps.lstat,
  lstatSync: pathOps.lstatSync,
  lutimes: pathOps.lutimes,
  lutimesSync: pathOps.lutimesSync,
  mkdir: pathOps.mkdir,
  mkdirSync: pathOps.mkdirSync,
  mkdtemp: pathOps.mkdtemp,
  mkdtempSync: pathOps.mkdtempSync,
  mkdtempDisposableSync: pathOps.mkdtempDisposableSync,
  open: fdOps.open,
  openSync: fdOps.openSync,
  openAsBlob,
  readdir: pathOps.readdir,
  readdirSync: pathOps.readdirSync,
  read: fdOps.read,
  readSync: fdOps.readSync,
  readv: fdOps.readv,
  readvSync: fdOps.readvSync,
  readFile: wholeFiles.readFile,
  readFileSync: wholeFiles.readFileSync,
  readlink: pathOps.readlink,
  readlinkSync: pathOps.readlinkSync,
  realpath: pathOps.realpath,
  realpathSync: pathOps.realpathSync,
  rename: pathOps.rename,
  renameSync: pathOps.renameSync,
  rm: pathOps.rm,
  rmSync: pathOps.rmSync,
  rmdir: pathOps.rmdir,
  rmdirSync: pathOps.rmdirSync,
  stat: pathOps.stat,
  statfs: pathOps.statfs,
  statSync: pathOps.statSync,
  statfsSync: pathOps.statfsSync,
  symlink: pathOps.symlink,
  symlinkSync: pathOps.symlinkSync,
  truncate: wholeFiles.truncate,
  truncateSync: wholeFiles.truncateSync,
  unwatchFile,
  unlink: pathOps.unlink,
  unlinkSync: pathOps.unlinkSync,
  utimes: pathOps.utimes,
  utimesSync: pathOps.utimesSync,
  watch,
  watchFile,
  writeFile: wholeFiles.writeFile,
  writeFileSync: wholeFiles.writeFileSync,
  write: fdOps.write,
  writeSync: fdOps.writeSync,
  writev: fdOps.writev,
  writevSync: fdOps.writevSync,
  Dirent,
  Stats,
  get ReadStream() { return loadStreams().ReadStream; },
  set ReadStream(value) { loadStreams().ReadStream = value; },
  get WriteStream() { return loadStreams().WriteStream; },
  set WriteStream(value) { loadStreams().WriteStream = value; },
  // The old names can be replaced apart from the new ones.
  get FileReadStream() { return (loadStreams().FileReadStream ??= streams.ReadStream); },
  set FileReadStream(value) { loadStreams().FileReadStream = value; },
  get FileWriteStream() { return (loadStreams().FileWriteStream ??= streams.WriteStream); },
  set FileWriteStream(value) { loadStreams().FileWriteStream = value; },
  Utf8Stream,
  _toUnixTimestamp: toUnixTimestamp,
};

Object.defineProperties(fs, {
  Dir: {
    __proto__: null, enumerable: true, configurable: true,
    get() { return require('internal/fs/dir').Dir; },
  },
  opendir: {
    __proto__: null, enumerable: true, configurable: true, writable: true, value: opendir,
  },
  opendirSync: {
    __proto__: null, enumerable: true, configurable: true, writable: true, value: opendirSync,
  },
  constants: { __proto__: null, enumerable: true, configurable: false, writable: false,
    value: constants },
  promises: {
    __proto__: null, enumerable: true, configurable: true,
    get() { return require('internal/fs/promises'); },
  },
});
for (const name of ['F_OK', 'R_OK', 'W_OK', 'X_OK']) {
  Object.defineProperty(fs, name, {
    __proto__: null, enumerable: false, configurable: true,
    get: () => constants[name],
  });
}

module.exports = fs;
