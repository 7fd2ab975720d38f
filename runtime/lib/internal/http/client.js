'use strict';

// http.ClientRequest: one request over a socket from an agent or of its own.

const net = require('net');
const { finished } = require('stream');
const {
  codes: {
    ERR_HTTP_HEADERS_SENT,
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_HTTP_TOKEN,
    ERR_INVALID_PROTOCOL,
    ERR_UNESCAPED_CHARACTERS,
  },
  AbortError,
  genericNodeError,
} = require('internal/errors');
const { validateBoolean, validateInteger } = require('internal/validators');
const { kEmptyObject } = require('internal/util');
const {
  METHODS, checkIsHttpToken, getMaxHeaderSize, isInsecureByDefault,
} = require('internal/http/common');
const { Agent, getGlobalAgent } = require('internal/http/agent');
const { IncomingMessage, endMessage } = require('internal/http/incoming');
const { OutgoingMessage, kErrored, kOutHeaders, kUniqueHeaders } =
  require('internal/http/outgoing');
const { parseUniqueHeaders } = require('internal/http/server');
const frames = require('internal/async_context_frame');
const { HTTPParser } = internalBinding('http_parser');
const diagnosticsChannel = require('diagnostics_channel');

const { nextTick } = process;
const startChannel = diagnosticsChannel.channel('http.client.request.start');
const createdChannel = diagnosticsChannel.channel('http.client.request.created');
const errorChannel = diagnosticsChannel.channel('http.client.request.error');
const finishChannel = diagnosticsChannel.channel('http.client.response.finish');
const kBadPath = /[^\u0021-\u00ff]/;
const kContext = Symbol('kContext');
const kEarlyError = Symbol('kEarlyError');
const kError = Symbol('error');
const kPath = Symbol('path');
const kReadBody = 0;
const kSkipBody = 1;
const kProtocolChange = 2;
const kFlagKeepAlive = 1;
const kFlagUpgrade = 2;
const kStateUpgraded = 2;
const kStateFailed = 3;

function hangUp() {
  return genericNodeError('socket hang up', { code: 'ECONNRESET' });
}

function isURL(value) {
  return Boolean(value?.href && value.protocol && value.auth === undefined &&
    value.path === undefined);
}

function urlToOptions(url) {
  return require('url').urlToHttpOptions(url);
}

// (url | string, options, callback), (options, callback): [options, callback]
function readArguments(input, options, callback) {
  if (typeof input === 'string') {
    input = urlToOptions(new URL(input));
  } else if (isURL(input)) {
    input = urlToOptions(input);
  } else {
    callback = options;
    options = input;
    input = null;
  }
  if (typeof options === 'function') {
    callback = options;
    options = input || kEmptyObject;
  } else {
    options = Object.assign(input || {}, options);
  }
  return [options, callback];
}

function chooseAgent(request, options) {
  const defaultAgent = options._defaultAgent || getGlobalAgent();
  const { agent } = options;
  if (agent === false) {
    request.agent = new defaultAgent.constructor();
  } else if (agent === null || agent === undefined) {
    request.agent = typeof options.createConnection === 'function' ? undefined : defaultAgent;
  } else if (typeof agent.addRequest !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('options.agent', ['Agent-like Object', 'undefined', 'false'],
      agent);
  } else {
    request.agent = agent;
  }
  return defaultAgent;
}

function validateHost(host, name) {
  if (host !== null && host !== undefined && typeof host !== 'string') {
    throw new ERR_INVALID_ARG_TYPE(`options.${name}`, ['string', 'undefined', 'null'], host);
  }
  return host;
}

function ClientRequest(input, options, callback) {
  if (!(this instanceof ClientRequest)) return new ClientRequest(input, options, callback);
  OutgoingMessage.call(this);
  [options, callback] = readArguments(input, options, callback);
  const defaultAgent = chooseAgent(this, options);
  const protocol = options.protocol || defaultAgent.protocol;
  const expected = this.agent?.protocol || defaultAgent.protocol;
  if (options.path) {
    const path = String(options.path);
    if (kBadPath.test(path)) throw new ERR_UNESCAPED_CHARACTERS('Request path');
  }
  if (protocol !== expected) throw new ERR_INVALID_PROTOCOL(protocol, expected);
  const defaultPort = options.defaultPort || this.agent?.defaultPort;
  options = { ...options };
  const port = options.port = options.port || defaultPort || 80;
  const host = options.host = validateHost(options.hostname, 'hostname') ||
    validateHost(options.host, 'host') || 'localhost';
  const setHost = options.setHost !== undefined ? Boolean(options.setHost)
    : options.setDefaultHeaders !== false;

  this._removedConnection = options.setDefaultHeaders === false;
  this._removedContLen = options.setDefaultHeaders === false;
  this._removedTE = options.setDefaultHeaders === false;
  this.socketPath = options.socketPath;
  if (options.timeout !== undefined) this.timeout = checkTimeout(options.timeout);
  readLimits(this, options);

  let { method } = options;
  if (method !== null && method !== undefined && typeof method !== 'string') {
    throw new ERR_INVALID_ARG_TYPE('options.method', 'string', method);
  }
  if (method) {
    if (!checkIsHttpToken(method)) throw new ERR_INVALID_HTTP_TOKEN('Method', method);
    method = method.toUpperCase();
    this.method = METHODS.includes(method) ? method : options.method;
  } else {
    method = this.method = 'GET';
  }
  this.path = options.path || '/';
  if (callback) this.once('response', callback);
  this.useChunkedEncodingByDefault = !['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']
    .includes(method);
  this._ended = false;
  this.res = null;
  this.aborted = false;
  this.timeoutCb = null;
  this.upgradeOrConnect = false;
  this.parser = null;
  this.maxHeadersCount = null;
  this.reusedSocket = false;
  this.host = host;
  this.protocol = protocol;
  this[kUniqueHeaders] = parseUniqueHeaders(options.uniqueHeaders);
  this[kError] = null;
  this[kContext] = frames.current();

  if (this.agent) {
    // Without keep-alive a connection may still serve several requests that wait for it.
    if (!this.agent.keepAlive && !Number.isFinite(this.agent.maxSockets)) {
      this._last = true;
      this.shouldKeepAlive = false;
    } else {
      this._last = false;
      this.shouldKeepAlive = true;
    }
  }
  addHeaders(this, options, { host, port, defaultPort, setHost });
  if (options.signal) require('stream').addAbortSignal(options.signal, this);
  // Aborting destroys the request, and with it the socket: one listener is enough.
  delete options.signal;
  takeSocket(this, options);
  if (createdChannel.hasSubscribers) createdChannel.publish({ request: this });
}
Object.setPrototypeOf(ClientRequest.prototype, OutgoingMessage.prototype);
Object.setPrototypeOf(ClientRequest, OutgoingMessage);

function checkTimeout(value) {
  const { validateNumber } = require('internal/validators');
  validateNumber(value, 'timeout');
  return value;
}

function readLimits(request, options) {
  if (options.maxHeaderSize !== undefined) {
    validateInteger(options.maxHeaderSize, 'maxHeaderSize', 0);
  }
  request.maxHeaderSize = options.maxHeaderSize;
  if (options.insecureHTTPParser !== undefined) {
    validateBoolean(options.insecureHTTPParser, 'options.insecureHTTPParser');
  }
  request.insecureHTTPParser = options.insecureHTTPParser;
  if (options.joinDuplicateHeaders !== undefined) {
    validateBoolean(options.joinDuplicateHeaders, 'options.joinDuplicateHeaders');
  }
  request.joinDuplicateHeaders = options.joinDuplicateHeaders;
}

function hostHeader({ host, port, defaultPort }) {
  const isV6 = host.includes(':') && host.indexOf(':') !== host.lastIndexOf(':') &&
    !host.startsWith('[');
  const text = isV6 ? `[${host}]` : host;
  return port && +port !== defaultPort ? `${text}:${port}` : text;
}

function addHeaders(request, options, where) {
  const { headers } = options;
  const isList = Array.isArray(headers);
  if (!isList) {
    for (const name of headers ? Object.keys(headers) : []) {
      if (Array.isArray(headers[name]) && name.toLowerCase() === 'host') {
        throw new ERR_INVALID_ARG_TYPE(`options.headers.${name}`, 'string', headers[name]);
      }
      request.setHeader(name, headers[name]);
    }
    if (where.host && !request.getHeader('host') && where.setHost) {
      request.setHeader('Host', hostHeader(where));
    }
    if (options.auth && !request.getHeader('Authorization')) {
      request.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`);
    }
    if (request.getHeader('expect')) {
      if (request._header) throw new ERR_HTTP_HEADERS_SENT('render');
      request._storeHeader(firstLine(request), null);
    }
    return;
  }
  // A list is sent as it is: nothing is added.
  request._storeHeader(firstLine(request), headers);
}

function firstLine(request) {
  return `${request.method} ${request.path} HTTP/1.1\r\n`;
}

function takeSocket(request, options) {
  let socketOptions = options;
  if (request.socketPath) socketOptions = { ...options, path: request.socketPath };
  if (request.agent) {
    request.agent.addRequest(request, optionsForAgent(request, socketOptions));
    return;
  }
  request._last = true;
  request.shouldKeepAlive = false;
  let called = false;
  const onMade = (error, socket) => {
    if (called) return;
    called = true;
    if (error) nextTick(emitRequestError, request, error);
    else request.onSocket(socket);
  };
  if (!request.socketPath) socketOptions = { ...options, path: null };
  const socket = typeof options.createConnection === 'function'
    ? options.createConnection(socketOptions, onMade)
    : net.createConnection(socketOptions);
  if (socket) onMade(null, socket);
}

function optionsForAgent(request, options) {
  return request.socketPath ? options : { ...options, path: null };
}

// The path can be changed until it is sent, but not into something that ends the line.
Object.defineProperty(ClientRequest.prototype, 'path', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() {
    return this[kPath];
  },
  set(value) {
    const path = String(value);
    if (kBadPath.test(path)) throw new ERR_UNESCAPED_CHARACTERS('Request path');
    this[kPath] = path;
  },
});

ClientRequest.prototype._finish = function() {
  OutgoingMessage.prototype._finish.call(this);
  if (startChannel.hasSubscribers) startChannel.publish({ request: this });
};

ClientRequest.prototype._onFinish = function() {
  // The answer came before all of the request was sent.
  if (this.shouldKeepAlive && this._ended) responseOrRequestDone(this);
};

ClientRequest.prototype._implicitHeader = function() {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('render');
  this._storeHeader(firstLine(this), this[kOutHeaders] && null);
};

ClientRequest.prototype.abort = function() {
  if (this.aborted) return;
  this.aborted = true;
  nextTick(() => this.emit('abort'));
  this.destroy();
};

ClientRequest.prototype.destroy = function(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  if (this.res) this.res._dump();
  this[kError] = error;
  if (error) this[kErrored] = error;
  this.socket?.destroy(error);
  return this;
};

function emitRequestError(request, error) {
  if (errorChannel.hasSubscribers) errorChannel.publish({ request, error });
  request.emit('error', error);
}

function emitClose(request) {
  request._closed = true;
  request.emit('close');
}

// ---- the socket; listeners see it as `this` ----

ClientRequest.prototype.onSocket = function(socket, error) {
  // A connection that fails before the request takes it over is the request's failure.
  socket?.on?.('error', keepEarlyError);
  nextTick(attachSocket, this, socket, error);
};

function keepEarlyError(error) {
  this[kEarlyError] ??= error;
}

// A socket serves many requests: what happens to one is told in the asynchronous context that made
// the request, not in the one that opened the connection.
function inRequestContext(handler) {
  return function(argument) {
    const request = this._httpMessage;
    if (!request) return Reflect.apply(handler, this, [argument]);
    return frames.runIn(request[kContext], handler, this, [argument]);
  };
}

function attachSocket(request, socket, error) {
  frames.runIn(request[kContext], attach, undefined, [request, socket, error]);
}

function attach(request, socket, error) {
  if (socket) {
    socket.removeListener?.('error', keepEarlyError);
    error ??= socket[kEarlyError];
  }
  if (!request.destroyed && !error) {
    startOnSocket(request, socket);
    return;
  }
  request.destroyed = true;
  if (!socket) {
    finishUnsent(request, error ?? request[kError]);
  } else if (!error && request.agent && !socket.destroyed) {
    // An unused socket is as good as before.
    socket.emit('free');
    finishUnsent(request, request[kError]);
  } else {
    // The socket may have an error of its own to tell.
    finished(socket.destroy(error ?? request[kError]), (socketError) => {
      if (socketError?.code === 'ERR_STREAM_PREMATURE_CLOSE') socketError = null;
      finishUnsent(request, socketError || error || request[kError]);
    });
  }
}

function finishUnsent(request, error) {
  if (!error && !request.aborted) error = hangUp();
  if (error) emitRequestError(request, error);
  emitClose(request);
}

function startOnSocket(request, socket) {
  const parser = new HTTPParser();
  request.socket = socket;
  request.parser = parser;
  parser.request = request;
  parser.socket = socket;
  const count = request.maxHeadersCount;
  const bounded = typeof count === 'number';
  parser.initialize(1, onHead, onBody, onComplete, null,
    request.maxHeaderSize || getMaxHeaderSize(),
    bounded ? (count > 0 ? count : 0x7fffffff) : 0, bounded,
    request.insecureHTTPParser ?? isInsecureByDefault());
  socket.parser = parser;
  socket._httpMessage = request;
  socket.on('error', onSocketError);
  socket.on('data', onSocketData);
  socket.on('end', onSocketEnd);
  socket.on('close', onSocketClose);
  socket.on('drain', onSocketDrain);
  if (request.timeout !== undefined || request.agent?.options?.timeout) listenTimeout(request);
  request.emit('socket', socket);
  if (request.destroyed) return;
  request._flush();
}

// `this` is the socket.
const onRequestTimeout = inRequestContext(function() {
  this._httpMessage?.emit('timeout');
});

const onResponseTimeout = inRequestContext(function() {
  this._httpMessage?.res?.emit('timeout');
});

function listenTimeout(request) {
  if (request.timeoutCb) return;
  request.timeoutCb = onRequestTimeout;
  if (request.socket) {
    request.socket.once('timeout', onRequestTimeout);
  } else {
    request.on('socket', (socket) => socket.once('timeout', onRequestTimeout));
  }
}

function release(request, socket) {
  if (request.timeoutCb) {
    socket.removeListener('timeout', request.timeoutCb);
    request.timeoutCb = null;
  }
  socket.removeListener('timeout', onResponseTimeout);
  socket.removeListener('error', onSocketError);
  socket.removeListener('data', onSocketData);
  socket.removeListener('end', onSocketEnd);
  socket.removeListener('close', onSocketClose);
  socket.removeListener('drain', onSocketDrain);
}

function freeParser(request, socket) {
  const { parser } = request;
  if (!parser) return;
  request.parser = null;
  if (socket) socket.parser = null;
  parser.free();
}

const onSocketDrain = inRequestContext(function() {
  const request = this._httpMessage;
  if (request && !request.finished && request.writableNeedDrain) request._drained();
});

const onSocketError = inRequestContext(function(error) {
  const request = this._httpMessage;
  if (request) {
    this._hadError = true;
    emitRequestError(request, error);
  }
  freeParser(request ?? { parser: null }, this);
  release(request ?? {}, this);
  if (request) this.on('error', () => {});
  this.once('close', () => request && !request._closed && finishClose(request));
  this.destroy();
});

function finishClose(request) {
  const { res } = request;
  request.destroyed = true;
  if (res && !res.complete) res.destroy(genericNodeError('aborted', { code: 'ECONNRESET' }));
  emitClose(request);
}

const onSocketEnd = inRequestContext(function() {
  const request = this._httpMessage;
  if (!request) return;
  const { parser } = request;
  if (!request.res && !this._hadError) {
    // Closed without an answer.
    this._hadError = true;
    emitRequestError(request, hangUp());
  }
  if (parser) {
    parser.finish();
    freeParser(request, this);
  }
  this.end();
});

const onSocketClose = inRequestContext(function() {
  const request = this._httpMessage;
  if (!request) return;
  const { parser, res } = request;
  if (parser) parser.finish();
  request.destroyed = true;
  if (res) {
    if (!res.complete) {
      res.destroy(genericNodeError('aborted', { code: 'ECONNRESET' }));
    }
    emitClose(request);
    if (!res.aborted && res.readable) res.push(null);
  } else {
    if (!this._hadError) {
      this._hadError = true;
      emitRequestError(request, request[kError] ??
        (this.errored instanceof AbortError ? this.errored : hangUp()));
    }
    emitClose(request);
  }
  if (request.outputData.length > 0) {
    request.outputData = [];
    request.outputSize = 0;
  }
  freeParser(request, this);
});

const onSocketData = inRequestContext(function(chunk) {
  const request = this._httpMessage;
  const parser = request?.parser;
  if (!parser) return;
  const result = parser.execute(chunk);
  if (typeof result === 'number' || !Array.isArray(result)) return;
  const [state, taken, code, reason] = result;
  if (state === kStateUpgraded) {
    takeOver(request, this, chunk.subarray(taken));
  } else if (state === kStateFailed && request.parser === parser) {
    failResponse(request, this, genericNodeError(`Parse Error: ${reason}`, {
      bytesParsed: taken, code, reason, rawPacket: chunk,
    }));
  }
});

function failResponse(request, socket, error) {
  freeParser(request, socket);
  release(request, socket);
  socket.on('error', () => {});
  socket.destroy();
  socket._hadError = true;
  emitRequestError(request, error);
  request.destroyed = true;
  socket.once('close', () => {
    if (!request._closed) finishClose(request);
  });
}

// The answer changed the protocol: the socket goes to the listener, or is closed.
function takeOver(request, socket, head) {
  const response = request.res;
  response.complete = true;
  freeParser(request, socket);
  release(request, socket);
  socket._httpMessage = null;
  socket.readableFlowing = null;
  const event = request.method === 'CONNECT' ? 'connect' : 'upgrade';
  request.upgradeOrConnect = true;
  if (request.listenerCount(event) > 0) {
    // The agent forgets the socket first: it is the listener's now.
    socket.emit('agentRemove');
    request.emit(event, response, socket, head);
    request.destroyed = true;
    emitClose(request);
  } else {
    socket.destroy();
    request.destroyed = true;
    if (!response._dumped && request.listenerCount('response') === 0) response._dump();
    emitClose(request);
  }
}

// ---- from the parser; `this` is the parser ----

function onHead(version, status, phrase, rawHeaders, flags) {
  const { request, socket } = this;
  const response = new IncomingMessage(socket);
  response.httpVersionMajor = 1;
  response.httpVersionMinor = version - 10;
  response.httpVersion = version === 11 ? '1.1' : '1.0';
  response.statusCode = status;
  response.statusMessage = phrase;
  response.rawHeaders = rawHeaders;
  response.joinDuplicateHeaders = request.joinDuplicateHeaders;
  if (request.res) {
    // A second answer to one request: nothing of this connection can be trusted.
    socket.destroy();
    return kReadBody;
  }
  request.res = response;
  this.response = response;
  const asked = request.method === 'CONNECT';
  if ((flags & kFlagUpgrade) !== 0 && (status === 101 || asked)) {
    response.upgrade = true;
    return kProtocolChange;
  }
  if (asked) {
    response.upgrade = true;
    return kProtocolChange;
  }
  response.upgrade = false;
  if (status >= 100 && status < 200) {
    // Informational: the real answer follows.
    request.res = null;
    this.response = null;
    if (status === 100) request.emit('continue');
    request.emit('information', {
      statusCode: status, statusMessage: phrase, httpVersion: response.httpVersion,
      httpVersionMajor: 1, httpVersionMinor: response.httpVersionMinor,
      headers: response.headers, rawHeaders,
    });
    return kSkipBody;
  }
  const keepAlive = (flags & kFlagKeepAlive) !== 0;
  if (request.shouldKeepAlive && !keepAlive) request.shouldKeepAlive = false;
  if (finishChannel.hasSubscribers) finishChannel.publish({ request, response });
  response.req = request;
  response.on('end', onResponseEnd);
  socket.on('timeout', onResponseTimeout);
  if (request._closed || request.aborted || !request.emit('response', response)) response._dump();
  // Whatever length they announce, these have no body.
  return request.method === 'HEAD' || status === 304 ? kSkipBody : kReadBody;
}

function onBody(chunk) {
  const { response, socket } = this;
  if (!response || response._dumped) return;
  if (!response.push(chunk)) socket.pause();
}

function onComplete(rawTrailers) {
  const { response, socket } = this;
  if (!response) return;
  response.complete = true;
  if (rawTrailers !== undefined) response._addHeaderLines(rawTrailers, rawTrailers.length);
  this.response = null;
  if (response.upgrade) return;
  endMessage(response);
  if (socket.readable && !socket.destroyed) socket.resume();
}

// The response has been read to its end.
function onResponseEnd() {
  const { req: request, socket } = this;
  request._ended = true;
  if (!request.shouldKeepAlive) {
    if (socket.writable && !request.upgradeOrConnect) {
      if (typeof socket.destroySoon === 'function') socket.destroySoon();
      else socket.end();
    }
    return;
  }
  if (request.writableFinished && !this.aborted) responseOrRequestDone(request);
}

// Both sides are done: the socket is free for others.
function responseOrRequestDone(request) {
  if (!request._ended || request._released) return;
  request._released = true;
  const { socket } = request;
  freeParser(request, socket);
  release(request, socket);
  request.destroyed = true;
  // Let the response's own 'end' listeners run first.
  nextTick(() => {
    emitClose(request);
    if (request.res) request.res._closedByRequest = true;
    socket.emit('free');
    if (socket._httpMessage === request) socket._httpMessage = null;
  });
}

// ---- settings that wait for the socket ----

function later(request, apply) {
  if (!request.socket) {
    request.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => apply(socket));
      else apply(socket);
    });
  } else if (request.socket.connecting) {
    request.socket.once('connect', () => apply(request.socket));
  } else {
    apply(request.socket);
  }
}

function setSocketTimeout(socket, msecs) {
  if (socket.connecting) socket.once('connect', () => socket.setTimeout(msecs));
  else socket.setTimeout(msecs);
}

ClientRequest.prototype.setTimeout = function(msecs, callback) {
  if (this._ended) return this;
  listenTimeout(this);
  checkTimeout(msecs);
  if (callback) this.once('timeout', callback);
  if (this.socket) setSocketTimeout(this.socket, msecs);
  else this.once('socket', (socket) => setSocketTimeout(socket, msecs));
  return this;
};

ClientRequest.prototype.setNoDelay = function(noDelay) {
  later(this, (socket) => socket.setNoDelay(noDelay));
};

ClientRequest.prototype.setSocketKeepAlive = function(enable, initialDelay) {
  later(this, (socket) => socket.setKeepAlive(enable, initialDelay));
};

ClientRequest.prototype.clearTimeout = function(callback) {
  this.setTimeout(0, callback);
};

module.exports = { Agent, ClientRequest };
