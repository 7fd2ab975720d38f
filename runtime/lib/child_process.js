'use strict';
// node:child_process.

const { Buffer } = require('buffer');
const {
  codes: {
    ERR_CHILD_PROCESS_IPC_REQUIRED, ERR_CHILD_PROCESS_STDIO_MAXBUFFER, ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
  },
} = require('internal/errors');
const { isArrayBufferView } = require('internal/util/types');
const {
  validateAbortSignal, validateArray, validateBoolean, validateFunction, validateInt32,
  validateInteger, validateNumber, validateObject, validateString,
} = require('internal/validators');
const { promisify } = require('internal/util');
const {
  ChildProcess, abortChildProcess, convertToValidSignal, spawnSync: runSync,
} = require('internal/child_process');
const { getValidatedPath } = require('internal/fs/utils');

const kMaxBuffer = 1024 * 1024;

function checkNul(value, name) {
  if (typeof value === 'string' && value.includes('\u0000')) {
    throw new ERR_INVALID_ARG_VALUE(name, value, 'must be a string without null bytes');
  }
}

// (file, args?, options?) → everything a spawn needs, checked.
function normalizeSpawnArguments(file, args, options) {
  validateString(file, 'file');
  checkNul(file, 'file');
  if (file.length === 0) throw new ERR_INVALID_ARG_VALUE('file', file, 'cannot be empty');
  if (Array.isArray(args)) {
    args = [...args];
  } else if (args == null) {
    args = [];
  } else if (typeof args !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('args', 'object', args);
  } else {
    options = args;
    args = [];
  }
  for (let i = 0; i < args.length; i++) checkNul(args[i], `args[${i}]`);
  if (options === undefined) options = {};
  else validateObject(options, 'options');
  options = { __proto__: null, ...options };
  let { cwd } = options;
  if (cwd != null) cwd = String(getValidatedPath(cwd, 'options.cwd'));
  if (options.detached != null) validateBoolean(options.detached, 'options.detached');
  for (const id of ['uid', 'gid']) {
    if (options[id] != null) validateInt32(options[id], `options.${id}`);
  }
  const { shell } = options;
  if (shell != null && typeof shell !== 'boolean' && typeof shell !== 'string') {
    throw new ERR_INVALID_ARG_TYPE('options.shell', ['boolean', 'string'], shell);
  }
  if (options.argv0 != null) {
    validateString(options.argv0, 'options.argv0');
    checkNul(options.argv0, 'options.argv0');
  }
  if (typeof shell === 'string') checkNul(shell, 'options.shell');
  if (options.windowsHide != null) validateBoolean(options.windowsHide, 'options.windowsHide');
  if (options.windowsVerbatimArguments != null) {
    validateBoolean(options.windowsVerbatimArguments, 'options.windowsVerbatimArguments');
  }
  if (shell) {
    if (args.length > 0) warnShellArguments();
    const command = [file, ...args].join(' ');
    file = typeof shell === 'string' ? shell : '/bin/sh';
    args = ['-c', command];
  }
  args.unshift(typeof options.argv0 === 'string' ? options.argv0 : file);
  return {
    ...options,
    args,
    cwd,
    detached: Boolean(options.detached),
    envPairs: environmentPairs(options.env),
    file,
    uid: options.uid ?? undefined,
    gid: options.gid ?? undefined,
  };
}

let warned = false;
function warnShellArguments() {
  if (warned) return;
  warned = true;
  process.emitWarning('Passing args to a child process with shell option true can lead to ' +
    'security vulnerabilities, as the arguments are not escaped, only concatenated.',
    'DeprecationWarning', 'DEP0190');
}

function environmentPairs(env) {
  env ||= process.env;
  const pairs = [];
  for (const key in env) { // eslint-disable-line guard-for-in
    const value = env[key];
    if (value === undefined) continue;
    checkNul(key, `options.env['${key}']`);
    checkNul(String(value), `options.env['${key}']`);
    pairs.push(`${key}=${value}`);
  }
  return pairs;
}

function validateTimeout(timeout) {
  if (timeout != null) validateInteger(timeout, 'timeout', 0);
}
function validateMaxBuffer(maxBuffer) {
  if (maxBuffer != null) validateNumber(maxBuffer, 'options.maxBuffer', 0);
}
function sanitizeKillSignal(killSignal) {
  if (typeof killSignal === 'string' || typeof killSignal === 'number') {
    return convertToValidSignal(killSignal);
  }
  if (killSignal != null) {
    throw new ERR_INVALID_ARG_TYPE('options.killSignal', ['string', 'number'], killSignal);
  }
}

function spawn(file, args, options) {
  options = normalizeSpawnArguments(file, args, options);
  validateTimeout(options.timeout);
  if (options.signal !== undefined) validateAbortSignal(options.signal, 'options.signal');
  const killSignal = sanitizeKillSignal(options.killSignal);
  const child = new ChildProcess();
  child.spawn(options);
  if (options.timeout > 0) {
    let timer = setTimeout(() => {
      timer = null;
      try {
        child.kill(killSignal);
      } catch (error) {
        child.emit('error', error);
      }
    }, options.timeout);
    child.once('exit', () => {
      if (timer) clearTimeout(timer);
    });
  }
  const { signal } = options;
  if (signal) {
    const onAbort = () => abortChildProcess(child, killSignal, signal.reason);
    if (signal.aborted) {
      process.nextTick(onAbort);
    } else {
      signal.addEventListener('abort', onAbort, { once: true });
      child.once('exit', () => signal.removeEventListener('abort', onAbort));
    }
  }
  return child;
}

function normalizeExecArguments(command, options, callback) {
  validateString(command, 'command');
  checkNul(command, 'command');
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  options = { __proto__: null, ...options };
  options.shell = typeof options.shell === 'string' ? options.shell : true;
  return { file: command, options, callback };
}

function exec(command, options, callback) {
  const normalized = normalizeExecArguments(command, options, callback);
  return module.exports.execFile(normalized.file, normalized.options, normalized.callback);
}

function normalizeExecFileArguments(file, args, options, callback) {
  if (Array.isArray(args)) {
    args = [...args];
  } else if (args !== null && typeof args === 'object') {
    callback = options;
    options = args;
    args = null;
  } else if (typeof args === 'function') {
    callback = args;
    options = null;
    args = null;
  }
  args ??= [];
  if (typeof options === 'function') callback = options;
  else if (options != null) validateObject(options, 'options');
  if (typeof options === 'function' || options == null) options = {};
  if (callback != null) validateFunction(callback, 'callback');
  if (options.argv0 != null) {
    validateString(options.argv0, 'options.argv0');
    checkNul(options.argv0, 'options.argv0');
  }
  return { file, args, options, callback };
}

// Collects one stream's output, up to `limit` bytes (or characters, when it is decoded).
class Collector {
  constructor(stream, encoding, limit, onTooMuch) {
    this.parts = [];
    this.size = 0;
    this.decoded = encoding && encoding !== 'buffer' && Buffer.isEncoding(encoding);
    if (!stream) return;
    if (this.decoded) stream.setEncoding(encoding);
    stream.on('data', (chunk) => {
      // An encoding set by someone else turns chunks into strings.
      const length = typeof chunk === 'string' ?
        Buffer.byteLength(chunk, stream.readableEncoding) : chunk.length;
      this.size += length;
      if (this.size > limit) {
        const keep = length - (this.size - limit);
        this.parts.push(chunk.slice(0, keep));
        onTooMuch();
      } else {
        this.parts.push(chunk);
      }
    });
    this.stream = stream;
  }
  result() {
    if (this.decoded || this.stream?.readableEncoding) return this.parts.join('');
    return Buffer.concat(this.parts);
  }
}

function execFile(file, args, options, callback) {
  ({ file, args, options, callback } = normalizeExecFileArguments(file, args, options, callback));
  options = {
    encoding: 'utf8', timeout: 0, maxBuffer: kMaxBuffer, killSignal: 'SIGTERM', cwd: null,
    env: null, shell: false, ...options,
  };
  validateTimeout(options.timeout);
  validateMaxBuffer(options.maxBuffer);
  options.killSignal = sanitizeKillSignal(options.killSignal);
  const child = spawn(file, args, {
    cwd: options.cwd, env: options.env, gid: options.gid, shell: options.shell,
    signal: options.signal, uid: options.uid, windowsHide: Boolean(options.windowsHide),
    windowsVerbatimArguments: Boolean(options.windowsVerbatimArguments), argv0: options.argv0,
  });
  let killed = false;
  let exited = false;
  let timer = null;
  let failure = null;
  let stdout;
  let stderr;

  const exitHandler = (code, signal) => {
    if (exited) return;
    exited = true;
    if (timer) clearTimeout(timer);
    if (!callback) return;
    const out = stdout.result();
    const err = stderr.result();
    if (!failure && code === 0 && signal === null) {
      callback(null, out, err);
      return;
    }
    let command = file;
    if (args.length > 0) command += ` ${args.join(' ')}`;
    if (!failure) {
      failure = new Error(`Command failed: ${command}\n${err}`);
      failure.code = code < 0 ? systemErrorName(code) : code;
      failure.killed = child.killed || killed;
      failure.signal = signal;
    }
    failure.cmd = command;
    callback(failure, out, err);
  };
  const errorHandler = (error) => {
    failure = error;
    child.stdout?.destroy();
    child.stderr?.destroy();
    exitHandler();
  };
  const kill = () => {
    child.stdout?.destroy();
    child.stderr?.destroy();
    killed = true;
    try {
      child.kill(options.killSignal);
    } catch (error) {
      failure ??= error;
      exitHandler();
    }
  };
  if (options.timeout > 0) {
    timer = setTimeout(() => {
      timer = null;
      kill();
    }, options.timeout);
  }
  const tooMuch = (name) => () => {
    failure = new ERR_CHILD_PROCESS_STDIO_MAXBUFFER(name);
    kill();
  };
  stdout = new Collector(child.stdout, options.encoding, options.maxBuffer, tooMuch('stdout'));
  stderr = new Collector(child.stderr, options.encoding, options.maxBuffer, tooMuch('stderr'));
  child.addListener('close', exitHandler);
  child.addListener('error', errorHandler);
  return child;
}

function systemErrorName(errno) {
  return require('util').getSystemErrorName(errno);
}

function promisified(original) {
  return (...args) => {
    let settle;
    const promise = new Promise((resolve, reject) => {
      settle = (error, stdout, stderr) => {
        if (error !== null) {
          error.stdout = stdout;
          error.stderr = stderr;
          reject(error);
        } else {
          resolve({ stdout, stderr });
        }
      };
    });
    promise.child = original(...args, settle);
    return promise;
  };
}
for (const original of [exec, execFile]) {
  Object.defineProperty(original, promisify.custom, {
    enumerable: false, value: promisified(original),
  });
  Object.defineProperty(original[promisify.custom], 'name', {
    __proto__: null, value: original.name, configurable: true,
  });
}

function stdioForFork(stdio) {
  if (typeof stdio === 'string') {
    if (!['ignore', 'overlapped', 'pipe', 'inherit'].includes(stdio)) {
      throw new ERR_INVALID_ARG_VALUE('stdio', stdio);
    }
    return [stdio, stdio, stdio, 'ipc'];
  }
  if (!stdio.includes('ipc')) {
    throw new ERR_CHILD_PROCESS_IPC_REQUIRED('options.stdio');
  }
  return stdio;
}

function fork(modulePath, args, options) {
  modulePath = String(getValidatedPath(modulePath, 'modulePath'));
  if (args == null) {
    args = [];
  } else if (typeof args === 'object' && !Array.isArray(args)) {
    options = args;
    args = [];
  } else {
    validateArray(args, 'args');
  }
  if (options != null) validateObject(options, 'options');
  options = { __proto__: null, ...options, shell: false };
  options.execPath ||= process.execPath;
  checkNul(options.execPath, 'options.execPath');
  let execArgv = options.execArgv || process.execArgv;
  validateArray(execArgv, 'options.execArgv');
  // -e and its source are for this process, not for the child.
  if (execArgv === process.execArgv && process._eval != null) {
    const index = execArgv.lastIndexOf(process._eval);
    if (index > 0) {
      execArgv = [...execArgv];
      execArgv.splice(index - 1, 2);
    }
  }
  args = [...execArgv, modulePath, ...args];
  if (options.stdio == null) {
    options.stdio = stdioForFork(options.silent ? 'pipe' : 'inherit');
  } else {
    options.stdio = stdioForFork(options.stdio);
  }
  return spawn(options.execPath, args, options);
}
function _forkChild(fd, serializationMode) {
  process.env.NODE_CHANNEL_FD = String(fd);
  process.env.NODE_CHANNEL_SERIALIZATION_MODE = serializationMode;
  require('internal/ipc').setupChild();
}

function checkSyncInput(stdio, input) {
  if (!isArrayBufferView(input) && typeof input !== 'string') {
    throw new ERR_INVALID_ARG_TYPE('options.stdio[0]',
      ['Buffer', 'TypedArray', 'DataView', 'string'], input);
  }
}

function spawnSync(file, args, options) {
  options = {
    __proto__: null, maxBuffer: kMaxBuffer, ...normalizeSpawnArguments(file, args, options),
  };
  validateTimeout(options.timeout);
  validateMaxBuffer(options.maxBuffer);
  options.killSignal = sanitizeKillSignal(options.killSignal);
  options.stdio ||= 'pipe';
  if (options.input != null) checkSyncInput(options.stdio, options.input);
  else options.input = undefined;
  return runSync(options);
}

function syncFailure(result, args, command) {
  let error;
  if (result.error) {
    error = result.error;
    Object.assign(error, result);
  } else if (result.status !== 0) {
    let message = `Command failed: ${command || args.join(' ')}`;
    if (result.stderr && result.stderr.length > 0) message += `\n${result.stderr.toString()}`;
    error = Object.assign(new Error(message), result);
  }
  return error;
}

function execFileSync(file, args, options) {
  ({ file, args, options } = normalizeExecFileArguments(file, args, options));
  const inheritStderr = !options.stdio;
  const result = spawnSync(file, args, options);
  if (inheritStderr && result.stderr) process.stderr.write(result.stderr);
  const failure = syncFailure(result, [options.argv0 || file, ...args]);
  if (failure) throw failure;
  return result.stdout;
}

function execSync(command, options) {
  const normalized = normalizeExecArguments(command, options, null);
  const inheritStderr = !normalized.options.stdio;
  const result = spawnSync(normalized.file, normalized.options);
  if (inheritStderr && result.stderr) process.stderr.write(result.stderr);
  const failure = syncFailure(result, undefined, command);
  if (failure) throw failure;
  return result.stdout;
}

module.exports = {
  _forkChild,
  ChildProcess,
  exec,
  execFile,
  execFileSync,
  execSync,
  fork,
  spawn,
  spawnSync,
};
