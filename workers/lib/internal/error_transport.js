'use strict';

// Errors between threads. Structured clone keeps an error's name, message and stack only; here go
// its class, code, cause and other own properties as well. What cannot be cloned is sent as text.

const { structuredClone } = internalBinding('messaging');

const classes = new Map([
  Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError,
].map((constructor) => [constructor.name, constructor]));

const kMostCauses = 10;

function isError(value) {
  return require('internal/util/types').isNativeError(value) || value instanceof Error;
}

function inspect(value) {
  return require('internal/util/inspect').inspect(value);
}

function className(error) {
  for (let proto = Object.getPrototypeOf(error); proto !== null;
    proto = Object.getPrototypeOf(proto)) {
    const { constructor } = proto;
    if (typeof constructor === 'function' && classes.get(constructor.name) === constructor) {
      return constructor.name;
    }
  }
  return 'Error';
}

function constructorName(error) {
  try {
    return error.constructor?.name ?? 'Error';
  } catch {
    return 'Error';
  }
}

// Properties are read one by one: a getter may throw, a value may not be cloneable.
function collect(error, depth) {
  const properties = [];
  for (const key of Object.getOwnPropertyNames(error)) {
    const descriptor = Object.getOwnPropertyDescriptor(error, key);
    let value;
    try {
      value = error[key];
    } catch {
      continue;
    }
    properties.push([key, pack(value, depth), descriptor.enumerable]);
  }
  return properties;
}

function pack(value, depth) {
  if (typeof value === 'object' && value !== null && isError(value) && depth < kMostCauses) {
    let name;
    try {
      ({ name } = value);
    } catch {
      name = 'Error';
    }
    return {
      kind: 'error',
      className: className(value),
      constructorName: constructorName(value),
      name: typeof name === 'string' ? name : 'Error',
      isDomException: Object.prototype.toString.call(value) === '[object DOMException]',
      message: textOf(value, 'message'),
      properties: collect(value, depth + 1),
    };
  }
  if (Array.isArray(value) && value.some((item) => isError(item)) && depth < kMostCauses) {
    return { kind: 'list', items: value.map((item) => pack(item, depth + 1)) };
  }
  try {
    return { kind: 'value', value: structuredClone(value) };
  } catch {
    return { kind: 'text', text: inspect(value), isFunction: typeof value === 'function' };
  }
}

function textOf(error, key) {
  try {
    return `${error[key]}`;
  } catch {
    return '';
  }
}

function unpack(packed) {
  if (packed.kind === 'value') return packed.value;
  if (packed.kind === 'text') return packed.isFunction ? undefined : packed.text;
  if (packed.kind === 'list') return packed.items.map(unpack);
  if (packed.isDomException) {
    const { DOMException } = require('internal/dom_exception');
    const exception = new DOMException(packed.message, packed.name);
    const stack = packed.properties.find(([key]) => key === 'stack');
    if (stack !== undefined) define(exception, 'stack', unpack(stack[1]), false);
    return exception;
  }
  const constructor = classes.get(packed.className) ?? Error;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const made = packed.className === 'AggregateError'
    ? new AggregateError([], packed.message) : new constructor(packed.message);
  Error.stackTraceLimit = stackTraceLimit;
  for (const [key, value, enumerable] of packed.properties) {
    define(made, key, unpack(value), enumerable);
  }
  if (made.name !== packed.name) define(made, 'name', packed.name, false);
  return made;
}

function define(object, key, value, enumerable) {
  Object.defineProperty(object, key, {
    __proto__: null, value, enumerable, writable: true, configurable: true,
  });
}

// A value that can be posted.
function packError(error) {
  return pack(error, 0);
}

module.exports = { packError, unpackError: unpack };
