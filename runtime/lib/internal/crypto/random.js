'use strict';

// Random bytes, integers and UUIDs.

const { randomFill: nativeFill } = internalBinding('crypto');
const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE },
} = require('internal/errors');
const {
  validateBoolean,
  validateFunction,
  validateNumber,
  validateObject,
} = require('internal/validators');
const { isAnyArrayBuffer, isArrayBufferView } = require('internal/util/types');
const { Buffer, kMaxLength } = require('buffer');

const kMaxInt32 = 2 ** 31 - 1;
const kMaxPossible = Math.min(kMaxLength, kMaxInt32);

function checkOffset(offset, elementSize, length) {
  validateNumber(offset, 'offset');
  offset *= elementSize;
  const max = Math.min(length, kMaxPossible);
  if (Number.isNaN(offset) || offset > max || offset < 0) {
    throw new ERR_OUT_OF_RANGE('offset', `>= 0 && <= ${max}`, offset);
  }
  return offset >>> 0;
}

function checkSize(size, elementSize, offset, length) {
  validateNumber(size, 'size');
  size *= elementSize;
  if (Number.isNaN(size) || size > kMaxPossible || size < 0) {
    throw new ERR_OUT_OF_RANGE('size', `>= 0 && <= ${kMaxPossible}`, size);
  }
  if (size + offset > length) {
    throw new ERR_OUT_OF_RANGE('size + offset', `<= ${length}`, size + offset);
  }
  return size >>> 0;
}

function randomBytes(size, callback) {
  size = checkSize(size, 1, 0, Infinity);
  if (callback !== undefined) validateFunction(callback, 'callback');
  const bytes = Buffer.alloc(size);
  if (callback === undefined) {
    nativeFill(bytes, 0, size);
    return bytes;
  }
  nativeFill(bytes, 0, size, (error) => {
    if (error) callback(error);
    else callback(null, bytes);
  });
}

function checkTarget(buffer) {
  if (!isAnyArrayBuffer(buffer) && !isArrayBufferView(buffer)) {
    throw new ERR_INVALID_ARG_TYPE('buf', ['ArrayBuffer', 'ArrayBufferView'], buffer);
  }
  return isArrayBufferView(buffer) ? buffer : new Uint8Array(buffer);
}

function randomFillSync(buffer, offset = 0, size) {
  const view = checkTarget(buffer);
  const elementSize = buffer.BYTES_PER_ELEMENT || 1;
  offset = checkOffset(offset, elementSize, buffer.byteLength);
  size = size === undefined
    ? buffer.byteLength - offset
    : checkSize(size, elementSize, offset, buffer.byteLength);
  if (size > 0) nativeFill(view, offset, size);
  return buffer;
}

function randomFill(buffer, offset, size, callback) {
  const view = checkTarget(buffer);
  const elementSize = buffer.BYTES_PER_ELEMENT || 1;
  if (typeof offset === 'function') {
    callback = offset;
    offset = 0;
    size = undefined;
  } else if (typeof size === 'function') {
    callback = size;
    size = undefined;
  }
  validateFunction(callback, 'callback');
  offset = checkOffset(offset, elementSize, buffer.byteLength);
  size = size === undefined
    ? buffer.byteLength - offset
    : checkSize(size, elementSize, offset, buffer.byteLength);
  nativeFill(view, offset, size, (error) => {
    if (error) callback(error);
    else callback(null, buffer);
  });
}

// Integers below 2**48, without bias: draws above the last whole multiple of the range are thrown away.
const kMaxRange = 0xFFFF_FFFF_FFFF;
const cache = new Uint8Array(6 * 256);
let cacheAt = cache.length;

function draw() {
  if (cacheAt === cache.length) {
    nativeFill(cache, 0, cache.length);
    cacheAt = 0;
  }
  let value = 0;
  for (let i = 0; i < 6; i++) value = value * 256 + cache[cacheAt++];
  return value;
}

function randomInt(min, max, callback) {
  const hasMin = max !== undefined && typeof max !== 'function';
  if (!hasMin) {
    callback = max;
    max = min;
    min = 0;
  }
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (!Number.isSafeInteger(min)) throw new ERR_INVALID_ARG_TYPE('min', 'a safe integer', min);
  if (!Number.isSafeInteger(max)) throw new ERR_INVALID_ARG_TYPE('max', 'a safe integer', max);
  if (max <= min) {
    throw new ERR_OUT_OF_RANGE('max', `greater than the value of "min" (${min})`, max);
  }
  const range = max - min;
  if (!(range <= kMaxRange)) {
    const name = hasMin ? 'max - min' : 'max';
    throw new ERR_OUT_OF_RANGE(name, `<= ${kMaxRange}`, range);
  }
  const limit = kMaxRange - (kMaxRange % range);
  let value;
  do value = draw(); while (value >= limit);
  const result = min + (value % range);
  if (callback === undefined) return result;
  process.nextTick(callback, undefined, result);
}

const hexByte = [];
for (let i = 0; i < 256; i++) hexByte.push(i.toString(16).padStart(2, '0'));
const uuidCache = new Uint8Array(16 * 128);
let uuidAt = uuidCache.length;

function randomUUID(options) {
  if (options !== undefined) {
    validateObject(options, 'options');
    if (options.disableEntropyCache !== undefined) {
      validateBoolean(options.disableEntropyCache, 'options.disableEntropyCache');
    }
  }
  if (uuidAt === uuidCache.length || options?.disableEntropyCache) {
    nativeFill(uuidCache, 0, uuidCache.length);
    uuidAt = 0;
  }
  const b = uuidCache.subarray(uuidAt, uuidAt += 16);
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  let text = '';
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
    text += hexByte[b[i]];
  }
  return text;
}

module.exports = {
  randomBytes,
  randomFill,
  randomFillSync,
  randomInt,
  randomUUID,
};
