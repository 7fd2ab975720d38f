'use strict';

// process.nextTick, queueMicrotask and their drain: after every callback from the loop the engine runs
// processTicksAndRejections when either queue has something.

const { validateFunction } = require('internal/validators');
const { enqueueMicrotask, reportUncaught, runMicrotasks, setSlot, tickInfo } =
  internalBinding('env');
const { getContinuationData, setContinuationData } = internalBinding('async_context');
const { leave } = require('internal/async_context_frame');

const kHasTicks = 0;
const kHasRejections = 1;
const info = tickInfo();

// A queue of fixed blocks: no array is ever shifted or grown while ticks run.
const kBlockSize = 1024;
class Block {
  constructor() {
    this.items = new Array(kBlockSize);
    this.read = 0;
    this.write = 0;
    this.next = null;
  }
}

let head = new Block();
let tail = head;

function push(tick) {
  if (tail.write === kBlockSize) tail = tail.next = new Block();
  tail.items[tail.write++] = tick;
}

function shift() {
  if (head.read === head.write) return null;
  const tick = head.items[head.read];
  head.items[head.read++] = undefined;
  if (head.read === head.write) {
    if (head.next !== null) head = head.next;
    else head.read = head.write = 0;
  }
  return tick;
}

function isEmpty() {
  return head.read === head.write;
}

let hooks = null;  // { init, before, after, destroy } of async_hooks, once someone enables them
let rejections;

class Tick {
  constructor(callback, args, context) {
    this.callback = callback;
    this.args = args;
    this.context = context;
    this.asyncId = 0;
  }
}

function nextTick(callback, ...args) {
  validateFunction(callback, 'callback');
  if (process._exiting) return;
  const tick = new Tick(callback, args, getContinuationData());
  if (hooks !== null) hooks.init(tick, 'TickObject');
  if (isEmpty()) info[kHasTicks] = 1;
  push(tick);
}

function runTick(tick) {
  setContinuationData(tick.context);
  if (hooks !== null) hooks.before(tick);
  const { callback, args } = tick;
  switch (args.length) {
    case 0: callback(); break;
    case 1: callback(args[0]); break;
    case 2: callback(args[0], args[1]); break;
    case 3: callback(args[0], args[1], args[2]); break;
    default: callback(...args);
  }
  if (hooks !== null) hooks.after(tick);
}

// Throws what a tick throws: the engine reports it and calls again for the rest.
function processTicksAndRejections() {
  const previous = getContinuationData();
  let isDone = false;
  try {
    do {
      let tick;
      while ((tick = shift()) !== null) runTick(tick);
      info[kHasTicks] = 0;
      setContinuationData(previous);
      runMicrotasks();
    } while (!isEmpty() || rejections.processPending());
    info[kHasTicks] = 0;
    info[kHasRejections] = 0;
    isDone = true;
  } finally {
    leave(previous, isDone);
  }
}

// Between two callbacks of one phase (timers, immediates).
function runNextTicks() {
  if (info[kHasTicks] === 0 && info[kHasRejections] === 0) runMicrotasks();
  if (info[kHasTicks] === 0 && info[kHasRejections] === 0) return;
  processTicksAndRejections();
}

function queueMicrotask(callback) {
  validateFunction(callback, 'callback');
  const context = getContinuationData();
  enqueueMicrotask(() => {
    const previous = getContinuationData();
    setContinuationData(context);
    try {
      callback();
    } catch (error) {
      reportUncaught(error, false);
    } finally {
      setContinuationData(previous);
    }
  });
}

function setHasRejections(value) {
  info[kHasRejections] = value ? 1 : 0;
}

function setup() {
  rejections = require('internal/process/promises');
  setSlot('processTicks', processTicksAndRejections);
  process.nextTick = nextTick;
  process._tickCallback = runNextTicks;
}

module.exports = {
  nextTick,
  queueMicrotask,
  runNextTicks,
  setHasRejections,
  setHooks(value) { hooks = value; },
  setup,
};
