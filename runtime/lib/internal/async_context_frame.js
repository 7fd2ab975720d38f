'use strict';

// The frame of asynchronous context: what each AsyncLocalStorage holds right now. Setting a value
// makes a new frame; only disabling a storage changes one that callbacks may hold already. V8
// carries the current frame through promise reactions, the native callbacks and the timer and tick
// queues carry it through everything else.
// No frame is null; undefined is never stored, because V8 carries only other values along.
// A frame is a flat list [storage, value, storage, value...]: programs have one or two storages.

const { getContinuationData, setContinuationData } = internalBinding('async_context');

function indexIn(frame, storage) {
  for (let i = 0; i < frame.length; i += 2) {
    if (frame[i] === storage) return i;
  }
  return -1;
}

function withValue(frame, storage, value) {
  if (!frame) return [storage, value];
  const at = indexIn(frame, storage);
  const next = frame.slice();
  if (at === -1) next.push(storage, value);
  else next[at + 1] = value;
  return next;
}

function without(frame, storage) {
  if (!frame) return frame;
  const at = indexIn(frame, storage);
  if (at === -1) return frame;
  if (frame.length === 2) return null;
  const next = frame.slice();
  next.splice(at, 2);
  return next;
}

// Takes the storage out of the frame itself: what was queued in it does not see the value either.
function drop(frame, storage) {
  const at = frame ? indexIn(frame, storage) : -1;
  if (at !== -1) frame.splice(at, 2);
}

// The frame of a callback that threw, kept from leave() until the error is reported.
let thrower;

// After a callback of a queue: `isDone` is false when it threw.
function leave(previous, isDone) {
  if (!isDone) thrower = getContinuationData();
  setContinuationData(previous);
}

function takeThrower() {
  const frame = thrower;
  thrower = undefined;
  return frame;
}

// Calls `fn` in `frame`; the frame of before holds again when it returns or throws.
function runIn(frame, fn, self, args) {
  const previous = getContinuationData();
  setContinuationData(frame);
  try {
    return Reflect.apply(fn, self, args);
  } finally {
    setContinuationData(previous);
  }
}

module.exports = {
  current: getContinuationData,
  drop,
  indexIn,
  leave,
  runIn,
  takeThrower,
  withValue,
  without,
};
