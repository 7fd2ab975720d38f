'use strict';

// The classes of the Streams standard, from the pinned web-streams-polyfill package, with Node's
// look in util.inspect().

const { customInspectSymbol } = require('internal/util');
const polyfill = require('npm:web-streams-polyfill');

function describe(Class, fields) {
  Object.defineProperty(Class.prototype, customInspectSymbol, {
    __proto__: null,
    configurable: true,
    writable: true,
    value(depth, options) {
      if (typeof depth === 'number' && depth < 0) return this;
      const { inspect } = require('internal/util/inspect');
      const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
      return `${this[Symbol.toStringTag]} ${inspect(fields(this), inner)}`;
    },
  });
}

const stateOf = (stream) => stream._state;

describe(polyfill.ReadableStream, (stream) => ({
  locked: stream.locked,
  state: stateOf(stream),
  supportsBYOB: stream._readableStreamController instanceof
    polyfill.ReadableByteStreamController,
}));
describe(polyfill.WritableStream, (stream) => ({
  locked: stream.locked,
  state: stateOf(stream),
}));
describe(polyfill.TransformStream, (stream) => ({
  readable: stream.readable,
  writable: stream.writable,
  backpressure: stream._backpressure,
}));
for (const name of ['ReadableStreamDefaultReader', 'ReadableStreamBYOBReader',
                    'WritableStreamDefaultWriter']) {
  describe(polyfill[name], (self) => {
    const stream = self._ownerReadableStream ?? self._ownerWritableStream;
    return { stream };
  });
}
for (const name of ['ReadableStreamDefaultController', 'ReadableByteStreamController',
                    'WritableStreamDefaultController', 'TransformStreamDefaultController',
                    'ReadableStreamBYOBRequest']) {
  describe(polyfill[name], () => ({}));
}
for (const name of ['ByteLengthQueuingStrategy', 'CountQueuingStrategy']) {
  describe(polyfill[name], ({ highWaterMark }) => ({ highWaterMark }));
}

module.exports = {
  ReadableStream: polyfill.ReadableStream,
  ReadableStreamDefaultReader: polyfill.ReadableStreamDefaultReader,
  ReadableStreamBYOBReader: polyfill.ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest: polyfill.ReadableStreamBYOBRequest,
  ReadableByteStreamController: polyfill.ReadableByteStreamController,
  ReadableStreamDefaultController: polyfill.ReadableStreamDefaultController,
  TransformStream: polyfill.TransformStream,
  TransformStreamDefaultController: polyfill.TransformStreamDefaultController,
  WritableStream: polyfill.WritableStream,
  WritableStreamDefaultWriter: polyfill.WritableStreamDefaultWriter,
  WritableStreamDefaultController: polyfill.WritableStreamDefaultController,
  ByteLengthQueuingStrategy: polyfill.ByteLengthQueuingStrategy,
  CountQueuingStrategy: polyfill.CountQueuingStrategy,
};
