'use strict';
// readFile, writeFile, appendFile, truncate: the callback and sync forms, on paths or descriptors.
// The binding does a whole file in one request, with one callback at its end.

const { Buffer } = require('buffer');
const { AbortError } = require('internal/errors');
const { isArrayBufferView } = require('internal/util/types');
const { validateBoolean, validateInteger } = require('internal/validators');
const {
  getOptions, getValidatedPath, makeCallback, parseFileMode, stringToFlags,
  toTruncateLength, validateStringAfterArrayBufferView,
} = require('internal/fs/utils');
const binding = internalBinding('fs_files');
const pathBinding = internalBinding('fs');

function isFileDescriptor(value) {
  return typeof value === 'number' && (value >>> 0) === value;
}
function isUtf8(encoding) {
  return encoding === 'utf8' || encoding === 'utf-8';
}

// Where a signal can end the wait, the callback fires once: with the result or the AbortError.
function abortable(signal, callback) {
  if (!signal) return callback;
  let done = false;
  const onAbort = () => finish(new AbortError(undefined, { cause: signal.reason }));
  const finish = (error, value) => {
    if (done) return;
    done = true;
    signal.removeEventListener('abort', onAbort);
    callback(error, value);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return finish;
}
function wasAborted(signal, callback) {
  if (!signal?.aborted) return false;
  process.nextTick(callback, new AbortError(undefined, { cause: signal.reason }));
  return true;
}

const defaultReadOptions = { flag: 'r' };

function readFile(path, options, callback) {
  callback = makeCallback(callback || options);
  options = getOptions(options, defaultReadOptions);
  const { encoding, signal } = options;
  const isFd = isFileDescriptor(path);
  if (!isFd) path = getValidatedPath(path);
  const flags = stringToFlags(options.flag, 'options.flag');
  if (signal) {
    if (wasAborted(signal, callback)) return;
    callback = abortable(signal, callback);
  }
  const asText = encoding !== undefined && isUtf8(encoding);
  const deliver = asText || !encoding || encoding === 'buffer' ?
    callback :
    (error, bytes) => {
      if (error !== null) return callback(error);
      let text;
      try {
        text = bytes.toString(encoding);
      } catch (failure) {
        return callback(failure);
      }
      callback(null, text);
    };
  if (isFd) {
    binding.readFileFd(path, asText, deliver);
  } else {
    binding.readFile(path, flags, asText, deliver);
  }
}

function readFileSync(path, options) {
  options = getOptions(options, defaultReadOptions);
  const { encoding } = options;
  const asText = encoding !== undefined && isUtf8(encoding);
  const result = isFileDescriptor(path) ?
    binding.readFileFdSync(path, asText) :
    binding.readFileSync(getValidatedPath(path), stringToFlags(options.flag, 'options.flag'),
      asText);
  if (asText || !encoding || encoding === 'buffer') return result;
  return result.toString(encoding);
}

function toBytes(data, encoding) {
  if (isArrayBufferView(data)) return data;
  validateStringAfterArrayBufferView(data, 'data');
  return Buffer.from(data, encoding || 'utf8');
}

const defaultWriteOptions = { encoding: 'utf8', mode: 0o666, flag: 'w', flush: false };
const defaultAppendOptions = { encoding: 'utf8', mode: 0o666, flag: 'a', flush: false };

function writeOptions(options, defaults) {
  options = getOptions(options, defaults);
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  return {
    encoding: options.encoding,
    signal: options.signal,
    flag: options.flag || defaults.flag,
    mode: options.mode,
    flush,
  };
}

function writeWhole(path, data, { encoding, flag, flush, mode, signal }, callback) {
  const bytes = toBytes(data, encoding);
  const isFd = isFileDescriptor(path);
  if (!isFd) path = getValidatedPath(path);
  if (signal) {
    if (wasAborted(signal, callback)) return;
    callback = abortable(signal, callback);
  }
  if (isFd) return binding.writeFileFd(path, bytes, flush, callback);
  binding.writeFile(path, bytes, stringToFlags(flag), parseFileMode(mode, 'mode', 0o666), flush,
    callback);
}
function writeWholeSync(path, data, { encoding, flag, flush, mode }) {
  const text = typeof data === 'string' && (encoding === undefined || encoding === null ||
    isUtf8(encoding));
  const bytes = text ? data : toBytes(data, encoding);
  if (isFileDescriptor(path)) return binding.writeFileFdSync(path, bytes, flush);
  binding.writeFileSync(getValidatedPath(path), bytes, stringToFlags(flag),
    parseFileMode(mode, 'mode', 0o666), flush);
}

function writeFile(path, data, options, callback) {
  callback ||= options;
  callback = makeCallback(callback);
  writeWhole(path, data, writeOptions(options, defaultWriteOptions), callback);
}
function writeFileSync(path, data, options) {
  writeWholeSync(path, data, writeOptions(options, defaultWriteOptions));
}
function appendFile(path, data, options, callback) {
  callback ||= options;
  callback = makeCallback(callback);
  writeWhole(path, data, writeOptions(options, defaultAppendOptions), callback);
}
function appendFileSync(path, data, options) {
  writeWholeSync(path, data, writeOptions(options, defaultAppendOptions));
}

function truncate(path, len, callback) {
  if (typeof len === 'function') {
    callback = len;
    len = 0;
  } else if (len === undefined) {
    len = 0;
  }
  validateInteger(len, 'len');
  len = toTruncateLength(len);
  callback = makeCallback(callback);
  pathBinding.truncate(getValidatedPath(path), len, callback);
}
function truncateSync(path, len) {
  if (len === undefined) len = 0;
  pathBinding.truncateSync(getValidatedPath(path), toTruncateLength(len));
}

module.exports = {
  appendFile, appendFileSync, readFile, readFileSync, truncate, truncateSync, writeFile,
  writeFileSync,
  // For the promise form.
  isUtf8, toBytes, writeOptions, defaultAppendOptions, defaultReadOptions, defaultWriteOptions,
};
