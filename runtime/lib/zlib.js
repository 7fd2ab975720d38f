'use strict';

const { crc32: nativeCrc32 } = internalBinding('zlib');
const {
  codes: {
    ERR_BROTLI_INVALID_PARAM, ERR_INVALID_ARG_TYPE, ERR_NOT_IMPLEMENTED, ERR_ZSTD_INVALID_PARAM,
  },
  hideStackFrames,
} = require('internal/errors');
const { validateFunction, validateUint32 } = require('internal/validators');
const { isAnyArrayBuffer, isArrayBufferView } = require('internal/util/types');
const { Buffer } = require('buffer');
const { codes, constants } = require('internal/zlib/constants');
const {
  CodecStream,
  kCodec,
  processBuffer,
  processSync,
} = require('internal/zlib/codec_stream');
const { checkRangesOrGetDefault } = require('internal/zlib/options');

const {
  BROTLI_DECODE, BROTLI_ENCODE, BROTLI_OPERATION_FINISH, BROTLI_OPERATION_FLUSH,
  BROTLI_OPERATION_PROCESS, BROTLI_PARAM_NDIRECT, DEFLATE, DEFLATERAW, GUNZIP, GZIP, INFLATE, INFLATERAW, UNZIP,
  Z_DEFAULT_LEVEL, Z_DEFAULT_MEMLEVEL, Z_DEFAULT_STRATEGY, Z_DEFAULT_WINDOWBITS, Z_FINISH, Z_FIXED,
  Z_FULL_FLUSH, Z_MAX_LEVEL, Z_MAX_MEMLEVEL, Z_MAX_WINDOWBITS, Z_MIN_LEVEL, Z_MIN_MEMLEVEL,
  Z_MIN_WINDOWBITS, Z_NO_FLUSH, ZSTD_COMPRESS, ZSTD_DECOMPRESS, ZSTD_e_continue, ZSTD_e_end,
  ZSTD_c_overlapLog, ZSTD_d_windowLogMax, ZSTD_e_flush,
} = constants;

function checkDictionary(dictionary) {
  if (dictionary === undefined || isArrayBufferView(dictionary)) return dictionary;
  if (isAnyArrayBuffer(dictionary)) return Buffer.from(dictionary);
  throw new ERR_INVALID_ARG_TYPE(
    'options.dictionary', ['Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], dictionary);
}

function checkWindowBits(options, mode) {
  // 0 lets the decompressors take the size out of the header.
  const fromHeader = mode === INFLATE || mode === GUNZIP || mode === UNZIP;
  if (fromHeader && (options.windowBits === null || options.windowBits === 0)) return 0;
  const min = Z_MIN_WINDOWBITS + (mode === GZIP ? 1 : 0);
  return checkRangesOrGetDefault(
    options.windowBits, 'options.windowBits', min, Z_MAX_WINDOWBITS, Z_DEFAULT_WINDOWBITS);
}

const kZlibFlush = { flush: Z_NO_FLUSH, finishFlush: Z_FINISH, fullFlush: Z_FULL_FLUSH };

function initZlib(stream, options, mode) {
  CodecStream.call(stream, options, mode, kZlibFlush);
  let windowBits = Z_DEFAULT_WINDOWBITS;
  let level = Z_DEFAULT_LEVEL;
  let memLevel = Z_DEFAULT_MEMLEVEL;
  let strategy = Z_DEFAULT_STRATEGY;
  let dictionary;
  if (options) {
    windowBits = checkWindowBits(options, mode);
    level = checkRangesOrGetDefault(
      options.level, 'options.level', Z_MIN_LEVEL, Z_MAX_LEVEL, Z_DEFAULT_LEVEL);
    memLevel = checkRangesOrGetDefault(options.memLevel, 'options.memLevel', Z_MIN_MEMLEVEL,
                                       Z_MAX_MEMLEVEL, Z_DEFAULT_MEMLEVEL);
    strategy = checkRangesOrGetDefault(
      options.strategy, 'options.strategy', Z_DEFAULT_STRATEGY, Z_FIXED, Z_DEFAULT_STRATEGY);
    dictionary = checkDictionary(options.dictionary);
  }
  // zlib writes raw deflate of window size 8 wrongly; 9 is what it means.
  if (mode === DEFLATERAW && windowBits === 8) windowBits = 9;
  stream[kCodec].initZlib(windowBits, level, memLevel, strategy, dictionary);
  stream._level = level;
  stream._strategy = strategy;
}

function defineZlibClass(name, mode) {
  return addParams(makeConstructor(name, (stream, options) => initZlib(stream, options, mode)));
}

const warned = new Set();
function warnWithoutNew(name) {
  if (warned.has(name)) return;
  warned.add(name);
  process.emitWarning(`Instantiating ${name} without the 'new' keyword has been deprecated.`,
                      'DeprecationWarning', 'DEP0184');
}

// Callable without `new`, as zlib's classes always were.
function makeConstructor(name, init) {
  function Compression(options) {
    if (!(this instanceof Compression)) {
      warnWithoutNew(name);
      return new Compression(options);
    }
    init(this, options);
  }
  Object.defineProperty(Compression, 'name', { __proto__: null, value: name });
  Object.setPrototypeOf(Compression.prototype, CodecStream.prototype);
  Object.setPrototypeOf(Compression, CodecStream);
  return Compression;
}

function addParams(Class) {
  Class.prototype.params = function params(level, strategy, callback) {
    checkRangesOrGetDefault(level, 'level', Z_MIN_LEVEL, Z_MAX_LEVEL);
    checkRangesOrGetDefault(strategy, 'strategy', Z_DEFAULT_STRATEGY, Z_FIXED);
    if (this._level === level && this._strategy === strategy) {
      process.nextTick(callback);
      return;
    }
    this.flush(constants.Z_SYNC_FLUSH, (error) => {
      if (error || this.destroyed) return;
      this[kCodec].setParameters(level, strategy);
      this._level = level;
      this._strategy = strategy;
      if (callback) callback(error);
    });
  };
  return Class;
}

const Deflate = defineZlibClass('Deflate', DEFLATE);
const Inflate = defineZlibClass('Inflate', INFLATE);
const Gzip = defineZlibClass('Gzip', GZIP);
const Gunzip = defineZlibClass('Gunzip', GUNZIP);
const DeflateRaw = defineZlibClass('DeflateRaw', DEFLATERAW);
const InflateRaw = defineZlibClass('InflateRaw', INFLATERAW);
const Unzip = defineZlibClass('Unzip', UNZIP);

// { parameter: value } → [parameter, value...]
function parameterPairs(options, max, InvalidParameter) {
  const pairs = [];
  const seen = new Set();
  for (const key of Object.keys(options?.params ?? {})) {
    const parameter = Number(key);
    if (key === '' || !Number.isInteger(parameter) || parameter < 0 || parameter > max ||
        seen.has(parameter)) {
      throw new InvalidParameter(key);
    }
    seen.add(parameter);
    const value = options.params[key];
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      throw new ERR_INVALID_ARG_TYPE('options.params[key]', 'number', value);
    }
    pairs.push(parameter, Number(value));
  }
  return pairs;
}

const kBrotliFlush = {
  flush: BROTLI_OPERATION_PROCESS,
  finishFlush: BROTLI_OPERATION_FINISH,
  fullFlush: BROTLI_OPERATION_FLUSH,
};

function defineBrotliClass(name, mode) {
  return makeConstructor(name, (stream, options) => {
    const pairs = parameterPairs(options, BROTLI_PARAM_NDIRECT, ERR_BROTLI_INVALID_PARAM);
    if (options?.dictionary !== undefined) {
      checkDictionary(options.dictionary);
      throw new ERR_NOT_IMPLEMENTED('The dictionary option of Brotli');
    }
    CodecStream.call(stream, options, mode, kBrotliFlush);
    stream[kCodec].initBrotli(pairs);
  });
}

const BrotliCompress = defineBrotliClass('BrotliCompress', BROTLI_ENCODE);
const BrotliDecompress = defineBrotliClass('BrotliDecompress', BROTLI_DECODE);

const kZstdFlush = { flush: ZSTD_e_continue, finishFlush: ZSTD_e_end, fullFlush: ZSTD_e_flush };

function defineZstdClass(name, mode) {
  return makeConstructor(name, (stream, options) => {
    const pairs = parameterPairs(
      options, mode === ZSTD_COMPRESS ? ZSTD_c_overlapLog : ZSTD_d_windowLogMax,
      ERR_ZSTD_INVALID_PARAM);
    CodecStream.call(stream, options, mode, kZstdFlush);
    const pledged = checkRangesOrGetDefault(
      options?.pledgedSrcSize, 'options.pledgedSrcSize', 0, Number.MAX_SAFE_INTEGER, -1);
    stream[kCodec].initZstd(pairs, pledged, checkDictionary(options?.dictionary));
  });
}

const ZstdCompress = defineZstdClass('ZstdCompress', ZSTD_COMPRESS);
const ZstdDecompress = defineZstdClass('ZstdDecompress', ZSTD_DECOMPRESS);

const toBytes = hideStackFrames((buffer) => {
  if (typeof buffer === 'string') return Buffer.from(buffer);
  if (isArrayBufferView(buffer)) return buffer;
  if (isAnyArrayBuffer(buffer)) return Buffer.from(buffer);
  throw new ERR_INVALID_ARG_TYPE(
    'buffer', ['string', 'Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], buffer);
});

// The whole-buffer functions of a class: fn(buffer, options, callback) and fnSync(buffer, options).
function defineConvenience(name, Class) {
  const kCustom = Symbol.for('nodejs.util.promisify.custom');
  const functions = {
    [name](buffer, options, callback) {
      if (typeof options === 'function') {
        callback = options;
        options = {};
      }
      validateFunction(callback, 'callback');
      const bytes = toBytes(buffer);
      processBuffer(new Class(options), bytes, callback);
    },
    [`${name}Sync`](buffer, options) {
      const bytes = toBytes(buffer);
      const stream = new Class(options);
      const result = processSync(stream, bytes, stream._finishFlushFlag);
      return stream._info ? { buffer: result, engine: stream } : result;
    },
  };
  Object.defineProperty(functions[name], kCustom, {
    __proto__: null,
    value: (buffer, options) => new Promise((resolve, reject) => {
      functions[name](buffer, options, (error, result) => (error ? reject(error) : resolve(result)));
    }),
  });
  return functions;
}

function crc32(data, value = 0) {
  if (typeof data !== 'string' && !isArrayBufferView(data)) {
    throw new ERR_INVALID_ARG_TYPE('data', ['Buffer', 'TypedArray', 'DataView', 'string'], data);
  }
  validateUint32(value, 'value');
  return nativeCrc32(data, value);
}

const classes = {
  Deflate, Inflate, Gzip, Gunzip, DeflateRaw, InflateRaw, Unzip, BrotliCompress, BrotliDecompress,
  ZstdCompress, ZstdDecompress,
};
const creators = {};
for (const name of Object.keys(classes)) {
  creators[`create${name}`] = {
    [`create${name}`](options) { return new classes[name](options); },
  }[`create${name}`];
}

module.exports = {
  ...classes,
  ...creators,
  ...defineConvenience('deflate', Deflate),
  ...defineConvenience('inflate', Inflate),
  ...defineConvenience('gzip', Gzip),
  ...defineConvenience('gunzip', Gunzip),
  ...defineConvenience('deflateRaw', DeflateRaw),
  ...defineConvenience('inflateRaw', InflateRaw),
  ...defineConvenience('unzip', Unzip),
  ...defineConvenience('brotliCompress', BrotliCompress),
  ...defineConvenience('brotliDecompress', BrotliDecompress),
  ...defineConvenience('zstdCompress', ZstdCompress),
  ...defineConvenience('zstdDecompress', ZstdDecompress),
  crc32,
};

Object.defineProperties(module.exports, {
  constants: { __proto__: null, configurable: false, enumerable: true, value: constants },
  codes: { __proto__: null, configurable: false, enumerable: true, value: codes },
});

// The constants are on the module as well, as they were before `constants`: ws takes them there.
for (const name of Object.keys(constants)) {
  if (name.startsWith('BROTLI')) continue;
  Object.defineProperty(module.exports, name, { __proto__: null, value: constants[name] });
}
