'use strict';

// structuredClone(), and the JavaScript half of cloning objects that are more than their properties.
// A class takes part by extending CloneHost and defining [kClone]() → { info, data } (and
// [kTransfer]() where it can be moved); `info` names a reviver registered with registerReviver.

const { codes: { ERR_MISSING_ARGS } } = require('internal/errors');
const binding = internalBinding('messaging');
const { setSlot } = internalBinding('env');

const kClone = Symbol('kClone');
const kTransfer = Symbol('kTransfer');
const revivers = new Map();

// revive(data) makes the object on the other side; `load` may require the module that registers it.
function registerReviver(info, revive) {
  revivers.set(info, revive);
}

function dataCloneError(message) {
  const { DOMException } = require('internal/dom_exception');
  return new DOMException(message, 'DataCloneError');
}

// Called by the serializer: operation 'clone', 'transfer' or 'revive'.
function cloneHost(operation, value) {
  if (operation === 'revive') {
    let revive = revivers.get(value.info);
    if (revive === undefined) {
      require(value.info.slice(0, value.info.indexOf(':')));
      revive = revivers.get(value.info);
    }
    return revive(value.data);
  }
  const method = value[operation === 'transfer' ? kTransfer : kClone];
  if (typeof method !== 'function') {
    throw dataCloneError(operation === 'transfer' || value[kTransfer] === undefined
      ? 'Cannot clone object of unsupported type.'
      : 'Object that needs transfer was found in message but not listed in transferList');
  }
  const { info, data } = Reflect.apply(method, value, []);
  return { info, data };
}

function structuredClone(value, options) {
  if (arguments.length === 0) {
    throw new ERR_MISSING_ARGS('The value argument must be specified');
  }
  if (options === undefined || options === null) return binding.structuredClone(value);
  if (typeof options !== 'object' && typeof options !== 'function') {
    const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_TYPE('options', ['object', 'null', 'undefined'], options);
  }
  const { transfer } = options;
  if (transfer === undefined) return binding.structuredClone(value);
  if (transfer === null || typeof transfer[Symbol.iterator] !== 'function') {
    const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_TYPE('options.transfer', 'iterable', transfer);
  }
  return binding.structuredClone(value, [...transfer]);
}

setSlot('cloneHost', cloneHost);
// Constructed by the serializer when a value cannot be cloned.
setSlot('domException', require('internal/dom_exception').DOMException);

module.exports = {
  CloneHost: binding.CloneHost,
  kClone,
  kTransfer,
  registerReviver,
  structuredClone,
};
