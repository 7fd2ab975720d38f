'use strict';
// ChildProcess: a running child, its stdio and its IPC channel.

const { EventEmitter } = require('events');
const {
  AbortError,
  ErrnoException,
  codes: {
    ERR_INVALID_ARG_VALUE, ERR_INVALID_SYNC_FORK_INPUT, ERR_IPC_ONE_PIPE,
    ERR_IPC_SYNC_FORK,
  },
} = require('internal/errors');
const {
  validateArray, validateObject, validateOneOf, validateString,
} = require('internal/validators');
const { isArrayBufferView } = require('internal/util/types');
const { signals } = require('internal/os_constants');
const binding = internalBinding('spawn');
const files = internalBinding('fs_files');

const kEnoent = 2;

let signalNames;
function signalName(number) {
  if (signalNames === undefined) {
    signalNames = new Map();
    for (const name of Object.keys(signals)) {
      if (!signalNames.has(signals[name])) signalNames.set(signals[name], name);
    }
  }
  return signalNames.get(number) ?? null;
}

// A number from a signal's name or number; undefined stays 0 for "is it there".
function convertToValidSignal(signal) {
  const { ERR_UNKNOWN_SIGNAL } = require('internal/errors').codes;
  if (typeof signal === 'number' && signalName(signal) !== null) return signal;
  if (typeof signal === 'string') {
    const number = signals[signal.toUpperCase()];
    if (number) return number;
  }
  throw new ERR_UNKNOWN_SIGNAL(signal);
}

const kPlainForms = { __proto__: null, ignore: ['ignore', 'ignore', 'ignore'],
                      pipe: ['pipe', 'pipe', 'pipe'], overlapped: ['pipe', 'pipe', 'pipe'],
                      inherit: [0, 1, 2] };

function stdioFromString(stdio) {
  const form = kPlainForms[stdio];
  if (form === undefined) throw new ERR_INVALID_ARG_VALUE('stdio', stdio);
  return [...form];
}

// The descriptor behind a stream, socket or server; -1 if there is none.
function descriptorOf(value) {
  for (const candidate of [value.fd, value._handle?.fd, value.handle?.fd]) {
    if (typeof candidate === 'number' && candidate >= 0) return candidate;
  }
  return -1;
}

// From the `stdio` option to one entry per descriptor: { type, fd } for the child's side.
function getValidStdio(stdio, sync) {
  if (typeof stdio === 'string') stdio = stdioFromString(stdio);
  else if (!Array.isArray(stdio)) throw new ERR_INVALID_ARG_VALUE('stdio', stdio);
  else stdio = [...stdio];
  while (stdio.length < 3) stdio.push(undefined);
  let ipcIndex = -1;
  const entries = stdio.map((value, i) => {
    value ??= i < 3 ? 'pipe' : 'ignore';
    if (value === 'ignore') return { type: 'ignore', fd: -1 };
    if (value === 'pipe' || value === 'overlapped') return { type: 'pipe', fd: -1 };
    if (value === 'ipc') {
      if (sync) throw new ERR_IPC_SYNC_FORK();
      if (ipcIndex !== -1) throw new ERR_IPC_ONE_PIPE();
      ipcIndex = i;
      return { type: 'ipc', fd: -1 };
    }
    if (value === 'inherit') return { type: 'inherit', fd: i };
    if (typeof value === 'number' && value >= 0) return { type: 'fd', fd: value };
    if (typeof value === 'object') {
      const fd = descriptorOf(value);
      if (fd >= 0) {
        giveAway(value);
        return { type: 'wrap', fd };
      }
    }
    if (isArrayBufferView(value) || typeof value === 'string') {
      if (!sync) throw new ERR_INVALID_SYNC_FORK_INPUT(require('util').inspect(value));
    }
    throw new ERR_INVALID_ARG_VALUE('stdio', value);
  });
  return { entries, ipcIndex };
}

// A child's output that becomes another child's input is not ours to read.
const kGivenAway = Symbol('kGivenAway');
function giveAway(stream) {
  if (stream[kStartsLater] !== true) return;
  stream[kGivenAway] = true;
  stream.pause();
  stream._handle?.readStop();
}

// Reading begins one tick later: until then the stream may still be given to another child.
const kStartsLater = Symbol('kStartsLater');
function startReading(stream) {
  if (!stream.destroyed && stream[kGivenAway] !== true && stream._handle) stream.read(0);
}

function createSocket(fd, { readable, writable }) {
  const { Socket } = require('net');
  const socket = new Socket({ fd, readable, writable, manualStart: true });
  if (readable) {
    socket[kStartsLater] = true;
    process.nextTick(startReading, socket);
  }
  return socket;
}

function ChildProcess() {
  EventEmitter.call(this);
  this._closesNeeded = 1;
  this._closesGot = 0;
  this.connected = false;
  this.signalCode = null;
  this.exitCode = null;
  this.killed = false;
  this.spawnfile = null;
  this._handle = new binding.Process();
  this._handle.onexit = (exitCode, signal) => onExit(this, exitCode, signal);
}
Object.setPrototypeOf(ChildProcess.prototype, EventEmitter.prototype);
Object.setPrototypeOf(ChildProcess, EventEmitter);

function onExit(child, exitCode, signal) {
  if (signal) child.signalCode = signalName(signal);
  else child.exitCode = exitCode;
  if (child.stdin) child.stdin.destroy();
  if (child._handle) {
    child._handle.close();
    child._handle = null;
  }
  if (exitCode < 0) {
    const error = spawnError(child, exitCode);
    child.emit('error', error);
  } else {
    child.emit('exit', child.exitCode, child.signalCode);
  }
  // Output nobody reads must not keep 'close' from coming.
  process.nextTick(flushStdio, child);
  maybeClose(child);
}

function spawnError(child, errno) {
  const syscall = child.spawnfile ? `spawn ${child.spawnfile}` : 'spawn';
  const error = new ErrnoException(errno, syscall);
  if (child.spawnfile) error.path = child.spawnfile;
  error.spawnargs = child.spawnargs.slice(1);
  return error;
}

function flushStdio(child) {
  if (!child.stdio) return;
  for (const stream of child.stdio) {
    if (!stream || !stream.readable || stream._isFlushed || stream[kGivenAway]) continue;
    if (stream.listenerCount('readable') > 0 || stream.readableFlowing !== null) continue;
    stream.resume();
  }
}

function maybeClose(child) {
  child._closesGot++;
  if (child._closesGot === child._closesNeeded) {
    child.emit('close', child.exitCode, child.signalCode);
  }
}

ChildProcess.prototype.spawn = function(options) {
  const channel = require('diagnostics_channel').tracingChannel('child_process.spawn');
  if (!channel.hasSubscribers) return spawn(this, options);
  channel.start.publish({ process: this, options });
  let result;
  try {
    result = spawn(this, options);
  } catch (error) {
    channel.error.publish({ process: this, error });
    throw error;
  }
  if (result < 0) channel.error.publish({ process: this, error: spawnError(this, result) });
  else channel.end.publish({ process: this });
  return result;
};

function spawn(child, options) {
  validateObject(options, 'options');
  const { entries, ipcIndex } = getValidStdio(options.stdio || 'pipe', false);
  if (options.envPairs === undefined) options.envPairs = [];
  else validateArray(options.envPairs, 'options.envPairs');
  validateString(options.file, 'options.file');
  if (options.args === undefined) options.args = [];
  else validateArray(options.args, 'options.args');
  child.spawnfile = options.file;
  child.spawnargs = options.args;
  const { serialization } = options;
  if (serialization !== undefined) {
    validateOneOf(serialization, 'options.serialization', [undefined, 'json', 'advanced']);
  }
  const envPairs = [...options.envPairs];
  const parentEnds = new Array(entries.length).fill(-1);
  const childEnds = [];
  for (let i = 0; i < entries.length; i++) {
    if (entries[i].type !== 'pipe' && entries[i].type !== 'ipc') continue;
    const [mine, theirs] = binding.createPair();
    parentEnds[i] = mine;
    entries[i].fd = theirs;
    childEnds.push(theirs);
  }
  if (ipcIndex !== -1) {
    envPairs.push(`NODE_CHANNEL_FD=${ipcIndex}`,
      `NODE_CHANNEL_SERIALIZATION_MODE=${serialization || 'json'}`);
  }
  const result = child._handle.spawn(options.file, options.args.map(String), envPairs,
    options.cwd == null ? '' : String(options.cwd), options.uid, options.gid,
    Boolean(options.detached), entries.map(({ fd }) => fd));
  for (const fd of childEnds) files.closeSync(fd);

  if (result < 0) {
    // What a user can cause is reported by event; a lack of resources at once.
    const isReported = [-13, -11, -24, -23, -kEnoent].includes(result);
    if (isReported) {
      process.nextTick(onErrorNT, child, result);
      // A child without a program has no process number.
      if (result === -24 || result === -23) {
        for (const fd of parentEnds) if (fd >= 0) files.closeSync(fd);
        child._handle.close();
        child._handle = null;
        return result;
      }
    } else {
      for (const fd of parentEnds) if (fd >= 0) files.closeSync(fd);
      child._handle.close();
      child._handle = null;
      throw new ErrnoException(result, 'spawn');
    }
  } else {
    process.nextTick(onSpawnNT, child);
    child.pid = result;
  }
  attachStdio(child, entries, parentEnds);
  if (ipcIndex !== -1) {
    const { setupChannel } = require('internal/ipc');
    setupChannel(child, parentEnds[ipcIndex], serialization || 'json');
  }
  return result;
}

function onErrorNT(child, errno) { onExit(child, errno, 0); }
function onSpawnNT(child) { child.emit('spawn'); }

function attachStdio(child, entries, parentEnds) {
  child.stdio = entries.map(({ type }, i) => {
    if (type !== 'pipe') return null;
    const stream = createSocket(parentEnds[i], { readable: i !== 0, writable: i === 0 || i > 2 });
    if (i > 0) {
      child._closesNeeded++;
      stream.on('close', () => maybeClose(child));
    }
    return stream;
  });
  const [stdin = null, stdout = null, stderr = null] = child.stdio;
  child.stdin = stdin;
  child.stdout = stdout;
  child.stderr = stderr;
}

ChildProcess.prototype.kill = function(signal) {
  const number = signal === 0 ? signal :
    convertToValidSignal(signal === undefined ? 'SIGTERM' : signal);
  if (this._handle) {
    const result = this._handle.kill(number);
    if (result === 0) {
      this.killed = true;
      return true;
    }
    const ESRCH = -3;
    if (result === ESRCH) {
      // Gone already.
    } else if (result === -22 || result === -38) {
      throw new ErrnoException(result, 'kill');
    } else {
      this.emit('error', new ErrnoException(result, 'kill'));
    }
  }
  return false;
};
ChildProcess.prototype[Symbol.dispose ?? Symbol.for('dispose')] = function() {
  if (!this.killed) this.kill();
};
ChildProcess.prototype.ref = function() { this._handle?.ref(); };
ChildProcess.prototype.unref = function() { this._handle?.unref(); };

function abortChildProcess(child, killSignal, reason) {
  if (!child) return;
  try {
    if (child.kill(killSignal)) {
      child.emit('error', new AbortError(undefined, { cause: reason }));
    }
  } catch (error) {
    child.emit('error', error);
  }
}

// The blocking form: { pid, status, signal, output, error }.
function spawnSync(options) {
  const { entries } = getValidStdio(options.stdio, true);
  const input = options.input === undefined ? undefined :
    typeof options.input === 'string' ? require('buffer').Buffer.from(options.input,
      options.encoding && options.encoding !== 'buffer' ? options.encoding : undefined) :
      options.input;
  let answer;
  try {
    answer = binding.run(options.file, options.args.map(String), options.envPairs,
      options.cwd == null ? '' : String(options.cwd), options.uid, options.gid,
      Boolean(options.detached), entries.map(({ fd }) => fd),
      entries.map(({ type }) => (type === 'pipe' ? 1 : 0)), input, options.timeout || 0,
      options.killSignal || signals.SIGTERM,
      options.maxBuffer === Infinity ? 0 : options.maxBuffer ?? 1024 * 1024);
  } catch (error) {
    if (error.errno === undefined) throw error;
    return {
      error: syncError(options, error.errno), status: null, signal: null, output: null, pid: 0,
      stdout: null, stderr: null,
    };
  }
  const output = answer.output.map((bytes, i) => {
    if (i === 0 || bytes === null) return null;
    return options.encoding && options.encoding !== 'buffer' ? bytes.toString(options.encoding) :
      bytes;
  });
  const result = answer.error ? { error: syncError(options, -answer.error) } : {};
  return Object.assign(result, {
    status: answer.signal ? null : answer.status,
    signal: answer.signal ? signalName(answer.signal) : null,
    output,
    pid: answer.pid,
    stdout: output[1] ?? null,
    stderr: output[2] ?? null,
  });
}

function syncError(options, errno) {
  const error = new ErrnoException(errno, `spawnSync ${options.file}`);
  error.path = options.file;
  error.spawnargs = options.args.slice(1);
  return error;
}

module.exports = { ChildProcess, abortChildProcess, convertToValidSignal, spawnSync };
