'use strict';

// The pool's side that runs on a worker thread: takes one task after the other from its port, runs
// it so that it can be aborted, and sends back the result or the error with the time it took.

const { nativePort, setDirectReceiver } = require('internal/message_port');
const { now } = require('internal/perf/clock');
const binding = internalBinding('worker');

const kAborted = Symbol('aborted');
const functions = new Map();  // key → compiled function

let port;
let fileHandlers;
let hasLoader = false;
let current;  // { id, start } of a task that waits for its promise

function prepareLoader() {
  if (hasLoader) return;
  hasLoader = true;
  require('internal/modules/run_main').prepare({ requireModules: [] });
}

// What an offloaded function gets as `require`: builtin modules, and packages of the program's folder.
function requireForFunctions() {
  let load;
  return function require(id) {
    if (load === undefined) {
      prepareLoader();
      load = requireModule().createRequire(`${process.cwd()}/`);
    }
    return load(id);
  };
}

function requireModule() {
  return require('module');
}

function syntaxOf(text) {
  const { freeVariables } = require('internal/free_variables');
  try {
    return { text, free: freeVariables(text) };
  } catch (error) {
    // A method's text (`name(a) { … }`) becomes an expression inside an object.
    const method = `Object.values({ ${text} })[0]`;
    try {
      return { text: method, free: freeVariables(method) };
    } catch {
      const { codes: { ERR_OFFLOAD_NOT_SELF_CONTAINED } } = require('internal/errors');
      throw new ERR_OFFLOAD_NOT_SELF_CONTAINED(
        `The function cannot be compiled on its own: ${error.message}`);
    }
  }
}

const kProvided = new Set(['require', 'undefined', 'eval']);

function compile(text, name) {
  const { text: expression, free } = syntaxOf(text);
  const captured = free.find((variable) =>
    !kProvided.has(variable.name) && !(variable.name in globalThis));
  if (captured !== undefined) {
    const { codes: { ERR_OFFLOAD_CAPTURED_VARIABLE } } = require('internal/errors');
    throw new ERR_OFFLOAD_CAPTURED_VARIABLE(
      `The function ${name || '(anonymous)'} uses the variable '${captured.name}' ` +
      `(line ${captured.line} of its text), which it does not declare. A function that runs on ` +
      `another thread sees its arguments and the globals only: pass '${captured.name}' as an ` +
      'argument, or declare or require it inside.');
  }
  return evaluate(expression, name);
}

// Module code is strict, so that comes first; what needs sloppy mode gets it.
function evaluate(expression, name) {
  const source = `return (${expression}\n)\n//# sourceURL=offload:${name || 'anonymous'}`;
  const require = requireForFunctions();
  if (/\bimport\b/.test(expression)) prepareLoader();
  try {
    return Function('require', `'use strict';${source}`)(require);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return Function('require', source)(require);
  }
}

// The function of a task, compiled or looked up once; a promise while a file loads.
function handlerOf(task) {
  if (task.key === undefined) return fileHandler(task.handler);
  let handler = functions.get(task.key);
  if (handler === undefined) {
    handler = compile(task.source, task.name);
    functions.set(task.key, handler);
  }
  return handler;
}

function fileHandler(name) {
  const { namespace } = fileHandlers;
  const main = namespace.default;
  let found;
  if (name === undefined) {
    found = typeof main === 'function' ? main : main?.default;
  } else {
    const isOfModule = typeof namespace[name] === 'function';
    found = isOfModule || main == null || !Object.hasOwn(main, name) ? namespace[name] : main[name];
  }
  if (typeof found !== 'function') {
    const { codes: { ERR_POOL_NO_SUCH_FUNCTION } } = require('internal/errors');
    throw new ERR_POOL_NO_SUCH_FUNCTION(
      fileHandlers.file, name === undefined ? 'default export' : `export '${name}'`);
  }
  return found;
}

// A result that is all of a buffer's memory is moved: the function has ended and cannot miss it.
function movable(result) {
  if (result instanceof ArrayBuffer) return [result];
  if (ArrayBuffer.isView(result) && result.buffer instanceof ArrayBuffer &&
      result.byteLength === result.buffer.byteLength && result.byteLength > 1024) {
    return [result.buffer];
  }
  return undefined;
}

function succeed(task, value, start) {
  binding.endJob();
  const time = now() - start;
  try {
    const transfer = task.key === undefined ? undefined : movable(value);
    nativePort.postMessage(port, [task.id, 0, value, time], transfer);
  } catch (error) {
    sendError(task.id, error, time);
  }
}

function fail(task, error, start) {
  binding.endJob();
  sendError(task.id, error, now() - start);
}

function sendError(id, error, time) {
  const { packError } = require('internal/error_transport');
  nativePort.postMessage(port, [id, 1, packError(error), time]);
}

function isThenable(value) {
  return typeof value === 'object' && value !== null && typeof value.then === 'function';
}

function run(task) {
  const start = now();
  if (!binding.beginJob(task.id)) {
    nativePort.postMessage(port, [task.id, 2, false, 0]);
    return;
  }
  let result;
  try {
    result = binding.callJob(call, [task], kAborted);
  } catch (error) {
    fail(task, error, start);
    return;
  }
  if (result === kAborted) {
    nativePort.postMessage(port, [task.id, 2, false, now() - start]);
  } else if (isThenable(result)) {
    const waiting = { id: task.id, start };
    current = waiting;
    // Once aborted the task is over, whatever its promise does.
    result.then((value) => {
      if (current === waiting) { current = undefined; succeed(task, value, start); }
    }, (error) => {
      if (current === waiting) { current = undefined; fail(task, error, start); }
    });
  } else {
    succeed(task, result, start);
  }
}

function call(task) {
  return Reflect.apply(handlerOf(task), undefined, task.args);
}

// An aborted task that waited may have left timers and requests: the pool replaces this worker.
function onJobAborted(id) {
  const start = current?.start;
  current = undefined;
  nativePort.postMessage(port, [id, 2, true, start === undefined ? 0 : now() - start]);
}

async function loadFile(file) {
  prepareLoader();
  const { pathToFileURL } = require('internal/url');
  const loader = require('internal/modules/esm/loader');
  const url = pathToFileURL(file).href;
  fileHandlers = { file, namespace: await loader.importModule(url, url) };
}

function start() {
  const threads = require('worker_threads');
  port = threads.parentPort;
  const { file } = threads.workerData;
  threads.workerData = threads.workerData.workerData ?? null;
  setDirectReceiver(port, (type, task) => {
    if (type === 'message') run(task);
    else if (type === 'messageerror') sendError(0, task, 0);
  });
  binding.onJobAborted(onJobAborted);
  nativePort.ref(port);
  const ready = () => {
    nativePort.postMessage(port, [0, 3]);
    nativePort.start(port);
  };
  if (file === undefined) return ready();
  return loadFile(file).then(ready);
}

module.exports = { start };
