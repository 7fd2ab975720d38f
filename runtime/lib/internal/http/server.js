'use strict';

// http.Server: a net.Server whose connections speak HTTP/1.1, with limits on how long a request may
// take. One timer per server checks all connections; idle ones wait in a list ordered by time.

const net = require('internal/net/server');
const {
  codes: { ERR_HTTP_REQUEST_TIMEOUT, ERR_OUT_OF_RANGE },
} = require('internal/errors');
const {
  validateBoolean, validateFunction, validateInteger, validateObject,
} = require('internal/validators');
const { kEmptyObject } = require('internal/util');
const { IncomingMessage } = require('internal/http/incoming');
const { ServerResponse } = require('internal/http/server_response');
const { onConnection, onError, kConnection } = require('internal/http/connection');

const kConnections = Symbol('connections');
const kCheckTimer = Symbol('checkTimer');
const kIdleHead = Symbol('idleHead');
const kIdleTimer = Symbol('idleTimer');
const kUniqueHeaders = require('internal/http/outgoing').kUniqueHeaders;

// Unless told otherwise, limits are kept to within a second.
const kCheckEvery = 1000;

function Server(options, requestListener) {
  if (!(this instanceof Server)) return new Server(options, requestListener);
  if (typeof options === 'function') {
    requestListener = options;
    options = kEmptyObject;
  } else if (options === undefined || options === null) {
    options = kEmptyObject;
  } else {
    validateObject(options, 'options');
  }
  storeOptions(this, options);
  net.Server.call(this, {
    allowHalfOpen: true,
    noDelay: options.noDelay ?? true,
    keepAlive: options.keepAlive,
    keepAliveInitialDelay: options.keepAliveInitialDelay,
    highWaterMark: options.highWaterMark,
    blockList: options.blockList,
    pauseOnConnect: false,
  });
  if (requestListener) this.on('request', requestListener);
  this.httpAllowHalfOpen = false;
  this.on('connection', onConnection);
  this.timeout = 0;
  this.isClosing = false;
  this.maxHeadersCount = null;
  this.maxRequestsPerSocket = 0;
  // The parser reads sockets itself; net need not start them.
  this._readsItself = true;
  initializeTracking(this);
}
Object.setPrototypeOf(Server.prototype, net.Server.prototype);
Object.setPrototypeOf(Server, net.Server);

function initializeTracking(server) {
  server[kConnections] = new Set();
  server[kCheckTimer] = null;
  server[kIdleTimer] = null;
  server[kIdleHead] = { idleNext: null, idlePrevious: null };
  server[kIdleHead].idleNext = server[kIdleHead].idlePrevious = server[kIdleHead];
}

function readDuration(options, name, fallback) {
  const value = options[name];
  if (value === undefined) return fallback;
  validateInteger(value, name, 0);
  return value;
}

function storeOptions(server, options) {
  server.IncomingMessageClass = options.IncomingMessage || IncomingMessage;
  server.ServerResponseClass = options.ServerResponse || ServerResponse;
  if (options.maxHeaderSize !== undefined) validateInteger(options.maxHeaderSize, 'maxHeaderSize', 0);
  server.maxHeaderSize = options.maxHeaderSize;
  for (const name of ['insecureHTTPParser', 'requireHostHeader', 'joinDuplicateHeaders',
    'rejectNonStandardBodyWrites', 'optimizeEmptyRequests']) {
    if (options[name] !== undefined) validateBoolean(options[name], `options.${name}`);
  }
  server.insecureHTTPParser = options.insecureHTTPParser;
  server.requireHostHeader = options.requireHostHeader ?? true;
  server.joinDuplicateHeaders = options.joinDuplicateHeaders ?? false;
  server.rejectNonStandardBodyWrites = options.rejectNonStandardBodyWrites ?? false;
  server.requestTimeout = readDuration(options, 'requestTimeout', 300_000);
  if (options.headersTimeout !== undefined) {
    server.headersTimeout = readDuration(options, 'headersTimeout', 60_000);
  } else {
    server.headersTimeout = server.requestTimeout === 0
      ? 60_000
      : Math.min(60_000, server.requestTimeout);
  }
  if (server.requestTimeout > 0 && server.headersTimeout > 0 &&
      server.headersTimeout > server.requestTimeout) {
    throw new ERR_OUT_OF_RANGE('headersTimeout', '<= requestTimeout', options.headersTimeout);
  }
  server.optimizeEmptyRequests = options.optimizeEmptyRequests ?? false;
  server.keepAliveTimeout = readDuration(options, 'keepAliveTimeout', 5_000);
  server.keepAliveTimeoutBuffer = readDuration(options, 'keepAliveTimeoutBuffer', 1_000);
  server.connectionsCheckingInterval =
    readDuration(options, 'connectionsCheckingInterval', 30_000);
  server._checkEvery = Math.min(server.connectionsCheckingInterval,
    options.connectionsCheckingInterval === undefined ? kCheckEvery : Infinity);
  if (options.shouldUpgradeCallback !== undefined) {
    validateFunction(options.shouldUpgradeCallback, 'options.shouldUpgradeCallback');
  }
  server.shouldUpgradeCallback = options.shouldUpgradeCallback || defaultShouldUpgrade;
  server[kUniqueHeaders] = parseUniqueHeaders(options.uniqueHeaders);
  server.responseOptions = {
    highWaterMark: options.highWaterMark,
    rejectNonStandardBodyWrites: server.rejectNonStandardBodyWrites,
    uniqueHeaders: server[kUniqueHeaders],
  };
}

function defaultShouldUpgrade() {
  return this.listenerCount('upgrade') > 0;
}

function parseUniqueHeaders(headers) {
  if (!Array.isArray(headers)) return null;
  const unique = new Set();
  for (const item of headers) {
    for (const name of Array.isArray(item) ? item : [item]) unique.add(name.toLowerCase());
  }
  return unique;
}

// ---- connections ----

Server.prototype.startTracking = function(connection) {
  this[kConnections].add(connection);
  if (this[kCheckTimer] === null && this._checkEvery > 0) {
    this[kCheckTimer] = setInterval(checkConnections, this._checkEvery, this);
    this[kCheckTimer].unref();
  }
};

Server.prototype.stopTracking = function(connection) {
  this[kConnections].delete(connection);
  if (connection.idleSince !== 0) this.removeIdle(connection);
  if (this[kConnections].size === 0) stopChecking(this);
};

function stopChecking(server) {
  clearInterval(server[kCheckTimer]);
  server[kCheckTimer] = null;
}

function checkConnections(server) {
  const { headersTimeout, requestTimeout } = server;
  if (headersTimeout === 0 && requestTimeout === 0) return;
  for (const connection of server[kConnections]) {
    if (!connection.parser.isOverdue(headersTimeout, requestTimeout)) continue;
    onError.call(connection.socket, new ERR_HTTP_REQUEST_TIMEOUT());
  }
}

// The list runs from the connection that has been idle longest to the newest.
Server.prototype.addIdle = function(connection) {
  const head = this[kIdleHead];
  connection.idleSince = Date.now();
  connection.idlePrevious = head.idlePrevious;
  connection.idleNext = head;
  head.idlePrevious.idleNext = connection;
  head.idlePrevious = connection;
  if (this[kIdleTimer] === null) armIdleTimer(this, idleLimit(this));
};

Server.prototype.removeIdle = function(connection) {
  connection.idleSince = 0;
  connection.idlePrevious.idleNext = connection.idleNext;
  connection.idleNext.idlePrevious = connection.idlePrevious;
  connection.idleNext = connection.idlePrevious = null;
};

// Clients are told the shorter time, so that they stop using a connection before it closes.
function idleLimit(server) {
  return server.keepAliveTimeout + server.keepAliveTimeoutBuffer;
}

function armIdleTimer(server, delay) {
  server[kIdleTimer] = setTimeout(closeIdle, Math.max(delay, 1), server);
  server[kIdleTimer].unref();
}

function closeIdle(server) {
  server[kIdleTimer] = null;
  const head = server[kIdleHead];
  const now = Date.now();
  const limit = idleLimit(server);
  while (head.idleNext !== head) {
    const connection = head.idleNext;
    const left = connection.idleSince + limit - now;
    if (left > 0) {
      armIdleTimer(server, left);
      return;
    }
    server.removeIdle(connection);
    connection.socket.emit('timeout');
  }
}

Server.prototype.listen = function(...args) {
  this.isClosing = false;
  return net.Server.prototype.listen.apply(this, args);
};

Server.prototype.close = function(callback) {
  this.isClosing = Boolean(this._handle);
  this.closeIdleConnections();
  return net.Server.prototype.close.call(this, callback);
};

Server.prototype.closeAllConnections = function() {
  for (const connection of this[kConnections]) connection.socket.destroy();
};

Server.prototype.closeIdleConnections = function() {
  for (const connection of this[kConnections]) {
    const { socket } = connection;
    if (!connection.parser.isIdle() || connection.outgoing.length > 0) continue;
    if (socket._httpMessage && !socket._httpMessage.finished) continue;
    socket.destroy();
  }
};

Server.prototype.setTimeout = function(msecs, callback) {
  this.timeout = msecs;
  if (callback) this.on('timeout', callback);
  return this;
};

Server.prototype[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')] = async function() {
  await new Promise((resolve, reject) => {
    this.close((error) => (error ? reject(error) : resolve()));
  });
};

Server.prototype[Symbol.for('nodejs.rejection')] = function(error, event, ...args) {
  if (event !== 'request') {
    net.Server.prototype[Symbol.for('nodejs.rejection')].call(this, error, event, ...args);
    return;
  }
  const response = args[1];
  if (!response.headersSent && !response.writableEnded) {
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.statusCode = 500;
    response.end('Internal Server Error');
  } else {
    response.destroy();
  }
};

module.exports = {
  Server,
  _connectionListener: onConnection,
  kConnection,
  parseUniqueHeaders,
  storeOptions,
};
