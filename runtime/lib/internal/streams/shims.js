'use strict';

// What the readable-stream package asks of its portable helpers, answered by this runtime's own.

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

module.exports = { util, validators };
