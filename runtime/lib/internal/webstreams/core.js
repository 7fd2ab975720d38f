'use strict';

// The classes of the Streams standard, from the pinned web-streams-polyfill package, with Node's
// look in util.inspect().

const { createDeferredPromise, customInspectSymbol } = require('internal/util');
const { Buffer } = require('buffer');
const { compile } = internalBinding('builtins');

// The package throws plain TypeErrors; Node's have codes, which follow from what the text is about.
function codeFor(message) {
  if (message.includes('can only be used on')) return 'ERR_INVALID_THIS';
  if (message === 'Illegal constructor') return 'ERR_ILLEGAL_CONSTRUCTOR';
  if (message.includes('not iterable')) return 'ERR_ARG_NOT_ITERABLE';
  if (/enumeration|outside the accepted range|must be greater|must be 0/.test(message)) {
    return 'ERR_INVALID_ARG_VALUE';
  }
  if (/must have non-zero|detached/.test(message)) return 'ERR_INVALID_STATE';
  if (/must be an? |is not an? |is not an object|required|first argument/.test(message)) {
    return 'ERR_INVALID_ARG_TYPE';
  }
  return 'ERR_INVALID_STATE';
}

function makeCoded(Base, chooseCode) {
  function Coded(message) {
    const error = new Base(message);
    error.code = chooseCode(`${message}`);
    Error.captureStackTrace(error, Coded);
    return error;
  }
  Coded.prototype = Base.prototype;
  return Coded;
}

const polyfill = {};
compile('npm:web-streams-polyfill/dist/ponyfill',
        ['exports', 'module', 'TypeError', 'RangeError'])(
  polyfill, {}, makeCoded(TypeError, codeFor),
  makeCoded(RangeError, () => 'ERR_INVALID_ARG_VALUE'));

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

// What stream.finished(), pipeline() and friends ask of a web stream.
const kIsClosedPromise = Symbol.for('nodejs.webstream.isClosedPromise');
const kControllerErrorFunction = Symbol.for('nodejs.webstream.controllerErrorFunction');
const closedPromises = new WeakMap();

// Settled when the stream is closed or errored. The package keeps the state in a plain property, so
// the first one who asks turns it into an accessor.
function closedPromise(stream) {
  let deferred = closedPromises.get(stream);
  if (deferred !== undefined) return deferred;
  deferred = createDeferredPromise();
  deferred.promise.catch(() => {});
  closedPromises.set(stream, deferred);
  let state = stream._state;
  function settle() {
    if (state === 'closed') deferred.resolve();
    else if (state === 'errored') deferred.reject(stream._storedError);
  }
  Object.defineProperty(stream, '_state', {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() { return state; },
    set(value) {
      state = value;
      // The error is stored right after the state.
      queueMicrotask(settle);
    },
  });
  settle();
  return deferred;
}

function controllerOf(stream) {
  return stream._readableStreamController ?? stream._writableStreamController;
}

function addGetters(Class, getters) {
  for (const key of Reflect.ownKeys(getters)) {
    const get = getters[key];
    Object.defineProperty(Class.prototype, key, {
      __proto__: null, configurable: true, get() { return get(this); },
    });
  }
}

const commonGetters = {
  [kIsClosedPromise]: closedPromise,
  [kControllerErrorFunction]: (stream) => (error) => controllerOf(stream).error(error),
  [Symbol.for('nodejs.stream.errored')]: (stream) => stateOf(stream) === 'errored',
};
addGetters(polyfill.ReadableStream, {
  ...commonGetters,
  [Symbol.for('nodejs.stream.readable')]: (stream) => stateOf(stream) === 'readable',
  [Symbol.for('nodejs.stream.disturbed')]: (stream) => stream._disturbed,
});
addGetters(polyfill.WritableStream, {
  ...commonGetters,
  [Symbol.for('nodejs.stream.writable')]: (stream) => stateOf(stream) === 'writable',
});

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

// The package makes the result of a read with the view's constructor, which for a Buffer is the
// deprecated one.
const { read: readIntoBuffer } = polyfill.ReadableStreamBYOBReader.prototype;
Object.defineProperty(polyfill.ReadableStreamBYOBReader.prototype, 'read', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  writable: true,
  value: async function read(view, options) {
    if (!Buffer.isBuffer(view)) return Reflect.apply(readIntoBuffer, this, [view, options]);
    const plain = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const { value, done } = await Reflect.apply(readIntoBuffer, this, [plain, options]);
    if (value === undefined) return { value, done };
    return { value: Buffer.from(value.buffer, value.byteOffset, value.byteLength), done };
  },
});

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
