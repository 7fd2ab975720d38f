'use strict';

// What few programs ask of process: references, what keeps the loop alive, .env files, callbacks
// for objects that live until the end, and replacing the process. Loaded on first use.

const {
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_WORKER_UNSUPPORTED_OPERATION,
  },
  getSystemErrorName,
} = require('internal/errors');
const {
  validateArray, validateFunction, validateObject, validateString,
} = require('internal/validators');
const binding = internalBinding('env');

// ref and unref of anything that has them: under the symbols first, then under their plain names.
function callEither(maybeRefable, symbol, name) {
  const method = maybeRefable?.[symbol] ?? maybeRefable?.[name];
  if (typeof method === 'function') Reflect.apply(method, maybeRefable, []);
}
function ref(maybeRefable) {
  callEither(maybeRefable, Symbol.for('nodejs.ref'), 'ref');
}
function unref(maybeRefable) {
  callEither(maybeRefable, Symbol.for('nodejs.unref'), 'unref');
}

const kResourceNames = {
  __proto__: null,
  FSEvent: () => 'FSEventWrap',
  MessagePort: () => 'MessagePort',
  Pipe: (handle) => (isServer(handle) ? 'PipeServerWrap' : 'PipeWrap'),
  Process: () => 'ProcessWrap',
  TCP: (handle) => (isServer(handle) ? 'TCPServerWrap' : 'TCPSocketWrap'),
  TTY: () => 'TTYWrap',
  Worker: () => 'Worker',
};
function isServer(handle) {
  return handle.owner !== undefined && handle.owner instanceof require('net').Server;
}

function activeHandles() {
  return binding.wrappedObjects().filter(
    (object) => kResourceNames[object.constructor?.name] !== undefined &&
      object.hasRef?.() === true && (object.fd === undefined || object.fd >= 0));
}
function getActiveResourcesInfo() {
  const handles = activeHandles().map((handle) => kResourceNames[handle.constructor.name](handle));
  return [...handles, ...require('internal/timers').activeResources()];
}
function getActiveHandles() {
  return activeHandles().map((handle) => handle.owner ?? handle);
}

function loadEnvFile(path = undefined) {
  const { getValidatedPath } = require('internal/fs/utils');
  const file = path === undefined ? '.env' : getValidatedPath(path);
  const text = require('fs').readFileSync(file, 'utf8');
  const values = require('internal/util/parse_env').parseEnv(text);
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(process.env, name)) process.env[name] = values[name];
  }
}

// ---- process.finalization ----

// event → the registered references. Their objects are not kept alive by it.
const registered = { __proto__: null, exit: new Set(), beforeExit: new Set() };
let collected;

function callAll(event) {
  for (const entry of [...registered[event]]) {
    registered[event].delete(entry);
    const object = entry.object.deref();
    if (object !== undefined) entry.callback(object, event);
  }
}
const listeners = {
  __proto__: null,
  exit: () => callAll('exit'),
  beforeExit: () => callAll('beforeExit'),
};

function registerFor(event, object, callback) {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null) {
    throw new ERR_INVALID_ARG_TYPE('obj', 'Object', object);
  }
  validateFunction(callback, 'fn');
  collected ??= new FinalizationRegistry((entry) => drop(entry.event, entry));
  const entry = { event, object: new WeakRef(object), callback };
  if (registered[event].size === 0) process.on(event, listeners[event]);
  registered[event].add(entry);
  collected.register(object, entry, entry);
}
function drop(event, entry) {
  registered[event].delete(entry);
  if (registered[event].size === 0) process.off(event, listeners[event]);
}

function warnOnce(name) {
  require('internal/util').emitExperimentalWarning(`process.finalization.${name}`);
}
const finalization = {
  register(object, callback) {
    warnOnce('register');
    registerFor('exit', object, callback);
  },
  registerBeforeExit(object, callback) {
    warnOnce('registerBeforeExit');
    registerFor('beforeExit', object, callback);
  },
  unregister(object) {
    warnOnce('unregister');
    for (const event of ['exit', 'beforeExit']) {
      for (const entry of [...registered[event]]) {
        if (entry.object.deref() !== object) continue;
        collected.unregister(entry);
        drop(event, entry);
      }
    }
  },
};

// ---- process.execve ----

const kNul = '\0';

function execve(execPath, args = [], env = process.env) {
  const { isMainThread } = require('worker_threads');
  if (!isMainThread) throw new ERR_WORKER_UNSUPPORTED_OPERATION('Calling process.execve');
  require('internal/util').emitExperimentalWarning('process.execve');
  validateString(execPath, 'execPath');
  validateArray(args, 'args');
  args.forEach((value, i) => {
    if (typeof value !== 'string' || value.includes(kNul)) {
      throw new ERR_INVALID_ARG_VALUE(`args[${i}]`, value, 'must be a string without null bytes');
    }
  });
  const list = [];
  if (env !== undefined) {
    validateObject(env, 'env');
    for (const key of Object.keys(env)) {
      const value = env[key];
      if (typeof value !== 'string' || key.includes(kNul) || value.includes(kNul)) {
        throw new ERR_INVALID_ARG_VALUE(
          'env', env, 'must be an object with string keys and values without null bytes');
      }
      list.push(`${key}=${value}`);
    }
  }
  require('internal/process/flush').flush();
  const errno = binding.execve(execPath, args, list);
  // Only a failure comes back: nothing of this process can go on after the attempt.
  process._rawDebug(`process.execve failed with error code ${getSystemErrorName(errno)}\n` +
                    new Error().stack.split('\n').slice(1).join('\n'));
  process.abort();
}

module.exports = {
  execve,
  finalization,
  getActiveHandles,
  getActiveResourcesInfo,
  loadEnvFile,
  ref,
  unref,
};
