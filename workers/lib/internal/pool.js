'use strict';

// class Pool: tasks for worker threads. A worker runs one task at a time; the rest wait in order.
// Workers are made on demand up to maxThreads and end after idleTimeout down to minThreads. A busy
// pool keeps its thread alive, an idle one does not.

const EventEmitter = require('events');
const {
  AbortError,
  codes: {
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_OFFLOAD_NOT_SELF_CONTAINED,
    ERR_POOL_CLOSED,
    ERR_POOL_QUEUE_FULL,
    ERR_POOL_WORKER_EXITED,
  },
} = require('internal/errors');
const {
  validateAbortSignal, validateFunction, validateInteger, validateNumber, validateObject,
  validateString,
} = require('internal/validators');
const { nativePort } = require('internal/message_port');
const { Worker } = require('internal/worker');
const { now } = require('internal/perf/clock');
const { Durations } = require('internal/pool_statistics');

const kResult = 0;
const kError = 1;
const kAborted = 2;
const kReady = 3;

const kDefaultIdleTimeout = 10_000;
// Function texts a pool remembers; beyond that the oldest is forgotten everywhere.
const kMostFunctions = 1000;

let lastTaskId = 0;

function availableThreads() {
  return internalBinding('worker').availableParallelism();
}

// First in, first out, with removal from the middle by marking.
class Queue {
  #items = [];
  #head = 0;
  size = 0;

  push(task) {
    this.#items.push(task);
    this.size++;
  }

  shift() {
    while (this.#head < this.#items.length) {
      const task = this.#items[this.#head];
      this.#items[this.#head++] = undefined;
      if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#head);
        this.#head = 0;
      }
      if (task.isSettled) continue;
      this.size--;
      return task;
    }
    this.#items = [];
    this.#head = 0;
    return undefined;
  }
}

// A function's text and the number workers know it by.
class FunctionTable {
  #byFunction = new WeakMap();
  #bySource = new Map();
  #lastKey = 0;

  entry(fn) {
    let entry = this.#byFunction.get(fn);
    if (entry !== undefined) return entry;
    const source = sourceOf(fn);
    entry = this.#bySource.get(source);
    if (entry === undefined) {
      if (this.#bySource.size >= kMostFunctions) {
        this.#bySource.delete(this.#bySource.keys().next().value);
      }
      entry = { key: ++this.#lastKey, source, name: fn.name };
      this.#bySource.set(source, entry);
    }
    this.#byFunction.set(fn, entry);
    return entry;
  }
}

function sourceOf(fn) {
  validateFunction(fn, 'fn');
  const source = Function.prototype.toString.call(fn);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) {
    throw new ERR_OFFLOAD_NOT_SELF_CONTAINED(
      `The function ${fn.name || '(anonymous)'} is native or bound: it has no text that another ` +
      'thread could run. Pass a function that calls it.');
  }
  if (/^class\b/.test(source)) {
    throw new ERR_OFFLOAD_NOT_SELF_CONTAINED(
      `${fn.name || 'The function'} is a class; pass a function that makes the instance.`);
  }
  if (/^(async\s*)?(function\s*)?\*/.test(source)) {
    throw new ERR_OFFLOAD_NOT_SELF_CONTAINED(
      `The function ${fn.name || '(anonymous)'} is a generator, whose result cannot be sent.`);
  }
  return source;
}

class Member {
  isReady = false;
  isEnding = false;
  task;
  known = new Set();  // keys of functions it has compiled
  busyTime = 0;
  idleTimer;
  started = now();

  constructor(pool, options) {
    this.pool = pool;
    this.worker = new Worker('', { ...options, builtin: 'internal/offload_worker' });
    this.port = Worker.openPort(this.worker, (message) => pool._onMessage(this, message));
    this.worker.on('error', (error) => pool._onWorkerError(this, error));
    this.worker.on('messageerror', (error) => pool._onWorkerError(this, error));
    this.worker.on('exit', (code) => pool._onWorkerExit(this, code));
    this.worker.unref();
  }
}

function readOptions(options) {
  validateObject(options, 'options');
  const {
    file, minThreads = 0, maxThreads = Math.max(availableThreads(), minThreads, 1),
    maxQueue = Infinity, idleTimeout = kDefaultIdleTimeout, lowPriority = true, ...worker
  } = options;
  validateInteger(minThreads, 'options.minThreads', 0);
  validateInteger(maxThreads, 'options.maxThreads', 1);
  if (maxThreads < minThreads) {
    throw new ERR_INVALID_ARG_VALUE('options.maxThreads', maxThreads,
                                    'must not be less than options.minThreads');
  }
  let mostQueued = maxQueue;
  if (maxQueue === 'auto') mostQueued = maxThreads ** 2;
  else validateNumber(maxQueue, 'options.maxQueue', 0);
  validateNumber(idleTimeout, 'options.idleTimeout', 0);
  return {
    file: file === undefined ? undefined : readFile(file),
    minThreads, maxThreads, maxQueue: mostQueued, idleTimeout,
    worker: { ...worker, lowPriority },
  };
}

function readFile(file) {
  const { isURL, fileURLToPath } = require('internal/url');
  if (isURL(file) || (typeof file === 'string' && file.startsWith('file://'))) {
    return fileURLToPath(file);
  }
  validateString(file, 'options.file');
  return require('path').resolve(file);
}

class Pool extends EventEmitter {
  #options;
  #members = new Set();
  #idle = [];
  #queue = new Queue();
  #functions = new FunctionTable();
  #waiting = new Durations();
  #running = new Durations();
  #completed = 0;
  #failed = 0;
  #aborted = 0;
  #pastBusyTime = 0;
  #pastLifeTime = 0;
  #pending = 0;
  #closing;
  #isClosed = false;
  #startFailures = 0;

  constructor(options = {}) {
    super();
    this.#options = readOptions(options);
    while (this.#members.size < this.#options.minThreads) this.#addMember();
  }

  // Runs the file's function with `task` as its argument.
  run(task, options = undefined) {
    if (this.#options.file === undefined) {
      return Promise.reject(new ERR_INVALID_ARG_VALUE(
        'options.file', undefined, 'is needed for run(); use offload() for functions'));
    }
    let given;
    try {
      given = readRunOptions(options);
    } catch (error) {
      return Promise.reject(error);
    }
    const { signal, transfer, name } = given;
    return this.#submit({ handler: name, args: [task] }, signal, transfer, this.run);
  }

  // Runs a self-contained function with these arguments.
  offload(fn, ...args) {
    return this.#submitFunction(fn, args, undefined, this.offload);
  }

  // The same with { signal, transfer }.
  offloadWith(options, fn, ...args) {
    return this.#submitFunction(fn, args, options, this.offloadWith);
  }

  #submitFunction(fn, args, options, caller) {
    let entry;
    let given;
    try {
      entry = this.#functions.entry(fn);
      given = readRunOptions(options);
    } catch (error) {
      return Promise.reject(error);
    }
    const { key, source, name } = entry;
    return this.#submit({ key, source, name, args }, given.signal, given.transfer, caller);
  }

  #submit(call, signal, transfer, caller) {
    if (this.#isClosed || this.#closing !== undefined) return Promise.reject(new ERR_POOL_CLOSED());
    if (signal?.aborted) return Promise.reject(abortError(signal));
    const member = this.#freeMember();
    if (member === undefined && this.#isFull()) {
      return Promise.reject(new ERR_POOL_QUEUE_FULL(this.#options.maxQueue));
    }
    return new Promise((resolve, reject) => {
      const task = {
        id: ++lastTaskId, call, transfer, signal, resolve, reject,
        isSettled: false, onAbort: undefined, member: undefined, queuedAt: now(), callSite: {},
      };
      Error.captureStackTrace(task.callSite, caller);
      if (signal !== undefined) {
        task.onAbort = () => this.#abort(task);
        signal.addEventListener('abort', task.onAbort, { once: true });
      }
      this.#pending++;
      if (member !== undefined) {
        this.#start(member, task);
      } else {
        this.#queue.push(task);
        if (this.#members.size < this.#options.maxThreads) this.#addMember();
      }
      if (this.#pending === 1) this.#holdThread();
    });
  }

  // A thread that starts will take a task at once: that one does not wait for another to end.
  #isFull() {
    const { maxQueue, maxThreads } = this.#options;
    if (this.#queue.size < maxQueue || this.#members.size < maxThreads) return false;
    let starting = 0;
    for (const member of this.#members) if (!member.isReady) starting++;
    return this.#queue.size >= maxQueue + starting;
  }

  // While tasks are pending one of the workers keeps this thread alive.
  #holdThread() {
    for (const member of this.#members) member.worker.ref();
  }

  #letThreadGo() {
    for (const member of this.#members) member.worker.unref();
    if (this.#closing !== undefined) this.#finishClosing();
  }

  #freeMember() {
    return this.#idle.pop();
  }

  #addMember() {
    const { file, worker } = this.#options;
    const member = new Member(this, {
      ...worker, workerData: { file, workerData: worker.workerData },
      name: worker.name ?? 'gyre-pool',
    });
    this.#members.add(member);
    if (this.#pending > 0) member.worker.ref();
    this.emit('workerCreate', member.worker);
  }

  #start(member, task) {
    if (member.idleTimer !== undefined) {
      clearTimeout(member.idleTimer);
      member.idleTimer = undefined;
    }
    const { call } = task;
    const message = { id: task.id, key: call.key, handler: call.handler, args: call.args };
    if (call.key !== undefined && !member.known.has(call.key)) {
      message.source = call.source;
      message.name = call.name;
    }
    try {
      nativePort.postMessage(member.port, message, task.transfer);
    } catch (error) {
      // Arguments that cannot be cloned: the worker never heard of the task.
      this.#settle(task);
      task.reject(error);
      this.#next(member);
      return;
    }
    if (call.key !== undefined) member.known.add(call.key);
    member.task = task;
    task.member = member;
    this.#waiting.add(now() - task.queuedAt);
  }

  _onMessage(member, [id, kind, value, time]) {
    if (kind === kReady) {
      member.isReady = true;
      this.#startFailures = 0;
      this.#next(member);
      return;
    }
    const { task } = member;
    if (task === undefined || task.id !== id) return;
    member.task = undefined;
    member.busyTime += time;
    this.#running.add(time);
    const wasSettled = task.isSettled;
    this.#settle(task);
    if (kind === kAborted && value) {
      // It left something behind that may still run.
      this.#retire(member);
      this.#refill();
    } else {
      this.#next(member);
    }
    if (wasSettled || kind === kAborted) return;
    if (kind === kResult) {
      this.#completed++;
      task.resolve(value);
    } else if (kind === kError) {
      this.#failed++;
      if (task.call.key !== undefined) this.#forgetIfNotCompiled(member, task);
      task.reject(this.#withBothStacks(value, task));
    }
  }

  // A function that did not compile is sent again with its text, and fails again with its message.
  #forgetIfNotCompiled(member, task) {
    member.known.delete(task.call.key);
  }

  #withBothStacks(packed, task) {
    const { unpackError } = require('internal/error_transport');
    const error = unpackError(packed);
    if (typeof error !== 'object' || error === null || typeof error.stack !== 'string') return error;
    const frames = `${task.callSite.stack}`.split('\n').slice(1).join('\n');
    if (frames !== '') {
      Object.defineProperty(error, 'stack', {
        __proto__: null,
        value: `${workerFrames(error.stack)}\n    -- on a worker thread, called from --\n${frames}`,
        writable: true, configurable: true, enumerable: false,
      });
    }
    return error;
  }

  // Takes the task out of the accounts; its promise is the caller's business.
  #settle(task) {
    if (task.onAbort !== undefined) task.signal.removeEventListener('abort', task.onAbort);
    if (task.isSettled) return;
    task.isSettled = true;
    if (--this.#pending === 0) this.#letThreadGo();
  }

  #abort(task) {
    if (task.isSettled) return;
    this.#aborted++;
    const isWaiting = task.member === undefined;
    if (isWaiting) this.#queue.size--;
    else Worker.abortJob(task.member.worker, task.id);
    this.#settle(task);
    task.reject(abortError(task.signal));
    if (isWaiting && this.#queue.size === 0) this.#emitDrain();
  }

  // The member is free: it gets the next task, or waits.
  #next(member) {
    if (member.isEnding) return;
    const task = this.#queue.shift();
    if (task !== undefined) {
      this.#start(member, task);
      if (this.#queue.size === 0) this.#emitDrain();
      return;
    }
    this.#idle.push(member);
    if (this.#members.size > this.#options.minThreads && Number.isFinite(this.#options.idleTimeout)) {
      member.idleTimer = setTimeout(() => this.#onIdle(member), this.#options.idleTimeout).unref();
    }
  }

  // Nothing waits any more: more tasks are welcome.
  #emitDrain() {
    if (this.listenerCount('drain') > 0) process.nextTick(() => this.emit('drain'));
  }

  #onIdle(member) {
    if (member.task !== undefined || this.#members.size <= this.#options.minThreads) return;
    this.#retire(member);
  }

  #retire(member) {
    if (member.isEnding) return;
    member.isEnding = true;
    clearTimeout(member.idleTimer);
    const index = this.#idle.indexOf(member);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#members.delete(member);
    this.#pastBusyTime += member.busyTime;
    this.#pastLifeTime += now() - member.started;
    member.worker.terminate();
    member.worker.unref();
    this.emit('workerDestroy', member.worker);
  }

  // Replaces lost workers.
  #refill() {
    if (this.#isClosed) return;
    const wanted = Math.max(this.#options.minThreads,
                            Math.min(this.#options.maxThreads, this.#pending));
    if (this.#closing === undefined || this.#pending > 0) {
      while (this.#members.size < wanted) this.#addMember();
    }
  }

  _onWorkerError(member, error) {
    member.lastError = error;
    if (member.task === undefined && member.isReady && this.listenerCount('error') > 0) {
      this.emit('error', error);
    }
  }

  _onWorkerExit(member, code) {
    const { task, lastError } = member;
    member.task = undefined;
    const wasStarted = member.isReady;
    this.#retire(member);
    if (task !== undefined && !task.isSettled) {
      this.#failed++;
      this.#settle(task);
      task.reject(lastError ?? new ERR_POOL_WORKER_EXITED(code));
    }
    if (!wasStarted && !this.#isClosed) {
      this.#onStartFailure(lastError ?? new ERR_POOL_WORKER_EXITED(code));
    }
    this.#refill();
  }

  // Workers that cannot even load their file would be made for ever: the tasks fail instead.
  #onStartFailure(error) {
    this.#startFailures++;
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) {
      this.#failed++;
      this.#settle(task);
      task.reject(error);
    }
    if (this.#startFailures > 3) this.#options.minThreads = 0;
  }

  // No new tasks; resolves when those under way and waiting have ended and the workers are gone.
  close() {
    if (this.#closing === undefined) {
      this.#closing = {};
      this.#closing.promise = new Promise((resolve) => { this.#closing.resolve = resolve; });
      if (this.#pending === 0) this.#finishClosing();
    }
    return this.#closing.promise;
  }

  #finishClosing() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const exits = [...this.#members].map((member) => this.#end(member));
    Promise.all(exits).then(() => {
      this.#closing.resolve();
      this.emit('close');
    });
  }

  #end(member) {
    this.#retire(member);
    return member.worker.terminate();
  }

  // Ends everything now; pending tasks are rejected.
  destroy() {
    if (this.#isClosed) return this.close();
    const closed = this.close();
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) {
      this.#settle(task);
      task.reject(new ERR_POOL_CLOSED());
    }
    for (const { task } of [...this.#members]) {
      if (task === undefined || task.isSettled) continue;
      this.#settle(task);
      task.reject(new ERR_POOL_CLOSED());
    }
    this.#finishClosing();
    return closed;
  }

  get threads() { return [...this.#members].map((member) => member.worker); }
  get queueSize() { return this.#queue.size; }
  get options() { return { ...this.#options, worker: { ...this.#options.worker } }; }

  // Counts, and times in milliseconds. `utilization`: share of the workers' life spent on tasks.
  get statistics() {
    let busy = this.#pastBusyTime;
    let life = this.#pastLifeTime;
    let runningNow = 0;
    for (const member of this.#members) {
      busy += member.busyTime;
      life += now() - member.started;
      if (member.task !== undefined) runningNow++;
    }
    return {
      threads: this.#members.size,
      running: runningNow,
      queued: this.#queue.size,
      completed: this.#completed,
      failed: this.#failed,
      aborted: this.#aborted,
      waitTime: this.#waiting.summary(),
      runTime: this.#running.summary(),
      utilization: life > 0 ? Math.min(busy / life, 1) : 0,
    };
  }
}
Object.defineProperty(Pool.prototype, Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose'), {
  __proto__: null, value: Pool.prototype.close, writable: true, configurable: true,
});

function readRunOptions(options) {
  if (options === undefined || options === null) return {};
  validateObject(options, 'options');
  const { signal, transfer, name } = options;
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  if (name !== undefined) validateString(name, 'options.name');
  if (transfer !== undefined && typeof transfer?.[Symbol.iterator] !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('options.transfer', 'Array', transfer);
  }
  return { signal, transfer: transfer === undefined ? undefined : [...transfer], name };
}

function abortError(signal) {
  return new AbortError(undefined, { cause: signal.reason });
}

// The worker's own frames, without the runtime's that called the function.
function workerFrames(stack) {
  const lines = stack.split('\n');
  const end = lines.findIndex((line) => line.includes('node:internal/offload_worker'));
  return (end > 0 ? lines.slice(0, end) : lines).join('\n');
}

module.exports = { Pool };
