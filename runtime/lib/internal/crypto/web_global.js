'use strict';

// The global `crypto`: Web Crypto's random part. subtle is not built yet.

const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS, ERR_NOT_IMPLEMENTED },
} = require('internal/errors');
const { isTypedArray } = require('internal/util/types');
const { randomFillSync, randomUUID } = require('internal/crypto/random');

const kBrand = Symbol('kBrand');
const kMaxRandomBytes = 65536;

function checkThis(value) {
  if (value?.[kBrand] !== true) throw new ERR_INVALID_THIS('Crypto');
}

class Crypto {
  constructor(brand) {
    if (brand !== kBrand) throw new ERR_ILLEGAL_CONSTRUCTOR();
    Object.defineProperty(this, kBrand, { __proto__: null, value: true });
  }

  get subtle() {
    checkThis(this);
    throw new ERR_NOT_IMPLEMENTED('crypto.subtle');
  }

  getRandomValues(array) {
    checkThis(this);
    const { DOMException } = globalThis;
    if (!isTypedArray(array) || array instanceof Float32Array || array instanceof Float64Array) {
      throw new DOMException('The data argument must be an integer-type TypedArray',
                             'TypeMismatchError');
    }
    if (array.byteLength > kMaxRandomBytes) {
      throw new DOMException(
        `The requested length exceeds ${kMaxRandomBytes} bytes`, 'QuotaExceededError');
    }
    randomFillSync(array);
    return array;
  }

  randomUUID(options) {
    checkThis(this);
    return randomUUID(options);
  }
}
Object.defineProperty(Crypto.prototype, Symbol.toStringTag, {
  __proto__: null,
  value: 'Crypto',
  configurable: true,
});

module.exports = { Crypto, crypto: new Crypto(kBrand) };
