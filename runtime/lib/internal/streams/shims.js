'use strict';

// What the readable-stream package asks of its portable helpers, answered by this runtime's own.

const errors = require('internal/errors');
const validators = require('internal/validators');
const internalUtil = require('internal/util');

const nop = () => {};

const util = {
  AggregateError,
  kEmptyObject: internalUtil.kEmptyObject,
  once: internalUtil.once,
  createDeferredPromise: internalUtil.createDeferredPromise,
  promisify: internalUtil.promisify,
  debuglog: () => nop,
  format: (...args) => require('internal/util/format').format(...args),
  inspect: (value, options) => require('internal/util/inspect').inspect(value, options),
  types: {
    isAsyncFunction: (value) => require('internal/util/types').isAsyncFunction(value),
    isArrayBufferView: ArrayBuffer.isView,
  },
  isBlob: (value) => require('internal/blob').isBlob(value),
  deprecate: internalUtil.deprecate,
  get addAbortListener() {
    return require('events').addAbortListener;
  },
  AbortSignalAny: (signals) => AbortSignal.any(signals),
};

// Node takes every view of bytes as a chunk; the package's list of types is older.
const { codes: { ERR_INVALID_ARG_TYPE } } = errors;
const kChunkTypes = ['string', 'Buffer', 'TypedArray', 'DataView'];
function InvalidArgType(name, expected, actual) {
  const types = name === 'chunk' && expected[2] === 'Uint8Array' ? kChunkTypes : expected;
  return new ERR_INVALID_ARG_TYPE(name, types, actual);
}
const streamErrors = {
  ...errors,
  codes: { __proto__: errors.codes, ERR_INVALID_ARG_TYPE: InvalidArgType },
};

module.exports = { errors: streamErrors, util, validators };
