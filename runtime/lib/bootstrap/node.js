'use strict';

// The process object and the globals, as far as they do not depend on the machine. In the snapshot.

const { setSlot } = internalBinding('env');
const { has } = internalBinding('builtins');

// Language features the engine lacks come before anything uses them.
if (has('internal/polyfills')) require('internal/polyfills');

const EventEmitter = require('events');

// process is an instance of an own class whose prototype is an EventEmitter's.
function setupProcessObject() {
  const constructor = { process: function() {} }.process;
  const prototype = Object.create(EventEmitter.prototype, {
    constructor: { __proto__: null, value: constructor, writable: true, configurable: true },
  });
  constructor.prototype = prototype;
  Object.setPrototypeOf(process, prototype);
  Object.defineProperty(process, Symbol.toStringTag, {
    __proto__: null,
    value: 'process',
    configurable: true,
  });
  EventEmitter.call(process);
}

function defineHidden(target, name, value) {
  Object.defineProperty(target, name, {
    __proto__: null,
    value,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

function defineEnumerable(target, name, value) {
  Object.defineProperty(target, name, {
    __proto__: null,
    value,
    writable: true,
    configurable: true,
    enumerable: true,
  });
}

// A global whose module loads when it is first read.
function defineLazy(names, id, enumerable = false) {
  for (const name of names) {
    function set(value) {
      Object.defineProperty(globalThis, name, {
        __proto__: null,
        value,
        writable: true,
        configurable: true,
        enumerable,
      });
    }
    function get() {
      const value = require(id)[name];
      set(value);
      return value;
    }
    Object.defineProperty(get, 'name', { __proto__: null, value: `get ${name}` });
    Object.defineProperty(globalThis, name, {
      __proto__: null,
      get,
      set,
      configurable: true,
      enumerable,
    });
  }
}

setupProcessObject();
require('internal/process/object').setup(process);
require('internal/process/task_queues').setup();
require('internal/process/promises').setup();
require('internal/process/uncaught').setup();
require('internal/timers').setup();

defineEnumerable(globalThis, 'global', globalThis);
Object.defineProperty(globalThis, Symbol.toStringTag, {
  __proto__: null,
  value: 'global',
  configurable: true,
});
defineHidden(globalThis, 'process', process);

const timers = require('timers');
for (const name of ['clearImmediate', 'clearInterval', 'clearTimeout', 'setImmediate',
                    'setInterval', 'setTimeout']) {
  defineEnumerable(globalThis, name, timers[name]);
}
defineEnumerable(globalThis, 'queueMicrotask',
                 require('internal/process/task_queues').queueMicrotask);

function defineFrom(names, id, enumerable = false) {
  if (has(id)) defineLazy(names, id, enumerable);
}
defineFrom(['Buffer', 'Blob', 'File'], 'buffer');
defineFrom(['atob', 'btoa'], 'buffer', true);
defineFrom(['AbortController', 'AbortSignal'], 'internal/abort_controller');
defineFrom(['Event', 'EventTarget', 'CustomEvent'], 'internal/event_target');
defineFrom(['URL', 'URLSearchParams'], 'internal/url');
defineFrom(['TextDecoder', 'TextEncoder'], 'internal/encoding');
defineFrom(['TextDecoderStream', 'TextEncoderStream'], 'stream/web');
defineFrom(['ByteLengthQueuingStrategy', 'CountQueuingStrategy', 'ReadableByteStreamController',
            'ReadableStream', 'ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest',
            'ReadableStreamDefaultController', 'ReadableStreamDefaultReader', 'TransformStream',
            'TransformStreamDefaultController', 'WritableStream', 'WritableStreamDefaultController',
            'WritableStreamDefaultWriter', 'CompressionStream', 'DecompressionStream'],
           'stream/web');
defineFrom(['DOMException'], 'internal/dom_exception');
defineFrom(['performance'], 'perf_hooks', true);
defineFrom(['Performance', 'PerformanceEntry', 'PerformanceMark', 'PerformanceMeasure',
            'PerformanceObserver', 'PerformanceObserverEntryList', 'PerformanceResourceTiming'],
           'perf_hooks');
defineFrom(['structuredClone'], 'internal/structured_clone', true);
defineFrom(['MessageChannel', 'MessagePort', 'MessageEvent', 'BroadcastChannel'],
           'worker_threads');
defineFrom(['crypto'], 'internal/crypto/web_global', true);
defineFrom(['CloseEvent', 'FormData', 'Headers', 'Request', 'Response', 'WebSocket'],
           'internal/fetch');
defineEnumerable(globalThis, 'fetch', require('internal/fetch').fetch);
defineFrom(['navigator'], 'internal/navigator', true);
defineFrom(['Navigator'], 'internal/navigator');

// The engine's console only reaches an inspector; ours writes to stdout and stderr.
if (has('console')) {
  defineHidden(globalThis, 'console', require('console'));
}
setSlot('process', process);
