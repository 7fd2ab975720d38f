'use strict';

// events.on: events as an async iterator. Events wait in a queue until asked for, askers in
// another; with water marks the emitter is paused and resumed.

const { AbortError, codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const {
  validateAbortSignal,
  validateInteger,
  validateObject,
} = require('internal/validators');

const kWatermarkData = Symbol('nodejs.watermarkData');
const kFirstEventParam = Symbol('nodejs.kFirstEventParam');
const AsyncIteratorPrototype =
  Object.getPrototypeOf(Object.getPrototypeOf(async function*() {}).prototype);

class Queue {
  #items = [];
  #head = 0;
  get size() { return this.#items.length - this.#head; }
  push(item) { this.#items.push(item); }
  shift() {
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

function done() {
  return { value: undefined, done: true };
}

function on(emitter, event, options, { addTo, removeFrom }) {
  validateObject(options, 'options');
  const { signal } = options;
  validateAbortSignal(signal, 'options.signal');
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  // `highWatermark` is the older spelling.
  const highWaterMark = options.highWaterMark ?? options.highWatermark ?? Number.MAX_SAFE_INTEGER;
  const lowWaterMark = options.lowWaterMark ?? options.lowWatermark ?? 1;
  validateInteger(highWaterMark, 'options.highWaterMark', 1);
  validateInteger(lowWaterMark, 'options.lowWaterMark', 1);

  const events = new Queue();
  const askers = new Queue();
  let paused = false;
  let error = null;
  let finished = false;
  const added = [];
  const listen = (target, name, listener, flags) => {
    addTo(target, name, listener, flags);
    added.push([target, name, listener, flags]);
  };

  const iterator = Object.setPrototypeOf({
    next() {
      if (events.size > 0) {
        const value = events.shift();
        if (paused && !finished && events.size < lowWaterMark) {
          emitter.resume?.();
          paused = false;
        }
        return Promise.resolve({ value, done: false });
      }
      // An error ends the iteration once.
      if (error) {
        const rejected = Promise.reject(error);
        error = null;
        return rejected;
      }
      if (finished) return close();
      return new Promise((resolve, reject) => askers.push({ resolve, reject }));
    },
    return() {
      return close();
    },
    throw(reason) {
      if (!reason || !(reason instanceof Error)) {
        throw new ERR_INVALID_ARG_TYPE('EventEmitter.AsyncIterator', 'Error', reason);
      }
      onError(reason);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    [kWatermarkData]: {
      get size() { return events.size; },
      get low() { return lowWaterMark; },
      get high() { return highWaterMark; },
      get isPaused() { return paused; },
    },
  }, AsyncIteratorPrototype);

  const wanted = options[kFirstEventParam] ? (value) => onEvent(value) : onArguments;
  listen(emitter, event, wanted);
  if (event !== 'error' && typeof emitter.on === 'function') listen(emitter, 'error', onError);
  const closeEvents = options.close;
  if (closeEvents?.length) {
    for (const name of closeEvents) listen(emitter, name, close);
  }
  if (signal) {
    const { kResistStopPropagation } = require('internal/event_target');
    listen(signal, 'abort', onAbort,
           { __proto__: null, once: true, [kResistStopPropagation]: true });
  }
  return iterator;

  function onAbort() {
    onError(new AbortError(undefined, { cause: signal?.reason }));
  }

  function onArguments(...args) {
    onEvent(args);
  }

  function onEvent(value) {
    if (askers.size > 0) {
      askers.shift().resolve({ value, done: false });
      return;
    }
    events.push(value);
    if (!paused && events.size > highWaterMark) {
      paused = true;
      emitter.pause?.();
    }
  }

  function onError(reason) {
    if (askers.size > 0) askers.shift().reject(reason);
    else error = reason;
    close();
  }

  function close() {
    for (const { 0: target, 1: name, 2: listener, 3: flags } of added) {
      removeFrom(target, name, listener, flags);
    }
    added.length = 0;
    finished = true;
    while (askers.size > 0) askers.shift().resolve(done());
    return Promise.resolve(done());
  }
}

module.exports = { kFirstEventParam, kWatermarkData, on };
