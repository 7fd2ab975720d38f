'use strict';

// net.Socket: a Duplex over a native stream handle (TCP, pipe). Reading starts with the first
// demand and stops when the stream's buffer is full; one write is in flight at a time. Connecting
// lives in internal/net/connect.

const stream = require('stream');
const {
  codes: {
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_MISSING_ARGS,
    ERR_SOCKET_CLOSED,
    ERR_SOCKET_CLOSED_BEFORE_CONNECTION,
    ERR_INVALID_HANDLE_TYPE,
  },
  ErrnoException,
  genericNodeError,
} = require('internal/errors');
const { validateFunction, validateNumber } = require('internal/validators');
const {
  EOF,
  createHandle,
  guessType,
  kBytesRead,
  kBytesWritten,
  kNormalized,
  kSetKeepAlive,
  kSetKeepAliveInitialDelay,
  kSetNoDelay,
  kTimeout,
  normalizeArgs,
} = require('internal/net/common');

const { nextTick } = process;
const kWriteDone = Symbol('writeDone');
const kShutdownDone = Symbol('shutdownDone');
const kUserBuffer = Symbol('userBuffer');
const kQueueAtTimeout = Symbol('queueAtTimeout');
const kPeerName = Symbol('peerName');
const kSockName = Symbol('sockName');

const kMaxTimeout = 2 ** 31 - 1;

function noop() {}

// Handle callbacks: `this` is the handle, `owner` the socket it belongs to.
function onRead(nread, chunk) {
  const socket = this.owner;
  if (socket === null || socket === undefined) return;
  socket._unrefTimer();
  if (nread > 0) {
    if (socket.destroyed) return;
    const goOn = socket[kUserBuffer] !== null
      ? deliverToUserBuffer(socket, chunk)
      : socket.push(chunk);
    if (goOn === false && socket._handle !== null && socket._handle.reading) {
      socket._handle.reading = false;
      const status = socket._handle.readStop();
      if (status < 0) socket.destroy(new ErrnoException(status, 'read'));
    }
    return;
  }
  if (nread === 0) return;
  if (nread !== EOF) {
    socket.destroy(new ErrnoException(nread, 'read'));
    return;
  }
  // The peer is done: 'end' follows once what is buffered has been read.
  if (socket._readableState.endEmitted) {
    destroyWhenBothEnded(socket);
  } else {
    socket.push(null);
    socket.read(0);
  }
}

function destroyWhenBothEnded(socket) {
  if (socket.readable || socket.writable || socket.destroyed) return;
  if (socket.writableFinished) socket.destroy();
}

// The `onread` option: bytes are copied into the caller's buffer, never through 'data'.
function deliverToUserBuffer(socket, chunk) {
  const { buffer, callback } = socket[kUserBuffer];
  let offset = 0;
  let goOn = true;
  while (offset < chunk.length) {
    const target = typeof buffer === 'function' ? buffer() : buffer;
    const part = Math.min(target.length, chunk.length - offset);
    target.set(chunk.subarray(offset, offset + part));
    offset += part;
    if (callback(part, target) === false) goOn = false;
  }
  return goOn;
}

function onWrite(status) {
  const socket = this.owner;
  const done = takeWriteDone(socket);
  if (done === null) return;
  if (socket.destroyed) {
    done(new ErrnoException(-125 /* ECANCELED */, 'write'));
  } else if (status < 0) {
    socket.destroy(new ErrnoException(status, 'write'));
    done(new ErrnoException(status, 'write'));
  } else {
    socket._unrefTimer();
    done(null);
  }
}

// Callbacks of writes under way, oldest first: null, one function, or a list.
function addWriteDone(socket, callback) {
  const present = socket[kWriteDone];
  if (present === null) socket[kWriteDone] = callback;
  else if (typeof present === 'function') socket[kWriteDone] = [present, callback];
  else present.push(callback);
}

function takeWriteDone(socket) {
  const present = socket?.[kWriteDone] ?? null;
  if (present === null || typeof present === 'function') {
    if (present !== null) socket[kWriteDone] = null;
    return present;
  }
  const first = present.shift();
  if (present.length === 0) socket[kWriteDone] = null;
  return first;
}

function onShutdown(status) {
  const socket = this.owner;
  const done = socket?.[kShutdownDone];
  if (typeof done !== 'function') return;
  socket[kShutdownDone] = null;
  if (status < 0 && status !== -107 /* ENOTCONN */) done(new ErrnoException(status, 'shutdown'));
  else done();
}

function attachHandle(socket, handle) {
  handle.owner = socket;
  handle.onread = onRead;
  handle.onwrite = onWrite;
  handle.onshutdown = onShutdown;
  socket[kPeerName] = undefined;
  socket[kSockName] = undefined;
}

function readEndOptions(options) {
  const { onread } = options;
  if (onread === null || typeof onread !== 'object' || typeof onread.callback !== 'function') {
    return null;
  }
  const { buffer } = onread;
  if (typeof buffer !== 'function' && !ArrayBuffer.isView(buffer)) return null;
  return onread;
}

function Socket(options) {
  if (!(this instanceof Socket)) return new Socket(options);
  for (const key of ['objectMode', 'readableObjectMode', 'writableObjectMode']) {
    if (options?.[key]) {
      throw new ERR_INVALID_ARG_VALUE(`options.${key}`, options[key], 'is not supported');
    }
  }
  if (options?.keepAliveInitialDelay !== undefined) {
    validateNumber(options.keepAliveInitialDelay, 'options.keepAliveInitialDelay');
    if (options.keepAliveInitialDelay < 0) options.keepAliveInitialDelay = 0;
  }

  this.connecting = false;
  this._hadError = false;
  this._parent = null;
  this._host = null;
  this._handle = null;
  this._server = null;
  this._pendingData = null;
  this._pendingEncoding = '';
  this._closeAfterHandlingError = false;
  this[kTimeout] = null;
  this[kQueueAtTimeout] = 0;
  this[kWriteDone] = null;
  this[kShutdownDone] = null;
  this[kUserBuffer] = null;
  this[kBytesRead] = 0;
  this[kBytesWritten] = 0;

  if (typeof options === 'number') options = { fd: options };
  else options = { ...options };
  options.allowHalfOpen = Boolean(options.allowHalfOpen);
  options.emitClose = false;
  options.autoDestroy = true;
  options.decodeStrings = false;
  stream.Duplex.call(this, options);

  this[kSetNoDelay] = Boolean(options.noDelay);
  this[kSetKeepAlive] = Boolean(options.keepAlive);
  this[kSetKeepAliveInitialDelay] = ~~((options.keepAliveInitialDelay ?? 0) / 1000);

  if (options.handle) {
    this._handle = options.handle;
  } else if (options.fd !== undefined) {
    openDescriptor(this, options.fd);
  }
  if (options.onread !== undefined) this[kUserBuffer] = readEndOptions(options);
  if (this._handle !== null) attachHandle(this, this._handle);
  this.on('end', onReadableEnd);


  // What is already connected begins to read, unless the owner asked for a pause.
  if (this._handle !== null && options.readable !== false && !options.noDelayedRead) {
    if (options.pauseOnCreate) {
      this._handle.reading = false;
      this._handle.readStop();
      this.readableFlowing = false;
    } else if (!options.manualStart) {
      this.read(0);
    }
  }
}
Object.setPrototypeOf(Socket.prototype, stream.Duplex.prototype);
Object.setPrototypeOf(Socket, stream.Duplex);

function openDescriptor(socket, fd) {
  const handle = createHandle(fd, false);
  const status = handle.open(fd);
  if (status < 0) throw new ErrnoException(status, 'open');
  socket._handle = handle;
  // Standard output and error must be written before the process may end.
  if ((fd === 1 || fd === 2) && guessType(fd) === 'PIPE') handle.setBlocking(true);
}

// With half-open sockets off, the end of one side ends the other; a later write is an error.
function onReadableEnd() {
  if (!this.allowHalfOpen) this.write = writeAfterFin;
}

function writeAfterFin(chunk, encoding, callback) {
  if (!this.writableEnded) {
    return stream.Duplex.prototype.write.call(this, chunk, encoding, callback);
  }
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  const error = genericNodeError('This socket has been ended by the other party', {
    code: 'EPIPE',
  });
  if (typeof callback === 'function') nextTick(callback, error);
  this.destroy(error);
  return false;
}

function define(properties) {
  for (const key of Object.keys(properties)) {
    Object.defineProperty(Socket.prototype, key, {
      __proto__: null, configurable: true, enumerable: false, ...properties[key],
    });
  }
}

Socket.prototype._unrefTimer = function() {
  for (let socket = this; socket !== null && socket !== undefined; socket = socket._parent) {
    if (socket[kTimeout]) socket[kTimeout].refresh();
  }
};

Socket.prototype._final = function(callback) {
  if (this.connecting) {
    this.once('connect', () => this._final(callback));
    return;
  }
  if (!this._handle) {
    callback();
    return;
  }
  this[kShutdownDone] = callback;
  const status = this._handle.shutdown();
  if (status === 1) return;
  this[kShutdownDone] = null;
  if (status === 0 || status === -107 /* ENOTCONN */) callback();
  else callback(new ErrnoException(status, 'shutdown'));
};

Socket.prototype.setTimeout = function(msecs, callback) {
  if (this.destroyed) return this;
  this.timeout = msecs;
  msecs = checkTimeout(msecs);
  if (this[kTimeout]) {
    clearTimeout(this[kTimeout]);
    this[kTimeout] = null;
  }
  if (msecs === 0) {
    if (callback !== undefined) {
      validateFunction(callback, 'callback');
      this.removeListener('timeout', callback);
    }
    return this;
  }
  this[kTimeout] = setTimeout(fireTimeout, msecs, this);
  this[kTimeout].unref();
  if (callback !== undefined) {
    validateFunction(callback, 'callback');
    this.once('timeout', callback);
  }
  return this;
};

function checkTimeout(msecs) {
  validateNumber(msecs, 'msecs');
  if (msecs < 0 || !Number.isFinite(msecs)) {
    const { codes: { ERR_OUT_OF_RANGE } } = require('internal/errors');
    throw new ERR_OUT_OF_RANGE('msecs', 'a non-negative finite number', msecs);
  }
  if (msecs <= kMaxTimeout) return msecs;
  process.emitWarning(`${msecs} does not fit into a 32-bit signed integer.` +
    `\nTimer duration was truncated to ${kMaxTimeout}.`, 'TimeoutOverflowWarning');
  return kMaxTimeout;
}

function fireTimeout(socket) {
  socket._onTimeout();
}

Socket.prototype._onTimeout = function() {
  const handle = this._handle;
  // A slow write that makes progress is activity.
  if (handle && this[kWriteDone]) {
    const left = handle.writeQueueSize;
    const progressed = left !== this[kQueueAtTimeout];
    this[kQueueAtTimeout] = left;
    if (progressed) {
      this._unrefTimer();
      return;
    }
  }
  this.emit('timeout');
};

Socket.prototype.setNoDelay = function(enable) {
  enable = Boolean(enable === undefined ? true : enable);
  if (!this._handle) {
    this[kSetNoDelay] = enable;
    return this;
  }
  if (this._handle.setNoDelay && enable !== this[kSetNoDelay]) {
    this[kSetNoDelay] = enable;
    this._handle.setNoDelay(enable);
  }
  return this;
};

Socket.prototype.setKeepAlive = function(enable, initialDelayMsecs) {
  enable = Boolean(enable);
  const delay = ~~(initialDelayMsecs / 1000);
  if (!this._handle) {
    this[kSetKeepAlive] = enable;
    this[kSetKeepAliveInitialDelay] = delay;
    return this;
  }
  if (!this._handle.setKeepAlive) return this;
  if (enable !== this[kSetKeepAlive] ||
      (enable && this[kSetKeepAliveInitialDelay] !== delay)) {
    this[kSetKeepAlive] = enable;
    this[kSetKeepAliveInitialDelay] = delay;
    this._handle.setKeepAlive(enable, delay);
  }
  return this;
};

Socket.prototype.address = function() {
  return this._getsockname();
};

define({
  _connecting: { get() { return this.connecting; } },
  pending: { get() { return !this._handle || this.connecting; } },
  readyState: {
    get() {
      if (this.connecting) return 'opening';
      if (this.readable && this.writable) return 'open';
      if (this.readable && !this.writable) return 'readOnly';
      if (!this.readable && this.writable) return 'writeOnly';
      return 'closed';
    },
  },
  bufferSize: { get() { return this._handle ? this.writableLength : undefined; } },
  bytesRead: { get() { return this._handle ? this._handle.bytesRead : this[kBytesRead]; } },
  _bytesDispatched: {
    get() { return this._handle ? this._handle.bytesWritten : this[kBytesWritten]; },
  },
  bytesWritten: {
    get() {
      let bytes = this._bytesDispatched;
      const state = this._writableState;
      if (state === undefined || state === null) return undefined;
      // What waits in the stream was accepted too.
      const pending = typeof this.writableBuffer?.forEach === 'function' ? this.writableBuffer : [];
      for (const { chunk, encoding } of pending) {
        bytes += typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.length;
      }
      if (this._pendingData !== null) bytes += pendingBytes(this._pendingData, this._pendingEncoding);
      return bytes;
    },
  },
  remoteAddress: { get() { return this._getpeername().address; } },
  remoteFamily: { get() { return this._getpeername().family; } },
  remotePort: { get() { return this._getpeername().port; } },
  localAddress: { get() { return this._getsockname().address; } },
  localPort: { get() { return this._getsockname().port; } },
  localFamily: { get() { return this._getsockname().family; } },
});

function pendingBytes(data, encoding) {
  if (typeof data === 'string') return Buffer.byteLength(data, encoding);
  if (!Array.isArray(data)) return data.length;
  let sum = 0;
  for (const entry of data) sum += pendingBytes(entry.chunk ?? entry, entry.encoding);
  return sum;
}

Socket.prototype._getpeername = function() {
  if (this[kPeerName] !== undefined) return this[kPeerName];
  if (!this._handle || !this._handle.getpeername || this.connecting) return {};
  const name = this._handle.getpeername();
  if (typeof name === 'number') return {};
  return (this[kPeerName] = name);
};

Socket.prototype._getsockname = function() {
  if (!this._handle || !this._handle.getsockname) return {};
  if (this[kSockName] === undefined) {
    const name = this._handle.getsockname();
    this[kSockName] = typeof name === 'number' ? {} : name;
  }
  return this[kSockName];
};

function startReading(socket) {
  socket._handle.reading = true;
  const status = socket._handle.readStart();
  if (status < 0) socket.destroy(new ErrnoException(status, 'read'));
}

Socket.prototype._read = function() {
  if (this.connecting || !this._handle) {
    this.once('connect', () => this._read());
  } else if (!this._handle.reading) {
    startReading(this);
  }
};

Socket.prototype.pause = function() {
  if (this[kUserBuffer] && !this.connecting && this._handle?.reading) {
    this._handle.reading = false;
    if (!this.destroyed) {
      const status = this._handle.readStop();
      if (status < 0) this.destroy(new ErrnoException(status, 'read'));
    }
  }
  return stream.Duplex.prototype.pause.call(this);
};

function resumeUserBuffer(socket) {
  if (socket[kUserBuffer] && !socket.connecting && socket._handle && !socket._handle.reading) {
    startReading(socket);
  }
}

Socket.prototype.resume = function() {
  resumeUserBuffer(this);
  return stream.Duplex.prototype.resume.call(this);
};

Socket.prototype.read = function(n) {
  resumeUserBuffer(this);
  return stream.Duplex.prototype.read.call(this, n);
};

Socket.prototype.end = function(data, encoding, callback) {
  stream.Duplex.prototype.end.call(this, data, encoding, callback);
  return this;
};

Socket.prototype.destroySoon = function() {
  if (this.writable) this.end();
  if (this.writableFinished) this.destroy();
  else this.once('finish', this.destroy);
};

Socket.prototype.resetAndDestroy = function() {
  if (!this._handle) {
    this.destroy(new ERR_SOCKET_CLOSED());
    return this;
  }
  if (typeof this._handle.reset !== 'function') throw new ERR_INVALID_HANDLE_TYPE();
  this.resetAndClosing = true;
  if (this.connecting) {
    this.once('connect', () => this._reset());
  } else {
    this._reset();
  }
  return this;
};

Socket.prototype._reset = function() {
  this.resetAndClosing = true;
  return this.destroy();
};

Socket.prototype._destroy = function(exception, callback) {
  this.connecting = false;
  for (let socket = this; socket !== null && socket !== undefined; socket = socket._parent) {
    clearTimeout(socket[kTimeout]);
    socket[kTimeout] = null;
  }
  const handle = this._handle;
  if (handle) {
    const isException = Boolean(exception);
    this[kBytesRead] = handle.bytesRead;
    this[kBytesWritten] = handle.bytesWritten;
    const closed = () => {
      handle.owner = null;
      this.emit('close', isException);
    };
    if (this.resetAndClosing) {
      this.resetAndClosing = false;
      const status = handle.reset(closed);
      if (status < 0) this.emit('error', new ErrnoException(status, 'reset'));
    } else {
      handle.close(closed);
    }
    handle.onread = noop;
    this._handle = null;
    this[kSockName] = undefined;
    callback(exception);
    // A write or shutdown that was waiting learns that nothing more will happen.
    this[kShutdownDone] = null;
    for (let pending; (pending = takeWriteDone(this)) !== null;) {
      pending(exception ?? new ErrnoException(-125 /* ECANCELED */, 'write'));
    }
  } else {
    callback(exception);
    nextTick(emitClose, this);
  }
  if (this._server) {
    this._server._connections--;
    this._server._emitCloseIfDrained?.();
  }
};

function emitClose(socket) {
  socket.emit('close', false);
}

Socket.prototype._writeGeneric = function(writev, data, encoding, callback) {
  if (this.connecting) {
    this._pendingData = data;
    this._pendingEncoding = encoding;
    const onClose = () => callback(new ERR_SOCKET_CLOSED_BEFORE_CONNECTION());
    this.once('connect', () => {
      this.off('close', onClose);
      this._writeGeneric(writev, data, encoding, callback);
    });
    this.once('close', onClose);
    return;
  }
  this._pendingData = null;
  this._pendingEncoding = '';
  if (!this._handle) {
    callback(new ERR_SOCKET_CLOSED());
    return;
  }
  this._unrefTimer();
  const status = writev
    ? writeMany(this._handle, data)
    : writeOne(this._handle, data, encoding);
  if (status === 0) {
    callback();
  } else if (status > 0) {
    addWriteDone(this, callback);
    this[kQueueAtTimeout] = this._handle.writeQueueSize;
  } else {
    callback(new ErrnoException(status, 'write'));
  }
};

function writeOne(handle, data, encoding) {
  if (typeof data !== 'string') return handle.writeBuffer(data);
  switch (encoding) {
    case 'latin1':
    case 'binary':
      return handle.writeLatin1(data);
    case 'utf8':
    case 'utf-8':
      return handle.writeUtf8(data);
    default:
      return handle.writeBuffer(Buffer.from(data, encoding));
  }
}

function writeMany(handle, data) {
  const chunks = new Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const { chunk, encoding } = data[i];
    const direct = typeof chunk !== 'string' || encoding === 'utf8' || encoding === 'utf-8';
    chunks[i] = direct ? chunk : Buffer.from(chunk, encoding);
  }
  return handle.writev(chunks);
}

// For those who write to the handle themselves: `status` is what the write gave.
Socket.prototype._awaitWrite = function(status, callback) {
  if (status > 0) {
    addWriteDone(this, callback);
    this[kQueueAtTimeout] = this._handle.writeQueueSize;
  } else {
    const error = new ErrnoException(status, 'write');
    this.destroy(error);
    callback(error);
  }
};

Socket.prototype._writev = function(chunks, callback) {
  this._writeGeneric(true, chunks, '', callback);
};

Socket.prototype._write = function(data, encoding, callback) {
  this._writeGeneric(false, data, encoding, callback);
};

Socket.prototype.connect = function(...args) {
  const normalized = Array.isArray(args[0]) && args[0][kNormalized] ? args[0] : normalizeArgs(args);
  const [options, callback] = normalized;
  if (options === null || options === undefined) {
    throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
  }
  if (!options.path && options.port === undefined) {
    throw new ERR_MISSING_ARGS(['options', 'port', 'path']);
  }
  return require('internal/net/connect').connect(this, options, callback);
};

Socket.prototype.ref = function() {
  if (!this._handle) this.once('connect', this.ref);
  else if (typeof this._handle.ref === 'function') this._handle.ref();
  return this;
};

Socket.prototype.unref = function() {
  if (!this._handle) this.once('connect', this.unref);
  else if (typeof this._handle.unref === 'function') this._handle.unref();
  return this;
};

// A clean slate for a socket object that connects again.
function reinitialize(socket) {
  socket._undestroy();
  socket.write = Socket.prototype.write;
  socket._handle = null;
  socket[kPeerName] = undefined;
  socket[kSockName] = undefined;
}

module.exports = { Socket, attachHandle, reinitialize, kWriteDone };
