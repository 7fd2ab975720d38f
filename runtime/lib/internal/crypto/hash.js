'use strict';

// Hash, Hmac and hash(): streams over the native digests.

const { Hash: NativeHash, Hmac: NativeHmac, hashNames, hashOnce } = internalBinding('crypto');
const {
  codes: {
    ERR_CRYPTO_HASH_FINALIZED,
    ERR_CRYPTO_HASH_UPDATE_FAILED,
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
  },
} = require('internal/errors');
const {
  validateEncoding, validateObject, validateString, validateUint32,
} = require('internal/validators');
const { isAnyArrayBuffer, isArrayBufferView } = require('internal/util/types');
const { Buffer } = require('buffer');
const { Transform } = require('stream');

const kNative = Symbol('kNative');
const kStreamed = Symbol('kStreamed');
const kFinalized = Symbol('kFinalized');

function checkData(data, encoding) {
  if (typeof data === 'string') {
    validateEncoding(data, encoding);
    if (encoding === undefined || encoding === 'utf8' || encoding === 'utf-8' ||
        encoding === 'buffer') {
      return data;
    }
    return Buffer.from(data, encoding);
  }
  if (isArrayBufferView(data)) return data;
  throw new ERR_INVALID_ARG_TYPE('data', ['string', 'Buffer', 'TypedArray', 'DataView'], data);
}

// An encoding that does not exist leaves the digest as it is.
function output(buffer, encoding) {
  return Buffer.isEncoding(encoding) ? buffer.toString(encoding) : buffer;
}

// Node's error for a digest that OpenSSL does not know has no code here, other than that of an HMAC.
function withDigest(refusal, make) {
  try {
    return make();
  } catch (error) {
    throw error.code === 'ERR_CRYPTO_INVALID_DIGEST' ? new Error(refusal) : error;
  }
}

function Hash(algorithm, options) {
  if (!new.target) return new Hash(algorithm, options);
  const isCopy = algorithm instanceof Hash;
  if (!isCopy) validateString(algorithm, 'algorithm');
  const length = typeof options === 'object' && options !== null ? options.outputLength : undefined;
  if (length !== undefined) validateUint32(length, 'options.outputLength');
  this[kNative] = withDigest('Digest method not supported',
                             () => new NativeHash(isCopy ? algorithm[kNative] : algorithm, length));
  this[kFinalized] = false;
  Transform.call(this, options);
}
Object.setPrototypeOf(Hash.prototype, Transform.prototype);
Object.setPrototypeOf(Hash, Transform);

Hash.prototype.copy = function copy(options) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  return new Hash(this, options);
};

Hash.prototype._transform = function _transform(chunk, encoding, callback) {
  this[kNative].update(checkData(chunk, encoding));
  callback();
};

// digest() may still be called once the stream has given its digest.
Hash.prototype._flush = function _flush(callback) {
  this[kStreamed] = this[kNative].digest();
  this.push(this[kStreamed]);
  callback();
};

Hash.prototype.update = function update(data, encoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  const checked = checkData(data, encoding);
  try {
    this[kNative].update(checked);
  } catch {
    throw new ERR_CRYPTO_HASH_UPDATE_FAILED();
  }
  return this;
};

Hash.prototype.digest = function digest(outputEncoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  const result = output(this[kStreamed] ?? this[kNative].digest(), outputEncoding);
  this[kFinalized] = true;
  return result;
};

function keyBytes(key, encoding) {
  if (typeof key === 'string') return Buffer.from(key, encoding ?? 'utf8');
  if (isArrayBufferView(key)) return key;
  if (isAnyArrayBuffer(key)) return new Uint8Array(key);
  throw new ERR_INVALID_ARG_TYPE(
    'key', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView', 'string', 'KeyObject', 'CryptoKey'],
    key);
}

function Hmac(hmac, key, options) {
  if (!new.target) return new Hmac(hmac, key, options);
  validateString(hmac, 'hmac');
  const encoding = typeof options === 'object' && options !== null ? options.encoding : undefined;
  this[kNative] = new NativeHmac(hmac, keyBytes(key, encoding));
  this[kFinalized] = false;
  Transform.call(this, options);
}
Object.setPrototypeOf(Hmac.prototype, Transform.prototype);
Object.setPrototypeOf(Hmac, Transform);

Hmac.prototype._transform = Hash.prototype._transform;
Hmac.prototype._flush = Hash.prototype._flush;
Hmac.prototype.update = Hash.prototype.update;

// Unlike Hash, a second digest() answers with nothing instead of throwing.
Hmac.prototype.digest = function digest(outputEncoding) {
  if (this[kFinalized]) return output(Buffer.from(''), outputEncoding);
  const result = output(this[kStreamed] ?? this[kNative].digest(), outputEncoding);
  this[kFinalized] = true;
  return result;
};

function hash(algorithm, input, options) {
  validateString(algorithm, 'algorithm');
  if (typeof input !== 'string' && !isArrayBufferView(input)) {
    throw new ERR_INVALID_ARG_TYPE('input', ['Buffer', 'TypedArray', 'DataView', 'string'], input);
  }
  let encoding = 'hex';
  let length;
  if (typeof options === 'string') {
    encoding = options;
  } else if (options !== undefined) {
    validateObject(options, 'options');
    ({ outputEncoding: encoding = 'hex', outputLength: length } = options);
    if (length !== undefined) validateUint32(length, 'options.outputLength');
  }
  validateString(encoding, 'outputEncoding');
  if (encoding !== 'buffer' && !Buffer.isEncoding(encoding)) {
    throw new ERR_INVALID_ARG_VALUE('outputEncoding', encoding);
  }
  const digest = withDigest(`Digest method ${algorithm} is not supported`,
                            () => hashOnce(algorithm, input, length));
  return output(digest, encoding);
}

module.exports = {
  Hash,
  Hmac,
  createHash: (algorithm, options) => new Hash(algorithm, options),
  createHmac: (hmac, key, options) => new Hmac(hmac, key, options),
  getHashes: () => hashNames(),
  hash,
};
