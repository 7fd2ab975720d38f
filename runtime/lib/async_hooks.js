'use strict';

// node:async_hooks. AsyncLocalStorage and AsyncResource are complete. createHook reports what
// programs make themselves (AsyncResource), ticks, timers and immediates, but neither promises nor
// native handles; and identifiers are handed out only while a hook is enabled.

const {
  codes: {
    ERR_ASYNC_CALLBACK,
    ERR_ASYNC_TYPE,
    ERR_INVALID_ASYNC_ID,
  },
} = require('internal/errors');
const {
  validateBoolean,
  validateFunction,
  validateObject,
  validateString,
} = require('internal/validators');
const { kEmptyObject, SymbolDispose } = require('internal/util');
const frames = require('internal/async_context_frame');

const { getContinuationData, setContinuationData } = internalBinding('async_context');

class AsyncLocalStorage {
  #defaultValue;
  #name = '';

  constructor(options = kEmptyObject) {
    validateObject(options, 'options');
    this.#defaultValue = options.defaultValue;
    if (options.name !== undefined) this.#name = `${options.name}`;
  }

  get name() {
    return this.#name;
  }

  static bind(fn) {
    return AsyncResource.bind(fn);
  }

  static snapshot() {
    return AsyncLocalStorage.bind((callback, ...args) => callback(...args));
  }

  getStore() {
    const frame = getContinuationData();
    if (!frame) return this.#defaultValue;
    const at = frames.indexIn(frame, this);
    return at === -1 ? this.#defaultValue : frame[at + 1];
  }

  enterWith(value) {
    setContinuationData(frames.withValue(getContinuationData(), this, value));
  }

  run(value, fn, ...args) {
    const previous = getContinuationData();
    const frame = frames.withValue(previous, this, value);
    setContinuationData(frame);
    try {
      return Reflect.apply(fn, null, args);
    } finally {
      this.#leave(frame, previous);
    }
  }

  // What other storages entered meanwhile stays.
  #leave(frame, previous) {
    const current = getContinuationData();
    if (current === frame) {
      setContinuationData(previous);
      return;
    }
    const at = previous ? frames.indexIn(previous, this) : -1;
    setContinuationData(at === -1
      ? frames.without(current, this)
      : frames.withValue(current, this, previous[at + 1]));
  }

  exit(fn, ...args) {
    return this.run(undefined, fn, ...args);
  }

  disable() {
    const frame = getContinuationData();
    frames.drop(frame, this);
    // Another frame, so that a run() of another storage around this keeps what it finds.
    if (frame) setContinuationData(frame.slice());
  }

  // The value holds until the scope is disposed: `using scope = storage.withScope(value)`.
  withScope(value) {
    return new RunScope(this, value);
  }
}

class RunScope {
  #previous = getContinuationData();
  #disposed = false;

  constructor(storage, value) {
    storage.enterWith(value);
  }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    setContinuationData(this.#previous);
  }

  [SymbolDispose]() {
    this.dispose();
  }
}

// Identifiers: 1 is the main script, 0 is "outside of any".
let lastId = 1;
let currentId = 1;
let currentTriggerId = 0;
let currentResource;
const topLevelResource = {};

function newId() {
  return ++lastId;
}

// Enabled hooks; undefined while there are none, so that resources pay nothing.
let activeHooks;

function forEachHook(name, ...args) {
  // A hook may enable or disable hooks while it runs.
  for (const hook of [...activeHooks ?? []]) {
    const callback = hook.callbacks[name];
    if (callback === undefined) continue;
    try {
      Reflect.apply(callback, hook, args);
    } catch (error) {
      fatal(error);
    }
  }
}

// A hook that throws ends the process: it may have thrown anywhere.
function fatal(error) {
  const text = typeof error?.stack === 'string' ? error.stack : `Error: ${String(error)}`;
  require('fs').writeSync(2, `${text}\n`);
  internalBinding('env').exit(1);
}

// Identifiers of the queues' own resources, from when a hook is enabled.
const idsOf = new WeakMap();
const queueHooks = {
  init(resource, type) {
    const ids = { asyncId: newId(), triggerId: currentId, destroyed: false };
    idsOf.set(resource, ids);
    forEachHook('init', ids.asyncId, type, ids.triggerId, resource);
  },
  before(resource) {
    const ids = idsOf.get(resource);
    currentId = ids?.asyncId ?? 0;
    currentTriggerId = ids?.triggerId ?? 0;
    currentResource = resource;
    if (ids !== undefined) forEachHook('before', ids.asyncId);
  },
  // Not called after a callback that threw; the next `before` sets all anew.
  after(resource) {
    const ids = idsOf.get(resource);
    if (ids !== undefined) {
      forEachHook('after', ids.asyncId);
      // A tick has done its work.
      if (resource.callback !== undefined) queueHooks.destroy(resource);
    }
    currentId = 0;
    currentTriggerId = 0;
    currentResource = undefined;
  },
  destroy(resource) {
    const ids = idsOf.get(resource);
    if (ids === undefined || ids.destroyed) return;
    ids.destroyed = true;
    forEachHook('destroy', ids.asyncId);
  },
};

function watchQueues(hooks) {
  require('internal/process/task_queues').setHooks(hooks);
  require('internal/timers').setHooks(hooks);
}

class AsyncHook {
  constructor({ init, before, after, destroy, promiseResolve }) {
    this.callbacks = { init, before, after, destroy, promiseResolve };
  }

  enable() {
    if (activeHooks === undefined) {
      activeHooks = new Set();
      watchQueues(queueHooks);
    }
    activeHooks.add(this);
    return this;
  }

  disable() {
    activeHooks?.delete(this);
    if (activeHooks?.size === 0) {
      activeHooks = undefined;
      watchQueues(null);
    }
    return this;
  }
}

function createHook(callbacks) {
  validateObject(callbacks, 'callbacks');
  for (const name of ['init', 'before', 'after', 'destroy', 'promiseResolve']) {
    if (callbacks[name] !== undefined && typeof callbacks[name] !== 'function') {
      throw new ERR_ASYNC_CALLBACK(`hook.${name}`);
    }
  }
  if (callbacks.trackPromises !== undefined) {
    validateBoolean(callbacks.trackPromises, 'trackPromises');
  }
  return new AsyncHook(callbacks);
}

function executionAsyncId() {
  return currentId;
}

function triggerAsyncId() {
  return currentTriggerId;
}

function executionAsyncResource() {
  return currentResource ?? topLevelResource;
}

let destroyRegistry;
function destroyOnCollect(resource, state) {
  destroyRegistry ??= new FinalizationRegistry((held) => emitDestroy(held));
  destroyRegistry.register(resource, state);
}

function emitDestroy(state) {
  if (state.destroyed) return;
  state.destroyed = true;
  if (activeHooks === undefined) return;
  queueMicrotask(() => {
    if (activeHooks !== undefined) forEachHook('destroy', state.asyncId);
  });
}

class AsyncResource {
  #asyncId;
  #triggerAsyncId;
  #frame = getContinuationData();
  #destroyState;

  constructor(type, options = kEmptyObject) {
    validateString(type, 'type');
    let triggerId = currentId;
    let requireManualDestroy = false;
    if (typeof options !== 'number') {
      triggerId = options.triggerAsyncId === undefined ? currentId : options.triggerAsyncId;
      requireManualDestroy = !!options.requireManualDestroy;
    } else {
      triggerId = options;
    }
    // As process.binding's ids: safe integers from -1 up.
    if (!Number.isSafeInteger(triggerId) || triggerId < -1) {
      throw new ERR_INVALID_ASYNC_ID('triggerAsyncId', triggerId);
    }
    this.#asyncId = newId();
    this.#triggerAsyncId = triggerId;
    if (activeHooks === undefined) return;
    if (type.length === 0) throw new ERR_ASYNC_TYPE(type);
    this.#destroyState = { asyncId: this.#asyncId, destroyed: false };
    forEachHook('init', this.#asyncId, type, triggerId, this);
    if (!requireManualDestroy) destroyOnCollect(this, this.#destroyState);
  }

  runInAsyncScope(fn, thisArg, ...args) {
    const asyncId = this.#asyncId;
    const previousId = currentId;
    const previousTriggerId = currentTriggerId;
    const previousResource = currentResource;
    const previousFrame = getContinuationData();
    currentId = asyncId;
    currentTriggerId = this.#triggerAsyncId;
    currentResource = this;
    setContinuationData(this.#frame);
    const hooked = activeHooks !== undefined;
    try {
      if (hooked) forEachHook('before', asyncId);
      return Reflect.apply(fn, thisArg, args);
    } finally {
      if (hooked && activeHooks !== undefined) forEachHook('after', asyncId);
      setContinuationData(previousFrame);
      currentId = previousId;
      currentTriggerId = previousTriggerId;
      currentResource = previousResource;
    }
  }

  emitDestroy() {
    const state = this.#destroyState ??= { asyncId: this.#asyncId, destroyed: false };
    if (state.destroyed) {
      // Twice is a mistake of the caller, but no reason to fail.
      return this;
    }
    emitDestroy(state);
    return this;
  }

  asyncId() {
    return this.#asyncId;
  }

  triggerAsyncId() {
    return this.#triggerAsyncId;
  }

  bind(fn, thisArg) {
    validateFunction(fn, 'fn');
    let bound;
    if (thisArg === undefined) {
      const resource = this;
      bound = function(...args) {
        args.unshift(fn, this);
        return Reflect.apply(resource.runInAsyncScope, resource, args);
      };
    } else {
      bound = this.runInAsyncScope.bind(this, fn, thisArg);
    }
    Object.defineProperties(bound, {
      length: {
        __proto__: null,
        configurable: true,
        enumerable: false,
        value: fn.length,
        writable: false,
      },
    });
    return bound;
  }

  static bind(fn, type, thisArg) {
    type ||= fn.name;
    return new AsyncResource(type || 'bound-anonymous-fn').bind(fn, thisArg);
  }
}

const asyncWrapProviders = Object.freeze({ __proto__: null, NONE: 0 });

module.exports = {
  AsyncLocalStorage,
  AsyncResource,
  asyncWrapProviders,
  createHook,
  executionAsyncId,
  executionAsyncResource,
  triggerAsyncId,
};
