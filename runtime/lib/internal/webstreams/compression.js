'use strict';

// CompressionStream and DecompressionStream on zlib's transforms.

const { duplexToWeb } = require('internal/webstreams/adapters');
const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_STREAM_NULL_VALUES },
} = require('internal/errors');
const { isAnyArrayBuffer, isArrayBufferView } = require('internal/util/types');
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

// Only sources of bytes may be written, and shared memory may not.
function prepareChunk(chunk) {
  if (typeof chunk === 'string') return chunk;
  if (chunk === null) throw new ERR_STREAM_NULL_VALUES();
  const shared = (buffer) => buffer instanceof SharedArrayBuffer;
  if (isArrayBufferView(chunk) && !shared(chunk.buffer)) return chunk;
  if (isAnyArrayBuffer(chunk) && !shared(chunk)) return new Uint8Array(chunk);
  throw new ERR_INVALID_ARG_TYPE('chunk', ['ArrayBuffer', 'TypedArray', 'DataView'], chunk);
}

// The specification knows only TypeErrors here; the cause tells the codec's own.
function asTypeErrors(handle) {
  const destroy = handle._destroy;
  handle._destroy = function(error, callback) {
    if (error && !(error instanceof TypeError)) {
      const { code, errno } = error;
      error = Object.assign(new TypeError(error.message, { cause: error }), { code, errno });
    }
    Reflect.apply(destroy, this, [error, callback]);
  };
  return handle;
}

function makeClass(name, creators, optionsFor) {
  const Stream = class {
    #pair;

    constructor(format) {
      validateOneOf(format, 'format', kFormats);
      const handle = asTypeErrors(require('zlib')[creators[format]](optionsFor(format)));
      this.#pair = duplexToWeb(handle, { prepareChunk });
    }

    get readable() {
      return this.#pair.readable;
    }

    get writable() {
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
