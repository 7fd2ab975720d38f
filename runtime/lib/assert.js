'use strict';

// node:assert. All functions throw AssertionError; those of an Assert instance with the instance's
// options, those of the module with the defaults.

const {
  codes: {
    ERR_AMBIGUOUS_ARGUMENT,
    ERR_CONSTRUCT_CALL_REQUIRED,
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_RETURN_VALUE,
    ERR_MISSING_ARGS,
  },
} = require('internal/errors');
const { deprecate, isError } = require('internal/util');
const { inspect } = require('internal/util/inspect');
const { isPromise, isRegExp } = require('internal/util/types');
const { validateFunction, validateOneOf } = require('internal/validators');
const AssertionError = require('internal/assert/assertion_error');
const {
  isDeepEqual,
  isDeepStrictEqual,
  isPartialStrictEqual,
} = require('internal/util/comparisons');

const kNoException = Symbol('kNoException');
const kOptions = Symbol('kOptions');

function Assert(options) {
  if (!new.target) throw new ERR_CONSTRUCT_CALL_REQUIRED('Assert');
  options = { strict: true, skipPrototype: false, ...options };
  if (options.diff !== undefined) {
    validateOneOf(options.diff, 'options.diff', ['simple', 'full']);
  }
  Object.defineProperty(this, kOptions, {
    __proto__: null, value: { ...options, diff: options.diff ?? 'simple' },
  });
  this.AssertionError = AssertionError;
  if (options.strict) {
    this.equal = this.strictEqual;
    this.deepEqual = this.deepStrictEqual;
    this.notEqual = this.notStrictEqual;
    this.notDeepEqual = this.notDeepStrictEqual;
  }
}

// Methods may be taken off the instance; they then use the defaults.
function diffOf(self) {
  return self?.[kOptions]?.diff ?? 'simple';
}

function skipsPrototype(self) {
  return self?.[kOptions]?.skipPrototype ?? false;
}

function innerFail(options) {
  if (isError(options.message)) throw options.message;
  throw new AssertionError(options);
}

function innerOk(fn, count, value, message, self) {
  if (value) return;
  let generatedMessage = false;
  if (count === 0) {
    generatedMessage = true;
    message = 'No value argument passed to `assert.ok()`';
  } else if (message == null) {
    generatedMessage = true;
    message = require('internal/assert/expression').describeFailedCall(fn);
  } else if (isError(message)) {
    throw message;
  }
  const error = new AssertionError({
    actual: value,
    expected: true,
    message,
    operator: '==',
    stackStartFn: fn,
    diff: diffOf(self),
  });
  error.generatedMessage = generatedMessage;
  throw error;
}

function assert(...args) {
  innerOk(assert, args.length, args[0], args[1]);
}

function requireTwo(args) {
  if (args.length < 2) throw new ERR_MISSING_ARGS('actual', 'expected');
}

// Declares a comparison: `test` true means the assertion holds.
function comparison(name, operator, test) {
  const fn = { [name](actual, expected, message) {
    requireTwo(arguments);
    if (test(actual, expected, this)) return;
    innerFail({
      actual, expected, message, operator, stackStartFn: fn, diff: diffOf(this),
    });
  } }[name];
  Assert.prototype[name] = fn;
}

Assert.prototype.ok = function ok(...args) {
  innerOk(ok, args.length, args[0], args[1], this);
};

Assert.prototype.fail = function fail(message) {
  if (isError(message)) throw message;
  const isDefault = message === undefined;
  const error = new AssertionError({
    operator: 'fail',
    stackStartFn: fail,
    message: isDefault ? 'Failed' : message,
    diff: diffOf(this),
  });
  if (isDefault) error.generatedMessage = true;
  throw error;
};

/* eslint-disable eqeqeq */
const bothNaN = (a, b) => Number.isNaN(a) && Number.isNaN(b);
comparison('equal', '==', (a, b) => a == b || bothNaN(a, b));
comparison('notEqual', '!=', (a, b) => a != b && !bothNaN(a, b));
/* eslint-enable eqeqeq */
comparison('deepEqual', 'deepEqual', (a, b) => isDeepEqual(a, b));
comparison('notDeepEqual', 'notDeepEqual', (a, b) => !isDeepEqual(a, b));
comparison('deepStrictEqual', 'deepStrictEqual',
           (a, b, self) => isDeepStrictEqual(a, b, skipsPrototype(self)));
comparison('notDeepStrictEqual', 'notDeepStrictEqual',
           (a, b, self) => !isDeepStrictEqual(a, b, skipsPrototype(self)));
comparison('strictEqual', 'strictEqual', (a, b) => Object.is(a, b));
comparison('notStrictEqual', 'notStrictEqual', (a, b) => !Object.is(a, b));
comparison('partialDeepStrictEqual', 'partialDeepStrictEqual',
           (a, b) => isPartialStrictEqual(a, b));

// The properties that an error was checked for, to show them side by side.
class Comparison {
  constructor(object, keys, actual) {
    for (const key of keys) {
      if (!(key in object)) continue;
      const matches = actual !== undefined && typeof actual[key] === 'string' &&
        isRegExp(object[key]) && matchesPattern(object[key], actual[key]);
      this[key] = matches ? actual[key] : object[key];
    }
  }
}

function matchesPattern(pattern, text) {
  return RegExp.prototype.exec.call(pattern, text) !== null;
}

function compareExceptionKey(actual, expected, key, message, keys, fn, self) {
  if (key in actual && isDeepStrictEqual(actual[key], expected[key])) return;
  const diff = diffOf(self);
  if (message) {
    innerFail({ actual, expected, message, operator: fn.name, stackStartFn: fn, diff });
  }
  const error = new AssertionError({
    actual: new Comparison(actual, keys),
    expected: new Comparison(expected, keys, actual),
    operator: 'deepStrictEqual',
    stackStartFn: fn,
    diff,
  });
  error.actual = actual;
  error.expected = expected;
  error.operator = fn.name;
  throw error;
}

// Compares with an object or error; returns a message if a pattern, class or function refuses.
function refusal(actual, expected, message, fn, self) {
  if (typeof expected !== 'function') {
    if (isRegExp(expected)) {
      const text = String(actual);
      if (matchesPattern(expected, text)) return undefined;
      return 'The input did not match the regular expression ' +
        `${inspect(expected)}. Input:\n\n${inspect(text)}\n`;
    }
    checkObject(actual, expected, message, fn, self);
    return undefined;
  }
  if (expected.prototype !== undefined && actual instanceof expected) return undefined;
  if (Object.prototype.isPrototypeOf.call(Error, expected)) {
    let text = `The error is expected to be an instance of "${expected.name}". Received `;
    if (isError(actual) && actual.constructor?.name === expected.name) {
      text += 'an error with identical name but a different prototype.';
    } else if (isError(actual)) text += `"${actual.constructor?.name || actual.name}"`;
    else text += `"${inspect(actual, { depth: -1 })}"`;
    if (isError(actual)) text += `\n\nError message:\n\n${actual.message}`;
    return text;
  }
  const result = Reflect.apply(expected, {}, [actual]);
  if (result === true) return undefined;
  const name = expected.name ? `"${expected.name}" ` : '';
  let text = `The ${name}validation function is expected to return "true". ` +
    `Received ${inspect(result)}`;
  if (isError(actual)) text += `\n\nCaught error:\n\n${actual}`;
  return text;
}

function checkObject(actual, expected, message, fn, self) {
  if (typeof actual !== 'object' || actual === null) {
    const error = new AssertionError({
      actual, expected, message, operator: 'deepStrictEqual', stackStartFn: fn, diff: diffOf(self),
    });
    error.operator = fn.name;
    throw error;
  }
  const keys = Object.keys(expected);
  if (isError(expected)) {
    // These are not enumerable, yet what an error is about.
    keys.push('name', 'message');
  } else if (keys.length === 0) {
    throw new ERR_INVALID_ARG_VALUE('error', expected, 'may not be an empty object');
  }
  for (const key of keys) {
    if (typeof actual[key] === 'string' && isRegExp(expected[key]) &&
        matchesPattern(expected[key], actual[key])) {
      continue;
    }
    compareExceptionKey(actual, expected, key, message, keys, fn, self);
  }
}

function expectedException(actual, expected, message, fn, self) {
  const text = refusal(actual, expected, message, fn, self);
  if (text === undefined) return;
  if (isError(message)) throw message;
  const error = new AssertionError({
    actual,
    expected,
    message: message || text,
    operator: fn.name,
    stackStartFn: fn,
    diff: diffOf(self),
  });
  error.generatedMessage = !message;
  throw error;
}

function exceptionOf(fn) {
  validateFunction(fn, 'fn');
  try {
    fn();
  } catch (error) {
    return error;
  }
  return kNoException;
}

// Any thenable will do, if it can catch as well.
function isThenable(value) {
  return isPromise(value) || (value !== null && typeof value === 'object' &&
    typeof value.then === 'function' && typeof value.catch === 'function');
}

async function rejectionOf(promiseFn) {
  let promise;
  if (typeof promiseFn === 'function') {
    promise = promiseFn();
    if (!isThenable(promise)) {
      throw new ERR_INVALID_RETURN_VALUE('instance of Promise', 'promiseFn', promise);
    }
  } else if (isThenable(promiseFn)) {
    promise = promiseFn;
  } else {
    throw new ERR_INVALID_ARG_TYPE('promiseFn', ['Function', 'Promise'], promiseFn);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return kNoException;
}

function expectsError(fn, kind, self, actual, error, message, count) {
  if (typeof error === 'string') {
    if (count === 4) {
      throw new ERR_INVALID_ARG_TYPE('error', ['Object', 'Error', 'Function', 'RegExp'], error);
    }
    if (typeof actual === 'object' && actual !== null) {
      if (actual.message === error) {
        throw new ERR_AMBIGUOUS_ARGUMENT(
          'error/message', `The error message "${actual.message}" is identical to the message.`);
      }
    } else if (actual === error) {
      throw new ERR_AMBIGUOUS_ARGUMENT(
        'error/message', `The error "${actual}" is identical to the message.`);
    }
    message = error;
    error = undefined;
  } else if (error != null && typeof error !== 'object' && typeof error !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('error', ['Object', 'Error', 'Function', 'RegExp'], error);
  }
  if (actual === kNoException) {
    let details = error?.name ? ` (${error.name})` : '';
    details += message ? `: ${message}` : '.';
    innerFail({
      actual: undefined,
      expected: error,
      operator: fn.name,
      message: `Missing expected ${kind}${details}`,
      stackStartFn: fn,
      diff: diffOf(self),
    });
  }
  if (error) expectedException(actual, error, message, fn, self);
}

function hasMatchingError(actual, expected) {
  if (typeof expected !== 'function') {
    if (isRegExp(expected)) return matchesPattern(expected, String(actual));
    throw new ERR_INVALID_ARG_TYPE('expected', ['Function', 'RegExp'], expected);
  }
  if (expected.prototype !== undefined && actual instanceof expected) return true;
  if (Object.prototype.isPrototypeOf.call(Error, expected)) return false;
  return Reflect.apply(expected, {}, [actual]) === true;
}

function expectsNoError(fn, kind, self, actual, error, message) {
  if (actual === kNoException) return;
  if (typeof error === 'string') {
    message = error;
    error = undefined;
  }
  if (!error || hasMatchingError(actual, error)) {
    const details = message ? `: ${message}` : '.';
    innerFail({
      actual,
      expected: error,
      operator: fn.name,
      message: `Got unwanted ${kind}${details}\nActual message: "${actual?.message}"`,
      stackStartFn: fn,
      diff: diffOf(self),
    });
  }
  throw actual;
}

Assert.prototype.throws = function throws(fn, ...args) {
  expectsError(throws, 'exception', this, exceptionOf(fn), args[0], args[1], args.length + 2);
};

Assert.prototype.rejects = async function rejects(promiseFn, ...args) {
  expectsError(rejects, 'rejection', this, await rejectionOf(promiseFn), args[0], args[1],
               args.length + 2);
};

Assert.prototype.doesNotThrow = function doesNotThrow(fn, ...args) {
  expectsNoError(doesNotThrow, 'exception', this, exceptionOf(fn), args[0], args[1]);
};

Assert.prototype.doesNotReject = async function doesNotReject(fn, ...args) {
  expectsNoError(doesNotReject, 'rejection', this, await rejectionOf(fn), args[0], args[1]);
};

Assert.prototype.ifError = function ifError(error) {
  if (error === null || error === undefined) return;
  let message = 'ifError got unwanted exception: ';
  if (typeof error === 'object' && typeof error.message === 'string') {
    message += error.message.length === 0 && error.constructor
      ? error.constructor.name
      : error.message;
  } else {
    message += inspect(error);
  }
  const wrapper = new AssertionError({
    actual: error,
    expected: null,
    operator: 'ifError',
    message,
    stackStartFn: ifError,
    diff: diffOf(this),
  });
  wrapper.generatedMessage = true;
  joinStacks(wrapper, error.stack);
  throw wrapper;
};

// The frames of the original error, after those of the check that they do not share.
function joinStacks(wrapper, original) {
  if (typeof original !== 'string') return;
  const start = original.indexOf('\n    at');
  if (start === -1) return;
  const originalFrames = original.slice(start + 1).split('\n');
  let frames = wrapper.stack.split('\n');
  for (const frame of originalFrames) {
    const position = frames.indexOf(frame);
    if (position !== -1) {
      frames = frames.slice(0, position);
      break;
    }
  }
  wrapper.stack = `${frames.join('\n')}\n${originalFrames.join('\n')}`;
}

function checkMatch(text, pattern, message, fn, wanted, self) {
  if (!isRegExp(pattern)) throw new ERR_INVALID_ARG_TYPE('regexp', 'RegExp', pattern);
  if (typeof text === 'string' && matchesPattern(pattern, text) === wanted) return;
  if (isError(message)) throw message;
  const generatedMessage = !message;
  message ||= typeof text !== 'string'
    ? 'The "string" argument must be of type string. Received type ' +
      `${typeof text} (${inspect(text)})`
    : (wanted
      ? 'The input did not match the regular expression '
      : 'The input was expected to not match the regular expression ') +
      `${inspect(pattern)}. Input:\n\n${inspect(text)}\n`;
  const error = new AssertionError({
    actual: text,
    expected: pattern,
    message,
    operator: fn.name,
    stackStartFn: fn,
    diff: diffOf(self),
  });
  error.generatedMessage = generatedMessage;
  throw error;
}

Assert.prototype.match = function match(string, regexp, message) {
  checkMatch(string, regexp, message, match, true, this);
};

Assert.prototype.doesNotMatch = function doesNotMatch(string, regexp, message) {
  checkMatch(string, regexp, message, doesNotMatch, false, this);
};

function strict(...args) {
  innerOk(strict, args.length, args[0], args[1]);
}

module.exports = assert;
assert.AssertionError = AssertionError;
let callTracker;
Object.defineProperty(assert, 'CallTracker', {
  __proto__: null,
  get() {
    callTracker ??= deprecate(require('internal/assert/call_tracker'),
                              'assert.CallTracker is deprecated.', 'DEP0173');
    return callTracker;
  },
  set(value) { callTracker = value; },
  configurable: true,
  enumerable: true,
});
for (const name of [
  'ok', 'fail', 'equal', 'notEqual', 'deepEqual', 'notDeepEqual', 'deepStrictEqual',
  'notDeepStrictEqual', 'strictEqual', 'notStrictEqual', 'partialDeepStrictEqual', 'match',
  'doesNotMatch', 'throws', 'rejects', 'doesNotThrow', 'doesNotReject', 'ifError',
]) {
  assert[name] = Assert.prototype[name];
}

function pickStatic(source) {
  const descriptors = Object.getOwnPropertyDescriptors(source);
  for (const key of ['length', 'name', 'prototype', 'strict']) delete descriptors[key];
  return descriptors;
}
Object.defineProperties(strict, pickStatic(assert));
strict.Assert = Assert;
strict.equal = assert.strictEqual;
strict.deepEqual = assert.deepStrictEqual;
strict.notEqual = assert.notStrictEqual;
strict.notDeepEqual = assert.notDeepStrictEqual;
assert.strict = strict;
strict.strict = strict;
assert.Assert = Assert;
