'use strict';

// The timeline's buffers and PerformanceObserver. Observers are told in one batch, by setImmediate.

const {
  codes: {
    ERR_ILLEGAL_CONSTRUCTOR,
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_MISSING_ARGS,
  },
} = require('internal/errors');
const { validateFunction, validateObject } = require('internal/validators');
const { customInspectSymbol, kEnumerableProperty } = require('internal/util');

const kSupported = Object.freeze(['function', 'mark', 'measure', 'resource']);
const kTypeMultiple = 1;
const kTypeSingle = 0;

// What getEntries() gives.
const timeline = { mark: [], measure: [], resource: [] };
let resourceBufferSize = 250;
let resourcesPending = [];
let onBufferFull;
let bufferFullScheduled = false;

const observers = new Set();
const observed = { __proto__: null };
let pending = new Set();
let scheduled = false;

function byStartTime(a, b) {
  return a.startTime - b.startTime;
}

function matches(entry, name, type) {
  return (name === undefined || entry.name === name) &&
    (type === undefined || entry.entryType === type);
}

function getTimeline(name, type) {
  const lists = type === undefined ? Object.values(timeline) : [timeline[type] ?? []];
  return lists.flat().filter((entry) => matches(entry, name, type)).sort(byStartTime);
}

function clearTimeline(type, name) {
  if (timeline[type] === undefined) return;
  timeline[type] = name === undefined
    ? []
    : timeline[type].filter((entry) => entry.name !== name);
}

function lastMark(name) {
  const marks = timeline.mark;
  for (let i = marks.length - 1; i >= 0; i--) {
    if (marks[i].name === name) return marks[i];
  }
  return undefined;
}

function scheduleDelivery() {
  if (scheduled) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    const ready = pending;
    pending = new Set();
    for (const observer of ready) observer[kDispatch]();
  });
}

// Tells the observers.
function enqueue(entry) {
  for (const observer of observers) observer[kMaybeBuffer](entry);
}

// Tells the observers and remembers it for getEntries().
function bufferUserTiming(entry) {
  timeline[entry.entryType].push(entry);
  enqueue(entry);
}

function bufferResource(entry) {
  enqueue(entry);
  if (timeline.resource.length < resourceBufferSize && !bufferFullScheduled) {
    timeline.resource.push(entry);
    return;
  }
  resourcesPending.push(entry);
  if (bufferFullScheduled) return;
  bufferFullScheduled = true;
  setImmediate(() => {
    while (resourcesPending.length > 0) {
      const before = resourcesPending.length;
      if (timeline.resource.length >= resourceBufferSize) onBufferFull?.();
      while (timeline.resource.length < resourceBufferSize && resourcesPending.length > 0) {
        timeline.resource.push(resourcesPending.shift());
      }
      if (before <= resourcesPending.length) {
        resourcesPending = [];
        break;
      }
    }
    bufferFullScheduled = false;
  });
}

function hasObserver(type) {
  return (observed[type] ?? 0) > 0;
}

const kDispatch = Symbol('kDispatch');
const kMaybeBuffer = Symbol('kMaybeBuffer');
const kSkipThrow = Symbol('kSkipThrow');

class PerformanceObserverEntryList {
  #entries;

  constructor(skip, entries) {
    if (skip !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#entries = entries.sort(byStartTime);
  }

  getEntries() {
    return this.#entries.slice();
  }

  getEntriesByType(type) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    type = `${type}`;
    return this.#entries.filter((entry) => entry.entryType === type);
  }

  getEntriesByName(name, type = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    name = `${name}`;
    if (type != null) type = `${type}`;
    return this.#entries.filter((entry) => matches(entry, name, type ?? undefined));
  }

  [customInspectSymbol](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `PerformanceObserverEntryList ${inspect(this.#entries, {
      ...options, depth: options.depth == null ? null : options.depth - 1,
    })}`;
  }
}

class PerformanceObserver {
  #buffer = [];
  #types = new Set();
  #mode;
  #callback;

  constructor(callback) {
    validateFunction(callback, 'callback');
    this.#callback = callback;
  }

  observe(options = {}) {
    validateObject(options, 'options');
    const { entryTypes, type, buffered } = { ...options };
    if (entryTypes === undefined && type === undefined) {
      throw new ERR_MISSING_ARGS('options.entryTypes', 'options.type');
    }
    if (entryTypes != null && type != null) {
      throw new ERR_INVALID_ARG_VALUE(
        'options.entryTypes', entryTypes,
        'options.entryTypes can not set with options.type together');
    }
    this.#checkMode(entryTypes !== undefined ? kTypeMultiple : kTypeSingle);
    if (this.#mode === kTypeMultiple) {
      if (!Array.isArray(entryTypes)) {
        throw new ERR_INVALID_ARG_TYPE('options.entryTypes', 'string[]', entryTypes);
      }
      this.#forget();
      this.#types = new Set();
      for (const one of entryTypes) this.#add(one);
    } else {
      this.#add(type);
      if (buffered) {
        this.#buffer.push(...getTimeline(undefined, type));
        pending.add(this);
        scheduleDelivery();
      }
    }
    if (this.#types.size) observers.add(this);
    else this.disconnect();
  }

  #checkMode(mode) {
    if (this.#mode === undefined) {
      this.#mode = mode;
    } else if (this.#mode !== mode) {
      const { DOMException } = require('internal/dom_exception');
      throw new DOMException('PerformanceObserver can not change from multiple observations to ' +
        'single', 'InvalidModificationError');
    }
  }

  #add(type) {
    if (!kSupported.includes(type) || this.#types.has(type)) return;
    this.#types.add(type);
    observed[type] = (observed[type] ?? 0) + 1;
  }

  #forget() {
    for (const type of this.#types) observed[type]--;
  }

  disconnect() {
    this.#forget();
    observers.delete(this);
    pending.delete(this);
    this.#buffer = [];
    this.#types = new Set();
    this.#mode = undefined;
  }

  takeRecords() {
    const list = this.#buffer;
    this.#buffer = [];
    return list;
  }

  static get supportedEntryTypes() {
    return kSupported;
  }

  [kMaybeBuffer](entry) {
    if (!this.#types.has(entry.entryType)) return;
    this.#buffer.push(entry);
    pending.add(this);
    scheduleDelivery();
  }

  [kDispatch]() {
    const entries = this.takeRecords();
    if (entries.length === 0) return;
    Reflect.apply(this.#callback, this,
                  [new PerformanceObserverEntryList(kSkipThrow, entries), this]);
  }

  [customInspectSymbol](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `PerformanceObserver ${inspect({
      connected: observers.has(this),
      pending: pending.has(this),
      entryTypes: [...this.#types],
      buffer: this.#buffer,
    }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}
for (const name of ['observe', 'disconnect', 'takeRecords']) {
  Object.defineProperty(PerformanceObserver.prototype, name, kEnumerableProperty);
}
for (const name of ['getEntries', 'getEntriesByName', 'getEntriesByType']) {
  Object.defineProperty(PerformanceObserverEntryList.prototype, name, kEnumerableProperty);
}
for (const Class of [PerformanceObserver, PerformanceObserverEntryList]) {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, {
    __proto__: null, configurable: true, value: Class.name,
  });
}

module.exports = {
  PerformanceObserver,
  PerformanceObserverEntryList,
  bufferResource,
  bufferUserTiming,
  clearTimeline,
  enqueue,
  getTimeline,
  hasObserver,
  lastMark,
  setBufferFullHandler(handler) { onBufferFull = handler; },
  setResourceBufferSize(size) { resourceBufferSize = size; },
};
