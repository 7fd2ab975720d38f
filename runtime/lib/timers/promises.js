'use strict';

const { Immediate, Timeout, clearImmediate, clearTimer, insert } = require('internal/timers');
const {
  AbortError,
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS },
} = require('internal/errors');
const {
  validateAbortSignal,
  validateBoolean,
  validateNumber,
  validateObject,
} = require('internal/validators');

const kNone = Object.freeze({ __proto__: null });

function checkOptions(options) {
  validateObject(options, 'options');
  const { signal, ref = true } = options;
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  validateBoolean(ref, 'options.ref');
  return { signal, ref };
}

function cancelError(signal) {
  return new AbortError(undefined, { cause: signal.reason });
}

// `start(resolve)` begins the wait and returns what cancels it.
function wait(signal, start) {
  if (signal?.aborted) return Promise.reject(cancelError(signal));
  return new Promise((resolve, reject) => {
    if (signal === undefined) {
      start(resolve);
      return;
    }
    function onAbort() {
      cancel();
      reject(cancelError(signal));
    }
    const cancel = start((value) => {
      signal.removeEventListener('abort', onAbort);
      resolve(value);
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

function setTimeout(delay, value, options = kNone) {
  let checked;
  try {
    if (delay !== undefined) validateNumber(delay, 'delay');
    checked = checkOptions(options);
  } catch (error) {
    return Promise.reject(error);
  }
  return wait(checked.signal, (resolve) => {
    const timer = new Timeout(() => resolve(value), delay, undefined, false, checked.ref);
    insert(timer, timer._idleTimeout);
    return () => clearTimer(timer);
  });
}

function setImmediate(value, options = kNone) {
  let checked;
  try {
    checked = checkOptions(options);
  } catch (error) {
    return Promise.reject(error);
  }
  return wait(checked.signal, (resolve) => {
    const immediate = new Immediate(() => resolve(value));
    if (!checked.ref) immediate.unref();
    return () => clearImmediate(immediate);
  });
}

async function* setInterval(delay, value, options = kNone) {
  if (delay !== undefined) validateNumber(delay, 'delay');
  const { signal, ref } = checkOptions(options);
  if (signal?.aborted) throw cancelError(signal);
  let due = 0;
  let wake = null;
  const timer = new Timeout(() => {
    due++;
    wake?.();
  }, delay, undefined, true, ref);
  insert(timer, timer._idleTimeout);
  const onAbort = () => {
    clearTimer(timer);
    wake?.();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    while (!signal?.aborted) {
      if (due === 0) await new Promise((resolve) => { wake = resolve; });
      wake = null;
      for (; due > 0; due--) yield value;
    }
    throw cancelError(signal);
  } finally {
    clearTimer(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

const kScheduler = Symbol('kScheduler');

class Scheduler {
  constructor() {
    throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  yield() {
    if (!this?.[kScheduler]) throw new ERR_INVALID_THIS('Scheduler');
    return setImmediate();
  }

  wait(delay, options) {
    if (!this?.[kScheduler]) throw new ERR_INVALID_THIS('Scheduler');
    return setTimeout(delay, undefined, options);
  }
}

const scheduler = Object.create(Scheduler.prototype, {
  [kScheduler]: { __proto__: null, value: true },
});

module.exports = { scheduler, setImmediate, setInterval, setTimeout };
