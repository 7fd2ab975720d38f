'use strict';

// FastBuffer (the class behind Buffer) and its numeric reads and writes. Bytes are combined in
// JavaScript: the optimising compiler inlines that, a native call it cannot.

const binding = internalBinding('buffer');
const {
  codes: { ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE },
} = require('internal/errors');
const { validateNumber } = require('internal/validators');

// Views for taking floats apart; in the machine's byte order.
const float32 = new Float32Array(1);
const float32Bytes = new Uint8Array(float32.buffer);
const float64 = new Float64Array(1);
const float64Bytes = new Uint8Array(float64.buffer);

class FastBuffer extends Uint8Array {
  // Without an explicit constructor the call goes through the array iterator.
  // eslint-disable-next-line no-useless-constructor
  constructor(source, byteOffset, length) {
    super(source, byteOffset, length);
  }
}

function checkBounds(buffer, offset, last) {
  validateNumber(offset, 'offset');
  if (buffer[offset] === undefined || buffer[offset + last] === undefined) {
    boundsError(offset, buffer.length - (last + 1));
  }
}

function checkInt(value, min, max, buffer, offset, last) {
  if (value > max || value < min) throw valueRangeError(value, min, max, last);
  checkBounds(buffer, offset, last);
}

function valueRangeError(value, min, max, last) {
  const n = typeof min === 'bigint' ? 'n' : '';
  let range;
  if (last > 3) {
    const bits = (last + 1) * 8;
    range = min == 0 // eslint-disable-line eqeqeq
      ? `>= 0${n} and < 2${n} ** ${bits}${n}`
      : `>= -(2${n} ** ${bits - 1}${n}) and < 2${n} ** ${bits - 1}${n}`;
  } else {
    range = `>= ${min}${n} and <= ${max}${n}`;
  }
  return new ERR_OUT_OF_RANGE('value', range, value);
}

function boundsError(value, length, type) {
  if (Math.floor(value) !== value) {
    validateNumber(value, type);
    throw new ERR_OUT_OF_RANGE(type || 'offset', 'an integer', value);
  }
  if (length < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS();
  throw new ERR_OUT_OF_RANGE(type || 'offset', `>= ${type ? 1 : 0} and <= ${length}`, value);
}

function checkByteLength(byteLength) {
  if (byteLength === undefined) {
    throw new ERR_INVALID_ARG_TYPE('byteLength', 'number', byteLength);
  }
  boundsError(byteLength, 6, 'byteLength');
}

// Reads. An absent byte shows as undefined, so bounds cost one comparison.

function readUInt8(offset = 0) {
  validateNumber(offset, 'offset');
  const value = this[offset];
  if (value === undefined) boundsError(offset, this.length - 1);
  return value;
}

function readUInt16LE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 1];
  if (first === undefined || last === undefined) boundsError(offset, this.length - 2);
  return first + last * 2 ** 8;
}

function readUInt16BE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 1];
  if (first === undefined || last === undefined) boundsError(offset, this.length - 2);
  return first * 2 ** 8 + last;
}

function readUInt32LE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 3];
  if (first === undefined || last === undefined) boundsError(offset, this.length - 4);
  return first + this[++offset] * 2 ** 8 + this[++offset] * 2 ** 16 + last * 2 ** 24;
}

function readUInt32BE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 3];
  if (first === undefined || last === undefined) boundsError(offset, this.length - 4);
  return first * 2 ** 24 + this[++offset] * 2 ** 16 + this[++offset] * 2 ** 8 + last;
}

function readInt8(offset = 0) {
  return (readUInt8.call(this, offset) << 24) >> 24;
}

function readInt16LE(offset = 0) {
  return (readUInt16LE.call(this, offset) << 16) >> 16;
}

function readInt16BE(offset = 0) {
  return (readUInt16BE.call(this, offset) << 16) >> 16;
}

function readInt32LE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 3];
  if (first === undefined || last === undefined) boundsError(offset, this.length - 4);
  return first + this[++offset] * 2 ** 8 + this[++offset] * 2 ** 16 + (last << 24);
}

function readInt32BE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 3];
  if (first === undefined || last === undefined) boundsError(offset, this.length - 4);
  return (first << 24) + this[++offset] * 2 ** 16 + this[++offset] * 2 ** 8 + last;
}

function unsignedLE(buffer, offset, byteLength) {
  checkBounds(buffer, offset, byteLength - 1);
  let value = 0;
  for (let i = byteLength - 1; i >= 0; i--) value = value * 2 ** 8 + buffer[offset + i];
  return value;
}

function unsignedBE(buffer, offset, byteLength) {
  checkBounds(buffer, offset, byteLength - 1);
  let value = 0;
  for (let i = 0; i < byteLength; i++) value = value * 2 ** 8 + buffer[offset + i];
  return value;
}

function toSigned(value, byteLength) {
  const limit = 2 ** (8 * byteLength - 1);
  return value < limit ? value : value - 2 * limit;
}

function checkOffsetGiven(offset) {
  if (offset === undefined) throw new ERR_INVALID_ARG_TYPE('offset', 'number', offset);
}

function isByteLength(value) {
  return value === 1 || value === 2 || value === 3 || value === 4 || value === 5 || value === 6;
}

function readUIntLE(offset, byteLength) {
  checkOffsetGiven(offset);
  if (!isByteLength(byteLength)) checkByteLength(byteLength);
  return unsignedLE(this, offset, byteLength);
}

function readUIntBE(offset, byteLength) {
  checkOffsetGiven(offset);
  if (!isByteLength(byteLength)) checkByteLength(byteLength);
  return unsignedBE(this, offset, byteLength);
}

function readIntLE(offset, byteLength) {
  checkOffsetGiven(offset);
  if (!isByteLength(byteLength)) checkByteLength(byteLength);
  return toSigned(unsignedLE(this, offset, byteLength), byteLength);
}

function readIntBE(offset, byteLength) {
  checkOffsetGiven(offset);
  if (!isByteLength(byteLength)) checkByteLength(byteLength);
  return toSigned(unsignedBE(this, offset, byteLength), byteLength);
}

function readBigUInt64LE(offset = 0) {
  checkBounds(this, offset, 7);
  const low = this[offset] + this[++offset] * 2 ** 8 + this[++offset] * 2 ** 16 +
    this[++offset] * 2 ** 24;
  const high = this[++offset] + this[++offset] * 2 ** 8 + this[++offset] * 2 ** 16 +
    this[++offset] * 2 ** 24;
  return BigInt(low) + (BigInt(high) << 32n);
}

function readBigUInt64BE(offset = 0) {
  checkBounds(this, offset, 7);
  const high = this[offset] * 2 ** 24 + this[++offset] * 2 ** 16 + this[++offset] * 2 ** 8 +
    this[++offset];
  const low = this[++offset] * 2 ** 24 + this[++offset] * 2 ** 16 + this[++offset] * 2 ** 8 +
    this[++offset];
  return (BigInt(high) << 32n) + BigInt(low);
}

function readBigInt64LE(offset = 0) {
  return BigInt.asIntN(64, readBigUInt64LE.call(this, offset));
}

function readBigInt64BE(offset = 0) {
  return BigInt.asIntN(64, readBigUInt64BE.call(this, offset));
}

function readFloatLE(offset = 0) {
  checkBounds(this, offset, 3);
  for (let i = 0; i < 4; i++) float32Bytes[i] = this[offset + i];
  return float32[0];
}

function readFloatBE(offset = 0) {
  checkBounds(this, offset, 3);
  for (let i = 0; i < 4; i++) float32Bytes[3 - i] = this[offset + i];
  return float32[0];
}

function readDoubleLE(offset = 0) {
  checkBounds(this, offset, 7);
  for (let i = 0; i < 8; i++) float64Bytes[i] = this[offset + i];
  return float64[0];
}

function readDoubleBE(offset = 0) {
  checkBounds(this, offset, 7);
  for (let i = 0; i < 8; i++) float64Bytes[7 - i] = this[offset + i];
  return float64[0];
}

// Writes. Each returns the offset behind what it wrote.

function putLE(buffer, value, offset, byteLength) {
  for (let i = 0; i < byteLength; i++) {
    buffer[offset++] = value;
    value = Math.floor(value / 2 ** 8);
  }
  return offset;
}

function putBE(buffer, value, offset, byteLength) {
  for (let i = byteLength - 1; i >= 0; i--) {
    buffer[offset + i] = value;
    value = Math.floor(value / 2 ** 8);
  }
  return offset + byteLength;
}

function put8(buffer, value, offset, min, max) {
  value = +value;
  validateNumber(offset, 'offset');
  if (value > max || value < min) throw valueRangeError(value, min, max, 0);
  if (buffer[offset] === undefined) boundsError(offset, buffer.length - 1);
  buffer[offset] = value;
  return offset + 1;
}

function put16LE(buffer, value, offset, min, max) {
  value = +value;
  checkInt(value, min, max, buffer, offset, 1);
  buffer[offset++] = value;
  buffer[offset++] = value >>> 8;
  return offset;
}

function put16BE(buffer, value, offset, min, max) {
  value = +value;
  checkInt(value, min, max, buffer, offset, 1);
  buffer[offset++] = value >>> 8;
  buffer[offset++] = value;
  return offset;
}

function put32LE(buffer, value, offset, min, max) {
  value = +value;
  checkInt(value, min, max, buffer, offset, 3);
  buffer[offset++] = value;
  buffer[offset++] = value >>> 8;
  buffer[offset++] = value >>> 16;
  buffer[offset++] = value >>> 24;
  return offset;
}

function put32BE(buffer, value, offset, min, max) {
  value = +value;
  checkInt(value, min, max, buffer, offset, 3);
  buffer[offset++] = value >>> 24;
  buffer[offset++] = value >>> 16;
  buffer[offset++] = value >>> 8;
  buffer[offset++] = value;
  return offset;
}

function writeUInt8(value, offset = 0) {
  return put8(this, value, offset, 0, 0xff);
}
function writeUInt16LE(value, offset = 0) {
  return put16LE(this, value, offset, 0, 0xffff);
}
function writeUInt16BE(value, offset = 0) {
  return put16BE(this, value, offset, 0, 0xffff);
}
function writeUInt32LE(value, offset = 0) {
  return put32LE(this, value, offset, 0, 0xffffffff);
}
function writeUInt32BE(value, offset = 0) {
  return put32BE(this, value, offset, 0, 0xffffffff);
}
function writeInt8(value, offset = 0) {
  return put8(this, value, offset, -0x80, 0x7f);
}
function writeInt16LE(value, offset = 0) {
  return put16LE(this, value, offset, -0x8000, 0x7fff);
}
function writeInt16BE(value, offset = 0) {
  return put16BE(this, value, offset, -0x8000, 0x7fff);
}
function writeInt32LE(value, offset = 0) {
  return put32LE(this, value, offset, -0x80000000, 0x7fffffff);
}
function writeInt32BE(value, offset = 0) {
  return put32BE(this, value, offset, -0x80000000, 0x7fffffff);
}

function checkedVariable(buffer, value, offset, byteLength, signed) {
  if (!isByteLength(byteLength)) checkByteLength(byteLength);
  value = +value;
  validateNumber(offset, 'offset');
  const limit = 2 ** (8 * byteLength);
  const min = signed ? -limit / 2 : 0;
  const max = signed ? limit / 2 - 1 : limit - 1;
  checkInt(value, min, max, buffer, offset, byteLength - 1);
  return value;
}

function writeUIntLE(value, offset, byteLength) {
  return putLE(this, checkedVariable(this, value, offset, byteLength, false), offset, byteLength);
}
function writeUIntBE(value, offset, byteLength) {
  return putBE(this, checkedVariable(this, value, offset, byteLength, false), offset, byteLength);
}
function writeIntLE(value, offset, byteLength) {
  return putLE(this, checkedVariable(this, value, offset, byteLength, true), offset, byteLength);
}
function writeIntBE(value, offset, byteLength) {
  return putBE(this, checkedVariable(this, value, offset, byteLength, true), offset, byteLength);
}

function putBigLE(buffer, value, offset, min, max) {
  checkInt(value, min, max, buffer, offset, 7);
  putLE(buffer, Number(value & 0xffffffffn), offset, 4);
  return putLE(buffer, Number((value >> 32n) & 0xffffffffn), offset + 4, 4);
}
function putBigBE(buffer, value, offset, min, max) {
  checkInt(value, min, max, buffer, offset, 7);
  putBE(buffer, Number((value >> 32n) & 0xffffffffn), offset, 4);
  return putBE(buffer, Number(value & 0xffffffffn), offset + 4, 4);
}

function writeBigUInt64LE(value, offset = 0) {
  return putBigLE(this, value, offset, 0n, 0xffffffffffffffffn);
}
function writeBigUInt64BE(value, offset = 0) {
  return putBigBE(this, value, offset, 0n, 0xffffffffffffffffn);
}
function writeBigInt64LE(value, offset = 0) {
  return putBigLE(this, value, offset, -0x8000000000000000n, 0x7fffffffffffffffn);
}
function writeBigInt64BE(value, offset = 0) {
  return putBigBE(this, value, offset, -0x8000000000000000n, 0x7fffffffffffffffn);
}

function writeFloatLE(value, offset = 0) {
  value = +value;
  checkBounds(this, offset, 3);
  float32[0] = value;
  for (let i = 0; i < 4; i++) this[offset++] = float32Bytes[i];
  return offset;
}
function writeFloatBE(value, offset = 0) {
  value = +value;
  checkBounds(this, offset, 3);
  float32[0] = value;
  for (let i = 3; i >= 0; i--) this[offset++] = float32Bytes[i];
  return offset;
}
function writeDoubleLE(value, offset = 0) {
  value = +value;
  checkBounds(this, offset, 7);
  float64[0] = value;
  for (let i = 0; i < 8; i++) this[offset++] = float64Bytes[i];
  return offset;
}
function writeDoubleBE(value, offset = 0) {
  value = +value;
  checkBounds(this, offset, 7);
  float64[0] = value;
  for (let i = 7; i >= 0; i--) this[offset++] = float64Bytes[i];
  return offset;
}

const numericMethods = {
  readBigUInt64LE, readBigUInt64BE, readBigInt64LE, readBigInt64BE,
  writeBigUInt64LE, writeBigUInt64BE, writeBigInt64LE, writeBigInt64BE,
  readUIntLE, readUInt32LE, readUInt16LE, readUInt8, readUIntBE, readUInt32BE, readUInt16BE,
  readIntLE, readInt32LE, readInt16LE, readInt8, readIntBE, readInt32BE, readInt16BE,
  writeUIntLE, writeUInt32LE, writeUInt16LE, writeUInt8, writeUIntBE, writeUInt32BE,
  writeUInt16BE, writeIntLE, writeInt32LE, writeInt16LE, writeInt8, writeIntBE, writeInt32BE,
  writeInt16BE, readFloatLE, readFloatBE, readDoubleLE, readDoubleBE,
  writeFloatLE, writeFloatBE, writeDoubleLE, writeDoubleBE,
};

const nativeMethods = [
  'asciiSlice', 'base64Slice', 'base64urlSlice', 'latin1Slice', 'hexSlice', 'ucs2Slice',
  'utf8Slice', 'asciiWrite', 'base64Write', 'base64urlWrite', 'latin1Write', 'hexWrite',
  'ucs2Write', 'utf8Write',
];

// These three check what they are given; Buffer.prototype.write has checked already and calls the
// native ones.
function makeCheckedWrite(name) {
  const write = binding[name];
  return {
    [name](string, offset = 0, length = this.byteLength - offset) {
      if (offset < 0 || offset > this.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
      if (length < 0 || length > this.byteLength - offset) {
        throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
      }
      return Reflect.apply(write, this, [string, offset, length]);
    },
  }[name];
}

// Enumerable, as assignment in Node makes them: some packages copy Buffer's methods.
function addBufferPrototype(prototype) {
  for (const name of Object.keys(numericMethods)) {
    prototype[name] = numericMethods[name];
    if (name.includes('UInt')) prototype[name.replace('UInt', 'Uint')] = numericMethods[name];
  }
  for (const name of nativeMethods) prototype[name] = binding[name];
  for (const name of ['asciiWrite', 'latin1Write', 'utf8Write']) {
    prototype[name] = makeCheckedWrite(name);
  }
}

// Below this the heap's zeroed arrays are cheaper than a call for uninitialised memory.
const kSmallUnsafe = 512;

function createUnsafeBuffer(size) {
  if (size <= kSmallUnsafe) return new FastBuffer(size);
  return new FastBuffer(binding.createUnsafe(size));
}

module.exports = { FastBuffer, addBufferPrototype, createUnsafeBuffer };
