'use strict';

// node:util. Most of it lives in internal modules; what few programs use loads on first use.

const {
  codes: {
    ERR_FALSY_VALUE_REJECTION,
    ERR_INVALID_ARG_TYPE,
    ERR_OUT_OF_RANGE,
  },
  errnoException,
  exceptionWithHostPort,
  getErrnoMap,
  getSystemErrorMessage,
  getSystemErrorName: systemErrorName,
  notImplemented,
} = require('internal/errors');
const {
  validateBoolean,
  validateFunction,
  validateInteger,
  validateNumber,
  validateObject,
  validateOneOf,
  validateString,
} = require('internal/validators');
const { format, formatWithOptions } = require('internal/util/format');
const { inspect, stripVTControlCharacters } = require('internal/util/inspect');
const {
  defineLazyProperties,
  deprecate,
  promisify,
  toUSVString,
} = require('internal/util');
const { debuglog } = require('internal/util/debuglog');
const types = require('internal/util/types');

function callbackifyOnRejected(reason, callback) {
  // Callbacks test their error for truth.
  if (!reason) {
    reason = new ERR_FALSY_VALUE_REJECTION(reason);
    Error.captureStackTrace(reason, callbackifyOnRejected);
  }
  return callback(reason);
}

function callbackify(original) {
  validateFunction(original, 'original');
  function callbackified(...args) {
    const callback = args.pop();
    validateFunction(callback, 'last argument');
    const bound = callback.bind(this);
    // On the next tick, so that what the callback throws is an uncaught exception, no rejection.
    Reflect.apply(original, this, args).then(
      (value) => process.nextTick(bound, null, value),
      (reason) => process.nextTick(callbackifyOnRejected, reason, bound));
  }
  const descriptors = Object.getOwnPropertyDescriptors(original);
  if (typeof descriptors.length.value === 'number') descriptors.length.value++;
  if (typeof descriptors.name.value === 'string') descriptors.name.value += 'Callbackified';
  for (const key of Reflect.ownKeys(descriptors)) Object.setPrototypeOf(descriptors[key], null);
  Object.defineProperties(callbackified, descriptors);
  return callbackified;
}

// The prototype chain of two old-style classes.
function inherits(constructor, superConstructor) {
  if (constructor === undefined || constructor === null) {
    throw new ERR_INVALID_ARG_TYPE('ctor', 'Function', constructor);
  }
  if (superConstructor === undefined || superConstructor === null) {
    throw new ERR_INVALID_ARG_TYPE('superCtor', 'Function', superConstructor);
  }
  if (superConstructor.prototype === undefined) {
    throw new ERR_INVALID_ARG_TYPE('superCtor.prototype', 'Object', superConstructor.prototype);
  }
  Object.defineProperty(constructor, 'super_', {
    __proto__: null,
    value: superConstructor,
    writable: true,
    configurable: true,
  });
  Object.setPrototypeOf(constructor.prototype, superConstructor.prototype);
}

function extend(target, source) {
  if (source === null || typeof source !== 'object') return target;
  for (const key of Object.keys(source)) target[key] = source[key];
  return target;
}

function checkErrno(errno) {
  validateNumber(errno, 'err');
  if (errno >= 0 || !Number.isSafeInteger(errno)) {
    throw new ERR_OUT_OF_RANGE('err', 'a negative integer', errno);
  }
}

function getSystemErrorName(errno) {
  checkErrno(errno);
  return systemErrorName(errno);
}

function getSystemErrorMessageChecked(errno) {
  checkErrno(errno);
  return getSystemErrorMessage(errno);
}
Object.defineProperty(getSystemErrorMessageChecked, 'name', { value: 'getSystemErrorMessage' });

function getSystemErrorMap() {
  return new Map(getErrnoMap());
}

function isDeepStrictEqual(a, b, skipPrototype) {
  return require('internal/util/comparisons').isDeepStrictEqual(a, b, skipPrototype);
}

function getCallSites(frameCount = 8, options) {
  if (options === undefined) {
    if (typeof frameCount === 'object') {
      options = frameCount;
      validateObject(options, 'options');
      frameCount = 8;
    } else {
      options = {};
    }
  } else {
    validateObject(options, 'options');
  }
  validateInteger(frameCount, 'frameCount', 1, 200);
  if (options.sourceMap !== undefined) validateBoolean(options.sourceMap, 'options.sourceMap');
  return internalBinding('util').getCallSites(frameCount);
}

function isStream(value) {
  return value !== null && typeof value === 'object' &&
    (typeof value.write === 'function' || typeof value.pipe === 'function' ||
     typeof value.getWriter === 'function' || typeof value.getReader === 'function');
}

function escapeCode(code) {
  return `\u001b[${code}m`;
}

function styleText(formats, text, options = {}) {
  validateString(text, 'text');
  validateObject(options, 'options');
  const { validateStream = true, stream = process.stdout } = options;
  validateBoolean(validateStream, 'options.validateStream');
  let skip = false;
  if (validateStream) {
    if (!isStream(stream)) {
      throw new ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'],
                                     stream);
    }
    skip = !require('internal/util/colors').shouldColorize(stream);
  }
  let left = '';
  let right = '';
  for (const key of Array.isArray(formats) ? formats : [formats]) {
    if (key === 'none') continue;
    const codes = inspect.colors[key];
    if (codes === undefined) {
      validateOneOf(key, 'format', Object.getOwnPropertyNames(inspect.colors));  // aliases as well
    }
    if (skip) continue;
    const open = escapeCode(codes[0]);
    const close = escapeCode(codes[1]);
    left += open;
    right = `${close}${right}`;
    // Where an inner style ends, the outer one goes on.
    text = resume(text, open, close, key);
  }
  return skip ? text : `${left}${text}${right}`;
}

function resume(text, open, close, key) {
  if (!text.includes(close)) return text;
  // Bold and dim share their end: it is followed by a new start.
  const again = key === 'dim' || key === 'bold' ? `${close}${open}` : open;
  const end = text.endsWith(close) ? text.length - close.length : text.length;
  return text.slice(0, end).replaceAll(close, again) + text.slice(end);
}

function parseEnv(content) {
  validateString(content, 'content');
  return require('internal/util/parse_env').parseEnv(content);
}

function convertProcessSignalToExitCode(signalCode) {
  const { signals } = require('os').constants;
  validateOneOf(signalCode, 'signalCode', Object.keys(signals));
  return 128 + signals[signalCode];
}

function setTraceSigInt(enable) {
  validateBoolean(enable, 'enable');
  throw notImplemented('util.setTraceSigInt');
}

function diff(actual, expected) {
  const { myersDiff } = require('internal/assert/myers_diff');
  const { validateStringArray } = require('internal/validators');
  if (actual === expected) return [];
  const check = (value, name) => {
    if (!Array.isArray(value)) {
      validateString(value, name);
      return;
    }
    validateStringArray(value, name);
  };
  check(actual, 'actual');
  check(expected, 'expected');
  return myersDiff(actual, expected).reverse();
}

module.exports = {
  _errnoException(...args) {
    validateNumber(args[0], 'err');
    checkErrno(args[0]);
    return errnoException(...args);
  },
  _exceptionWithHostPort(...args) {
    validateNumber(args[0], 'err');
    checkErrno(args[0]);
    return exceptionWithHostPort(...args);
  },
  _extend: deprecate(extend, 'The `util._extend` API is deprecated. Please use Object.assign() ' +
    'instead.', 'DEP0060'),
  callbackify,
  convertProcessSignalToExitCode,
  debug: debuglog,
  debuglog,
  deprecate,
  format,
  styleText,
  formatWithOptions,
  getCallSites,
  getSystemErrorMap,
  getSystemErrorName,
  getSystemErrorMessage: getSystemErrorMessageChecked,
  inherits,
  inspect,
  isArray: deprecate(Array.isArray, 'The `util.isArray` API is deprecated. Please use ' +
    '`Array.isArray()` instead.', 'DEP0044'),
  isDeepStrictEqual,
  promisify,
  stripVTControlCharacters,
  toUSVString(input) {
    return toUSVString(`${input}`);
  },
  get transferableAbortSignal() {
    return require('internal/abort_controller').transferableAbortSignal;
  },
  get transferableAbortController() {
    return require('internal/abort_controller').transferableAbortController;
  },
  get aborted() {
    return require('internal/abort_controller').aborted;
  },
  types,
  parseEnv,
};
defineLazyProperties(module.exports, 'internal/util/parse_args', ['parseArgs']);
defineLazyProperties(module.exports, 'internal/encoding', ['TextDecoder', 'TextEncoder']);
defineLazyProperties(module.exports, 'internal/mime', ['MIMEType', 'MIMEParams']);
module.exports.diff = diff;
module.exports.setTraceSigInt = setTraceSigInt;
