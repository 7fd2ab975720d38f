'use strict';

// util.format and formatWithOptions: printf-like text for console and others.

const { getProxyDetails } = internalBinding('util');
const { inspect, inspectDefaultOptions, builtInObjects } = require('internal/util/inspect');
const { formatBigInt, formatNumber, stylizeNoColor } = require('internal/util/inspect_text');

let circularText;
function firstLine(error) {
  return error.message.split('\n', 1)[0];
}

function tryStringify(value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (circularText === undefined) {
      const circle = {};
      circle.self = circle;
      try {
        JSON.stringify(circle);
      } catch (circularError) {
        circularText = firstLine(circularError);
      }
    }
    if (error.name === 'TypeError' && firstLine(error) === circularText) return '[Circular]';
    throw error;
  }
}

// Whether String(value) would only say "[object Object]": then %s inspects instead.
function hasBuiltInToString(value) {
  const proxied = getProxyDetails(value, false);
  if (proxied !== undefined) {
    if (proxied === null) return true;
    value = proxied;
  }
  if (typeof value[Symbol.toPrimitive] === 'function' &&
      !isBuiltInMethod(value, Symbol.toPrimitive)) {
    return false;
  }
  return typeof value.toString !== 'function' || isBuiltInMethod(value, 'toString');
}

// Inherited from a class of the language.
function isBuiltInMethod(value, key) {
  if (Object.hasOwn(value, key)) return false;
  let pointer = value;
  do {
    pointer = Object.getPrototypeOf(pointer);
  } while (!Object.hasOwn(pointer, key));
  const descriptor = Object.getOwnPropertyDescriptor(pointer, 'constructor');
  return descriptor !== undefined && typeof descriptor.value === 'function' &&
    builtInObjects.has(descriptor.value.name);
}

function formatString(value, options, separator) {
  if (typeof value === 'number') return formatNumber(stylizeNoColor, value, separator);
  if (typeof value === 'bigint') return formatBigInt(stylizeNoColor, value, separator);
  if (typeof value !== 'object' || value === null || !hasBuiltInToString(value)) {
    return String(value);
  }
  return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
}

function formatAsNumber(value, convert, separator) {
  if (typeof value === 'bigint' && convert !== Number.parseFloat) {
    return formatBigInt(stylizeNoColor, value, separator);
  }
  const number = typeof value === 'symbol' ? NaN : convert(value);
  return formatNumber(stylizeNoColor, number, separator);
}

// The text for one placeholder, or undefined if the letter is none.
function formatPlaceholder(letter, value, options) {
  const separator = options?.numericSeparator ?? inspectDefaultOptions.numericSeparator;
  switch (letter) {
    case 's': return formatString(value, options, separator);
    case 'j': return `${tryStringify(value)}`;
    case 'd': return formatAsNumber(value, Number, separator);
    case 'O': return inspect(value, options);
    case 'o': return inspect(value, { ...options, showHidden: true, showProxy: true, depth: 4 });
    case 'i': return formatAsNumber(value, Number.parseInt, separator);
    case 'f': return formatAsNumber(value, Number.parseFloat, separator);
    case 'c': return '';
    default: return undefined;
  }
}

function formatWithOptionsInternal(options, args) {
  const first = args[0];
  let used = 0;
  let result = '';
  let join = '';
  if (typeof first === 'string') {
    if (args.length === 1) return first;
    let last = 0;
    for (let i = first.indexOf('%'); i !== -1 && i < first.length - 1;
      i = first.indexOf('%', i + 1)) {
      const letter = first[++i];
      if (letter === '%') {
        result += first.slice(last, i);
        last = i + 1;
        continue;
      }
      if (used + 1 === args.length) continue;
      const text = formatPlaceholder(letter, args[used + 1], options);
      if (text === undefined) continue;
      used++;
      result += first.slice(last, i - 1) + text;
      last = i + 1;
    }
    if (last !== 0) {
      used++;
      join = ' ';
      result += first.slice(last);
    }
  }
  for (; used < args.length; used++) {
    const value = args[used];
    result += join;
    result += typeof value !== 'string' ? inspect(value, options) : value;
    join = ' ';
  }
  return result;
}

function format(...args) {
  return formatWithOptionsInternal(undefined, args);
}

function formatWithOptions(options, ...args) {
  require('internal/validators').validateObject(options, 'inspectOptions', 2 | 4);
  return formatWithOptionsInternal(options, args);
}

module.exports = { format, formatWithOptions, formatWithOptionsInternal };
