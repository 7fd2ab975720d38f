'use strict';

// Errors as Node names and words them. `codes` is built from the native table (errors.def); only
// messages that need logic have a formatter in internal/error_messages.

const binding = internalBinding('errors');

const { captureStackTrace } = Error;
// On an error: a function that gives its stack with more context, for the report of an uncaught
// one.
const kEnhanceStackBeforeInspector = Symbol('kEnhanceStackBeforeInspector');
const kTypeNames = { Error, TypeError, RangeError, SyntaxError, URIError };

let lazyInspect;
function inspect(value, options) {
  lazyInspect ??= require('internal/util/inspect').inspect;
  return lazyInspect(value, options);
}

// error -> what its stack is rendered from when first read: most errors are caught and never shown.
const stackHolders = new WeakMap();
const kStackProperty = {
  __proto__: null,
  get() {
    const stack = stackHolders.get(this)?.stack;
    if (stack !== undefined) define(this, 'stack', stack);
    return stack;
  },
  set(value) { define(this, 'stack', value); },
  enumerable: false,
  configurable: true,
};

// Gives the error a stack with the code in its first line ("TypeError [ERR_X]: ..."), while `name`
// stays the plain class name. Frames above and including `hide` are left out.
function captureCodedStack(error, hide) {
  const holder = new StackHolder(error);
  captureStackTrace(holder, hide);
  stackHolders.set(error, holder);
  Object.defineProperty(error, 'stack', kStackProperty);
}

// For errors made in C++: their stack and toString() name the code as well.
function nameCode(error) {
  Object.defineProperty(error, 'toString', kToStringProperty);
  captureCodedStack(error, nameCode);
}

// Looks like the error to Error.prepareStackTrace, but for its name.
function StackHolder(error) {
  Object.setPrototypeOf(this, error);
  Object.defineProperty(this, 'name', {
    value: `${error.name} [${error.code}]`, writable: true, configurable: true,
  });
}

function define(object, key, value, enumerable = false) {
  Object.defineProperty(object, key, {
    __proto__: null,
    value,
    enumerable,
    writable: true,
    configurable: true,
  });
}

function fillIn(template, args) {
  let index = 0;
  return template.replace(/%[sd]/g, (hole) => {
    if (index >= args.length) return hole;
    const value = args[index++];
    const isObject = typeof value === 'object' && value !== null;
    return isObject ? inspect(value, { depth: 0, colors: false, compact: 3 }) : String(value);
  });
}

function toStringWithCode() {
  return `${this.name} [${this.code}]: ${this.message}`;
}

const kToStringProperty = {
  __proto__: null, value: toStringWithCode, writable: true, enumerable: false, configurable: true,
};
// The function whose caller the next error points at, while throwFrom makes it.
let hideNext;

function makeCodeClass(code, Base, message) {
  function NodeError(...args) {
    // Formatting may run code that makes errors of its own.
    const hide = hideNext ?? NodeError;
    hideNext = undefined;
    let text;
    let extra;
    if (typeof message === 'function') {
      // Formatters may add properties to `this`.
      extra = {};
      text = Reflect.apply(message, extra, args);
    } else {
      text = fillIn(message, args);
    }
    // The frames are taken once, below.
    const { stackTraceLimit } = Error;
    Reflect.set(Error, 'stackTraceLimit', 0);
    const error = new Base(text);
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
    error.code = code;
    if (extra !== undefined) Object.assign(error, extra);
    Object.defineProperty(error, 'toString', kToStringProperty);
    captureCodedStack(error, hide);
    return error;
  }
  define(NodeError, 'name', 'NodeError');
  NodeError.prototype = Base.prototype;
  return NodeError;
}

// System errors with a code of their own: new ERR_FS_EISDIR({ syscall, code, message, path }).
class SystemError extends Error {
  constructor(code, prefix, context) {
    let message = `${prefix}: ${context.syscall} returned ${context.code} (${context.message})`;
    if (context.path !== undefined) message += ` ${context.path}`;
    if (context.dest !== undefined) message += ` => ${context.dest}`;
    super(message);
    Object.defineProperties(this, {
      name: { __proto__: null, value: 'SystemError', writable: true, configurable: true },
      info: { __proto__: null, value: context, enumerable: true, configurable: true },
      errno: contextAccessor(context, 'errno'),
      syscall: contextAccessor(context, 'syscall'),
    });
    if (context.path !== undefined) {
      Object.defineProperty(this, 'path', contextAccessor(context, 'path'));
    }
    if (context.dest !== undefined) {
      Object.defineProperty(this, 'dest', contextAccessor(context, 'dest'));
    }
    define(this, 'code', code, true);
    captureCodedStack(this, this.constructor);
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }
}

function contextAccessor(context, key) {
  return {
    __proto__: null,
    // Paths may be Buffers.
    get: () => typeof context[key] === 'object' ? context[key]?.toString() : context[key],
    set: (value) => { context[key] = value; },
    enumerable: true,
    configurable: true,
  };
}

const kSystemCodes = new Set([
  'ERR_SYSTEM_ERROR', 'ERR_FS_CP_DIR_TO_NON_DIR', 'ERR_FS_CP_EEXIST', 'ERR_FS_CP_EINVAL',
  'ERR_FS_CP_FIFO_PIPE', 'ERR_FS_CP_NON_DIR_TO_DIR', 'ERR_FS_CP_SOCKET',
  'ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY', 'ERR_FS_CP_UNKNOWN', 'ERR_FS_EISDIR',
  'ERR_SOCKET_BUFFER_SIZE', 'ERR_TTY_INIT_FAILED',
]);

function makeSystemClass(code, prefix) {
  return class NodeError extends SystemError {
    constructor(context) {
      super(code, prefix, context);
    }
  };
}

const codes = { __proto__: null };

function defineCodes(table) {
  const messages = require('internal/error_messages');
  for (const [code, className, text] of table) {
    if (!code.startsWith('ERR_')) continue;
    if (kSystemCodes.has(code)) {
      codes[code] = makeSystemClass(code, text);
      continue;
    }
    const Base = code === 'ERR_INVALID_URI' ? URIError : kTypeNames[className];
    const message = messages[code] ?? text;
    const NodeError = makeCodeClass(code, Base, message);
    NodeError.HideStackFramesError = NodeError;
    codes[code] = NodeError;
    for (const other of messages.alsoAs[code] ?? []) {
      NodeError[other] = makeCodeClass(code, kTypeNames[other], message);
      NodeError[other].HideStackFramesError = NodeError[other];
    }
  }
}

// Throws a new Class(...args) whose stack leaves out the frames of `fn` and above. For functions
// whose only job is to check something for their caller.
function throwFrom(fn, Class, ...args) {
  hideNext = fn;
  let error;
  try {
    error = new Class(...args);
  } finally {
    hideNext = undefined;
  }
  throw error;
}

// Wraps `fn` so that errors it throws point at its caller.
function hideStackFrames(fn) {
  function wrapped(...args) {
    try {
      return Reflect.apply(fn, this, args);
    } catch (error) {
      if (isErrorLike(error) && Error.stackTraceLimit) {
        if (stackHolders.has(error)) captureCodedStack(error, wrapped);
        else captureStackTrace(error, wrapped);
      }
      throw error;
    }
  }
  wrapped.withoutStackTrace = fn;
  return wrapped;
}

// The operating system's errors. `errno` numbers are negative in every JavaScript API.
let errnoMap;
function getErrnoMap() {
  errnoMap ??= new Map(binding.errnos().map(([errno, name, text]) => [errno, [name, text]]));
  return errnoMap;
}

function getSystemErrorName(errno) {
  const entry = getErrnoMap().get(errno);
  return entry !== undefined ? entry[0] : `Unknown system error ${errno}`;
}

function getSystemErrorMessage(errno) {
  const entry = getErrnoMap().get(errno);
  return entry !== undefined ? entry[1] : `Unknown system error ${errno}`;
}

// { errno, syscall, path?, dest?, message? } -> "ENOENT: no such file or directory, open 'x'".
function uvException(context) {
  const { errno, syscall, path, dest } = context;
  const code = context.code ?? getSystemErrorName(errno);
  let message = `${code}: ${context.message ?? getSystemErrorMessage(errno)}, ${syscall}`;
  if (path !== undefined) message += ` '${path}'`;
  if (dest !== undefined) message += ` -> '${dest}'`;
  const error = new Error(message);
  for (const key of Object.keys(context)) {
    if (key === 'message' || key === 'path' || key === 'dest') continue;
    error[key] = context[key];
  }
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  if (path !== undefined) error.path = String(path);
  if (dest !== undefined) error.dest = String(dest);
  captureStackTrace(error, uvException);
  return error;
}

function errnoException(errno, syscall, original) {
  const code = getSystemErrorName(errno);
  const error = new Error(original ? `${syscall} ${code} ${original}` : `${syscall} ${code}`);
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  captureStackTrace(error, errnoException);
  return error;
}

function exceptionWithHostPort(errno, syscall, address, port, additional) {
  const code = typeof errno === 'string' ? errno : getSystemErrorName(errno);
  let details = '';
  if (port && port > 0) details = ` ${address}:${port}`;
  else if (address) details = ` ${address}`;
  if (additional) details += ` - Local (${additional})`;
  const error = new Error(`${syscall} ${code}${details}`);
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  error.address = address;
  if (port) error.port = port;
  captureStackTrace(error, exceptionWithHostPort);
  return error;
}

// As above, but with the text of the system: "listen EADDRINUSE: address already in use :::80".
function uvExceptionWithHostPort(errno, syscall, address, port) {
  const code = getSystemErrorName(errno);
  let details = '';
  if (port && port > 0) details = ` ${address}:${port}`;
  else if (address) details = ` ${address}`;
  const text = getSystemErrorMessage(errno);
  const error = new Error(`${syscall} ${code}: ${text}${details}`);
  error.code = code;
  error.errno = errno;
  error.syscall = syscall;
  error.address = address;
  if (port) error.port = port;
  captureStackTrace(error, uvExceptionWithHostPort);
  return error;
}

// A resolver's failure; `code` is its name (ENOTFOUND, EAI_AGAIN...) or an errno.
function dnsException(code, syscall, hostname) {
  let errno;
  if (typeof code === 'number') {
    errno = code;
    code = getSystemErrorName(errno);
  }
  const error = new Error(`${syscall} ${code}${hostname ? ` ${hostname}` : ''}`);
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  if (hostname) error.hostname = hostname;
  captureStackTrace(error, dnsException);
  return error;
}

class AbortError extends Error {
  constructor(message = 'The operation was aborted', options = undefined) {
    if (options !== undefined && typeof options !== 'object') {
      throw new codes.ERR_INVALID_ARG_TYPE('options', 'Object', options);
    }
    super(message, options);
    this.code = 'ABORT_ERR';
    this.name = 'AbortError';
  }
}

// The first failure stays visible when a second one happens while cleaning up.
function aggregateTwoErrors(innerError, outerError) {
  if (innerError && outerError && innerError !== outerError) {
    if (Array.isArray(outerError.errors)) {
      outerError.errors.push(innerError);
      return outerError;
    }
    const error = new AggregateError([outerError, innerError], outerError.message);
    error.code = outerError.code;
    return error;
  }
  return innerError || outerError;
}

class ConnectionAggregateError extends AggregateError {
  constructor(errors) {
    super(errors);
    this.code = errors[0]?.code;
  }
  get name() {
    return 'AggregateError';
  }
  get ['constructor']() {
    return AggregateError;
  }
}

function isErrorLike(value) {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'stack');
}

let overflowMessage;
let overflowName;
function isStackOverflowError(error) {
  if (overflowMessage === undefined) {
    try {
      (function overflow() { overflow(); })();
    } catch (caught) {
      overflowMessage = caught.message;
      overflowName = caught.name;
    }
  }
  return error && error.name === overflowName && error.message === overflowMessage;
}

// A browser-style exception for a Node code, e.g. when a web API must reject with AbortError.
function genericNodeError(message, properties) {
  const error = new Error(message);
  Object.assign(error, properties);
  return error;
}

function notImplemented(name) {
  return new codes.ERR_METHOD_NOT_IMPLEMENTED(name);
}

module.exports = {
  AbortError,
  AggregateError: ConnectionAggregateError,
  NodeAggregateError: ConnectionAggregateError,
  SystemError,
  aggregateErrors: (errors, message, code) => {
    const error = new AggregateError(errors, message);
    error.code = errors[0]?.code ?? code;
    return error;
  },
  aggregateTwoErrors,
  captureCodedStack,
  codes,
  dnsException,
  DNSException: dnsException,
  errnoException,
  ErrnoException: errnoException,
  exceptionWithHostPort,
  ExceptionWithHostPort: exceptionWithHostPort,
  genericNodeError,
  getSystemErrorMessage,
  getSystemErrorName,
  getErrnoMap,
  hideStackFrames,
  inspect,
  isErrorLike,
  isStackOverflowError,
  kEnhanceStackBeforeInspector,
  notImplemented,
  throwFrom,
  uvException,
  UVException: uvException,
  uvExceptionWithHostPort,
  UVExceptionWithHostPort: uvExceptionWithHostPort,
};

defineCodes(binding.codes());
internalBinding('env').setSlot('codedError', nameCode);
