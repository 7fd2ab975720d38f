'use strict';

// Exceptions no one caught, and the end of the process: exit codes, 'exit' and 'beforeExit'.

const { setSlot } = internalBinding('env');

const kGenericError = 1;
const kHandlerThrew = 7;
const kTraceHint = '(Use `node --trace-uncaught ...` to show where the exception was thrown)';

let captureCallback = null;

function hasCapture() {
  return captureCallback !== null;
}

function setCapture(callback) {
  const {
    codes: { ERR_INVALID_ARG_TYPE, ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET },
  } = require('internal/errors');
  if (callback === null) {
    captureCallback = null;
    return;
  }
  if (typeof callback !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('fn', ['Function', 'null'], callback);
  }
  if (captureCallback !== null) throw new ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET();
  captureCallback = callback;
}

// true when a script took the error; otherwise [what to print, exit code, stands apart, frame of the
// stack]. Called once more for what a handler threw in its place.
function onUncaught(error, fromPromise, isThrownByHandler) {
  if (isThrownByHandler) {
    const [text, isError] = describe(error);
    const { isMainThread } = internalBinding('env').startInfo();
    return [text, isMainThread ? kHandlerThrew : kGenericError, isError, frameOf(error)];
  }
  // Handlers see the asynchronous context that the error was thrown in, which the queues have left.
  const frames = require('internal/async_context_frame');
  const frame = frames.takeThrower();
  if (frame === undefined) return askHandlers(error, fromPromise);
  return frames.runIn(frame, askHandlers, undefined, [error, fromPromise]);
}

function askHandlers(error, fromPromise) {
  const origin = fromPromise ? 'unhandledRejection' : 'uncaughtException';
  process.emit('uncaughtExceptionMonitor', error, origin);
  if (captureCallback !== null) {
    captureCallback(error);
    return true;
  }
  if (process.emit('uncaughtException', error, origin)) return true;
  const frame = frameOf(error);
  const [description, isApart] = describe(error);
  try {
    if (!process._exiting) {
      process.exitCode = kGenericError;
      process._exiting = true;
      process.emit('exit', kGenericError);
    }
  } catch {
    // The process ends all the same, with the first error.
  }
  return [description, process.exitCode ?? kGenericError, isApart, frame];
}

function frameOf(error) {
  if (typeof error !== 'object' || error === null) return '';
  return require('internal/process/code_frame').frameOfStack(error);
}

// Errors from emitters tell where the 'error' event was emitted.
function enhance(error) {
  const { kEnhanceStackBeforeInspector } = require('internal/errors');
  const enhanced = error[kEnhanceStackBeforeInspector];
  if (typeof enhanced === 'function') error.stack = enhanced();
}

// [text, whether it stands apart from the source line above it]: errors do, other values follow it
// at once. A thrown primitive has no stack; the hint says how to get one.
function describe(error) {
  if ((typeof error !== 'object' && typeof error !== 'function') || error === null) {
    const text = typeof error === 'symbol' ? '' : String(error);
    return [`${text}\n${kTraceHint}`, false];
  }
  const isApart = internalBinding('types').isNativeError(error);
  try {
    const { inspect } = require('internal/util/inspect');
    enhance(error);
    const colors = process.stderr?.isTTY === true && process.stderr.hasColors?.() === true;
    return [inspect(error, { colors, customInspect: !isApart }), isApart];
  } catch {
    try {
      return [String(error.stack ?? error), isApart];
    } catch {
      return [Object.prototype.toString.call(error), isApart];
    }
  }
}

// Asked when the loop has run empty: the code of a program that still waits for its main module.
let unsettledCode;
function setUnsettledCheck(check) {
  unsettledCode = check;
}

function beforeExit() {
  process.emit('beforeExit', process.exitCode ?? 0);
}

// Emits 'exit' and returns the code the process ends with.
function emitExit() {
  let code = 0;
  if (!process._exiting) {
    code = unsettledCode?.() ?? 0;
    // Success cannot be claimed for a program that never came to its end.
    if (code !== 0 && process.exitCode === 0) process.exitCode = undefined;
    process._exiting = true;
    try {
      process.emit('exit', process.exitCode ?? code);
    } finally {
      require('internal/process/flush').flush();
    }
  }
  return process.exitCode ?? code;
}

const kInvalidArgument = 9;  // exit code, as Node.js documents it

function refuseOption(name) {
  const { writeSync } = require('fs');
  writeSync(2, `${process.execPath}: invalid value for ${name}\n`);
  process.reallyExit(kInvalidArgument);
}

function configure(execArgv) {
  for (const option of execArgv) {
    if (option.startsWith('--unhandled-rejections=')) {
      const { modes, setMode } = require('internal/process/promises');
      const mode = option.slice('--unhandled-rejections='.length);
      if (modes.includes(mode)) setMode(mode);
      else refuseOption('--unhandled-rejections');
    }
  }
}

function setup() {
  setSlot('uncaught', onUncaught);
  setSlot('beforeExit', beforeExit);
  setSlot('exit', emitExit);
}

module.exports = {
  configure, emitExit, hasCapture, onUncaught, setCapture, setUnsettledCheck, setup,
};
