'use strict';

// The worker's side of a worker: reads the load message, sets process up for a thread that is not
// the main one, and tells the parent what it must know.

const { nativePort, setDirectReceiver } = require('internal/message_port');
const binding = internalBinding('worker');
const messaging = internalBinding('messaging');

let control;
let loaded;
const stdio = {};

function post(message, transfer) {
  nativePort.postMessage(control, message, transfer);
}

// The parent has sent it before it started the thread.
function receiveLoad() {
  control = binding.control();
  const received = messaging.receive(control);
  if (received === undefined) throw new Error('the worker was not told what to run');
  loaded = received[0];
  setDirectReceiver(control, (type, message) => {
    if (type === 'message') onControl(message);
  });
  nativePort.start(control);
  require('internal/thread_messages').setParent(post);
  binding.onFatal(onFatal);
  return loaded;
}

function onControl(message) {
  switch (message.type) {
    case 'ack':
      stdio[message.stream]?.acknowledge(message.count);
      break;
    case 'stdio':
      stdin().take(message.chunks);
      break;
    case 'toThread':
      require('internal/thread_messages').route(message, true);
      break;
  }
}

// An error nothing caught. The parent emits it; what cannot be packed still arrives as text.
function onFatal(error) {
  try {
    const { packError } = require('internal/error_transport');
    post({ type: 'error', error: packError(error) });
  } catch {
    const { codes: { ERR_WORKER_UNSERIALIZABLE_ERROR } } = require('internal/errors');
    const { packError } = require('internal/error_transport');
    post({ type: 'error', error: packError(new ERR_WORKER_UNSERIALIZABLE_ERROR()) });
  }
}

function writable(name) {
  if (stdio[name] === undefined) {
    const { ForwardingWritable } = require('internal/worker_stdio');
    const stream = new ForwardingWritable(post, name, (holds) => {
      if (holds) nativePort.ref(control);
      else nativePort.unref(control);
    });
    require('internal/process/flush').flushers.add(() => stream.flush());
    stdio[name] = stream;
  }
  return stdio[name];
}

function stdin() {
  if (stdio.stdin === undefined) {
    const { ForwardingReadable } = require('internal/worker_stdio');
    const stream = new ForwardingReadable((count) => post({ type: 'ack', count }));
    stream.fd = 0;
    // Someone who reads keeps the worker alive until the input ends.
    const { _read } = stream;
    stream._read = function() {
      nativePort.ref(control);
      return Reflect.apply(_read, this, []);
    };
    stream.once('end', () => nativePort.unref(control));
    stdio.stdin = stream;
    if (!loaded.hasStdin) stream.push(null);
  }
  return stdio.stdin;
}

function defineStdio() {
  const getters = { stdout: () => writable('stdout'), stderr: () => writable('stderr'), stdin };
  for (const name of Object.keys(getters)) {
    Object.defineProperty(process, name, {
      __proto__: null, get: getters[name], configurable: true, enumerable: true,
    });
  }
}

const kUnsupported = [
  'abort', 'chdir', 'send', 'disconnect', 'setuid', 'seteuid', 'setgid', 'setegid', 'setgroups',
  'initgroups',
];

function unsupported(name, what = `process.${name}()`) {
  return function() {
    const { codes: { ERR_WORKER_UNSUPPORTED_OPERATION } } = require('internal/errors');
    throw new ERR_WORKER_UNSUPPORTED_OPERATION(what);
  };
}

// Warnings and debug output go where the worker's stderr goes.
function rawDebug(...args) {
  const { formatWithOptions } = require('internal/util/inspect');
  process.stderr.write(`${formatWithOptions({}, ...args)}\n`);
}

// What acts on the whole process is the main thread's.
function limitProcess() {
  for (const name of kUnsupported) {
    if (name === 'send' || name === 'disconnect') {
      if (process[name] === undefined) continue;
    }
    const replacement = unsupported(name);
    replacement.disabled = true;
    process[name] = replacement;
  }
  for (const name of ['channel', 'connected']) {
    if (!(name in process)) continue;
    Object.defineProperty(process, name, {
      __proto__: null,
      get: Object.assign(unsupported(name), { disabled: true }),
      configurable: true,
    });
  }
  process._rawDebug = rawDebug;
  const { umask } = process;
  process.umask = function(mask) {
    if (mask !== undefined) unsupported('umask', 'Setting process.umask()')();
    return Reflect.apply(umask, process, []);
  };
  let { title } = process;
  Object.defineProperty(process, 'title', {
    __proto__: null,
    get: () => title,
    set(value) { title = `${value}`; },
    configurable: true,
    enumerable: true,
  });
}

function applyEnvironment({ shared, values }) {
  const environment = require('internal/process/environment');
  if (shared) environment.shareEnvironment();
  else process.env = environment.createEnvironmentCopy(values);
}

// The fields of worker_threads that differ from the main thread's.
function describeThread() {
  const worker = require('internal/worker');
  if (loaded.environmentData !== undefined) worker.assignEnvironmentData(loaded.environmentData);
  Object.assign(require('worker_threads'), {
    isMainThread: false,
    parentPort: loaded.publicPort,
    resourceLimits: loaded.resourceLimits,
    threadId: internalBinding('env').startInfo().threadId,
    threadName: loaded.name,
    workerData: loaded.workerData,
  });
}

// Everything before the program's own code.
function prepare() {
  receiveLoad();
  require('internal/process/start').prepareProcess();
  const { source, kind } = loaded.entry;
  process.argv = [process.argv[0], kind === 'file' ? source : '[worker eval]', ...loaded.argv];
  applyEnvironment(loaded.environment);
  defineStdio();
  limitProcess();
  describeThread();
  return loaded;
}

module.exports = { post, prepare };
