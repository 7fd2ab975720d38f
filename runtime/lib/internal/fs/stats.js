'use strict';
// What stat, statfs and readdir answer with: Stats, BigIntStats, StatFs, Dirent. The binding
// writes a stat's 18 numbers into a shared array; the functions here copy them out at once.

const { join } = require('path');
const { Buffer } = require('buffer');
const { codes: { ERR_METHOD_NOT_IMPLEMENTED } } = require('internal/errors');
const { deprecate } = require('internal/util');
const binding = internalBinding('fs');
const { setSlot } = internalBinding('env');

const kStatFieldCount = 18;
setSlot('statNumbers', new Float64Array(kStatFieldCount));
setSlot('statBigInts', new BigInt64Array(kStatFieldCount));

const S_IFMT = 0o170000;
const S_IFIFO = 0o010000;
const S_IFCHR = 0o020000;
const S_IFDIR = 0o040000;
const S_IFBLK = 0o060000;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;
const S_IFSOCK = 0o140000;

const UV_DIRENT_UNKNOWN = 0;
const UV_DIRENT_FILE = 1;
const UV_DIRENT_DIR = 2;
const UV_DIRENT_LINK = 3;
const UV_DIRENT_FIFO = 4;
const UV_DIRENT_SOCKET = 5;
const UV_DIRENT_CHAR = 6;
const UV_DIRENT_BLOCK = 7;

function StatsBase(dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks) {
  this.dev = dev;
  this.mode = mode;
  this.nlink = nlink;
  this.uid = uid;
  this.gid = gid;
  this.rdev = rdev;
  this.blksize = blksize;
  this.ino = ino;
  this.size = size;
  this.blocks = blocks;
}

for (const [name, type] of Object.entries({
  isDirectory: S_IFDIR, isFile: S_IFREG, isBlockDevice: S_IFBLK, isCharacterDevice: S_IFCHR,
  isSymbolicLink: S_IFLNK, isFIFO: S_IFIFO, isSocket: S_IFSOCK,
})) {
  StatsBase.prototype[name] = { [name]() { return this._checkModeProperty(type); } }[name];
}
StatsBase.prototype._checkModeProperty = function _checkModeProperty() {
  throw new ERR_METHOD_NOT_IMPLEMENTED('_checkModeProperty()');
};

// Rounding toward the nearest millisecond keeps a time set through utimes readable again.
function dateFromMs(ms) {
  return new Date(Math.round(Number(ms)));
}

// atime and its siblings are made on first use: most callers never look.
const dateProperties = {};
for (const name of ['atime', 'mtime', 'ctime', 'birthtime']) {
  const source = `${name}Ms`;
  dateProperties[name] = {
    enumerable: true,
    configurable: true,
    get() { return (this[name] = dateFromMs(this[source])); },
    set(value) {
      Object.defineProperty(this, name, {
        value, enumerable: true, configurable: true, writable: true,
      });
    },
  };
}

function Stats(dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeMs, mtimeMs,
               ctimeMs, birthtimeMs) {
  this.dev = dev;
  this.mode = mode;
  this.nlink = nlink;
  this.uid = uid;
  this.gid = gid;
  this.rdev = rdev;
  this.blksize = blksize;
  this.ino = ino;
  this.size = size;
  this.blocks = blocks;
  this.atimeMs = atimeMs;
  this.mtimeMs = mtimeMs;
  this.ctimeMs = ctimeMs;
  this.birthtimeMs = birthtimeMs;
}
Object.setPrototypeOf(Stats.prototype, StatsBase.prototype);
Object.setPrototypeOf(Stats, StatsBase);
Object.defineProperties(Stats.prototype, dateProperties);
Stats.prototype._checkModeProperty = function _checkModeProperty(property) {
  return (this.mode & S_IFMT) === property;
};

function BigIntStats(dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeNs,
                     mtimeNs, ctimeNs, birthtimeNs) {
  Reflect.apply(StatsBase, this,
    [dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks]);
  this.atimeMs = atimeNs / 1000000n;
  this.mtimeMs = mtimeNs / 1000000n;
  this.ctimeMs = ctimeNs / 1000000n;
  this.birthtimeMs = birthtimeNs / 1000000n;
  this.atimeNs = atimeNs;
  this.mtimeNs = mtimeNs;
  this.ctimeNs = ctimeNs;
  this.birthtimeNs = birthtimeNs;
}
Object.setPrototypeOf(BigIntStats.prototype, StatsBase.prototype);
Object.setPrototypeOf(BigIntStats, StatsBase);
Object.defineProperties(BigIntStats.prototype, dateProperties);
BigIntStats.prototype._checkModeProperty = function _checkModeProperty(property) {
  return (this.mode & BigInt(S_IFMT)) === BigInt(property);
};

// `values` is the binding's shared array, a Float64Array or a BigInt64Array.
function statsFrom(values) {
  if (typeof values[0] === 'bigint') {
    const ns = (index) => values[index] * 1000000000n + values[index + 1];
    return new BigIntStats(values[0], values[1], values[2], values[3], values[4], values[5],
      values[6], values[7], values[8], values[9], ns(10), ns(12), ns(14), ns(16));
  }
  return new Stats(values[0], values[1], values[2], values[3], values[4], values[5], values[6],
    values[7], values[8], values[9],
    values[10] * 1000 + values[11] / 1000000, values[12] * 1000 + values[13] / 1000000,
    values[14] * 1000 + values[15] / 1000000, values[16] * 1000 + values[17] / 1000000);
}

// What watchFile shows for a file that is not there.
function emptyStats(big) {
  const zeros = new Array(14).fill(big ? 0n : 0);
  return big ? new BigIntStats(...zeros) : new Stats(...zeros);
}

class StatFs {
  // From [type, bsize, blocks, bfree, bavail, files, ffree, frsize].
  constructor(values) {
    this.type = values[0];
    this.bsize = values[1];
    this.frsize = values[7];
    this.blocks = values[2];
    this.bfree = values[3];
    this.bavail = values[4];
    this.files = values[5];
    this.ffree = values[6];
  }
}

const kType = Symbol('type');
const kStats = Symbol('stats');

class Dirent {
  constructor(name, path, type) {
    this.name = name;
    this.parentPath = path;
    this[kType] = type;
  }
  isDirectory() { return this[kType] === UV_DIRENT_DIR; }
  isFile() { return this[kType] === UV_DIRENT_FILE; }
  isBlockDevice() { return this[kType] === UV_DIRENT_BLOCK; }
  isCharacterDevice() { return this[kType] === UV_DIRENT_CHAR; }
  isSymbolicLink() { return this[kType] === UV_DIRENT_LINK; }
  isFIFO() { return this[kType] === UV_DIRENT_FIFO; }
  isSocket() { return this[kType] === UV_DIRENT_SOCKET; }
}

// Where the file system gives no type, the entry asks its stats.
class DirentFromStats extends Dirent {
  constructor(name, stats, path) {
    super(name, path, null);
    this[kStats] = stats;
  }
}
for (const name of Reflect.ownKeys(Dirent.prototype)) {
  if (name === 'constructor') continue;
  DirentFromStats.prototype[name] = function() { return this[kStats][name](); };
}

function joinPath(path, name) {
  if (typeof path === 'string' && typeof name === 'string') return join(path, name);
  const left = typeof path === 'string' ? Buffer.from(path) : path;
  const right = typeof name === 'string' ? Buffer.from(name) : name;
  return Buffer.concat([left, Buffer.from('/'), right]);
}

function directoryEntrySync(path, name, type) {
  if (type !== UV_DIRENT_UNKNOWN) return new Dirent(name, path, type);
  const stats = statsFrom(binding.lstatSync(joinPath(path, name), false, true));
  return new DirentFromStats(name, stats, path);
}

// Calls back with (error, entry); at once unless the type has to be looked up.
function directoryEntry(path, name, type, callback) {
  if (type !== UV_DIRENT_UNKNOWN) return callback(null, new Dirent(name, path, type));
  binding.lstat(joinPath(path, name), false, (error, values) => {
    if (error) return callback(error);
    callback(null, new DirentFromStats(name, statsFrom(values), path));
  });
}

module.exports = {
  BigIntStats,
  Dirent,
  DirentFromStats,
  StatFs,
  // Made by fs alone; the constructor itself is deprecated.
  Stats: deprecate(Stats, 'fs.Stats constructor is deprecated.', 'DEP0180'),
  directoryEntry,
  directoryEntrySync,
  emptyStats,
  joinPath,
  statsFrom,
};
