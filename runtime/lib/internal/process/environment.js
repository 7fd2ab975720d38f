'use strict';

// process.env: a snapshot of the environment in an ordinary object behind a proxy that turns what is
// assigned into strings. Reads need no trap. On the main thread writes also go to the C environment,
// so that native code and children see them.

const { codes: { ERR_INVALID_OBJECT_DEFINE_PROPERTY } } = require('internal/errors');
const binding = internalBinding('env');

function toText(value) {
  if (typeof value === 'symbol') {
    throw new TypeError('Cannot convert a Symbol value to a string');
  }
  const type = typeof value;
  if (type !== 'string' && type !== 'number' && type !== 'boolean') {
    require('internal/process/warning').warnPending(
      'Assigning any value other than a string, number, or boolean to a process.env property is ' +
      'deprecated. Please make sure to convert the value to a string before setting process.env ' +
      'with it.', 'DEP0104');
  }
  return `${value}`;
}

function createHandler(onSet, onDelete) {
  return {
    __proto__: null,
    set(target, key, value) {
      if (typeof key === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
      const text = toText(value);
      target[key] = text;
      onSet?.(key, text);
      return true;
    },
    defineProperty(target, key, descriptor) {
      if (typeof key === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
      if ('value' in descriptor) {
        if (!descriptor.configurable || !descriptor.writable || !descriptor.enumerable) {
          throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY(
            '\'process.env\' only accepts a configurable, writable, and enumerable data descriptor');
        }
        return this.set(target, key, descriptor.value);
      }
      if ('get' in descriptor || 'set' in descriptor) {
        throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY(
          '\'process.env\' does not accept an accessor(getter/setter) descriptor');
      }
      throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY(
        '\'process.env\' only accepts a configurable, writable, and enumerable data descriptor');
    },
    deleteProperty(target, key) {
      if (typeof key === 'symbol') return true;
      delete target[key];
      onDelete?.(key);
      return true;
    },
  };
}

// The real environment of the process.
function createEnvironment() {
  const list = binding.environment();
  const target = {};
  for (let i = 0; i < list.length; i += 2) target[list[i]] = list[i + 1];
  sharedHandler = createHandler(binding.setEnvironment, binding.unsetEnvironment);
  return new Proxy(target, sharedHandler);
}

let sharedHandler;

// From now on other threads may change the environment (SHARE_ENV): every read looks again.
function shareEnvironment() {
  if (sharedHandler === undefined || sharedHandler.get !== undefined) return;
  const refresh = (target) => {
    const list = binding.environment();
    for (const key of Object.keys(target)) delete target[key];
    for (let i = 0; i < list.length; i += 2) target[list[i]] = list[i + 1];
  };
  for (const trap of ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor']) {
    sharedHandler[trap] = (target, ...rest) => {
      refresh(target);
      return Reflect[trap](target, ...rest);
    };
  }
}

// A worker's own copy.
function createEnvironmentCopy(values) {
  const target = {};
  for (const key of Object.keys(values)) target[key] = toText(values[key]);
  return new Proxy(target, createHandler());
}

module.exports = { createEnvironment, createEnvironmentCopy, shareEnvironment };
