'use strict';

// node:stream: the readable-stream package plus what Node has beyond it.

const { load } = require('internal/streams/package');
const { isArrayBufferView } = require('internal/util/types');

const Stream = load('lib/stream');
const utils = load('lib/internal/streams/utils');
const { Readable, Writable, Duplex } = Stream;

Stream.isDestroyed = utils.isDestroyed;
Stream.isDisturbed = utils.isDisturbed;
Stream.isErrored = utils.isErrored;
Stream.isReadable = utils.isReadable;
Stream.isWritable = utils.isWritable;
Stream._isArrayBufferView = isArrayBufferView;
// What the package takes as bytes: any view, as Node does.
Stream._isUint8Array = isArrayBufferView;

// Its callback runs in the asynchronous context of the call.
const { finished } = Stream;
Stream.finished = function(stream, options, callback) {
  const { current, runIn } = require('internal/async_context_frame');
  const frame = current();
  const args = Array.from(arguments);
  const at = typeof options === 'function' ? 1 : 2;
  const given = args[at];
  if (frame && typeof given === 'function') {
    args[at] = function(...results) { return runIn(frame, given, this, results); };
  }
  return Reflect.apply(finished, this, args);
};
Object.defineProperty(Stream.finished, 'name', { __proto__: null, value: 'eos' });
Object.defineProperties(Stream.finished, Object.getOwnPropertyDescriptors(finished));

Readable.prototype.pipe = require('internal/streams/pipe').pipe;

let duplexPair;
Stream.duplexPair = function(options) {
  duplexPair ??= require('internal/streams/duplexpair');
  return duplexPair(options);
};
Object.defineProperty(Stream.duplexPair, 'name', { __proto__: null, value: 'duplexPair' });

let adapters;
function webAdapters() {
  adapters ??= require('internal/webstreams/adapters');
  return adapters;
}

Readable.fromWeb = function(stream, options) {
  return webAdapters().readableFromWeb(stream, options);
};
Readable.toWeb = function(readable, options) {
  return webAdapters().readableToWeb(readable, options);
};
Writable.fromWeb = function(stream, options) {
  return webAdapters().writableFromWeb(stream, options);
};
Writable.toWeb = function(writable) {
  return webAdapters().writableToWeb(writable);
};
Duplex.fromWeb = function(pair, options) {
  return webAdapters().duplexFromWeb(pair, options);
};
Duplex.toWeb = function(duplex, options) {
  return webAdapters().duplexToWeb(duplex, options);
};

if (Symbol.asyncDispose !== undefined && Writable.prototype[Symbol.asyncDispose] === undefined) {
  Object.defineProperty(Writable.prototype, Symbol.asyncDispose, {
    __proto__: null,
    configurable: true,
    writable: true,
    value: asyncDisposeWritable,
  });
}

// Destroys the stream; an unfinished one fails with AbortError, which the caller expects.
function asyncDisposeWritable() {
  let expected;
  if (!this.destroyed) {
    const { AbortError } = require('internal/errors');
    expected = this.writableFinished ? null : new AbortError();
    this.destroy(expected);
  }
  return new Promise((resolve, reject) => {
    Stream.finished(this, (error) => {
      if (error && error.name !== 'AbortError') reject(error);
      else resolve(null);
    });
  });
}

module.exports = Stream;
