'use strict';

// Argument checks shared by all builtin modules. Each returns nothing and throws Node's error, with
// the check itself left out of the stack.

const {
  codes: {
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_THIS,
    ERR_OUT_OF_RANGE,
    ERR_SOCKET_BAD_PORT,
    ERR_UNKNOWN_SIGNAL,
  },
  throwFrom,
} = require('internal/errors');

const kValidateObjectNone = 0;
const kValidateObjectAllowNullable = 1 << 0;
const kValidateObjectAllowArray = 1 << 1;
const kValidateObjectAllowFunction = 1 << 2;
const kValidateObjectAllowObjects = kValidateObjectAllowArray | kValidateObjectAllowFunction;
const kValidateObjectAllowObjectsAndNull = kValidateObjectAllowObjects |
  kValidateObjectAllowNullable;

const { isInteger, MAX_SAFE_INTEGER, MIN_SAFE_INTEGER } = Number;

function isInt32(value) {
  return value === (value | 0);
}

function isUint32(value) {
  return value === (value >>> 0);
}

const kOctal = /^[0-7]+$/;

// File modes may be octal strings. Returns the number.
function parseFileMode(value, name, fallback) {
  value ??= fallback;
  if (typeof value === 'string') {
    if (!kOctal.test(value)) {
      throwFrom(parseFileMode, ERR_INVALID_ARG_VALUE,
        name, value, 'must be a 32-bit unsigned integer or an octal string');
    }
    value = Number.parseInt(value, 8);
  }
  validateUint32(value, name);
  return value;
}

function validateInteger(value, name, min = MIN_SAFE_INTEGER, max = MAX_SAFE_INTEGER) {
  if (typeof value !== 'number') {
    throwFrom(validateInteger, ERR_INVALID_ARG_TYPE, name, 'number', value);
  }
  if (!isInteger(value)) {
    throwFrom(validateInteger, ERR_OUT_OF_RANGE, name, 'an integer', value);
  }
  if (value < min || value > max) {
    throwFrom(validateInteger, ERR_OUT_OF_RANGE, name, `>= ${min} && <= ${max}`, value);
  }
}

function validateInt32(value, name, min = -2147483648, max = 2147483647) {
  if (typeof value !== 'number') {
    throwFrom(validateInt32, ERR_INVALID_ARG_TYPE, name, 'number', value);
  }
  if (!isInteger(value)) {
    throwFrom(validateInt32, ERR_OUT_OF_RANGE, name, 'an integer', value);
  }
  if (value < min || value > max) {
    throwFrom(validateInt32, ERR_OUT_OF_RANGE, name, `>= ${min} && <= ${max}`, value);
  }
}

function validateUint32(value, name, positive = false) {
  if (typeof value !== 'number') {
    throwFrom(validateUint32, ERR_INVALID_ARG_TYPE, name, 'number', value);
  }
  if (!isInteger(value)) {
    throwFrom(validateUint32, ERR_OUT_OF_RANGE, name, 'an integer', value);
  }
  const min = positive ? 1 : 0;
  const max = 4294967295;
  if (value < min || value > max) {
    throwFrom(validateUint32, ERR_OUT_OF_RANGE, name, `>= ${min} && <= ${max}`, value);
  }
}

function validateString(value, name) {
  if (typeof value !== 'string') {
    throwFrom(validateString, ERR_INVALID_ARG_TYPE, name, 'string', value);
  }
}

function validateNumber(value, name, min = undefined, max) {
  if (typeof value !== 'number') {
    throwFrom(validateNumber, ERR_INVALID_ARG_TYPE, name, 'number', value);
  }
  if ((min != null && value < min) || (max != null && value > max) ||
      ((min != null || max != null) && Number.isNaN(value))) {
    const lower = min != null ? `>= ${min}` : '';
    const upper = max != null ? `<= ${max}` : '';
    const both = min != null && max != null ? ' && ' : '';
    throwFrom(validateNumber, ERR_OUT_OF_RANGE, name, `${lower}${both}${upper}`, value);
  }
}

function validateOneOf(value, name, oneOf) {
  if (!oneOf.includes(value)) {
    const allowed = oneOf.map((v) => (typeof v === 'string' ? `'${v}'` : String(v))).join(', ');
    throwFrom(validateOneOf, ERR_INVALID_ARG_VALUE, name, value, `must be one of: ${allowed}`);
  }
}

function validateBoolean(value, name) {
  if (typeof value !== 'boolean') {
    throwFrom(validateBoolean, ERR_INVALID_ARG_TYPE, name, 'boolean', value);
  }
}

function validateObject(value, name, options = kValidateObjectNone) {
  if (options === kValidateObjectNone) {
    if (value === null || Array.isArray(value) || typeof value !== 'object') {
      throwFrom(validateObject, ERR_INVALID_ARG_TYPE, name, 'Object', value);
    }
    return;
  }
  const bad = ((kValidateObjectAllowNullable & options) === 0 && value === null) ||
    ((kValidateObjectAllowArray & options) === 0 && Array.isArray(value));
  const allowFunction = (kValidateObjectAllowFunction & options) !== 0;
  const isObject = typeof value === 'object' || (allowFunction && typeof value === 'function');
  if (bad || !isObject) {
    throwFrom(validateObject, ERR_INVALID_ARG_TYPE, name, 'Object', value);
  }
}

// A WebIDL dictionary: undefined and null are allowed and mean "empty".
function validateDictionary(value, name) {
  if (value != null && typeof value !== 'object' && typeof value !== 'function') {
    throwFrom(validateDictionary, ERR_INVALID_ARG_TYPE, name, 'a dictionary', value);
  }
}

function validateArray(value, name, minLength = 0) {
  if (!Array.isArray(value)) {
    throwFrom(validateArray, ERR_INVALID_ARG_TYPE, name, 'Array', value);
  }
  if (value.length < minLength) {
    throwFrom(validateArray,
              ERR_INVALID_ARG_VALUE, name, value, `must be longer than ${minLength}`);
  }
}

function validateStringArray(value, name) {
  validateArray(value, name);
  for (let i = 0; i < value.length; i++) validateString(value[i], `${name}[${i}]`);
}

function validateBooleanArray(value, name) {
  validateArray(value, name);
  for (let i = 0; i < value.length; i++) validateBoolean(value[i], `${name}[${i}]`);
}

function validateAbortSignalArray(value, name) {
  validateArray(value, name);
  for (let i = 0; i < value.length; i++) {
    const item = `${name}[${i}]`;
    if (value[i] == null) {
      throwFrom(validateAbortSignalArray,
                ERR_INVALID_ARG_TYPE, item, 'AbortSignal', value[i]);
    }
    validateAbortSignal(value[i], item);
  }
}

let signals;
function validateSignalName(signal, name = 'signal') {
  validateString(signal, name);
  signals ??= require('internal/os_constants').signals;
  if (signals[signal] === undefined) {
    if (signals[signal.toUpperCase()] !== undefined) {
      throwFrom(validateSignalName,
                ERR_UNKNOWN_SIGNAL, `${signal} (signals must use all capital letters)`);
    }
    throwFrom(validateSignalName, ERR_UNKNOWN_SIGNAL, signal);
  }
}

function validateBuffer(buffer, name = 'buffer') {
  if (!ArrayBuffer.isView(buffer)) {
    throwFrom(validateBuffer,
              ERR_INVALID_ARG_TYPE, name, ['Buffer', 'TypedArray', 'DataView'], buffer);
  }
}

function validateEncoding(data, encoding) {
  const { normalizeEncoding } = require('internal/util');
  const normalized = normalizeEncoding(encoding);
  const { length } = data;
  if (normalized === 'hex' && length % 2 !== 0) {
    throwFrom(validateEncoding, ERR_INVALID_ARG_VALUE,
      'encoding', encoding, `is invalid for data of length ${length}`);
  }
}

function validatePort(port, name = 'Port', allowZero = true) {
  if ((typeof port !== 'number' && typeof port !== 'string') ||
      (typeof port === 'string' && port.trim().length === 0) ||
      +port !== (+port >>> 0) || port > 0xFFFF || (port === 0 && !allowZero)) {
    throwFrom(validatePort, ERR_SOCKET_BAD_PORT, name, port, allowZero);
  }
  return port | 0;
}

function validateAbortSignal(signal, name) {
  if (signal !== undefined &&
      (signal === null || typeof signal !== 'object' || !('aborted' in signal))) {
    throwFrom(validateAbortSignal, ERR_INVALID_ARG_TYPE, name, 'AbortSignal', signal);
  }
}

function validateFunction(value, name) {
  if (typeof value !== 'function') {
    throwFrom(validateFunction, ERR_INVALID_ARG_TYPE, name, 'Function', value);
  }
}

function validatePlainFunction(value, name) {
  if (typeof value !== 'function' || Object.prototype.toString.call(value) ===
      '[object AsyncFunction]') {
    throwFrom(validatePlainFunction, ERR_INVALID_ARG_TYPE, name, 'Function', value);
  }
}

function validateUndefined(value, name) {
  if (value !== undefined) {
    throwFrom(validateUndefined, ERR_INVALID_ARG_TYPE, name, 'undefined', value);
  }
}

function validateUnion(value, name, union) {
  if (!union.includes(value)) {
    throwFrom(validateUnion, ERR_INVALID_ARG_TYPE, name, `('${union.join('|')}')`, value);
  }
}

function validateThisInternalField(object, fieldKey, className) {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, fieldKey)) {
    throwFrom(validateThisInternalField, ERR_INVALID_THIS, className);
  }
}

function validateFiniteNumber(number, name) {
  if (number === undefined) return false;
  if (Number.isFinite(number)) return true;
  if (Number.isNaN(number)) return false;
  validateNumber(number, name);
  throwFrom(validateFiniteNumber, ERR_OUT_OF_RANGE, name, 'a finite number', number);
}

// For checks that stand for options "between": undefined takes the default, NaN too.
function checkRangesOrGetDefault(number, name, lower, upper, fallback) {
  if (!validateFiniteNumber(number, name)) return fallback;
  if (number < lower || number > upper) {
    throwFrom(checkRangesOrGetDefault,
              ERR_OUT_OF_RANGE, name, `>= ${lower} and <= ${upper}`, number);
  }
  return number;
}

const kLinkHeader = /^(?:<[^>]*>)(?:\s*;\s*[^;"\s]+(?:=(")?[^;"\s]*\1)?)*$/;

function validateLinkHeaderFormat(value, name) {
  if (value === undefined || !kLinkHeader.test(value)) {
    throwFrom(validateLinkHeaderFormat, ERR_INVALID_ARG_VALUE, name, value,
              'must be an array or string of format "</styles.css>; rel=preload; as=style"');
  }
}

function validateLinkHeaderValue(hints) {
  if (typeof hints === 'string') {
    validateLinkHeaderFormat(hints, 'hints');
    return hints;
  }
  if (Array.isArray(hints)) {
    for (const link of hints) validateLinkHeaderFormat(link, 'hints');
    return hints.join(', ');
  }
  throw new ERR_INVALID_ARG_VALUE(
    'hints', hints, 'must be an array or string of format "</styles.css>; rel=preload; as=style"');
}

module.exports = {
  checkRangesOrGetDefault,
  isInt32,
  isUint32,
  kValidateObjectAllowArray,
  kValidateObjectAllowFunction,
  kValidateObjectAllowNullable,
  kValidateObjectAllowObjects,
  kValidateObjectAllowObjectsAndNull,
  kValidateObjectNone,
  parseFileMode,
  validateAbortSignal,
  validateAbortSignalArray,
  validateArray,
  validateBoolean,
  validateBooleanArray,
  validateBuffer,
  validateDictionary,
  validateEncoding,
  validateFiniteNumber,
  validateFunction,
  validateInt32,
  validateInteger,
  validateInternalField: validateThisInternalField,
  validateLinkHeaderValue,
  validateNumber,
  validateObject,
  validateOneOf,
  validatePlainFunction,
  validatePort,
  validateSignalName,
  validateString,
  validateStringArray,
  validateThisInternalField,
  validateUint32,
  validateUndefined,
  validateUnion,
};
