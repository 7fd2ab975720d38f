'use strict';

// pbkdf2, scrypt, hkdf: the callback forms run on the thread pool.

const binding = internalBinding('crypto');
const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_INCOMPATIBLE_OPTION_PAIR },
} = require('internal/errors');
const {
  validateFunction,
  validateInt32,
  validateInteger,
  validateString,
  validateUint32,
} = require('internal/validators');
const { isAnyArrayBuffer, isArrayBufferView } = require('internal/util/types');
const { Buffer } = require('buffer');

const kMaxInt32 = 2 ** 31 - 1;

function toBytes(value, name) {
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (isArrayBufferView(value)) return value;
  if (isAnyArrayBuffer(value)) return new Uint8Array(value);
  throw new ERR_INVALID_ARG_TYPE(
    name, ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], value);
}

function checkPbkdf2(password, salt, iterations, keylen, digest) {
  validateString(digest, 'digest');
  password = toBytes(password, 'password');
  salt = toBytes(salt, 'salt');
  validateInt32(iterations, 'iterations', 1);
  validateInt32(keylen, 'keylen', 0);
  return [password, salt, iterations, keylen, digest];
}

function pbkdf2(password, salt, iterations, keylen, digest, callback) {
  if (typeof digest === 'function') {
    callback = digest;
    digest = undefined;
  }
  const args = checkPbkdf2(password, salt, iterations, keylen, digest);
  validateFunction(callback, 'callback');
  checkDigest(digest);
  binding.pbkdf2(...args, callback);
}

function pbkdf2Sync(password, salt, iterations, keylen, digest) {
  return binding.pbkdf2Sync(...checkPbkdf2(password, salt, iterations, keylen, digest));
}

// An unknown digest must throw at once, not in the callback.
function checkDigest(digest) {
  binding.pbkdf2Sync(new Uint8Array(0), new Uint8Array(0), 1, 0, digest);
}

// 255 bytes for each byte of the shortest digest; no valid length is far above it.
const kSmallestHkdfLimit = 255 * 16;

const kScryptDefaults = { N: 16384, r: 8, p: 1, maxmem: 32 << 20 };

function pick(options, short, long) {
  // Each is read once: getters of the program must not answer differently after the check.
  const { [short]: value, [long]: spelled } = options;
  if (value !== undefined) {
    if (spelled !== undefined) throw new ERR_INCOMPATIBLE_OPTION_PAIR(short, long);
    validateUint32(value, short);
    return value;
  }
  if (spelled !== undefined) validateUint32(spelled, long);
  return spelled ?? kScryptDefaults[short];
}

function checkScrypt(password, salt, keylen, options) {
  password = toBytes(password, 'password');
  salt = toBytes(salt, 'salt');
  validateInt32(keylen, 'keylen', 0);
  options ??= {};
  const N = pick(options, 'N', 'cost') || kScryptDefaults.N;
  const r = pick(options, 'r', 'blockSize') || kScryptDefaults.r;
  const p = pick(options, 'p', 'parallelization') || kScryptDefaults.p;
  let maxmem = kScryptDefaults.maxmem;
  if (options.maxmem !== undefined) {
    validateInteger(options.maxmem, 'maxmem', 0);
    maxmem = options.maxmem || kScryptDefaults.maxmem;
  }
  return [password, salt, keylen, N, r, p, maxmem];
}

function scrypt(password, salt, keylen, options, callback) {
  if (callback === undefined) {
    callback = options;
    options = undefined;
  }
  const args = checkScrypt(password, salt, keylen, options);
  validateFunction(callback, 'callback');
  binding.scrypt(...args, callback);
}

function scryptSync(password, salt, keylen, options) {
  return binding.scryptSync(...checkScrypt(password, salt, keylen, options));
}

function checkHkdf(digest, key, salt, info, length) {
  validateString(digest, 'digest');
  key = toBytes(key, 'ikm');
  salt = toBytes(salt, 'salt');
  info = toBytes(info, 'info');
  validateInteger(length, 'length', 0, kMaxInt32);
  if (info.byteLength > 1024) {
    throw new ERR_OUT_OF_RANGE('info', 'must not contain more than 1024 bytes', info.byteLength);
  }
  return [digest, key, salt, info, length];
}

function toArrayBuffer(buffer) {
  return buffer.buffer.byteLength === buffer.byteLength
    ? buffer.buffer
    : buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}

function hkdf(digest, key, salt, info, length, callback) {
  const args = checkHkdf(digest, key, salt, info, length);
  validateFunction(callback, 'callback');
  // Errors in the parameters are thrown, not handed to the callback.
  // Their limit is 255 digests, so a length near it is tried for real.
  const tried = length > kSmallestHkdfLimit ? length : Math.min(length, 1);
  binding.hkdfSync(digest, new Uint8Array(1), new Uint8Array(0), new Uint8Array(0), tried);
  binding.hkdf(...args, (error, bytes) => {
    if (error) callback(error);
    else callback(null, toArrayBuffer(bytes));
  });
}

function hkdfSync(digest, key, salt, info, length) {
  return toArrayBuffer(binding.hkdfSync(...checkHkdf(digest, key, salt, info, length)));
}

module.exports = { hkdf, hkdfSync, pbkdf2, pbkdf2Sync, scrypt, scryptSync };
