'use strict';

// CompressionStream and DecompressionStream on zlib's transforms.

const { duplexToWeb } = require('internal/webstreams/adapters');
const { codes: { ERR_INVALID_THIS } } = require('internal/errors');
const { validateOneOf } = require('internal/validators');
const { customInspectSymbol, kEnumerableProperty } = require('internal/util');

const kFormats = ['deflate', 'deflate-raw', 'gzip', 'brotli'];
const kCompressors = {
  '__proto__': null,
  'deflate': 'createDeflate',
  'deflate-raw': 'createDeflateRaw',
  'gzip': 'createGzip',
  'brotli': 'createBrotliCompress',
};
const kDecompressors = {
  '__proto__': null,
  'deflate': 'createInflate',
  'deflate-raw': 'createInflateRaw',
  'gzip': 'createGunzip',
  'brotli': 'createBrotliDecompress',
};

function makeClass(name, creators, optionsFor) {
  const Stream = class {
    #pair;

    constructor(format) {
      validateOneOf(format, 'format', kFormats);
      this.#pair = duplexToWeb(require('zlib')[creators[format]](optionsFor(format)));
    }

    get readable() {
      if (!(#pair in this)) throw new ERR_INVALID_THIS(name);
      return this.#pair.readable;
    }

    get writable() {
      if (!(#pair in this)) throw new ERR_INVALID_THIS(name);
      return this.#pair.writable;
    }

    [customInspectSymbol](depth, options) {
      if (typeof depth === 'number' && depth < 0) return this;
      const { inspect } = require('internal/util/inspect');
      const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
      const { readable, writable } = this;
      return `${name} ${inspect({ readable, writable }, inner)}`;
    }
  };
  Object.defineProperty(Stream, 'name', { __proto__: null, configurable: true, value: name });
  Object.defineProperties(Stream.prototype, {
    readable: kEnumerableProperty,
    writable: kEnumerableProperty,
    [Symbol.toStringTag]: { __proto__: null, configurable: true, value: name },
  });
  return Stream;
}

module.exports = {
  CompressionStream: makeClass('CompressionStream', kCompressors, () => undefined),
  DecompressionStream: makeClass('DecompressionStream', kDecompressors,
                                 () => ({ rejectGarbageAfterEnd: true })),
};
