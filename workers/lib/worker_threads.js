'use strict';

// node:worker_threads. The fields that tell threads apart are the main thread's here; a worker's
// start-up replaces them (internal/worker_io).

const {
  BroadcastChannel,
  MessageChannel,
  MessagePort,
  receiveMessageOnPort,
} = require('internal/message_port');
const {
  SHARE_ENV,
  Worker,
  getEnvironmentData,
  setEnvironmentData,
} = require('internal/worker');
const { postMessageToThread } = require('internal/thread_messages');
const binding = internalBinding('messaging');

function notImplemented(name) {
  return function() {
    const { codes: { ERR_METHOD_NOT_IMPLEMENTED } } = require('internal/errors');
    throw new ERR_METHOD_NOT_IMPLEMENTED(name);
  };
}

function markAsUncloneable(object) {
  binding.markAsUncloneable(object);
}

function markAsUntransferable(object) {
  binding.markAsUntransferable(object);
}

function isMarkedAsUntransferable(object) {
  return binding.isMarkedAsUntransferable(object);
}

module.exports = {
  BroadcastChannel,
  MessageChannel,
  MessagePort,
  SHARE_ENV,
  Worker,
  getEnvironmentData,
  isInternalThread: false,
  isMainThread: true,
  isMarkedAsUntransferable,
  markAsUncloneable,
  markAsUntransferable,
  moveMessagePortToContext: notImplemented('worker_threads.moveMessagePortToContext'),
  parentPort: null,
  postMessageToThread,
  receiveMessageOnPort,
  resourceLimits: {},
  setEnvironmentData,
  threadId: 0,
  threadName: '',
  workerData: null,
};

// Asked of the module like a field; the class loads only when used.
Object.defineProperty(module.exports, 'MessageEvent', {
  __proto__: null,
  get: () => require('internal/message_port').MessageEvent,
  enumerable: false,
});
