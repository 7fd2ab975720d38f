'use strict';

const { timingSafeEqual: nativeEqual } = internalBinding('crypto');
const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED },
} = require('internal/errors');
const { isAnyArrayBuffer, isArrayBufferView } = require('internal/util/types');
const hash = require('internal/crypto/hash');
const kdf = require('internal/crypto/kdf');
const random = require('internal/crypto/random');

function checkEqualArgument(value, name) {
  if (!isArrayBufferView(value) && !isAnyArrayBuffer(value)) {
    throw new ERR_INVALID_ARG_TYPE(
      name, ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], value);
  }
}

function timingSafeEqual(buf1, buf2) {
  checkEqualArgument(buf1, 'buf1');
  checkEqualArgument(buf2, 'buf2');
  return nativeEqual(buf1, buf2);
}

// Node's functions that are not built yet say so when they are called.
const missing = {};
for (const name of [
  'argon2', 'argon2Sync', 'checkPrime', 'checkPrimeSync', 'createCipheriv', 'createDecipheriv',
  'createDiffieHellman', 'createDiffieHellmanGroup', 'createECDH', 'createPrivateKey',
  'createPublicKey', 'createSecretKey', 'createSign', 'createVerify', 'decapsulate',
  'diffieHellman', 'encapsulate', 'generateKey', 'generateKeyPair', 'generateKeyPairSync',
  'generateKeySync', 'generatePrime', 'generatePrimeSync', 'getCipherInfo', 'getDiffieHellman',
  'privateDecrypt', 'privateEncrypt', 'publicDecrypt', 'publicEncrypt', 'secureHeapUsed',
  'setEngine', 'setFips', 'sign', 'verify',
]) {
  missing[name] = { [name]() { throw new ERR_METHOD_NOT_IMPLEMENTED(`crypto.${name}()`); } }[name];
}
for (const name of [
  'Certificate', 'Cipheriv', 'Decipheriv', 'DiffieHellman', 'DiffieHellmanGroup', 'ECDH',
  'KeyObject', 'Sign', 'Verify', 'X509Certificate',
]) {
  missing[name] = class {
    constructor() {
      throw new ERR_METHOD_NOT_IMPLEMENTED(`crypto.${name}`);
    }
  };
  Object.defineProperty(missing[name], 'name', { __proto__: null, value: name });
}

module.exports = {
  ...missing,
  Hash: hash.Hash,
  Hmac: hash.Hmac,
  constants: Object.freeze({ __proto__: null, defaultCoreCipherList: '' }),
  createHash: hash.createHash,
  createHmac: hash.createHmac,
  getCiphers: () => [],
  getCurves: () => [],
  getFips: () => 0,
  getHashes: hash.getHashes,
  getRandomValues: (array) => require('internal/crypto/web_global').crypto.getRandomValues(array),
  hash: hash.hash,
  hkdf: kdf.hkdf,
  hkdfSync: kdf.hkdfSync,
  pbkdf2: kdf.pbkdf2,
  pbkdf2Sync: kdf.pbkdf2Sync,
  randomBytes: random.randomBytes,
  randomFill: random.randomFill,
  randomFillSync: random.randomFillSync,
  randomInt: random.randomInt,
  randomUUID: random.randomUUID,
  scrypt: kdf.scrypt,
  scryptSync: kdf.scryptSync,
  timingSafeEqual,
};

Object.defineProperties(module.exports, {
  subtle: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get: () => require('internal/crypto/web_global').crypto.subtle,
  },
  webcrypto: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get: () => require('internal/crypto/web_global').crypto,
  },
  fips: { __proto__: null, configurable: true, enumerable: true, get: () => 0 },
});
for (const name of ['prng', 'pseudoRandomBytes', 'rng']) {
  Object.defineProperty(module.exports, name, {
    __proto__: null, value: random.randomBytes, writable: true, configurable: true,
  });
}
