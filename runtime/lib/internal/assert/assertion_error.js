'use strict';

// AssertionError and the texts that compare two values.

const { inspect } = require('internal/util/inspect');
const { validateObject, validateOneOf } = require('internal/validators');
const colors = require('internal/util/colors');
const {
  myersDiff, printMyersDiff, printSimpleMyersDiff,
} = require('internal/assert/myers_diff');

const kReadableOperator = {
  deepStrictEqual: 'Expected values to be strictly deep-equal:',
  partialDeepStrictEqual: 'Expected values to be partially and strictly deep-equal:',
  strictEqual: 'Expected values to be strictly equal:',
  strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: 'Expected values to be loosely deep-equal:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notIdentical: 'Values have same structure but are not reference-equal:',
  notDeepEqualUnequal: 'Expected values not to be loosely deep-equal:',
};
const kMaxShortStringLength = 12;
const kMaxLongStringLength = 512;
const kDiffOperators = new Set(['deepStrictEqual', 'strictEqual', 'partialDeepStrictEqual']);

// A copy without stack, so that the difference of two errors shows what differs.
function copyError(source) {
  const target = Object.assign({ __proto__: Object.getPrototypeOf(source) }, source);
  Object.defineProperty(target, 'message', { __proto__: null, value: source.message });
  if (Object.hasOwn(source, 'cause')) {
    let { cause } = source;
    if (cause instanceof Error) cause = copyError(cause);
    Object.defineProperty(target, 'cause', { __proto__: null, value: cause });
  }
  return target;
}

function inspectValue(value) {
  return inspect(value, {
    compact: false,
    customInspect: false,
    depth: 1000,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
    showHidden: false,
    showProxy: false,
    sorted: true,
    getters: true,
  });
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

function readableOperator(actual, expected, operator) {
  if (operator === 'strictEqual' && ((isObject(actual) && isObject(expected)) ||
      (typeof actual === 'function' && typeof expected === 'function'))) {
    return 'strictEqualObject';
  }
  return operator;
}

// Two one-line values under each other, with a mark where strings begin to differ.
function stackedDiff(actual, expected) {
  let message = `\n${colors.green}+${colors.white} ${actual}\n` +
    `${colors.red}- ${colors.white}${expected}`;
  const columns = process.stderr?.isTTY ? process.stderr.columns : 80;
  if (actual.length + expected.length <= columns) {
    let at = -1;
    for (let i = 0; i < actual.length; i++) {
      if (actual[i] === expected[i]) continue;
      // In the first characters the difference is plain to see.
      if (i >= 3) at = i;
      break;
    }
    if (at !== -1) message += `\n${' '.repeat(at + 2)}^`;
  }
  return { message };
}

function simpleDiff(originalActual, actual, originalExpected, expected) {
  let length = actual.length + expected.length;
  // The quotes do not count.
  if (typeof originalActual === 'string') length -= 2;
  if (typeof originalExpected === 'string') length -= 2;
  if (length <= kMaxShortStringLength) {
    return { message: `${actual} !== ${expected}`, header: '' };
  }
  const bothStrings = typeof originalActual === 'string' && typeof originalExpected === 'string';
  if (bothStrings && colors.hasColors) {
    const header = `${colors.green}actual${colors.white} ${colors.red}expected${colors.white}`;
    return { message: printSimpleMyersDiff(myersDiff(actual, expected)), header };
  }
  return stackedDiff(actual, expected);
}

function isSimple(actual, actualLines, expected, expectedLines) {
  if (actualLines.length > 1 || expectedLines.length > 1) return false;
  return !isObject(actual) || !isObject(expected);
}

function createErrorDiff(actual, expected, operator, customMessage, diffType = 'simple') {
  operator = readableOperator(actual, expected, operator);
  const inspectedActual = inspectValue(actual);
  const inspectedExpected = inspectValue(expected);
  const actualLines = inspectedActual.split('\n');
  const expectedLines = inspectedExpected.split('\n');
  let header = `${colors.green}+ actual${colors.white} ${colors.red}- expected${colors.white}`;
  let skipped = false;
  let message;
  if (isSimple(actual, actualLines, expected, expectedLines)) {
    const diff = simpleDiff(actual, actualLines[0], expected, expectedLines[0]);
    message = diff.message;
    if (diff.header !== undefined) header = diff.header;
  } else if (inspectedActual === inspectedExpected) {
    // The same structure in two objects.
    operator = 'notIdentical';
    if (actualLines.length > 50 && diffType !== 'full') {
      message = `${actualLines.slice(0, 50).join('\n')}\n...}`;
      skipped = true;
    } else {
      message = actualLines.join('\n');
    }
    header = '';
  } else {
    const diff = printMyersDiff(
      myersDiff(actualLines, expectedLines, actual != null && typeof actual === 'object'),
      operator);
    message = diff.message;
    skipped = diff.skipped;
    if (operator === 'partialDeepStrictEqual') {
      header = `${colors.gray}${colors.hasColors ? '' : '+ '}actual${colors.white} ` +
        `${colors.red}- expected${colors.white}`;
    }
  }
  const title = customMessage !== undefined && customMessage !== null
    ? customMessage
    : kReadableOperator[operator];
  return `${title}\n${header}${skipped ? '\n... Skipped lines' : ''}\n${message}\n`;
}

function notEqualMessage(actual, operator, diffType) {
  let base = kReadableOperator[operator];
  const lines = inspectValue(actual).split('\n');
  if (operator === 'notStrictEqual' && (isObject(actual) || typeof actual === 'function')) {
    base = kReadableOperator.notStrictEqualObject;
  }
  if (lines.length > 50 && diffType !== 'full') {
    lines.length = 47;
    lines[46] = `${colors.blue}...${colors.white}`;
  }
  return lines.length === 1
    ? `${base}${lines[0].length > 5 ? '\n\n' : ' '}${lines[0]}`
    : `${base}\n\n${lines.join('\n')}\n`;
}

function shorten(text, length) {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}

function otherMessage(actual, expected, operator, diffType) {
  let text = inspectValue(actual);
  let other = inspectValue(expected);
  const known = kReadableOperator[operator];
  if (operator === 'notDeepEqual' && text === other) {
    return diffType === 'full' ? `${known}\n\n${text}` : shorten(`${known}\n\n${text}`, 1024);
  }
  if (diffType !== 'full') {
    text = shorten(text, kMaxLongStringLength);
    other = shorten(other, kMaxLongStringLength);
  }
  if (operator === 'deepEqual') {
    return `${known}\n\n${text}\n\nshould loosely deep-equal\n\n${other}`;
  }
  if (operator === 'notDeepEqual') {
    return `${kReadableOperator.notDeepEqualUnequal}\n\n${text}\n\n` +
      `should not loosely deep-equal\n\n${other}`;
  }
  return `${text} ${operator} ${other}`;
}

function messageFor(options) {
  const { message, operator, diff } = options;
  let { actual, expected } = options;
  if (message != null) {
    // The difference is worth having beside the words of the test.
    if (kDiffOperators.has(operator)) {
      colors.refresh();
      return createErrorDiff(actual, expected, operator, message, diff);
    }
    return String(message);
  }
  colors.refresh();
  if (actual instanceof Error && expected instanceof Error &&
      'stack' in actual && 'stack' in expected) {
    actual = copyError(actual);
    expected = copyError(expected);
  }
  if (kDiffOperators.has(operator)) {
    return createErrorDiff(actual, expected, operator, message, diff);
  }
  if (operator === 'notDeepStrictEqual' || operator === 'notStrictEqual') {
    return notEqualMessage(actual, operator, diff);
  }
  return otherMessage(actual, expected, operator, diff);
}

class AssertionError extends Error {
  constructor(options) {
    validateObject(options, 'options');
    const { message, operator, stackStartFn, details, stackStartFunction, diff = 'simple' } =
      options;
    if (diff !== 'simple') validateOneOf(diff, 'options.diff', ['simple', 'full']);
    const limit = Error.stackTraceLimit;
    if (isWritable(Error, 'stackTraceLimit')) Error.stackTraceLimit = 0;
    super(messageFor({ ...options, message, operator, diff, actual: options.actual,
                       expected: options.expected }));
    if (isWritable(Error, 'stackTraceLimit')) Error.stackTraceLimit = limit;
    this.generatedMessage = !message;
    Object.defineProperty(this, 'name', {
      __proto__: null,
      value: 'AssertionError [ERR_ASSERTION]',
      enumerable: false,
      writable: true,
      configurable: true,
    });
    this.code = 'ERR_ASSERTION';
    if (details) {
      this.actual = undefined;
      this.expected = undefined;
      this.operator = undefined;
      details.forEach((detail, i) => {
        this[`message ${i}`] = detail.message;
        this[`actual ${i}`] = detail.actual;
        this[`expected ${i}`] = detail.expected;
        this[`operator ${i}`] = detail.operator;
        this[`stack trace ${i}`] = detail.stack;
      });
    } else {
      this.actual = options.actual;
      this.expected = options.expected;
      this.operator = operator;
    }
    this.diff = diff;
    Error.captureStackTrace(this, stackStartFn || stackStartFunction);
    // The stack is written with the code in its first line; from here on the name is the class's.
    void this.stack;
    this.name = 'AssertionError';
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }

  [inspect.custom](recurseTimes, ctx) {
    // Long values are in the message already.
    const { actual: originalActual, expected: originalExpected } = this;
    for (const name of ['actual', 'expected']) {
      if (typeof this[name] === 'string') this[name] = addEllipsis(this[name]);
    }
    const result = inspect(this, { ...ctx, customInspect: false, depth: 0 });
    this.actual = originalActual;
    this.expected = originalExpected;
    return result;
  }
}

function isWritable(object, key) {
  return Object.getOwnPropertyDescriptor(object, key)?.writable !== false;
}

function addEllipsis(text) {
  const lines = text.split('\n', 11);
  if (lines.length > 10) {
    lines.length = 10;
    return `${lines.join('\n')}\n...`;
  }
  return text.length > kMaxLongStringLength
    ? `${text.slice(0, -kMaxLongStringLength)}...`
    : text;
}

module.exports = AssertionError;
