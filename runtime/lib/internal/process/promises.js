'use strict';

// Unhandled rejections: noted when V8 reports them, acted on after the microtasks have run, as
// --unhandled-rejections says (default: throw).

const { setSlot, reportUncaught } = internalBinding('env');
const { getContinuationData, setContinuationData } = internalBinding('async_context');

// v8::PromiseRejectEvent
const kRejectWithNoHandler = 0;
const kHandlerAddedAfterReject = 1;

// promise → { reason, uid, warned, context }
const unhandled = new WeakMap();
let pending = [];
const handledLate = [];
let lastUid = 0;
let mode = 'throw';

function onReject(type, promise, reason) {
  if (type === kRejectWithNoHandler) {
    unhandled.set(promise, {
      reason,
      uid: ++lastUid,
      warned: false,
      context: getContinuationData(),
    });
    pending.push(promise);
    require('internal/process/task_queues').setHasRejections(true);
  } else if (type === kHandlerAddedAfterReject) {
    onHandled(promise);
  }
}

function onHandled(promise) {
  const info = unhandled.get(promise);
  if (info === undefined) return;
  unhandled.delete(promise);
  if (!info.warned) return;
  handledLate.push({ promise, uid: info.uid });
  require('internal/process/task_queues').setHasRejections(true);
}

function describe(reason) {
  try {
    return isErrorLike(reason) ? reason.stack : shortText(reason);
  } catch {
    return Object.prototype.toString.call(reason);
  }
}

function isErrorLike(value) {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'stack');
}

function warnUnhandled(info) {
  process.emitWarning(describe(info.reason), 'UnhandledPromiseRejectionWarning');
  const note = new Error(
    'Unhandled promise rejection. This error originated either by throwing inside of an async ' +
    'function without a catch block, or by rejecting a promise which was not handled with ' +
    '.catch(). To terminate the node process on unhandled promise rejection, use the CLI flag ' +
    '`--unhandled-rejections=strict` (see https://nodejs.org/api/cli.html#cli_unhandled_rejections_mode). ' +
    `(rejection id: ${info.uid})`);
  note.name = 'UnhandledPromiseRejectionWarning';
  try {
    if (isErrorLike(info.reason)) note.stack = info.reason.stack;
  } catch {
    // The note keeps its own.
  }
  process.emitWarning(note);
}

function asError(reason) {
  if (isErrorLike(reason)) return reason;
  const error = new Error(
    'This error originated either by throwing inside of an async function without a catch ' +
    'block, or by rejecting a promise which was not handled with .catch(). The promise rejected ' +
    `with the reason "${shortText(reason)}".`);
  Object.defineProperty(error, 'name', {
    __proto__: null, value: 'UnhandledPromiseRejection', writable: true, configurable: true,
  });
  error.code = 'ERR_UNHANDLED_REJECTION';
  return error;
}

// Without running code of the value.
function shortText(value) {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    return String(value);
  }
  if (typeof value === 'function') return Function.prototype.toString.call(value);
  return `#<${internalBinding('util').getConstructorName(value)}>`;
}

const actions = {
  __proto__: null,
  strict(promise, info) {
    reportUncaught(asError(info.reason), true);
    if (!process.emit('unhandledRejection', info.reason, promise)) warnUnhandled(info);
  },
  throw(promise, info) {
    if (process.emit('unhandledRejection', info.reason, promise)) return;
    reportUncaught(asError(info.reason), true);
  },
  'warn-with-error-codes'(promise, info) {
    if (process.emit('unhandledRejection', info.reason, promise)) return;
    warnUnhandled(info);
    process.exitCode = 1;
  },
  warn(promise, info) {
    process.emit('unhandledRejection', info.reason, promise);
    warnUnhandled(info);
  },
  none(promise, info) {
    process.emit('unhandledRejection', info.reason, promise);
  },
};

// True when it did something that may have queued ticks.
function processPending() {
  let acted = handledLate.length > 0 || pending.length > 0;
  while (handledLate.length > 0) {
    const { promise, uid } = handledLate.shift();
    if (!process.emit('rejectionHandled', promise)) {
      process.emitWarning(
        `Promise rejection was handled asynchronously (rejection id: ${uid})`,
        'PromiseRejectionHandledWarning');
    }
  }
  const list = pending;
  pending = [];
  for (const promise of list) {
    const info = unhandled.get(promise);
    if (info === undefined) continue;
    info.warned = true;
    const previous = getContinuationData();
    setContinuationData(info.context);
    try {
      actions[mode](promise, info);
    } finally {
      setContinuationData(previous);
    }
    acted = true;
  }
  return acted;
}

function setMode(value) {
  mode = value;
}

function setup() {
  setSlot('promiseReject', onReject);
}

module.exports = { modes: Object.keys(actions), processPending, setMode, setup };
