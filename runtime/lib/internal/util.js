'use strict';

// Small helpers that most builtin modules share. Nothing here does work at load time.

const {
  codes: { ERR_UNKNOWN_SIGNAL },
  isErrorLike,
  uvException,
} = require('internal/errors');

const kEmptyObject = Object.freeze({ __proto__: null });
const kEnumerableProperty = { __proto__: null, enumerable: true };
Object.freeze(kEnumerableProperty);
const customInspectSymbol = Symbol.for('nodejs.util.inspect.custom');
const kCustomPromisifiedSymbol = Symbol.for('nodejs.util.promisify.custom');
// [names] of the values a callback passes: the promise then resolves to an object.
const kCustomPromisifyArgsSymbol = Symbol('customPromisifyArgs');
const kIsEncodingSymbol = Symbol('kIsEncodingSymbol');
// object[kBrand] = 'KeyObject': what util.types recognises our own classes by.
const kBrand = Symbol('kBrand');

function wellKnownSymbol(name) {
  return Symbol[name] ?? Symbol.for(`Symbol.${name}`);
}
const SymbolDispose = wellKnownSymbol('dispose');
const SymbolAsyncDispose = wellKnownSymbol('asyncDispose');

function once(callback, { preserveReturnValue = false } = kEmptyObject) {
  let called = false;
  let returnValue;
  return function(...args) {
    if (called) return returnValue;
    called = true;
    const result = Reflect.apply(callback, this, args);
    returnValue = preserveReturnValue ? result : undefined;
    return result;
  };
}

function getLazy(initializer) {
  let value;
  let done = false;
  return function() {
    if (!done) {
      value = initializer();
      done = true;
    }
    return value;
  };
}

const warnedCodes = new Set();

// Wraps `fn` so that its first call warns. The same code warns once a process.
function deprecate(fn, message, code, { modifyPrototype = true } = kEmptyObject) {
  const { validateString } = require('internal/validators');
  if (code !== undefined) validateString(code, 'code');
  let warned = false;
  function warn() {
    if (warned || process.noDeprecation === true) return;
    warned = true;
    if (code !== undefined) {
      if (warnedCodes.has(code)) return;
      warnedCodes.add(code);
      process.emitWarning(message, 'DeprecationWarning', code, deprecated);
    } else {
      process.emitWarning(message, 'DeprecationWarning', deprecated);
    }
  }
  function deprecated(...args) {
    warn();
    if (new.target) return Reflect.construct(fn, args, new.target);
    return Reflect.apply(fn, this, args);
  }
  if (modifyPrototype) {
    Object.setPrototypeOf(deprecated, fn);
    if (fn.prototype) deprecated.prototype = fn.prototype;
  }
  Object.defineProperty(deprecated, 'length', {
    __proto__: null,
    ...Object.getOwnPropertyDescriptor(fn, 'length'),
  });
  return deprecated;
}

function deprecateProperty(key, message, code, isReadOnly) {
  const warn = deprecate(() => {}, message, code);
  return {
    __proto__: null,
    get() {
      warn();
      return this[key];
    },
    set: isReadOnly ? undefined : function(value) {
      warn();
      this[key] = value;
    },
    configurable: true,
    enumerable: true,
  };
}

const experimentalWarnings = new Set();
function emitExperimentalWarning(feature, messagePrefix, code, constructor) {
  if (experimentalWarnings.has(feature)) return;
  experimentalWarnings.add(feature);
  let message = `${feature} is an experimental feature and might change at any time`;
  if (messagePrefix) message = `${messagePrefix} ${message}`;
  process.emitWarning(message, 'ExperimentalWarning', code, constructor);
}

function promisify(original) {
  const { validateFunction } = require('internal/validators');
  validateFunction(original, 'original');
  const custom = original[kCustomPromisifiedSymbol];
  if (custom) {
    validateFunction(custom, 'util.promisify.custom');
    return Object.defineProperty(custom, kCustomPromisifiedSymbol, {
      __proto__: null,
      value: custom,
      enumerable: false,
      writable: false,
      configurable: true,
    });
  }
  const argumentNames = original[kCustomPromisifyArgsSymbol];
  function fn(...args) {
    return new Promise((resolve, reject) => {
      const returned = Reflect.apply(original, this, [...args, (error, ...values) => {
        if (error) return reject(error);
        if (argumentNames === undefined || values.length <= 1) return resolve(values[0]);
        const result = {};
        for (let i = 0; i < argumentNames.length; i++) result[argumentNames[i]] = values[i];
        resolve(result);
      }]);
      const { isPromise } = require('internal/util/types');
      if (isPromise(returned)) {
        process.emitWarning('Calling promisify on a function that returns a Promise is likely a ' +
          'mistake.', 'DeprecationWarning', 'DEP0174');
      }
    });
  }
  Object.setPrototypeOf(fn, Object.getPrototypeOf(original));
  Object.defineProperty(fn, kCustomPromisifiedSymbol, {
    __proto__: null,
    value: fn,
    enumerable: false,
    writable: false,
    configurable: true,
  });
  const descriptors = Object.getOwnPropertyDescriptors(original);
  for (const key of Reflect.ownKeys(descriptors)) {
    Object.setPrototypeOf(descriptors[key], null);
  }
  return Object.defineProperties(fn, descriptors);
}
promisify.custom = kCustomPromisifiedSymbol;

// The canonical name of a Buffer encoding, or undefined. The spellings in use come first.
function normalizeEncoding(encoding) {
  if (encoding == null || encoding === 'utf8' || encoding === 'utf-8') return 'utf8';
  return slowCases(encoding);
}

function slowCases(encoding) {
  switch (encoding) {
    case 'hex':
    case 'base64':
    case 'base64url':
    case 'ascii':
    case 'latin1':
    case 'utf16le':
    case 'utf8':
      return encoding;
    case 'binary':
      return 'latin1';
    case 'ucs2':
      return 'utf16le';
    case '':
      return 'utf8';
  }
  switch (`${encoding}`.toLowerCase()) {
    case 'utf8':
    case 'utf-8':
      return 'utf8';
    case 'ucs2':
    case 'ucs-2':
    case 'utf16le':
    case 'utf-16le':
      return 'utf16le';
    case 'latin1':
    case 'binary':
      return 'latin1';
    case 'base64':
      return 'base64';
    case 'base64url':
      return 'base64url';
    case 'hex':
      return 'hex';
    case 'ascii':
      return 'ascii';
  }
  return undefined;
}

let signalsByNumber;
function getSignalsByNumber() {
  if (signalsByNumber === undefined) {
    const { signals } = require('internal/os_constants');
    signalsByNumber = { __proto__: null };
    for (const name of Object.keys(signals)) signalsByNumber[signals[name]] ??= name;
  }
  return signalsByNumber;
}

// A signal's number from its name (any case) or number.
function convertToValidSignal(signal) {
  const { signals } = require('internal/os_constants');
  if (typeof signal === 'number' && getSignalsByNumber()[signal]) return signal;
  if (typeof signal === 'string') {
    const number = signals[signal.toUpperCase()];
    if (number) return number;
  }
  throw new ERR_UNKNOWN_SIGNAL(signal);
}

function getSystemErrorName(number) {
  return require('internal/errors').getSystemErrorName(number);
}

function isError(value) {
  return Error.isError?.(value) ?? (value instanceof Error ||
    require('internal/util/types').isNativeError(value));
}

const kColors = /\u001b\[\d\d?m/g;
function removeColors(text) {
  return text.includes('\u001b') ? text.replace(kColors, '') : text;
}

// Lone surrogates become U+FFFD.
const kLoneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
function toUSVString(text) {
  return `${text}`.replace(kLoneSurrogate, '\uFFFD');
}

function join(list, separator) {
  return list.join(separator);
}

// Cheaper than Array#splice(index, 1).
function spliceOne(list, index) {
  for (; index + 1 < list.length; index++) list[index] = list[index + 1];
  list.pop();
}

function filterDuplicateStrings(items, low) {
  const seen = new Map();
  for (const item of items) {
    const key = item.toLowerCase();
    if (low || item !== key) seen.set(key, item);
    else if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()].sort();
}

function cachedResult(fn) {
  let result;
  return () => {
    result ??= fn();
    return result.slice();
  };
}

// Lazily loaded properties of a module or of globalThis, still writable and configurable.
function defineLazyProperties(target, id, keys, enumerable = true) {
  const descriptors = { __proto__: null };
  let loaded;
  for (const key of keys) {
    let value;
    let has = false;
    function set(replacement) {
      Object.defineProperty(target, key, {
        __proto__: null,
        writable: true,
        configurable: true,
        enumerable,
        value: replacement,
      });
    }
    Object.defineProperty(set, 'name', { __proto__: null, value: `set ${key}` });
    function get() {
      if (!has) {
        loaded ??= require(id);
        value = loaded[key];
        has = true;
        set(value);
      }
      return value;
    }
    Object.defineProperty(get, 'name', { __proto__: null, value: key });
    descriptors[key] = { __proto__: null, configurable: true, enumerable, get, set };
  }
  Object.defineProperties(target, descriptors);
}

function defineReplaceableLazyAttribute(target, id, keys, writable = true, check) {
  const loaded = getLazy(() => require(id));
  for (const key of keys) {
    const value = getLazy(() => loaded()[key]);
    Object.defineProperty(target, key, {
      __proto__: null,
      enumerable: true,
      configurable: true,
      get() {
        check?.call(this);
        return value();
      },
      set: writable ? function(replacement) {
        Object.defineProperty(target, key, {
          __proto__: null,
          writable: true,
          enumerable: true,
          configurable: true,
          value: replacement,
        });
      } : undefined,
    });
  }
}

// As WebIDL exposes interfaces: not enumerable, writable, configurable.
function exposeInterface(target, name, value) {
  Object.defineProperty(target, name, {
    __proto__: null,
    writable: true,
    enumerable: false,
    configurable: true,
    value,
  });
}

function exposeNamespace(target, name, value) {
  exposeInterface(target, name, value);
}

function exposeGetterAndSetter(target, name, getter, setter = undefined) {
  Object.defineProperty(target, name, {
    __proto__: null,
    enumerable: false,
    configurable: true,
    get: getter,
    set: setter,
  });
}

function defineOperation(target, name, method) {
  Object.defineProperty(target, name, {
    __proto__: null,
    writable: true,
    enumerable: true,
    configurable: true,
    value: method,
  });
}

function createDeferredPromise() {
  let resolve;
  let reject;
  const promise = new Promise((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function guessHandleType(fd) {
  return internalBinding('util').guessHandleType(fd);
}

function sleep(milliseconds) {
  require('internal/validators').validateUint32(milliseconds, 'msec');
  internalBinding('util').sleep(milliseconds);
}

// A class whose instances answer to Object.prototype.toString with their class name.
function setToStringTag(Class, name = Class.name) {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, {
    __proto__: null,
    configurable: true,
    value: name,
  });
}

function getConstructorOf(object) {
  while (object) {
    const descriptor = Object.getOwnPropertyDescriptor(object, 'constructor');
    if (descriptor !== undefined && typeof descriptor.value === 'function' &&
        descriptor.value.name !== '') {
      return descriptor.value;
    }
    object = Object.getPrototypeOf(object);
  }
}

function assignFunctionName(name, fn, descriptor = kEmptyObject) {
  if (typeof name !== 'string') {
    name = name.description === undefined ? '' : `[${name.description}]`;
  }
  return Object.defineProperty(fn, 'name', {
    __proto__: null,
    writable: false,
    enumerable: false,
    configurable: true,
    ...Object.getOwnPropertyDescriptor(fn, 'name'),
    ...descriptor,
    value: name,
  });
}

// Runs a deprecation or warning only where the caller's file is outside node_modules.
const kNodeModules = /[/\\]node_modules[/\\]/;
function isInsideNodeModules() {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 20;
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  for (const line of String(stack).split('\n').slice(2)) {
    if (line.includes('node:') || line.includes('(<anonymous>)')) continue;
    return kNodeModules.test(line);
  }
  return false;
}

function lazyRegExp(source, flags) {
  let pattern;
  return () => (pattern ??= new RegExp(source, flags));
}

class WeakReference {
  #weak;
  #strong = null;
  #count = 0;
  constructor(object) {
    this.#weak = new WeakRef(object);
  }
  incRef() {
    if (++this.#count === 1) this.#strong = this.#weak.deref();
    return this.#count;
  }
  decRef() {
    if (--this.#count === 0) this.#strong = null;
    return this.#count;
  }
  get() {
    return this.#weak.deref();
  }
}

module.exports = {
  WeakReference,
  assignFunctionName,
  cachedResult,
  convertToValidSignal,
  createDeferredPromise,
  customInspectSymbol,
  customPromisifyArgs: kCustomPromisifyArgsSymbol,
  defineLazyProperties,
  defineOperation,
  defineReplaceableLazyAttribute,
  deprecate,
  deprecateProperty,
  emitExperimentalWarning,
  exposeGetterAndSetter,
  exposeInterface,
  exposeLazyInterfaces: (target, id, keys) => defineLazyProperties(target, id, keys, false),
  exposeNamespace,
  filterDuplicateStrings,
  getConstructorOf,
  getLazy,
  getSignalsByNumber,
  getSystemErrorName,
  guessHandleType,
  isError,
  isErrorLike,
  isInsideNodeModules,
  isMacOS: false,
  isWindows: false,
  join,
  kBrand,
  kEmptyObject,
  kEnumerableProperty,
  kIsEncodingSymbol,
  lazyRegExp,
  normalizeEncoding,
  once,
  promisify,
  removeColors,
  setToStringTag,
  sleep,
  spliceOne,
  SymbolAsyncDispose,
  SymbolDispose,
  toUSVString,
  uvException,
};
