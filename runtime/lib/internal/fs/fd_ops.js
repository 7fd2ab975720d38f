'use strict';
// The callback and sync forms of everything that works on an open descriptor.

const { Buffer } = require('buffer');
const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { isArrayBufferView } = require('internal/util/types');
const {
  kValidateObjectAllowNullable, validateEncoding, validateFunction, validateInteger,
  validateObject,
} =
  require('internal/validators');
const { customPromisifyArgs } = require('internal/util');
const {
  getValidatedFd, getValidatedPath, makeCallback, parseFileMode, stringToFlags,
  toTruncateLength, toUnixTimestamp, validateBuffer, validateBufferArray,
  validateOffsetLengthRead, validateOffsetLengthWrite, validatePosition,
  validateStringAfterArrayBufferView,
} = require('internal/fs/utils');
const { statsFrom } = require('internal/fs/stats');
const { checkOwner } = require('internal/fs/path_ops');
const binding = internalBinding('fs_files');

const kDefaultReadSize = 16384;

function open(path, flags, mode, callback) {
  path = getValidatedPath(path);
  if (arguments.length < 3) {
    callback = flags;
    flags = 'r';
    mode = 0o666;
  } else if (typeof mode === 'function') {
    callback = mode;
    mode = 0o666;
  } else {
    mode = parseFileMode(mode, 'mode', 0o666);
  }
  const flagsNumber = stringToFlags(flags);
  binding.open(path, flagsNumber, mode, makeCallback(callback));
}
function openSync(path, flags, mode) {
  return binding.openSync(getValidatedPath(path), stringToFlags(flags),
    parseFileMode(mode, 'mode', 0o666));
}

function close(fd, callback = defaultCloseCallback) {
  if (callback !== defaultCloseCallback) callback = makeCallback(callback);
  binding.close(getValidatedFd(fd), callback);
}
function defaultCloseCallback(error) {
  if (error != null) throw error;
}
function closeSync(fd) { binding.closeSync(getValidatedFd(fd)); }

// From (offset | options, length, position) to checked numbers. `params` is an options object.
function readArguments(buffer, offset, length, position) {
  if (offset == null) {
    offset = 0;
  } else {
    validateInteger(offset, 'offset', 0);
  }
  length = length === undefined ? buffer.byteLength - offset : length | 0;
  if (length === 0) return { offset, length, position: -1 };
  if (buffer.byteLength === 0) {
    throw new ERR_INVALID_ARG_VALUE('buffer', buffer, 'is empty and cannot be written');
  }
  validateOffsetLengthRead(offset, length, buffer.byteLength);
  if (position == null) {
    position = -1;
  } else {
    validatePosition(position, 'position', length);
  }
  return { offset, length, position };
}

function read(fd, buffer, offsetOrOptions, length, position, callback) {
  fd = getValidatedFd(fd);
  let offset = offsetOrOptions;
  let params = null;
  if (arguments.length <= 4) {
    if (arguments.length === 4) {
      // (fd, buffer, options, callback)
      validateObject(offsetOrOptions, 'options', kValidateObjectAllowNullable);
      callback = length;
      params = offsetOrOptions;
    } else if (arguments.length === 3) {
      // (fd, bufferOrParams, callback)
      if (!isArrayBufferView(buffer)) {
        params = buffer;
        ({ buffer = Buffer.alloc(kDefaultReadSize) } = params ?? {});
      }
      callback = offsetOrOptions;
    } else {
      // (fd, callback)
      callback = buffer;
      buffer = Buffer.alloc(kDefaultReadSize);
    }
    if (params !== undefined && params !== null) {
      validateObject(params, 'options', kValidateObjectAllowNullable);
    }
    ({ offset = 0, length = buffer?.byteLength - offset, position = null } = params ?? {});
  }
  validateBuffer(buffer);
  validateFunction(callback, 'cb');
  ({ offset, length, position } = readArguments(buffer, offset, length, position));
  if (length === 0) {
    return process.nextTick(() => callback(null, 0, buffer));
  }
  binding.read(fd, buffer, offset, length, position, (error, bytesRead) => {
    callback(error, bytesRead || 0, buffer);
  });
}
if (customPromisifyArgs) {
  Object.defineProperty(read, customPromisifyArgs, { value: ['bytesRead', 'buffer'] });
}

function readSync(fd, buffer, offsetOrOptions, length, position) {
  fd = getValidatedFd(fd);
  validateBuffer(buffer);
  let offset = offsetOrOptions;
  if (arguments.length <= 3 || (offsetOrOptions !== null && typeof offsetOrOptions === 'object')) {
    if (offsetOrOptions !== undefined) {
      validateObject(offsetOrOptions, 'options', kValidateObjectAllowNullable);
    }
    ({ offset = 0, length = buffer.byteLength - offset, position = null } =
      offsetOrOptions ?? {});
  }
  ({ offset, length, position } = readArguments(buffer, offset, length, position));
  if (length === 0) return 0;
  return binding.readSync(fd, buffer, offset, length, position);
}

// A position that is not a number means "where the descriptor stands".
function vectorPosition(position) {
  return typeof position === 'number' ? position : -1;
}

function readv(fd, buffers, position, callback) {
  const done = (error, count) => callback(error, count || 0, buffers);
  fd = getValidatedFd(fd);
  validateBufferArray(buffers);
  callback = makeCallback(callback || position);
  binding.readv(fd, buffers, vectorPosition(position), done);
}
if (customPromisifyArgs) {
  Object.defineProperty(readv, customPromisifyArgs, { value: ['bytesRead', 'buffers'] });
}
function readvSync(fd, buffers, position) {
  fd = getValidatedFd(fd);
  validateBufferArray(buffers);
  return binding.readvSync(fd, buffers, vectorPosition(position));
}

// Checked (offset, length) of a write from a view.
function writeRange(buffer, offset, length) {
  if (offset == null || typeof offset === 'function') {
    offset = 0;
  } else {
    validateInteger(offset, 'offset', 0);
  }
  if (typeof length !== 'number') length = buffer.byteLength - offset;
  validateOffsetLengthWrite(offset, length, buffer.byteLength);
  return { offset, length };
}

function write(fd, buffer, offsetOrOptions, length, position, callback) {
  fd = getValidatedFd(fd);
  let offset = offsetOrOptions;
  if (isArrayBufferView(buffer)) {
    callback = makeCallback(callback || position || length || offset);
    if (offset !== null && typeof offset === 'object') {
      ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions);
    }
    ({ offset, length } = writeRange(buffer, offset, length));
    if (typeof position !== 'number') position = -1;
    return binding.write(fd, buffer, offset, length, position,
      (error, written) => callback(error, written || 0, buffer));
  }
  validateStringAfterArrayBufferView(buffer, 'buffer');
  // (fd, string[, position[, encoding]], callback)
  if (typeof position !== 'function') {
    if (typeof offset === 'function') {
      position = offset;
      offset = null;
    } else {
      position = length;
    }
    length = 'utf8';
  }
  const text = buffer;
  validateEncoding(text, length);
  callback = makeCallback(position);
  const bytes = Buffer.from(text, length);
  binding.write(fd, bytes, 0, bytes.byteLength, typeof offset === 'number' ? offset : -1,
    (error, written) => callback(error, written || 0, text));
}
if (customPromisifyArgs) {
  Object.defineProperty(write, customPromisifyArgs, { value: ['bytesWritten', 'buffer'] });
}

function writeSync(fd, buffer, offsetOrOptions, length, position) {
  fd = getValidatedFd(fd);
  let offset = offsetOrOptions;
  if (isArrayBufferView(buffer)) {
    if (position === undefined) position = null;
    if (offset !== null && typeof offset === 'object') {
      ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions);
    }
    ({ offset, length } = writeRange(buffer, offset, length));
    return binding.writeSync(fd, buffer, offset, length,
      typeof position === 'number' ? position : -1);
  }
  validateStringAfterArrayBufferView(buffer, 'buffer');
  validateEncoding(buffer, length);
  if (offset === undefined) offset = null;
  const bytes = Buffer.from(buffer, length);
  return binding.writeSync(fd, bytes, 0, bytes.byteLength,
    typeof offset === 'number' ? offset : -1);
}

function writev(fd, buffers, position, callback) {
  fd = getValidatedFd(fd);
  validateBufferArray(buffers);
  callback = makeCallback(callback || position);
  if (buffers.length === 0) {
    process.nextTick(callback, null, 0, buffers);
    return;
  }
  binding.writev(fd, buffers, vectorPosition(position),
    (error, written) => callback(error, written || 0, buffers));
}
if (customPromisifyArgs) {
  Object.defineProperty(writev, customPromisifyArgs, { value: ['bytesWritten', 'buffers'] });
}
function writevSync(fd, buffers, position) {
  fd = getValidatedFd(fd);
  validateBufferArray(buffers);
  if (buffers.length === 0) return 0;
  return binding.writevSync(fd, buffers, vectorPosition(position));
}

const defaultStatOptions = { bigint: false };
function fstat(fd, options = defaultStatOptions, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = defaultStatOptions;
  }
  fd = getValidatedFd(fd);
  callback = makeCallback(callback);
  binding.fstat(fd, options?.bigint === true, (error, values) => {
    if (error) return callback(error);
    callback(null, statsFrom(values));
  });
}
function fstatSync(fd, options) {
  return statsFrom(binding.fstatSync(getValidatedFd(fd), options?.bigint === true));
}

function ftruncate(fd, len = 0, callback) {
  if (typeof len === 'function') {
    callback = len;
    len = 0;
  }
  fd = getValidatedFd(fd);
  len = toTruncateLength(len);
  callback = makeCallback(callback);
  binding.ftruncate(fd, len, callback);
}
function ftruncateSync(fd, len = 0) {
  fd = getValidatedFd(fd);
  binding.ftruncateSync(fd, toTruncateLength(len));
}

function fsync(fd, callback) {
  fd = getValidatedFd(fd);
  callback = makeCallback(callback);
  binding.fsync(fd, callback);
}
function fsyncSync(fd) { binding.fsyncSync(getValidatedFd(fd)); }
function fdatasync(fd, callback) {
  fd = getValidatedFd(fd);
  callback = makeCallback(callback);
  binding.fdatasync(fd, callback);
}
function fdatasyncSync(fd) { binding.fdatasyncSync(getValidatedFd(fd)); }

function fchmod(fd, mode, callback) {
  fd = getValidatedFd(fd);
  mode = parseFileMode(mode, 'mode');
  callback = makeCallback(callback);
  binding.fchmod(fd, mode, callback);
}
function fchmodSync(fd, mode) {
  binding.fchmodSync(getValidatedFd(fd), parseFileMode(mode, 'mode'));
}
function fchown(fd, uid, gid, callback) {
  fd = getValidatedFd(fd);
  checkOwner(uid, gid);
  callback = makeCallback(callback);
  binding.fchown(fd, uid, gid, callback);
}
function fchownSync(fd, uid, gid) {
  fd = getValidatedFd(fd);
  checkOwner(uid, gid);
  binding.fchownSync(fd, uid, gid);
}
function futimes(fd, atime, mtime, callback) {
  fd = getValidatedFd(fd);
  atime = toUnixTimestamp(atime, 'atime');
  mtime = toUnixTimestamp(mtime, 'mtime');
  callback = makeCallback(callback);
  binding.futimes(fd, atime, mtime, callback);
}
function futimesSync(fd, atime, mtime) {
  binding.futimesSync(getValidatedFd(fd), toUnixTimestamp(atime, 'atime'),
    toUnixTimestamp(mtime, 'mtime'));
}

module.exports = {
  close, closeSync, fchmod, fchmodSync, fchown, fchownSync, fdatasync, fdatasyncSync, fstat,
  fstatSync, fsync, fsyncSync, ftruncate, ftruncateSync, futimes, futimesSync, open, openSync,
  read, readSync, readv, readvSync, write, writeSync, writev, writevSync,
  // For FileHandle.
  readArguments, vectorPosition, writeRange,
};
