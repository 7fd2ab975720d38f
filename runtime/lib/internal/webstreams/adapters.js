'use strict';

// Bridges between node streams and web streams, in both directions.

const {
  Readable, Writable, Duplex, destroy, finished, isDestroyed, isReadable, isWritable,
} = require('stream');
const { CountQueuingStrategy, ReadableStream, WritableStream } = require('stream/web');
const {
  AbortError,
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_STREAM_PREMATURE_CLOSE },
} = require('internal/errors');
const { validateBoolean, validateObject } = require('internal/validators');
const { createDeferredPromise, kEmptyObject } = require('internal/util');
const { Buffer } = require('buffer');

const nop = () => {};

function isReadableStream(value) {
  return typeof value?.getReader === 'function' && typeof value.pipeThrough === 'function';
}

function isWritableStream(value) {
  return typeof value?.getWriter === 'function' && typeof value.abort === 'function';
}

// A stream that went away early is, seen from the web side, an abort.
function translate(error) {
  if (error?.code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return new AbortError(undefined, { cause: error });
  }
  return error;
}

// A callback that throws must not end up as a promise's rejection.
function settle(callback, error) {
  try {
    callback(error);
  } catch (thrown) {
    process.nextTick(() => { throw thrown; });
  }
}

function strategyFor(objectMode, highWaterMark) {
  return objectMode ? new CountQueuingStrategy({ highWaterMark }) : { highWaterMark };
}

function readableToWeb(readable, options = kEmptyObject) {
  if (typeof readable?._readableState !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('streamReadable', 'stream.Readable', readable);
  }
  validateObject(options, 'options');
  const { type } = options;
  if (type !== undefined && type !== 'bytes') {
    throw new ERR_INVALID_ARG_VALUE('options.type', type);
  }
  if (isDestroyed(readable) || !isReadable(readable)) {
    const done = new ReadableStream({ type });
    done.cancel();
    return done;
  }
  const objectMode = readable.readableObjectMode;
  const strategy = type === 'bytes'
    ? undefined
    : options.strategy ?? strategyFor(objectMode, readable.readableHighWaterMark);
  let controller;
  let cancelled = false;

  function onData(chunk) {
    if (Buffer.isBuffer(chunk) && !objectMode) chunk = new Uint8Array(chunk);
    controller.enqueue(chunk);
    if (controller.desiredSize <= 0) readable.pause();
  }

  readable.pause();
  const cleanup = finished(readable, { writable: false }, (error) => {
    cleanup();
    readable.on('error', nop);
    if (cancelled) return;
    error = translate(error);
    if (error) {
      controller.error(error);
      return;
    }
    controller.close();
    controller.byobRequest?.respond(0);
  });
  readable.on('data', onData);

  return new ReadableStream({
    type,
    start(value) { controller = value; },
    pull() { readable.resume(); },
    cancel(reason) {
      cancelled = true;
      destroy(readable, reason);
    },
  }, strategy);
}

function readableFromWeb(stream, options = kEmptyObject) {
  if (!isReadableStream(stream)) {
    throw new ERR_INVALID_ARG_TYPE('readableStream', 'ReadableStream', stream);
  }
  validateObject(options, 'options');
  const { highWaterMark, encoding, objectMode = false, signal } = options;
  if (encoding !== undefined && !Buffer.isEncoding(encoding)) {
    throw new ERR_INVALID_ARG_VALUE(encoding, 'options.encoding');
  }
  validateBoolean(objectMode, 'options.objectMode');

  const reader = stream.getReader();
  let closed = false;
  const readable = new Readable({
    objectMode,
    highWaterMark,
    encoding,
    signal,
    read() {
      reader.read().then(
        (chunk) => { readable.push(chunk.done ? null : chunk.value); },
        (error) => destroy(readable, error));
    },
    destroy(error, callback) {
      const done = () => settle(callback, error);
      if (closed) done();
      else reader.cancel(error).then(done, done);
    },
  });
  reader.closed.then(
    () => { closed = true; },
    (error) => {
      closed = true;
      destroy(readable, error);
    });
  return readable;
}

// `prepareChunk` checks and converts what is written; what it throws ends the stream.
function writableToWeb(writable, { prepareChunk } = kEmptyObject) {
  // An http.ServerResponse is writable without being a Writable.
  if (typeof writable?.write !== 'function' || typeof writable.on !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('streamWritable', 'stream.Writable', writable);
  }
  if (isDestroyed(writable) || !isWritable(writable)) {
    const done = new WritableStream();
    done.close();
    return done;
  }
  let controller;
  let drained;
  let closed;

  const cleanup = finished(writable, (error) => {
    error = translate(error);
    cleanup();
    writable.on('error', nop);
    if (error != null) {
      drained?.reject(error);
      if (closed !== undefined) {
        closed.reject(error);
        closed = undefined;
      }
      controller.error(error);
      controller = undefined;
      return;
    }
    if (closed !== undefined) {
      closed.resolve();
      closed = undefined;
      return;
    }
    controller.error(new AbortError());
    controller = undefined;
  });
  writable.on('drain', () => {
    drained?.resolve();
    drained = undefined;
  });

  return new WritableStream({
    start(value) { controller = value; },
    write(chunk) {
      if (prepareChunk !== undefined) {
        try {
          chunk = prepareChunk(chunk);
        } catch (error) {
          destroy(writable, error);
          throw error;
        }
      }
      if (!writable.writableNeedDrain && writable.write(chunk)) return undefined;
      drained = createDeferredPromise();
      return drained.promise;
    },
    abort(reason) { destroy(writable, reason); },
    close() {
      if (closed === undefined && !writable.writableEnded) {
        closed = createDeferredPromise();
        const { promise } = closed;
        writable.end();
        return promise;
      }
      return undefined;
    },
  }, strategyFor(writable.writableObjectMode, writable.writableHighWaterMark));
}

// _write and _final for a web writer; shared by Writable and Duplex.
function writerMethods(writer, state, self) {
  return {
    write(chunk, encoding, callback) {
      const fail = (error) => destroy(self(), error);
      const done = (error) => settle(callback, error);
      writer.ready.then(() => {
        writer.write(chunk).then(() => done(), (error) => {
          done(error);
        });
      }, fail);
    },
    writev(chunks, callback) {
      const done = (error) => settle(callback, error);
      writer.ready.then(() => {
        Promise.all(chunks.map((data) => writer.write(data.chunk))).then(() => done(), done);
      }, done);
    },
    final(callback) {
      const done = (error) => settle(callback, error);
      if (state.closed) done();
      else writer.close().then(() => done(), done);
    },
  };
}

function watchWriter(writer, state, self) {
  writer.closed.then(
    () => {
      state.closed = true;
      if (!self().writableEnded) destroy(self(), new ERR_STREAM_PREMATURE_CLOSE());
    },
    (error) => {
      state.closed = true;
      destroy(self(), error);
    });
}

function writableFromWeb(stream, options = kEmptyObject) {
  if (!isWritableStream(stream)) {
    throw new ERR_INVALID_ARG_TYPE('writableStream', 'WritableStream', stream);
  }
  validateObject(options, 'options');
  const { highWaterMark, decodeStrings = true, objectMode = false, signal } = options;
  validateBoolean(objectMode, 'options.objectMode');
  validateBoolean(decodeStrings, 'options.decodeStrings');

  const writer = stream.getWriter();
  const state = { closed: false };
  const self = () => writable;
  const writable = new Writable({
    highWaterMark,
    objectMode,
    decodeStrings,
    signal,
    ...writerMethods(writer, state, self),
    destroy(error, callback) {
      const done = () => settle(callback, error);
      if (state.closed) done();
      else if (error != null) writer.abort(error).then(done, done);
      else writer.close().then(done, done);
    },
  });
  watchWriter(writer, state, self);
  return writable;
}

function duplexToWeb(duplex, options = kEmptyObject) {
  if (typeof duplex?._writableState !== 'object' || typeof duplex?._readableState !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('duplex', 'stream.Duplex', duplex);
  }
  validateObject(options, 'options');
  const type = options.readableType ?? options.type;
  if (isDestroyed(duplex)) {
    const writable = new WritableStream();
    const readable = new ReadableStream({ type });
    writable.close();
    readable.cancel();
    return { readable, writable };
  }
  const writable = isWritable(duplex) ? writableToWeb(duplex, options) : new WritableStream();
  if (!isWritable(duplex)) writable.close();
  const readable = isReadable(duplex)
    ? readableToWeb(duplex, { ...options, type })
    : new ReadableStream({ type });
  if (!isReadable(duplex)) readable.cancel();
  return { writable, readable };
}

function duplexFromWeb(pair = kEmptyObject, options = kEmptyObject) {
  validateObject(pair, 'pair');
  const { readable: readableStream, writable: writableStream } = pair;
  if (!isReadableStream(readableStream)) {
    throw new ERR_INVALID_ARG_TYPE('pair.readable', 'ReadableStream', readableStream);
  }
  if (!isWritableStream(writableStream)) {
    throw new ERR_INVALID_ARG_TYPE('pair.writable', 'WritableStream', writableStream);
  }
  validateObject(options, 'options');
  const {
    allowHalfOpen = false, objectMode = false, encoding, decodeStrings = true, highWaterMark,
    signal,
  } = options;
  validateBoolean(objectMode, 'options.objectMode');
  if (encoding !== undefined && !Buffer.isEncoding(encoding)) {
    throw new ERR_INVALID_ARG_VALUE(encoding, 'options.encoding');
  }

  const writer = writableStream.getWriter();
  const reader = readableStream.getReader();
  const state = { closed: false };
  let readableClosed = false;
  const self = () => duplex;
  const duplex = new Duplex({
    allowHalfOpen,
    highWaterMark,
    objectMode,
    encoding,
    decodeStrings,
    signal,
    ...writerMethods(writer, state, self),
    read() {
      reader.read().then(
        (chunk) => { duplex.push(chunk.done ? null : chunk.value); },
        (error) => destroy(duplex, error));
    },
    destroy(error, callback) {
      const done = () => settle(callback, error);
      const steps = [];
      if (!state.closed) steps.push(error != null ? writer.abort(error) : writer.close());
      if (!readableClosed) steps.push(reader.cancel(error));
      Promise.all(steps).then(done, done);
    },
  });
  watchWriter(writer, state, self);
  reader.closed.then(
    () => { readableClosed = true; },
    (error) => {
      readableClosed = true;
      destroy(duplex, error);
    });
  return duplex;
}

module.exports = {
  duplexFromWeb,
  duplexToWeb,
  isReadableStream,
  isWritableStream,
  readableFromWeb,
  readableToWeb,
  writableFromWeb,
  writableToWeb,
};
