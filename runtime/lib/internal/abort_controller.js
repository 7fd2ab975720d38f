'use strict';

// AbortController and AbortSignal. Signals made by timeout() and any() must live only as long as
// someone can still notice them, so those who wait hold them, and their sources hold them weakly.

const {
  Event,
  EventTarget,
  kNewListener,
  kRemoveListener,
  kResistStopPropagation,
  kTrustEvent,
  defineEventHandler,
} = require('internal/event_target');
const {
  codes: {
    ERR_ILLEGAL_CONSTRUCTOR,
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_THIS,
  },
  notImplemented,
} = require('internal/errors');
const {
  validateAbortSignal,
  validateAbortSignalArray,
  validateObject,
  validateUint32,
  kValidateObjectAllowObjects,
} = require('internal/validators');
const { customInspectSymbol, kEmptyObject, kEnumerableProperty } = require('internal/util');

const kAborted = Symbol('kAborted');
const kReason = Symbol('kReason');
const kTimeout = Symbol('kTimeout');
const kComposite = Symbol('kComposite');
const kSourceSignals = Symbol('kSourceSignals');
const kDependantSignals = Symbol('kDependantSignals');
const kDontThrow = Symbol('kDontThrow');

function makeException(message, name) {
  const { DOMException } = require('internal/dom_exception');
  return new DOMException(message, name);
}

function inspectAs(self, object, depth, options) {
  if (depth < 0) return self;
  const { inspect } = require('internal/util/inspect');
  return `${self.constructor.name} ${inspect(object, {
    ...options,
    depth: options.depth === null ? null : options.depth - 1,
  })}`;
}

function isSignal(value) {
  return value?.[kAborted] !== undefined;
}

// Signals that must not be collected: someone listens and a timer or another signal may fire them.
const gcPersistentSignals = new Set();
// Timers of signals that are gone are cancelled.
let timeoutRegistry;
let sourceRegistry;

function dependants() {
  sourceRegistry ??= new FinalizationRegistry(({ sourceRef, dependantRef }) => {
    sourceRef.deref()?.[kDependantSignals].delete(dependantRef);
  });
  return sourceRegistry;
}

function lazyTimeouts() {
  timeoutRegistry ??= new FinalizationRegistry((timer) => {
    require('timers').clearTimeout(timer);
  });
  return timeoutRegistry;
}

function setWeakAbortTimeout(weakRef, delay) {
  const timer = require('timers').setTimeout(() => {
    const signal = weakRef.deref();
    if (signal !== undefined) {
      gcPersistentSignals.delete(signal);
      abortSignal(signal, makeException('The operation was aborted due to timeout',
                                        'TimeoutError'));
    }
  }, delay);
  timer.unref();
  return timer;
}

class AbortSignal extends EventTarget {
  constructor(dontThrowSymbol = undefined, init = kEmptyObject) {
    if (dontThrowSymbol !== kDontThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
    const { aborted = false, reason = undefined, composite = false } = init;
    this[kAborted] = aborted;
    this[kReason] = reason;
    this[kComposite] = composite;
    // Signals are shared by design: many listeners are no leak.
    this[require('events').kMaxEventTargetListeners] = 0;
  }

  get aborted() {
    if (!isSignal(this)) throw new ERR_INVALID_THIS('AbortSignal');
    return !!this[kAborted];
  }

  get reason() {
    if (!isSignal(this)) throw new ERR_INVALID_THIS('AbortSignal');
    return this[kReason];
  }

  throwIfAborted() {
    if (!isSignal(this)) throw new ERR_INVALID_THIS('AbortSignal');
    if (this[kAborted]) throw this[kReason];
  }

  [customInspectSymbol](depth, options) {
    return inspectAs(this, { aborted: this.aborted }, depth, options);
  }

  static abort(reason = makeException('This operation was aborted', 'AbortError')) {
    return new AbortSignal(kDontThrow, { aborted: true, reason });
  }

  static timeout(delay) {
    validateUint32(delay, 'delay', false);
    const signal = new AbortSignal(kDontThrow);
    signal[kTimeout] = true;
    lazyTimeouts().register(signal, setWeakAbortTimeout(new WeakRef(signal), delay));
    return signal;
  }

  static any(signals) {
    const array = Array.isArray(signals) ? signals : sequenceOf(signals);
    validateAbortSignalArray(array, 'signals');
    const result = new AbortSignal(kDontThrow, { composite: true });
    if (!array.length) return result;
    const aborted = array.find((signal) => signal.aborted);
    if (aborted !== undefined) {
      result[kAborted] = true;
      result[kReason] = aborted.reason;
      return result;
    }
    const resultRef = new WeakRef(result);
    result[kSourceSignals] = new Set();
    for (const signal of array) {
      // Composite signals are flattened: only sources hold dependants.
      if (signal[kComposite]) {
        for (const sourceRef of signal[kSourceSignals] ?? []) {
          const source = sourceRef.deref();
          if (source === undefined || result[kSourceSignals].has(sourceRef)) continue;
          follow(result, resultRef, source, sourceRef);
        }
      } else {
        signal[kDependantSignals] ??= new Set();
        follow(result, resultRef, signal, new WeakRef(signal));
      }
    }
    return result;
  }

  [kNewListener](size, type, listener, once, capture, passive, weak) {
    super[kNewListener](size, type, listener, once, capture, passive, weak);
    const isTimeoutOrDependant = this[kTimeout] || this[kComposite];
    if (isTimeoutOrDependant && type === 'abort' && !this.aborted && !weak && size === 1) {
      // Nothing can abort a composite signal without sources.
      if (this[kComposite] && this[kSourceSignals] === undefined) return;
      gcPersistentSignals.add(this);
    }
  }

  [kRemoveListener](size, type, listener, capture) {
    super[kRemoveListener](size, type, listener, capture);
    if ((this[kTimeout] || this[kComposite]) && type === 'abort' && size === 0) {
      gcPersistentSignals.delete(this);
    }
  }
}

function sequenceOf(signals) {
  if (signals == null || typeof signals[Symbol.iterator] !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('signals', 'Array', signals);
  }
  return [...signals];
}

function follow(result, resultRef, source, sourceRef) {
  if (source.aborted) {
    abortSignal(result, source.reason);
    return;
  }
  result[kSourceSignals].add(sourceRef);
  source[kDependantSignals] ??= new Set();
  source[kDependantSignals].add(resultRef);
  dependants().register(result, { sourceRef, dependantRef: resultRef });
}

Object.defineProperties(AbortSignal.prototype, {
  aborted: kEnumerableProperty,
  reason: kEnumerableProperty,
  throwIfAborted: kEnumerableProperty,
  [Symbol.toStringTag]: {
    __proto__: null, writable: false, enumerable: false, configurable: true, value: 'AbortSignal',
  },
});
for (const name of ['abort', 'any', 'timeout']) {
  Object.defineProperty(AbortSignal, name, kEnumerableProperty);
}
defineEventHandler(AbortSignal.prototype, 'abort');

function abortSignal(signal, reason) {
  if (signal[kAborted]) return;
  signal[kAborted] = true;
  signal[kReason] = reason;
  // All dependants are aborted before any listener runs.
  const toAbort = [];
  for (const ref of signal[kDependantSignals] ?? []) {
    const dependant = ref.deref();
    if (dependant === undefined || dependant[kAborted]) continue;
    dependant[kAborted] = true;
    dependant[kReason] = reason;
    toAbort.push(dependant);
  }
  runAbort(signal);
  for (const dependant of toAbort) runAbort(dependant);
  gcPersistentSignals.delete(signal);
}

function runAbort(signal) {
  signal.dispatchEvent(new Event('abort', { [kTrustEvent]: true }));
}

class AbortController {
  #signal;

  get signal() {
    return (this.#signal ??= new AbortSignal(kDontThrow));
  }

  abort(reason = makeException('This operation was aborted', 'AbortError')) {
    abortSignal(this.#signal ??= new AbortSignal(kDontThrow), reason);
  }

  [customInspectSymbol](depth, options) {
    return inspectAs(this, { signal: this.signal }, depth, options);
  }
}
Object.defineProperties(AbortController.prototype, {
  signal: kEnumerableProperty,
  abort: kEnumerableProperty,
  [Symbol.toStringTag]: {
    __proto__: null,
    writable: false,
    enumerable: false,
    configurable: true,
    value: 'AbortController',
  },
});

// A signal that crosses to another thread needs a message port behind it.
function transferableAbortSignal() {
  throw notImplemented('util.transferableAbortSignal');
}

function transferableAbortController() {
  throw notImplemented('util.transferableAbortController');
}

// util.aborted: resolves when the signal aborts, as long as `resource` is alive.
async function aborted(signal, resource) {
  if (signal === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  validateAbortSignal(signal, 'signal');
  validateObject(resource, 'resource', kValidateObjectAllowObjects);
  if (signal.aborted) return;
  const { kWeakHandler } = require('internal/event_target');
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), {
      __proto__: null,
      [kWeakHandler]: resource,
      once: true,
      [kResistStopPropagation]: true,
    });
  });
}

module.exports = {
  AbortController,
  AbortSignal,
  aborted,
  transferableAbortController,
  transferableAbortSignal,
};
