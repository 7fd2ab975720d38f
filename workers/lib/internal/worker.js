'use strict';

// class Worker: the parent's side. The native worker brings a control channel, on which the two
// sides speak (load, up, stdio, ack, error); messages of the program have a channel of their own.

const EventEmitter = require('events');
const {
  codes: {
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_METHOD_NOT_IMPLEMENTED,
    ERR_WORKER_INVALID_EXEC_ARGV,
    ERR_WORKER_NOT_RUNNING,
    ERR_WORKER_PATH,
  },
} = require('internal/errors');
const {
  validateArray, validateNumber, validateObject, validateString,
} = require('internal/validators');
const {
  MessageChannel, nativePort, setDirectReceiver, transferList,
} = require('internal/message_port');
const threads = require('internal/thread_messages');
const { Worker: NativeWorker } = internalBinding('worker');

const SHARE_ENV = Symbol.for('nodejs.worker_threads.SHARE_ENV');

const kLimitNames = [
  'maxYoungGenerationSizeMb', 'maxOldGenerationSizeMb', 'codeRangeSizeMb', 'stackSizeMb',
];
const kDefaultLimits = {
  maxYoungGenerationSizeMb: 48,
  maxOldGenerationSizeMb: 2096,
  codeRangeSizeMb: 0,
  stackSizeMb: 4,
};

// Options of the program that a worker may be given; process-wide ones are refused.
const kExecOptions = new Set([
  '--require', '-r', '--import', '--conditions', '-C', '--no-warnings', '--warnings',
  '--trace-warnings', '--no-deprecation', '--trace-deprecation', '--throw-deprecation',
  '--pending-deprecation', '--unhandled-rejections', '--input-type', '--preserve-symlinks',
  '--preserve-symlinks-main', '--enable-source-maps', '--stack-trace-limit', '--trace-uncaught',
  '--disable-warning', '--experimental-vm-modules', '--no-experimental-require-module',
  '--experimental-loader', '--loader', '--experimental-strip-types', '--no-addons', '--eval', '-e',
  '--print', '-p', '--test', '--no-network-family-autoselection', '--trace-sync-io', '--trace-exit',
  '--frozen-intrinsics', '--icu-data-dir', '--verify-base-objects', '--insecure-http-parser',
  '--max-http-header-size', '--dns-result-order', '--inspect-port', '--experimental-permission',
]);
const kTakesValue = new Set(['--require', '-r', '--import', '--conditions', '-C', '--input-type']);

const environmentData = new Map();

function parseExecArgv(list) {
  const parsed = { requireModules: [], importModules: [], conditions: [], inputType: '' };
  const invalid = [];
  for (let i = 0; i < list.length; i++) {
    const equals = list[i].indexOf('=');
    const name = equals < 0 ? list[i] : list[i].slice(0, equals);
    if (!kExecOptions.has(name) && !name.startsWith('--experimental-') &&
        !name.startsWith('--no-experimental-')) {
      invalid.push(list[i]);
      continue;
    }
    if (!kTakesValue.has(name)) continue;
    const value = equals >= 0 ? list[i].slice(equals + 1) : list[++i];
    if (value === undefined) {
      invalid.push(name);
    } else if (name === '--require' || name === '-r') {
      parsed.requireModules.push(value);
    } else if (name === '--import') {
      parsed.importModules.push(value);
    } else if (name === '--input-type') {
      parsed.inputType = value;
    } else {
      parsed.conditions.push(value);
    }
  }
  return { parsed, invalid };
}

function parentExecModules() {
  return parseExecArgv(require('internal/process/options').runtimeOptions()).parsed;
}

// What the worker runs: { kind: 'file' | 'url' | 'eval' | 'builtin', source }.
function readEntry(filename, options) {
  if (options.builtin !== undefined) return { kind: 'builtin', source: options.builtin };
  if (options.eval) {
    if (typeof filename !== 'string') {
      throw new ERR_INVALID_ARG_VALUE('options.eval', options.eval,
                                      'must be false when \'filename\' is not a string');
    }
    return { kind: 'eval', source: filename };
  }
  const { isURL, fileURLToPath } = require('internal/url');
  if (isURL(filename) || filename instanceof URL) {
    if (filename.protocol === 'data:') return { kind: 'url', source: filename.href };
    return { kind: 'file', source: fileURLToPath(filename) };
  }
  if (typeof filename !== 'string') {
    throw new ERR_INVALID_ARG_TYPE('filename', ['string', 'URL'], filename);
  }
  const path = require('path');
  if (path.isAbsolute(filename) || /^\.\.?[\\/]/.test(filename)) {
    return { kind: 'file', source: path.resolve(filename) };
  }
  throw new ERR_WORKER_PATH(filename);
}

function readLimits(given) {
  if (given === undefined || given === null) return { ...kDefaultLimits };
  validateObject(given, 'options.resourceLimits');
  const limits = { ...kDefaultLimits };
  for (const name of kLimitNames) {
    if (given[name] === undefined) continue;
    validateNumber(given[name], `options.resourceLimits.${name}`);
    if (given[name] > 0) limits[name] = given[name];
  }
  return limits;
}

function readEnvironment(env) {
  if (env === SHARE_ENV) {
    require('internal/process/environment').shareEnvironment();
    return { shared: true };
  }
  if (env === undefined || env === null) return { values: { ...process.env } };
  if (typeof env !== 'object') {
    throw new ERR_INVALID_ARG_TYPE(
      'options.env', ['object', 'undefined', 'null', 'worker_threads.SHARE_ENV'], env);
  }
  const values = {};
  for (const key of Object.keys(env)) values[key] = `${env[key]}`;
  return { values };
}

function readExecArgv(execArgv) {
  if (execArgv === undefined || execArgv === null) {
    return { list: process.execArgv, parsed: parentExecModules() };
  }
  validateArray(execArgv, 'options.execArgv');
  const list = execArgv.map(String);
  const { parsed, invalid } = parseExecArgv(list);
  if (invalid.length > 0) throw new ERR_WORKER_INVALID_EXEC_ARGV(invalid);
  return { list, parsed };
}

function checkNodeOptions(env) {
  if (env === undefined || env.NODE_OPTIONS === undefined ||
      env.NODE_OPTIONS === process.env.NODE_OPTIONS) return;
  const { invalid } = parseExecArgv(env.NODE_OPTIONS.split(/\s+/).filter(Boolean));
  if (invalid.length === 0) return;
  throw new ERR_WORKER_INVALID_EXEC_ARGV(invalid, 'invalid NODE_OPTIONS env variable');
}

class Worker extends EventEmitter {
  #native;
  #control;
  #port;
  #streams = {};
  #options;
  #exited = false;
  #exitWaiters = [];
  #limits;
  #receiver;
  #performance;

  constructor(filename, options = {}) {
    super();
    options ??= {};
    if (typeof options !== 'object') {
      throw new ERR_INVALID_ARG_TYPE('options', 'object', options);
    }
    const execArgv = readExecArgv(options.execArgv);
    if (options.argv) validateArray(options.argv, 'options.argv');
    const entry = readEntry(filename, options);
    const environment = readEnvironment(options.env);
    checkNodeOptions(environment.values);
    let name = 'WorkerThread';
    if (options.name) {
      validateString(options.name, 'options.name');
      name = options.name.trim();
    }
    this.#options = options;
    this.#limits = readLimits(options.resourceLimits);
    const { port1, port2 } = new MessageChannel();
    this.#native = new NativeWorker({
      argv: [process.argv[0], ...(options.argv ?? []).map(String)],
      execArgv: execArgv.list,
      isLowPriority: options.lowPriority === true,
      ...(options.resourceLimits ?? {}),
    });
    this.#native.onexit = (code, errorCode, message) => this.#onExit(code, errorCode, message);
    this.threadId = this.#native.threadId;
    this.threadName = name;
    this.#control = this.#native.control;
    this.#port = port1;
    this.#sendLoad(entry, environment, execArgv.parsed, port2);
    this.#listen();
    threads.addThread(this.threadId, this.#postControl);
    if (options.stdin) this.#makeStdin();
    this.#native.start();
    const { channel } = require('diagnostics_channel');
    const created = channel('worker_threads');
    if (created.hasSubscribers) created.publish({ worker: this });
    process.nextTick(() => process.emit('worker', this));
  }

  #sendLoad(entry, environment, modules, port2) {
    const options = this.#options;
    const transfer = [port2];
    const own = transferList(options.transferList);
    if (own !== undefined) transfer.push(...own);
    nativePort.postMessage(this.#control, {
      type: 'load',
      entry,
      argv: (options.argv ?? []).map(String),
      environment,
      environmentData: environmentData.size > 0 ? environmentData : undefined,
      hasStdin: !!options.stdin,
      modules,
      name: this.threadName,
      publicPort: port2,
      resourceLimits: this.#limits,
      trackUnmanagedFds: options.trackUnmanagedFds,
      workerData: options.workerData,
    }, transfer);
  }

  #postControl = (message, transfer) => {
    if (!this.#exited) nativePort.postMessage(this.#control, message, transfer);
  };

  #listen() {
    setDirectReceiver(this.#control, (type, data) => {
      if (type === 'message') this.#onControl(data);
    });
    nativePort.start(this.#control);
    setDirectReceiver(this.#port, (type, data) => {
      if (type === 'message') {
        if (this.#receiver !== undefined) this.#receiver(data);
        else this.emit('message', data);
      }
      if (type === 'messageerror') this.emit('messageerror', data);
    });
    nativePort.start(this.#port);
  }

  #onControl(message) {
    switch (message.type) {
      case 'up':
        this.emit('online');
        break;
      case 'stdio':
        this.#onStdio(message.stream, message.chunks);
        break;
      case 'ack':
        this.#streams.stdin?.acknowledge(message.count);
        break;
      case 'thread':
        threads.onThread(message, this.#postControl);
        break;
      case 'fromThread':
        threads.route(message, false);
        break;
      case 'error':
        this.emit('error', require('internal/error_transport').unpackError(message.error));
        break;
      default:
        this.emit(message.type, message);
    }
  }

  #onStdio(name, chunks) {
    const stream = this.#streams[name];
    if (stream !== undefined) {
      stream.take(chunks);
      return;
    }
    if (this.#options[name]) {
      this.#makeReadable(name).take(chunks);
      return;
    }
    if (chunks === null) return;
    const { toBuffer } = require('internal/worker_stdio');
    let count = 0;
    for (const { chunk, encoding } of chunks) {
      count += chunk.length;
      if (typeof chunk === 'string') process[name].write(chunk, encoding);
      else process[name].write(toBuffer(chunk));
    }
    this.#acknowledge(name, count);
  }

  #acknowledge(name, count) {
    if (!this.#exited) nativePort.postMessage(this.#control, { type: 'ack', stream: name, count });
  }

  #makeReadable(name) {
    const { ForwardingReadable } = require('internal/worker_stdio');
    const stream = new ForwardingReadable((count) => this.#acknowledge(name, count));
    this.#streams[name] = stream;
    if (this.#exited) stream.push(null);
    else if (!this.#options[name]) stream.pipe(process[name], { end: false });
    return stream;
  }

  #makeStdin() {
    const { ForwardingWritable } = require('internal/worker_stdio');
    this.#streams.stdin = new ForwardingWritable((message) => {
      if (!this.#exited) nativePort.postMessage(this.#control, message);
    }, 'stdin');
  }

  get stdin() { return this.#streams.stdin ?? null; }
  get stdout() { return this.#streams.stdout ?? this.#makeReadable('stdout'); }
  get stderr() { return this.#streams.stderr ?? this.#makeReadable('stderr'); }
  get resourceLimits() { return this.#exited ? {} : { ...this.#limits }; }

  // What the worker sent before it ended comes before 'exit'.
  #onExit(code, errorCode, message) {
    nativePort.drain(this.#control);
    nativePort.drain(this.#port);
    this.#exited = true;
    nativePort.close(this.#control);
    nativePort.close(this.#port);
    threads.removeThread(this.threadId);
    this.threadId = -1;
    this.threadName = null;
    for (const name of ['stdout', 'stderr']) {
      const stream = this.#streams[name];
      if (stream !== undefined && !stream.readableEnded) stream.push(null);
    }
    this.#streams.stdin?.destroy();
    if (errorCode) {
      const { codes } = require('internal/errors');
      const detail = errorCode === 'ERR_WORKER_OUT_OF_MEMORY'
        ? 'JS heap out of memory' : message.replace(/^Worker initialization failure: /, '');
      this.emit('error', codes[errorCode] !== undefined
        ? new codes[errorCode](detail) : Object.assign(new Error(message), { code: errorCode }));
    }
    this.emit('exit', code);
    for (const resolve of this.#exitWaiters) resolve(code);
  }

  postMessage(...args) {
    if (this.#exited) return;
    this.#port.postMessage(...args);
  }

  terminate(callback) {
    if (typeof callback === 'function') {
      process.emitWarning(
        'Passing a callback to worker.terminate() is deprecated. It returns a Promise instead.',
        'DeprecationWarning', 'DEP0132');
      if (this.#exited) return Promise.resolve();
      this.once('exit', (code) => callback(null, code));
    }
    if (this.#exited) return Promise.resolve();
    this.ref();
    this.#native.terminate();
    return new Promise((resolve) => this.#exitWaiters.push(resolve));
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.terminate();
  }

  ref() {
    if (this.#exited) return;
    this.#native.ref();
  }

  unref() {
    if (this.#exited) return;
    this.#native.unref();
  }

  get performance() {
    this.#performance ??= {
      eventLoopUtilization: (first, second) =>
        require('internal/worker_utilization').compute(this.#native.loopTimes(), first, second),
    };
    return this.#performance;
  }

  getHeapSnapshot() {
    if (this.#exited) return Promise.reject(new ERR_WORKER_NOT_RUNNING());
    return Promise.reject(new ERR_METHOD_NOT_IMPLEMENTED('worker.getHeapSnapshot'));
  }

  getHeapStatistics() {
    if (this.#exited) return Promise.reject(new ERR_WORKER_NOT_RUNNING());
    return Promise.reject(new ERR_METHOD_NOT_IMPLEMENTED('worker.getHeapStatistics'));
  }

  cpuUsage() {
    if (this.#exited) return Promise.reject(new ERR_WORKER_NOT_RUNNING());
    return Promise.reject(new ERR_METHOD_NOT_IMPLEMENTED('worker.cpuUsage'));
  }

  startCpuProfile() {
    return Promise.reject(new ERR_METHOD_NOT_IMPLEMENTED('worker.startCpuProfile'));
  }

  startHeapProfile() {
    return Promise.reject(new ERR_METHOD_NOT_IMPLEMENTED('worker.startHeapProfile'));
  }

  // For pools inside the runtime: stops one job and leaves the worker running.
  static abortJob(worker, id) {
    worker.#native.abortJob(id);
  }

  // For pools: messages go to `receiver` and bypass the event emitter.
  static openPort(worker, receiver) {
    worker.#receiver = receiver;
    return worker.#port;
  }
}

function setEnvironmentData(key, value) {
  if (value === undefined) environmentData.delete(key);
  else environmentData.set(key, value);
}

function getEnvironmentData(key) {
  return environmentData.get(key);
}

function assignEnvironmentData(data) {
  for (const [key, value] of data) environmentData.set(key, value);
}

module.exports = {
  SHARE_ENV,
  Worker,
  assignEnvironmentData,
  getEnvironmentData,
  setEnvironmentData,
};
