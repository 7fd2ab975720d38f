'use strict';

// The global `navigator`: what a program may know of the machine without asking node:os.

const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS, ERR_NOT_IMPLEMENTED },
} = require('internal/errors');
const { kEnumerableProperty } = require('internal/util');

const kBrand = Symbol('kBrand');

function checkThis(value) {
  if (value?.[kBrand] !== true) throw new ERR_INVALID_THIS('Navigator');
}

class Navigator {
  constructor(brand) {
    if (brand !== kBrand) throw new ERR_ILLEGAL_CONSTRUCTOR();
    Object.defineProperty(this, kBrand, { __proto__: null, value: true });
  }

  get hardwareConcurrency() {
    checkThis(this);
    return require('os').availableParallelism();
  }

  get language() {
    checkThis(this);
    return new Intl.NumberFormat().resolvedOptions().locale;
  }

  get languages() {
    return Object.freeze([this.language]);
  }

  get locks() {
    checkThis(this);
    throw new ERR_NOT_IMPLEMENTED('navigator.locks');
  }

  get platform() {
    checkThis(this);
    return 'linux';
  }

  get userAgent() {
    checkThis(this);
    return `Node.js/${process.versions.node.split('.')[0]}`;
  }
}

Object.defineProperties(Navigator.prototype, {
  hardwareConcurrency: kEnumerableProperty,
  language: kEnumerableProperty,
  languages: kEnumerableProperty,
  locks: kEnumerableProperty,
  platform: kEnumerableProperty,
  userAgent: kEnumerableProperty,
});

module.exports = { Navigator, navigator: new Navigator(kBrand) };
