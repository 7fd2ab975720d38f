'use strict';

// net.Server: listens on a TCP address, a unix socket path, a descriptor or a handle, and makes a
// Socket of each connection.

const EventEmitter = require('events');
const {
  codes: {
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_FD_TYPE,
    ERR_SERVER_ALREADY_LISTEN,
    ERR_SERVER_NOT_RUNNING,
  },
  ErrnoException,
  UVExceptionWithHostPort,
} = require('internal/errors');
const {
  validateAbortSignal, validateNumber, validatePort,
} = require('internal/validators');
const {
  createHandle, guessType, isPipeName, kNormalized, kSetKeepAlive, kSetKeepAliveInitialDelay,
  kSetNoDelay, normalizeArgs, toNumber,
} = require('internal/net/common');
const { kEmptyObject } = require('internal/util');
const { Socket } = require('internal/net/socket');
const { isIP } = require('internal/net/ip');
const diagnosticsChannel = require('diagnostics_channel');

const { nextTick } = process;
const serverSocketChannel = diagnosticsChannel.channel('net.server.socket');
const listenChannel = diagnosticsChannel.tracingChannel('net.server.listen');
const kDefaultBacklog = 511;
const kIpv6Only = 1;
const kReusePort = 2;
const kReadable = 1;
const kWritable = 2;

function Server(options, connectionListener) {
  if (!(this instanceof Server)) return new Server(options, connectionListener);
  EventEmitter.call(this);
  if (typeof options === 'function') {
    connectionListener = options;
    options = kEmptyObject;
    this.on('connection', connectionListener);
  } else if (options === undefined || options === null || typeof options === 'object') {
    options = { ...options };
    if (typeof connectionListener === 'function') this.on('connection', connectionListener);
  } else {
    throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
  }
  if (options.keepAliveInitialDelay !== undefined) {
    validateNumber(options.keepAliveInitialDelay, 'options.keepAliveInitialDelay');
    if (options.keepAliveInitialDelay < 0) options.keepAliveInitialDelay = 0;
  }
  if (options.highWaterMark !== undefined) {
    validateNumber(options.highWaterMark, 'options.highWaterMark');
    if (options.highWaterMark < 0) options.highWaterMark = undefined;
  }
  this._connections = 0;
  this._handle = null;
  this._usingWorkers = false;
  this._workers = [];
  this._unref = false;
  this._listeningId = 1;
  this.allowHalfOpen = options.allowHalfOpen || false;
  this.pauseOnConnect = Boolean(options.pauseOnConnect);
  this.noDelay = Boolean(options.noDelay);
  this.keepAlive = Boolean(options.keepAlive);
  this.keepAliveInitialDelay = ~~((options.keepAliveInitialDelay ?? 0) / 1000);
  this.highWaterMark = options.highWaterMark;
  if (options.blockList) {
    const { BlockList } = require('internal/net/block_list');
    if (!BlockList.isBlockList(options.blockList)) {
      throw new ERR_INVALID_ARG_TYPE('options.blockList', 'net.BlockList', options.blockList);
    }
    this.blockList = options.blockList;
  }
}
Object.setPrototypeOf(Server.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Server, EventEmitter);

Object.defineProperty(Server.prototype, 'listening', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() { return Boolean(this._handle); },
});

Server.prototype.listen = function(...args) {
  let [options, callback] = Array.isArray(args[0]) && args[0][kNormalized]
    ? args[0]
    : normalizeArgs(args);
  if (this._handle) throw new ERR_SERVER_ALREADY_LISTEN();
  if (listenChannel.hasSubscribers) listenChannel.asyncStart.publish({ server: this, options });
  if (callback !== null) {
    this.once('listening', callback);
  }
  const backlog = options.backlog || toNumber(args.length > 1 && args[1]) ||
    toNumber(args.length > 2 && args[2]);
  options = options._handle || options.handle || options;
  if (isHandle(options)) {
    this._handle = options;
    this._listeningId++;
    startListening(this, { backlog });
    return this;
  }
  addAbortSignal(this, options.signal);
  if (typeof options.fd === 'number' && options.fd >= 0) {
    startListening(this, { fd: options.fd, backlog });
    return this;
  }
  // listen(), listen(cb), listen(undefined): any free port.
  if (args.length === 0 || typeof args[0] === 'function' ||
      (typeof options.port === 'undefined' && 'port' in options) || options.port === null) {
    options.port = 0;
  }
  if (typeof options.port === 'number' || typeof options.port === 'string') {
    validatePort(options.port, 'options.port');
    listenOnPort(this, options, backlog);
    return this;
  }
  if (options.path && isPipeName(options.path)) {
    startListening(this, { path: options.path, backlog, mode: pipeMode(options) });
    return this;
  }
  if (!('port' in options || 'path' in options)) {
    throw new ERR_INVALID_ARG_VALUE('options', options,
      'must have the property "port" or "path"');
  }
  throw new ERR_INVALID_ARG_VALUE('options', options);
};

function isHandle(value) {
  return typeof value?.listen === 'function' && typeof value.close === 'function' &&
    'onconnection' in value;
}

function pipeMode({ readableAll, writableAll }) {
  return (readableAll ? kReadable : 0) | (writableAll ? kWritable : 0);
}

function addAbortSignal(server, signal) {
  if (signal === undefined) return;
  validateAbortSignal(signal, 'options.signal');
  const onAborted = () => server.close();
  if (signal.aborted) {
    nextTick(onAborted);
  } else {
    signal.addEventListener('abort', onAborted, { once: true });
    server.once('close', () => signal.removeEventListener('abort', onAborted));
  }
}

function listenOnPort(server, options, backlog) {
  const port = options.port | 0;
  let flags = options.ipv6Only ? kIpv6Only : 0;
  if (options.reusePort) flags |= kReusePort;
  if (!options.host) {
    startListening(server, { port, backlog, flags });
    return;
  }
  const id = ++server._listeningId;
  require('dns').lookup(options.host, (error, address, family) => {
    // close() or another listen() came first.
    if (id !== server._listeningId) return;
    if (error) {
      server.emit('error', error);
      return;
    }
    startListening(server, { address, port, family, backlog, flags });
  });
}

function openDescriptor(server, fd) {
  const type = guessType(fd);
  if (type !== 'TCP' && type !== 'PIPE') {
    const error = new ErrnoException(-22 /* EINVAL */, 'listen');
    return error;
  }
  let handle;
  try {
    handle = createHandle(fd, true);
  } catch (error) {
    return error instanceof ERR_INVALID_FD_TYPE ? new ErrnoException(-22, 'listen') : error;
  }
  const status = handle.open(fd);
  if (status < 0) return new ErrnoException(status, 'listen');
  server._handle = handle;
  return null;
}

function bindTcp(address, port, flags) {
  const handle = new (internalBinding('tcp').TCP)();
  const status = handle.bind(address, port, flags);
  if (status === 0) return handle;
  handle.close();
  return status;
}

// A bound handle, or a negative errno. Without an address: every IPv6 and IPv4 address, or every
// IPv4 address on machines without IPv6.
function createBound(server, target) {
  const { address, port, path, flags } = target;
  if (path !== undefined) {
    const handle = new (internalBinding('pipe').Pipe)();
    const status = handle.bind(path);
    if (status === 0) return handle;
    handle.close();
    return status;
  }
  if (address) return bindTcp(address, port, flags);
  const any = bindTcp('::', port, flags);
  if (typeof any === 'object') {
    target.address = '::';
    return any;
  }
  target.address = '0.0.0.0';
  return bindTcp('0.0.0.0', port, flags);
}

function startListening(server, target) {
  if (!server._handle) {
    if (target.fd !== undefined) {
      const error = openDescriptor(server, target.fd);
      if (error !== null) {
        nextTick(emitError, server, error);
        return;
      }
    } else {
      const handle = createBound(server, target);
      if (typeof handle === 'number') {
        failListening(server, handle, target);
        return;
      }
      server._handle = handle;
    }
  }
  const handle = server._handle;
  handle.onconnection = onConnection;
  handle.owner = server;
  const status = handle.listen(target.backlog || kDefaultBacklog);
  if (status < 0) {
    handle.close();
    server._handle = null;
    failListening(server, status, target);
    return;
  }
  if (target.mode && typeof handle.fchmod === 'function') {
    const result = handle.fchmod(target.mode);
    if (result < 0) {
      handle.close();
      server._handle = null;
      throw new ErrnoException(result, 'uv_pipe_chmod');
    }
  }
  if (target.path !== undefined) server._pipeName = target.path;
  server._connectionKey = target.path !== undefined
    ? `-1:${target.path}:${target.backlog}`
    : `${isIP(target.address) || 4}:${target.address ?? null}:${target.port ?? null}`;
  if (server._unref) server.unref();
  if (listenChannel.hasSubscribers) listenChannel.asyncEnd.publish({ server });
  nextTick(emitListening, server);
}

function failListening(server, status, { address, port, path, fd }) {
  const error = new UVExceptionWithHostPort(status, 'listen',
    path ?? address ?? (fd !== undefined ? undefined : null), port);
  if (path !== undefined) error.port = -1;
  if (listenChannel.hasSubscribers) listenChannel.error.publish({ server, error });
  nextTick(emitError, server, error);
}

function emitError(server, error) {
  server.emit('error', error);
}

function emitListening(server) {
  if (server._handle) server.emit('listening');
}

function addressesOf(handle) {
  const local = handle.getsockname?.();
  const remote = handle.getpeername?.();
  const data = {};
  if (typeof local === 'object') {
    data.localAddress = local.address;
    data.localPort = local.port;
    data.localFamily = local.family;
  }
  if (typeof remote === 'object') {
    data.remoteAddress = remote.address;
    data.remotePort = remote.port;
    data.remoteFamily = remote.family;
  }
  return data;
}

// `this` is the listening handle.
function onConnection(status, clientHandle) {
  const server = this.owner;
  if (status < 0) {
    server.emit('error', new ErrnoException(status, 'accept'));
    return;
  }
  if (server.maxConnections !== undefined && server.maxConnections !== null &&
      server._connections >= server.maxConnections) {
    const data = addressesOf(clientHandle);
    clientHandle.close();
    server.emit('drop', data);
    return;
  }
  if (server.blockList) {
    const name = clientHandle.getpeername();
    if (server.blockList.check(name.address, name.family.toLowerCase())) {
      clientHandle.close();
      server.emit('drop', addressesOf(clientHandle));
      return;
    }
  }
  const socket = new Socket({
    handle: clientHandle,
    allowHalfOpen: server.allowHalfOpen,
    pauseOnCreate: server.pauseOnConnect,
    readable: true,
    writable: true,
    noDelayedRead: server._readsItself,
    readableHighWaterMark: server.highWaterMark,
    writableHighWaterMark: server.highWaterMark,
  });
  if (server.noDelay && clientHandle.setNoDelay) {
    socket[kSetNoDelay] = true;
    clientHandle.setNoDelay(true);
  }
  if (server.keepAlive && clientHandle.setKeepAlive) {
    socket[kSetKeepAlive] = true;
    socket[kSetKeepAliveInitialDelay] = server.keepAliveInitialDelay;
    clientHandle.setKeepAlive(true, server.keepAliveInitialDelay);
  }
  server._connections++;
  socket.server = server;
  socket._server = server;
  server.emit('connection', socket);
  if (serverSocketChannel.hasSubscribers) serverSocketChannel.publish({ socket });
}

Server.prototype.address = function() {
  if (this._handle?.getsockname) {
    const name = this._handle.getsockname();
    if (typeof name === 'number') throw new ErrnoException(name, 'address');
    return name;
  }
  return this._pipeName ?? null;
};

Server.prototype.getConnections = function(callback) {
  nextTick(() => callback(null, this._connections));
  return this;
};

Server.prototype.close = function(callback) {
  if (typeof callback === 'function') {
    if (!this._handle) {
      this.once('close', () => callback(new ERR_SERVER_NOT_RUNNING()));
    } else {
      this.once('close', callback);
    }
  }
  if (this._handle) {
    this._handle.close();
    this._handle = null;
  }
  this._listeningId++;
  this._emitCloseIfDrained();
  return this;
};

Server.prototype._emitCloseIfDrained = function() {
  if (this._handle || this._connections) return;
  nextTick(emitCloseOnce, this);
};

function emitCloseOnce(server) {
  server.emit('close');
}

Server.prototype[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')] = async function() {
  if (!this._handle) return;
  await new Promise((resolve, reject) => {
    this.close((error) => (error ? reject(error) : resolve()));
  });
};

Server.prototype[EventEmitter.captureRejectionSymbol] = function(error, event, socket) {
  if (event === 'connection') socket.destroy(error);
  else this.emit('error', error);
};

Server.prototype.ref = function() {
  this._unref = false;
  if (this._handle) this._handle.ref();
  return this;
};

Server.prototype.unref = function() {
  this._unref = true;
  if (this._handle) this._handle.unref();
  return this;
};

module.exports = { Server };
