'use strict';

// What sockets and servers share: argument shapes of connect()/listen(), handle creation by
// descriptor, and the process-wide defaults of net.

const { codes: { ERR_INVALID_FD_TYPE } } = require('internal/errors');
const { validateBoolean, validateInt32 } = require('internal/validators');

const kTimeout = Symbol('timeout');
const kSetNoDelay = Symbol('noDelay');
const kSetKeepAlive = Symbol('keepAlive');
const kSetKeepAliveInitialDelay = Symbol('keepAliveInitialDelay');
const kBytesRead = Symbol('bytesRead');
const kBytesWritten = Symbol('bytesWritten');

const EOF = -4095;
const kSmallestAttemptTimeout = 10;

const defaults = {
  autoSelectFamily: true,
  attemptTimeout: 250,
  read: false,  // the command line has been looked at
};

// A port in text or as a number; anything else is the path of a pipe.
function toNumber(value) {
  return (value = Number(value)) >= 0 ? value : false;
}

function isPipeName(value) {
  return typeof value === 'string' && toNumber(value) === false;
}

const kNormalized = Symbol('normalizedArgs');

// connect()/listen() arguments as [options, callback | null].
function normalizeArgs(args) {
  let options = {};
  let callback = null;
  if (args.length > 0) {
    const first = args[0];
    if (typeof first === 'object' && first !== null) {
      options = first;
    } else if (isPipeName(first)) {
      options.path = first;
    } else {
      options.port = first;
      if (args.length > 1 && typeof args[1] === 'string') options.host = args[1];
    }
    const last = args[args.length - 1];
    if (typeof last === 'function') callback = last;
  }
  const result = [options, callback];
  result[kNormalized] = true;
  return result;
}

function guessType(fd) {
  return internalBinding('stream').guessHandleType(fd);
}

// An unopened handle of the right class for a descriptor given from outside.
function createHandle(fd, isServer) {
  validateInt32(fd, 'fd', 0);
  const type = guessType(fd);
  if (type === 'PIPE') {
    const { Pipe } = internalBinding('pipe');
    return new Pipe();
  }
  if (type === 'TCP') {
    const { TCP } = internalBinding('tcp');
    return new TCP();
  }
  throw new ERR_INVALID_FD_TYPE(isServer && type === 'TTY' ? 'TTY' : type);
}

// --[no-]network-family-autoselection and its attempt timeout.
function readCommandLine() {
  defaults.read = true;
  const prefix = '--network-family-autoselection-attempt-timeout=';
  for (const option of require('internal/process/options').runtimeOptions()) {
    if (option === '--no-network-family-autoselection' ||
        option === '--no-enable-network-family-autoselection') {
      defaults.autoSelectFamily = false;
    } else if (option.startsWith(prefix)) {
      defaults.attemptTimeout = Math.max(Number(option.slice(prefix.length)) || 0,
        kSmallestAttemptTimeout);
    }
  }
}

function getDefaultAutoSelectFamily() {
  if (!defaults.read) readCommandLine();
  return defaults.autoSelectFamily;
}

function setDefaultAutoSelectFamily(value) {
  validateBoolean(value, 'value');
  if (!defaults.read) readCommandLine();
  defaults.autoSelectFamily = value;
}

function getDefaultAutoSelectFamilyAttemptTimeout() {
  if (!defaults.read) readCommandLine();
  return defaults.attemptTimeout;
}

function setDefaultAutoSelectFamilyAttemptTimeout(value) {
  validateInt32(value, 'value', 1);
  if (!defaults.read) readCommandLine();
  defaults.attemptTimeout = Math.max(value, kSmallestAttemptTimeout);
}

module.exports = {
  EOF,
  createHandle,
  getDefaultAutoSelectFamily,
  getDefaultAutoSelectFamilyAttemptTimeout,
  guessType,
  isPipeName,
  kBytesRead,
  kBytesWritten,
  kNormalized,
  kSetKeepAlive,
  kSetKeepAliveInitialDelay,
  kSetNoDelay,
  kSmallestAttemptTimeout,
  kTimeout,
  normalizeArgs,
  setDefaultAutoSelectFamily,
  setDefaultAutoSelectFamilyAttemptTimeout,
  toNumber,
};
