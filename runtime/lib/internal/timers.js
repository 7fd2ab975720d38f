'use strict';

// setTimeout's machinery: timers of one duration share a list in creation order; a heap orders the
// lists by expiry; the engine holds one loop timer for the nearest. Immediates are a plain queue.

const {
  codes: { ERR_OUT_OF_RANGE },
} = require('internal/errors');
const { validateNumber } = require('internal/validators');
const binding = internalBinding('timers');
const { setSlot } = internalBinding('env');
const { getContinuationData, setContinuationData } = internalBinding('async_context');
const { leave } = require('internal/async_context_frame');
const { runNextTicks } = require('internal/process/task_queues');

const kMaxDelay = 2 ** 31 - 1;
const kCount = 0;
const kRefCount = 1;
const immediateInfo = binding.immediateInfo();

const customInspect = Symbol.for('nodejs.util.inspect.custom');
const kRefed = Symbol('refed');
const kHasPrimitive = Symbol('kHasPrimitive');

let lastId = 1;
let nextExpiry = Infinity;
let refCount = 0;
let hooks = null;
// duration → TimerList
const lists = new Map();
const byPrimitive = new Map();

// ---- lists ordered by expiry: a binary heap ----

const heap = [];

function isBefore(a, b) {
  return a.expiry < b.expiry || (a.expiry === b.expiry && a.id < b.id);
}

function place(list, index) {
  heap[index] = list;
  list.heapIndex = index;
}

function siftUp(index) {
  const list = heap[index];
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(list, heap[parent])) break;
    place(heap[parent], index);
    index = parent;
  }
  place(list, index);
}

function siftDown(index) {
  const list = heap[index];
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
    if (!isBefore(heap[child], list)) break;
    place(heap[child], index);
    index = child;
  }
  place(list, index);
}

function heapRemove(list) {
  const last = heap.pop();
  if (last === list) return;
  place(last, list.heapIndex);
  siftUp(last.heapIndex);
  siftDown(last.heapIndex);
}

class TimerList {
  constructor(duration, expiry) {
    this.next = this;
    this.previous = this;
    this.duration = duration;
    this.expiry = expiry;
    this.id = ++lastId;
    this.heapIndex = -1;
  }
}

function link(list, timer) {
  timer._idlePrev = list.previous;
  timer._idleNext = list;
  if (list.previous === list) list.next = timer;
  else list.previous._idleNext = timer;
  list.previous = timer;
  timer._list = list;
}

function unlink(timer) {
  const list = timer._list;
  if (list === null) return;
  const { _idlePrev: previous, _idleNext: next } = timer;
  if (previous === list) list.next = next;
  else previous._idleNext = next;
  if (next === list) list.previous = previous;
  else next._idlePrev = previous;
  timer._list = timer._idlePrev = timer._idleNext = null;
  if (list.next === list && lists.get(list.duration) === list && !list.running) {
    lists.delete(list.duration);
    heapRemove(list);
  }
}

// ---- Timeout ----

class Timeout {
  constructor(callback, delay, args, isRepeat, isRefed) {
    if (delay === undefined) {
      delay = 1;
    } else {
      delay *= 1;
    }
    if (!(delay >= 1 && delay <= kMaxDelay)) {
      if (delay > kMaxDelay) {
        process.emitWarning(`${delay} does not fit into a 32-bit signed integer.` +
                            '\nTimeout duration was set to 1.', 'TimeoutOverflowWarning');
      } else if (delay < 0) {
        warnBadDelay(`${delay} is a negative number.`, 'TimeoutNegativeWarning');
      } else if (Number.isNaN(delay)) {
        warnBadDelay(`${delay} is not a number.`, 'TimeoutNaNWarning');
      }
      delay = 1;
    }
    this._idleTimeout = delay;
    this._idlePrev = null;
    this._idleNext = null;
    this._list = null;
    this._idleStart = null;
    this._onTimeout = callback;
    this._timerArgs = args;
    this._repeat = isRepeat ? delay : null;
    this._destroyed = false;
    this._context = getContinuationData();
    this[kRefed] = isRefed;
    this[kHasPrimitive] = false;
    this._asyncId = ++lastId;
    if (isRefed) keepAlive(1);
    if (hooks !== null) hooks.init(this, 'Timeout');
  }

  [customInspect](_, options) {
    const { inspect } = require('internal/util/inspect');
    return inspect(this, { ...options, depth: 0, customInspect: false });
  }

  refresh() {
    if (this._idleTimeout < 0) return this;
    if (!this._destroyed || this._list !== null) {
      insert(this, this._idleTimeout);
    } else if (this._onTimeout) {
      this._destroyed = false;
      if (this[kRefed]) keepAlive(1);
      insert(this, this._idleTimeout);
    }
    return this;
  }

  unref() {
    if (this[kRefed]) {
      this[kRefed] = false;
      if (!this._destroyed) keepAlive(-1);
    }
    return this;
  }

  ref() {
    if (!this[kRefed]) {
      this[kRefed] = true;
      if (!this._destroyed) keepAlive(1);
    }
    return this;
  }

  hasRef() {
    return this[kRefed];
  }

  close() {
    clearTimer(this);
    return this;
  }

  [Symbol.toPrimitive]() {
    const id = this._asyncId;
    if (!this[kHasPrimitive]) {
      this[kHasPrimitive] = true;
      byPrimitive.set(id, this);
    }
    return id;
  }

  [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
    clearTimer(this);
  }
}

const warned = new Set();
function warnBadDelay(text, type) {
  if (warned.has(type)) return;
  warned.add(type);
  process.emitWarning(`${text}\nTimeout duration was set to 1.`, type);
}

function keepAlive(by) {
  const before = refCount;
  refCount += by;
  if (before === 0 && refCount > 0) binding.toggleTimerRef(true);
  else if (before > 0 && refCount === 0) binding.toggleTimerRef(false);
}

// (Re)starts a timer from now.
function insert(timer, duration, now = binding.now()) {
  unlink(timer);
  timer._idleStart = now;
  duration = Math.trunc(duration);
  let list = lists.get(duration);
  if (list === undefined) {
    const expiry = now + duration;
    list = new TimerList(duration, expiry);
    lists.set(duration, list);
    heap.push(list);
    siftUp(heap.length - 1);
    if (expiry < nextExpiry) {
      binding.schedule(duration);
      nextExpiry = expiry;
    }
  }
  link(list, timer);
}

function clearTimer(timer) {
  timer._onTimeout = null;
  if (timer._destroyed) return;
  timer._destroyed = true;
  // Neither refresh() nor its own run starts it again.
  timer._idleTimeout = -1;
  if (timer[kHasPrimitive]) byPrimitive.delete(timer._asyncId);
  if (hooks !== null) hooks.destroy(timer);
  if (timer[kRefed]) keepAlive(-1);
  unlink(timer);
}

// ---- running ----

// Called by the engine when its timer fires; returns when it wants the next call: 0 never, negative
// when only unreferenced timers are left.
function processTimers(now) {
  nextExpiry = Infinity;
  let ranOne = false;
  let threw = true;
  try {
    while (heap.length > 0) {
      const list = heap[0];
      if (list.expiry > now) {
        now = binding.now();
        if (list.expiry > now) {
          nextExpiry = list.expiry;
          threw = false;
          return refCount > 0 ? nextExpiry : -nextExpiry;
        }
      }
      if (ranOne) runNextTicks();
      ranOne = true;
      runList(list, now);
    }
    threw = false;
  } finally {
    // After an exception the engine calls again at once: nothing may schedule meanwhile.
    if (threw) nextExpiry = -Infinity;
  }
  return 0;
}

function runList(list, now) {
  let ranOne = false;
  list.running = true;
  try {
    while (list.next !== list) {
      const timer = list.next;
      const elapsed = now - timer._idleStart;
      if (elapsed < list.duration) {
        list.expiry = Math.max(timer._idleStart + list.duration, now + 1);
        siftDown(list.heapIndex);
        return;
      }
      if (ranOne) {
        runNextTicks();
        // What ran may have cleared this very timer.
        if (list.next !== timer) continue;
      }
      ranOne = true;
      runTimer(timer, now);
    }
  } finally {
    list.running = false;
    if (list.next === list) {
      lists.delete(list.duration);
      heapRemove(list);
    }
  }
}

function runTimer(timer, now) {
  unlink(timer);
  if (!timer._onTimeout) {
    finish(timer);
    return;
  }
  let start;
  if (timer._repeat) start = binding.now();
  setContinuationData(timer._context);
  if (hooks !== null) hooks.before(timer);
  let isDone = false;
  try {
    const args = timer._timerArgs;
    if (args === undefined) timer._onTimeout();
    else timer._onTimeout(...args);
    isDone = true;
  } finally {
    leave(undefined, isDone);
    if (timer._repeat && timer._idleTimeout !== -1 && timer._onTimeout) {
      timer._idleTimeout = timer._repeat;
      if (timer._list === null) insert(timer, timer._idleTimeout, start);
    } else if (timer._list === null) {
      finish(timer);
    }
  }
  if (hooks !== null) hooks.after(timer);
}

function finish(timer) {
  if (timer._destroyed) return;
  timer._destroyed = true;
  if (timer[kHasPrimitive]) byPrimitive.delete(timer._asyncId);
  if (timer[kRefed]) keepAlive(-1);
  if (hooks !== null) hooks.destroy(timer);
}

// ---- immediates ----

class ImmediateQueue {
  constructor() {
    this.head = null;
    this.tail = null;
  }
  push(item) {
    if (this.tail !== null) {
      item._idlePrev = this.tail;
      this.tail._idleNext = item;
    } else {
      this.head = item;
    }
    this.tail = item;
  }
  remove(item) {
    if (item._idleNext) item._idleNext._idlePrev = item._idlePrev;
    if (item._idlePrev) item._idlePrev._idleNext = item._idleNext;
    if (item === this.head) this.head = item._idleNext;
    if (item === this.tail) this.tail = item._idlePrev;
    item._idleNext = item._idlePrev = null;
  }
}

let immediates = new ImmediateQueue();
// Left over from a turn that an exception cut short.
let outstanding = null;

class Immediate {
  constructor(callback, args) {
    this._idleNext = null;
    this._idlePrev = null;
    this._onImmediate = callback;
    this._argv = args;
    this._destroyed = false;
    this._context = getContinuationData();
    this[kRefed] = false;
    if (hooks !== null) hooks.init(this, 'Immediate');
    this.ref();
    immediateInfo[kCount]++;
    immediates.push(this);
  }

  ref() {
    if (this[kRefed] === false) {
      this[kRefed] = true;
      if (immediateInfo[kRefCount]++ === 0) binding.toggleImmediateRef(true);
    }
    return this;
  }

  unref() {
    if (this[kRefed] === true) {
      this[kRefed] = false;
      if (--immediateInfo[kRefCount] === 0) binding.toggleImmediateRef(false);
    }
    return this;
  }

  hasRef() {
    return this[kRefed] === true;
  }

  [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
    clearImmediate(this);
  }
}

function release(immediate) {
  immediate._destroyed = true;
  immediateInfo[kCount]--;
  if (immediate[kRefed] && --immediateInfo[kRefCount] === 0) binding.toggleImmediateRef(false);
  immediate[kRefed] = null;
  if (hooks !== null) hooks.destroy(immediate);
}

function clearImmediate(immediate) {
  if (!immediate?._onImmediate || immediate._destroyed) return;
  release(immediate);
  immediate._onImmediate = null;
  (outstanding !== null && immediate._queue === outstanding ? outstanding : immediates)
    .remove(immediate);
}

// The immediates queued before this phase; those queued meanwhile wait for the next turn.
function processImmediates() {
  const queue = outstanding ?? immediates;
  if (outstanding === null) {
    immediates = new ImmediateQueue();
    for (let item = queue.head; item !== null; item = item._idleNext) item._queue = queue;
    outstanding = queue;
  }
  let ranOne = false;
  while (queue.head !== null) {
    const immediate = queue.head;
    if (ranOne) {
      runNextTicks();
      if (queue.head !== immediate) continue;
    }
    ranOne = true;
    queue.remove(immediate);
    runImmediate(immediate);
  }
  outstanding = null;
}

function runImmediate(immediate) {
  release(immediate);
  setContinuationData(immediate._context);
  if (hooks !== null) hooks.before(immediate);
  let isDone = false;
  try {
    const args = immediate._argv;
    if (args === undefined) immediate._onImmediate();
    else immediate._onImmediate(...args);
    isDone = true;
  } finally {
    immediate._onImmediate = null;
    leave(undefined, isDone);
  }
  if (hooks !== null) hooks.after(immediate);
}

// ---- for other builtin modules ----

// A timer that never keeps the process alive, with a checked delay.
// The names of the timers and immediates that keep the loop alive.
function activeResources() {
  const names = [];
  for (const list of lists.values()) {
    for (let timer = list.next; timer !== list; timer = timer._idleNext) {
      if (timer[kRefed]) names.push('Timeout');
    }
  }
  for (let i = 0; i < immediateInfo[kRefCount]; i++) names.push('Immediate');
  return names;
}

function getTimerDuration(milliseconds, name) {
  validateNumber(milliseconds, name);
  if (milliseconds < 0 || !Number.isFinite(milliseconds)) {
    throw new ERR_OUT_OF_RANGE(name, 'a non-negative finite number', milliseconds);
  }
  if (milliseconds > kMaxDelay) {
    process.emitWarning(`${milliseconds} does not fit into a 32-bit signed integer.` +
                        `\nTimer duration was truncated to ${kMaxDelay}.`,
                        'TimeoutOverflowWarning');
    return kMaxDelay;
  }
  return milliseconds;
}

function setUnrefTimeout(callback, delay) {
  const timer = new Timeout(callback, delay, undefined, false, false);
  insert(timer, timer._idleTimeout);
  return timer;
}

function setup() {
  setSlot('processTimers', processTimers);
  setSlot('processImmediates', processImmediates);
}

module.exports = {
  activeResources,
  Immediate,
  Timeout,
  byPrimitive,
  clearImmediate,
  clearTimer,
  getTimerDuration,
  insert,
  kMaxDelay,
  setHooks(value) { hooks = value; },
  setUnrefTimeout,
  setup,
};
