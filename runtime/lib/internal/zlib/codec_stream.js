'use strict';

// The Transform behind every compression class: feeds a native codec, on the pool when used as a
// stream, at once for the *Sync functions.

const { Codec } = internalBinding('zlib');
const {
  codes: {
    ERR_BUFFER_TOO_LARGE, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE,
  },
} = require('internal/errors');
const { checkRangesOrGetDefault, isInteger } = require('internal/zlib/options');
const { isArrayBufferView } = require('internal/util/types');
const buffer = require('buffer');
const { Transform } = require('stream');
const { constants } = require('internal/zlib/constants');

const { Buffer } = buffer;

const kFlushMark = Symbol('kFlushMark');
const kCodec = Symbol('kCodec');
const kResults = Symbol('kResults');
const kOutputLeft = 0;
const kInputLeft = 1;

const kNoBytes = Buffer.alloc(0);

function failure([message, errno, code]) {
  const error = new Error(message);
  error.errno = errno;
  error.code = code;
  return error;
}

function trailingJunk() {
  const error = new TypeError('Trailing junk found after the end of the compressed stream');
  error.code = 'ERR_TRAILING_JUNK_AFTER_STREAM_END';
  return error;
}

// Stronger flushes override weaker ones that wait in the queue.
const kStrength = [0, 1, 3, 4, 5, 2];
function strongerFlush(a, b) {
  return kStrength[a] > kStrength[b] ? a : b;
}

function CodecStream(options, mode, { flush, finishFlush, fullFlush }) {
  let chunkSize = constants.Z_DEFAULT_CHUNK;
  const { kMaxLength } = buffer;
  let maxOutputLength = kMaxLength;
  if (options) {
    chunkSize = options.chunkSize;
    if (!isInteger(chunkSize, 'options.chunkSize')) {
      chunkSize = constants.Z_DEFAULT_CHUNK;
    } else if (chunkSize < constants.Z_MIN_CHUNK) {
      throw new ERR_OUT_OF_RANGE('options.chunkSize', `>= ${constants.Z_MIN_CHUNK}`, chunkSize);
    }
    const last = mode >= constants.ZSTD_COMPRESS ? constants.ZSTD_e_end
      : mode >= constants.BROTLI_DECODE ? constants.BROTLI_OPERATION_EMIT_METADATA
        : constants.Z_BLOCK;
    flush = checkRangesOrGetDefault(options.flush, 'options.flush', 0, last, flush);
    finishFlush =
      checkRangesOrGetDefault(options.finishFlush, 'options.finishFlush', 0, last, finishFlush);
    maxOutputLength = checkRangesOrGetDefault(
      options.maxOutputLength, 'options.maxOutputLength', 1, kMaxLength, kMaxLength);
  }
  Transform.call(this, { autoDestroy: true, ...options });
  this[kResults] = new Uint32Array(2);
  this[kCodec] = new Codec(mode, this[kResults]);
  this.bytesWritten = 0;
  this._mode = mode;
  this._chunkSize = chunkSize;
  this._outBuffer = null;
  this._outOffset = 0;
  this._defaultFlushFlag = flush;
  this._finishFlushFlag = finishFlush;
  this._defaultFullFlushFlag = fullFlush;
  this._maxOutputLength = maxOutputLength;
  this._info = options?.info;
  this._rejectGarbageAfterEnd = options?.rejectGarbageAfterEnd === true;
}
Object.setPrototypeOf(CodecStream.prototype, Transform.prototype);
Object.setPrototypeOf(CodecStream, Transform);

Object.defineProperty(CodecStream.prototype, '_closed', {
  __proto__: null,
  configurable: true,
  get() { return this[kCodec] === null; },
});

// What the native stream was once called; packages look whether it is gone.
Object.defineProperty(CodecStream.prototype, '_handle', {
  __proto__: null,
  configurable: true,
  get() { return this[kCodec]; },
});

function outBuffer(stream) {
  if (stream._outBuffer === null || stream._outOffset >= stream._chunkSize) {
    stream._outBuffer = Buffer.allocUnsafe(stream._chunkSize);
    stream._outOffset = 0;
  }
  return stream._outBuffer;
}

// What the last step produced, or null.
function takeOutput(stream) {
  const have = stream._chunkSize - stream._outOffset - stream[kResults][kOutputLeft];
  if (have <= 0) return null;
  const part = stream._outBuffer.subarray(stream._outOffset, stream._outOffset + have);
  stream._outOffset += have;
  return part;
}

// Whether the codec may hold more output: it filled all the room it had.
function wantsRoom(stream) {
  return stream[kResults][kOutputLeft] === 0;
}

CodecStream.prototype.reset = function reset() {
  if (this[kCodec] === null) throw new Error('zlib binding closed');
  return this[kCodec].reset();
};

CodecStream.prototype._flush = function _flush(callback) {
  this._transform(kNoBytes, 'buffer', callback);
};

CodecStream.prototype._final = function _final(callback) {
  callback();
};

CodecStream.prototype.flush = function flush(kind, callback) {
  if (typeof kind === 'function' || (kind === undefined && !callback)) {
    callback = kind;
    kind = this._defaultFullFlushFlag;
  }
  if (this.writableFinished) {
    if (callback) process.nextTick(callback);
  } else if (this.writableEnded) {
    if (callback) this.once('end', callback);
  } else {
    const mark = Buffer.alloc(0);
    mark[kFlushMark] = kind;
    this.write(mark, '', callback);
  }
};

CodecStream.prototype.close = function close(callback) {
  if (callback) require('stream').finished(this, callback);
  this.destroy();
};

CodecStream.prototype._destroy = function _destroy(error, callback) {
  closeCodec(this);
  callback(error);
};

function closeCodec(stream) {
  stream[kCodec]?.close();
  stream[kCodec] = null;
}

CodecStream.prototype._transform = function _transform(chunk, encoding, callback) {
  if (!isArrayBufferView(chunk)) {
    throw new ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], chunk);
  }
  let flag = this._defaultFlushFlag;
  if (typeof chunk[kFlushMark] === 'number') {
    flag = chunk[kFlushMark];
  } else if (this.writableEnded && this.writableLength === chunk.byteLength) {
    flag = isZlibMode(this._mode)
      ? strongerFlush(flag, this._finishFlushFlag)
      : this._finishFlushFlag;
  }
  if (this[kCodec] === null) {
    process.nextTick(callback);
    return;
  }
  new Feed(this, chunk, flag, callback).step();
};

function isZlibMode(mode) {
  return mode < constants.BROTLI_DECODE;
}

// One chunk on its way through the codec.
class Feed {
  constructor(stream, chunk, flag, callback) {
    this.stream = stream;
    this.chunk = chunk;
    this.offset = 0;
    this.flag = flag;
    this.callback = callback;
    this.onDone = (result) => this.done(result);
  }

  step() {
    const { stream } = this;
    const out = outBuffer(stream);
    this.before = this.chunk.byteLength - this.offset;
    stream[kCodec].write(
      this.flag, this.chunk, this.offset, this.before,
      out, stream._outOffset, stream._chunkSize - stream._outOffset, this.onDone);
  }

  done(result) {
    const { stream } = this;
    if (stream.destroyed) {
      this.callback();
      return;
    }
    if (result !== undefined) {
      const error = failure(result);
      closeCodec(stream);
      stream.destroy(error);
      return;
    }
    const left = stream[kResults][kInputLeft];
    const room = wantsRoom(stream);
    stream.bytesWritten += this.before - left;
    this.offset = this.chunk.byteLength - left;
    const part = takeOutput(stream);
    const flows = part === null || stream.push(part);
    if (stream.destroyed || stream[kCodec] === null) {
      this.callback();
      return;
    }
    if (room) {
      // Backpressure: wait for the reader before asking for more.
      if (flows) {
        this.step();
      } else {
        const oldRead = stream._read;
        stream._read = (n) => {
          stream._read = oldRead;
          if (stream[kCodec] !== null) this.step();
          oldRead.call(stream, n);
        };
      }
      return;
    }
    // Bytes after the end of the compressed data are ignored, as gunzip does, unless told not to.
    if (left > 0) {
      if (stream._rejectGarbageAfterEnd) {
        closeCodec(stream);
        stream.destroy(trailingJunk());
        return;
      }
      stream.push(null);
    }
    this.callback();
  }
}

// Everything at once on this thread.
function processSync(stream, chunk, flag) {
  const parts = [];
  let total = 0;
  let offset = 0;
  for (;;) {
    const out = outBuffer(stream);
    const before = chunk.byteLength - offset;
    const result = stream[kCodec].writeSync(
      flag, chunk, offset, before, out, stream._outOffset, stream._chunkSize - stream._outOffset);
    if (result !== undefined) {
      closeCodec(stream);
      throw failure(result);
    }
    const room = wantsRoom(stream);
    offset = chunk.byteLength - stream[kResults][kInputLeft];
    stream.bytesWritten += before - stream[kResults][kInputLeft];
    const part = takeOutput(stream);
    if (part !== null) {
      parts.push(part);
      total += part.byteLength;
      if (total > stream._maxOutputLength) {
        closeCodec(stream);
        throw new ERR_BUFFER_TOO_LARGE(stream._maxOutputLength);
      }
    }
    if (!room) break;
  }
  closeCodec(stream);
  return parts.length === 1 ? parts[0] : Buffer.concat(parts, total);
}

// Everything, step by step on the pool; the stream machinery is not involved.
function processBuffer(stream, chunk, callback) {
  const parts = [];
  let total = 0;
  let offset = 0;
  function fail(error) {
    closeCodec(stream);
    callback(error);
  }
  function done(result) {
    if (result !== undefined) return fail(failure(result));
    const room = wantsRoom(stream);
    stream.bytesWritten += chunk.byteLength - offset - stream[kResults][kInputLeft];
    offset = chunk.byteLength - stream[kResults][kInputLeft];
    const part = takeOutput(stream);
    if (part !== null) {
      parts.push(part);
      total += part.byteLength;
      if (total > stream._maxOutputLength) {
        return fail(new ERR_BUFFER_TOO_LARGE(stream._maxOutputLength));
      }
    }
    if (room) return step();
    closeCodec(stream);
    const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts, total);
    callback(null, stream._info ? { buffer: bytes, engine: stream } : bytes);
  }
  function step() {
    const out = outBuffer(stream);
    stream[kCodec].write(stream._finishFlushFlag, chunk, offset, chunk.byteLength - offset, out,
                         stream._outOffset, stream._chunkSize - stream._outOffset, done);
  }
  step();
}

// Used by packages that drive the engine by hand (body decoders).
CodecStream.prototype._processChunk = function _processChunk(chunk, flag, callback) {
  if (typeof callback === 'function') {
    new Feed(this, chunk, flag, callback).step();
    return undefined;
  }
  return processSync(this, chunk, flag);
};

module.exports = { CodecStream, kCodec, processBuffer, processSync };
