'use strict';

// One connection of an http.Server: its parser, the requests read from it and the responses that
// wait for their turn. On native sockets the parser takes the bytes itself.

const { HTTPParser } = internalBinding('http_parser');
const {
  codes: { ERR_HTTP_SOCKET_ENCODING },
  genericNodeError,
} = require('internal/errors');
const { getMaxHeaderSize, isInsecureByDefault } = require('internal/http/common');
const { endMessage, isUntouched, readStart, readStop } = require('internal/http/incoming');
const { emitClose } = require('internal/http/server_response');
const { EOF } = require('internal/net/common');
const { Socket } = require('internal/net/socket');
const diagnosticsChannel = require('diagnostics_channel');

const requestStart = diagnosticsChannel.channel('http.server.request.start');
const responseCreated = diagnosticsChannel.channel('http.server.response.created');
const responseFinish = diagnosticsChannel.channel('http.server.response.finish');

const kFlagKeepAlive = 1;
const kFlagUpgrade = 2;
const kFlagComplete = 4;
const kReadBody = 0;
const kProtocolChange = 2;
const kStopParsing = 3;
const kEventFailed = 1;
const kEventUpgraded = 2;
const kEventEnd = 3;
const kEventError = 4;
const kStateUpgraded = 2;
const kStateFailed = 3;

const kConnection = Symbol('http.connection');
// How long a refused client may take to read why.
const kLingerMs = 1000;

function noop() {}

class Connection {
  constructor(server, socket) {
    this.server = server;
    this.socket = socket;
    this.parser = null;
    this.reading = null;       // the request whose body is being read
    this.incoming = [];        // requests not yet answered, oldest first
    this.outgoing = [];        // responses waiting for the socket
    this.outgoingData = 0;
    this.requestsCount = 0;
    this.isPaused = false;
    this.closed = false;
    this.hasFailed = false;    // the parser met an error, or the request took too long
    // Place in the server's list of idle connections.
    this.idleSince = 0;
    this.idleNext = null;
    this.idlePrevious = null;
  }

  onPendingData(delta) {
    this.outgoingData += delta;
    if (this.isPaused && this.outgoingData < this.socket.writableHighWaterMark) {
      resumeReading(this);
    }
  }

  onResponseFinished(response) {
    finishResponse(this, response);
  }
}

// The 'connection' listener of every http.Server.
function onConnection(socket) {
  const server = this;
  const connection = new Connection(server, socket);
  socket[kConnection] = connection;
  socket.server ??= server;
  socket._httpMessage = null;
  socket._paused = false;
  server.startTracking(connection);

  if (server.timeout && typeof socket.setTimeout === 'function') socket.setTimeout(server.timeout);
  socket.on('timeout', onTimeout);

  const parser = new HTTPParser();
  const { maxHeadersCount } = server;
  const bounded = typeof maxHeadersCount === 'number';
  parser.initialize(0, onHead, onBody, onComplete, onEvent,
    server.maxHeaderSize || getMaxHeaderSize(),
    bounded ? (maxHeadersCount > 0 ? maxHeadersCount : 0x7fffffff) : 0, bounded,
    server.insecureHTTPParser ?? isInsecureByDefault());
  parser.connection = connection;
  connection.parser = parser;
  socket.parser = parser;
  socket.on('error', onError);
  socket.on('close', onClose);
  socket.on('end', onEnd);
  socket.on('drain', onDrain);
  socket.setEncoding = refuseEncoding;

  // Only a socket nobody has read from: elsewhere bytes may be waiting already.
  if (socket instanceof Socket && socket._handle && socket._handle.reading === undefined &&
      parser.consume(socket._handle)) {
    const handle = socket._handle;
    handle.consumedByParser = true;
    socket.on = socket.addListener = onWrapped;
    socket.prependListener = onPrepended;
    socket.push = onPushed;
    handle.reading = true;
    handle.readStart();
  } else {
    socket.on('data', onData);
  }
}

// Someone wants the socket's bytes for themselves: go back to events.
function unwrap(socket) {
  const handle = socket._handle;
  restoreListenerMethods(socket);
  if (!handle?.consumedByParser) return;
  handle.consumedByParser = false;
  socket.parser?.unconsume();
  socket.on('data', onData);
}

function restoreListenerMethods(socket) {
  delete socket.on;
  delete socket.addListener;
  delete socket.prependListener;
  delete socket.push;
}

function onWrapped(event, listener) {
  if (event === 'data' || event === 'readable') unwrap(this);
  return Socket.prototype.on.call(this, event, listener);
}

function onPrepended(event, listener) {
  if (event === 'data' || event === 'readable') unwrap(this);
  return Socket.prototype.prependListener.call(this, event, listener);
}

// Bytes that do not come from the network.
function onPushed(chunk, encoding) {
  if (chunk !== null) unwrap(this);
  return Socket.prototype.push.call(this, chunk, encoding);
}

function refuseEncoding() {
  throw new ERR_HTTP_SOCKET_ENCODING();
}

// ---- from the parser; `this` is the parser ----

function onHead(version, method, url, rawHeaders, flags) {
  const { connection } = this;
  const { server, socket } = connection;
  if (connection.idleSince !== 0) server.removeIdle(connection);
  const request = new server.IncomingMessageClass(socket);
  request.httpVersionMajor = 1;
  request.httpVersionMinor = version - 10;
  request.httpVersion = version === 11 ? '1.1' : '1.0';
  request.method = method;
  request.url = url;
  request.rawHeaders = rawHeaders;
  request.joinDuplicateHeaders = server.joinDuplicateHeaders;
  const isComplete = (flags & kFlagComplete) !== 0;
  if ((flags & kFlagUpgrade) !== 0) {
    request.upgrade = method === 'CONNECT' || Boolean(server.shouldUpgradeCallback(request));
    if (request.upgrade) {
      connection.reading = request;
      return kProtocolChange;
    }
  } else {
    request.upgrade = false;
  }
  if (!isComplete) connection.reading = request;
  else if (server.optimizeEmptyRequests && !announcesBody(rawHeaders)) closeEmpty(request);
  answer(connection, request, (flags & kFlagKeepAlive) !== 0);
  if (connection.closed) return kStopParsing;
  if (isComplete) {
    if (server.optimizeEmptyRequests && request._dumped) request.complete = true;
    else endMessage(request);
  }
  return kReadBody;
}

function announcesBody(rawHeaders) {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { length } = rawHeaders[i];
    if (length !== 14 && length !== 17) continue;
    const name = rawHeaders[i].toLowerCase();
    if (name === 'content-length' || name === 'transfer-encoding') return true;
  }
  return false;
}

// A request without a body whose stream is over before anyone sees it.
function closeEmpty(request) {
  request._dumped = true;
  const state = request._readableState;
  state.ended = state.endEmitted = state.destroyed = state.closed = state.closeEmitted = true;
}

function onBody(chunk) {
  const { connection } = this;
  const request = connection.reading;
  if (request === null || request._dumped) return;
  connection.socket._unrefTimer?.();
  if (!request.push(chunk)) readStop(connection.socket);
}

function onComplete(rawTrailers) {
  const { connection } = this;
  const request = connection.reading;
  if (request === null) return;
  request.complete = true;
  if (rawTrailers !== undefined) request._addHeaderLines(rawTrailers, rawTrailers.length);
  if (request.upgrade) return;
  connection.reading = null;
  endMessage(request);
  // A body's reader may have stopped the socket; the next request needs it.
  if (!connection.isPaused) readStart(connection.socket);
}

function onEvent(kind, a, b, c, d) {
  const { connection } = this;
  const { socket } = connection;
  switch (kind) {
    case kEventFailed:
      failParsing(connection, a, b, c, d);
      break;
    case kEventUpgraded:
      changeProtocol(connection, a);
      break;
    case kEventEnd:
      // The socket takes the end as its own; its 'end' comes when no one reads, too.
      socket._handle.onread(EOF);
      if (!socket.destroyed) socket.resume();
      break;
    case kEventError:
      socket._handle.onread(a);
      break;
  }
}

function onData(chunk) {
  const connection = this[kConnection];
  const { parser } = connection;
  if (parser === null) return;
  const result = parser.execute(chunk);
  if (typeof result === 'number' || connection.parser === null) return;
  const [state, taken, code, reason] = result;
  if (state === kStateUpgraded) changeProtocol(connection, chunk.subarray(taken));
  else if (state === kStateFailed) failParsing(connection, code, reason, taken, chunk);
}

function failParsing(connection, code, reason, bytesParsed, rawPacket) {
  const error = genericNodeError(`Parse Error: ${reason}`, {
    bytesParsed, code, reason, rawPacket,
  });
  onError.call(connection.socket, error);
}

// The bytes that follow belong to WebSocket, a tunnel...
function changeProtocol(connection, head) {
  const { server, socket, reading: request } = connection;
  const event = request.method === 'CONNECT' ? 'connect' : 'upgrade';
  request.complete = true;
  detach(connection);
  socket.removeListener('drain', onDrain);
  socket.removeListener('error', onError);
  socket.removeListener('close', onClose);
  socket.removeListener('end', onEnd);
  socket.removeListener('timeout', onTimeout);
  socket.removeListener('data', onData);
  delete socket.setEncoding;
  connection.closed = true;
  if (server.listenerCount(event) === 0) {
    socket.destroy();
    return;
  }
  socket.readableFlowing = null;
  server.emit(event, request, socket, head);
}

// Frees the parser and gives the bytes back to the socket.
function detach(connection) {
  const { parser, server, socket } = connection;
  if (parser === null) return;
  connection.parser = null;
  if (socket._handle) socket._handle.consumedByParser = false;
  if (Object.hasOwn(socket, 'on')) restoreListenerMethods(socket);
  socket.parser = null;
  parser.connection = null;
  parser.free();
  server.stopTracking(connection);
}

// ---- answering ----

// Whether there is a Host, and what is expected: without building the headers object.
function scanHeaders(rawHeaders) {
  let hasHost = false;
  let expect;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name.length === 4) {
      if (name === 'Host' || name === 'host' || name.toLowerCase() === 'host') hasHost = true;
    } else if (name.length === 6 && name.toLowerCase() === 'expect') {
      expect ??= rawHeaders[i + 1];
    }
  }
  return hasHost ? expect : expect ?? null;
}

function answer(connection, request, keepAlive) {
  const { server, socket } = connection;
  connection.incoming.push(request);
  if (!connection.isPaused && (socket.writableNeedDrain ||
      connection.outgoingData >= socket.writableHighWaterMark)) {
    pauseReading(connection);
  }
  const response = new server.ServerResponseClass(request, server.responseOptions);
  response._conn = connection;
  response._keepAliveTimeout = server.keepAliveTimeout;
  response._maxRequestsPerSocket = server.maxRequestsPerSocket;
  response.shouldKeepAlive = keepAlive;
  if (requestStart.hasSubscribers) {
    requestStart.publish({ request, response, socket, server });
  }
  if (responseCreated.hasSubscribers) responseCreated.publish({ request, response });

  if (socket._httpMessage) connection.outgoing.push(response);
  else response.assignSocket(socket);

  connection.requestsCount++;
  const { maxRequestsPerSocket } = server;
  if (maxRequestsPerSocket > 0) {
    response.maxRequestsOnConnectionReached = maxRequestsPerSocket <= connection.requestsCount;
    if (maxRequestsPerSocket < connection.requestsCount) {
      server.emit('dropRequest', request, socket);
      response.writeHead(503);
      response.end();
      return;
    }
  }
  const scanned = scanHeaders(request.rawHeaders);
  if (scanned === undefined) {
    server.emit('request', request, response);
  } else {
    answerSpecial(server, request, response, scanned);
  }
}

// No Host (null), or an Expect header.
function answerSpecial(server, request, response, expect) {
  if (request.httpVersionMinor === 1 && server.requireHostHeader &&
      request.headers.host === undefined) {
    response.writeHead(400, ['Connection', 'close']);
    response.end();
  } else if (expect === null || request.httpVersionMinor === 0) {
    server.emit('request', request, response);
  } else if (/(?:^|\W)100-continue(?:$|\W)/i.test(expect)) {
    response._expect_continue = true;
    if (server.listenerCount('checkContinue') > 0) {
      server.emit('checkContinue', request, response);
    } else {
      response.writeContinue();
      server.emit('request', request, response);
    }
  } else if (server.listenerCount('checkExpectation') > 0) {
    server.emit('checkExpectation', request, response);
  } else {
    response.writeHead(417);
    response.end();
  }
}

function finishResponse(connection, response) {
  const { server, socket } = connection;
  if (responseFinish.hasSubscribers) {
    responseFinish.publish({ request: response.req, response, socket, server });
  }
  const request = connection.incoming.shift();
  // What nobody has read is let go, so that the next request can be.
  if (request !== undefined) {
    if (isUntouched(request)) request._dumped = true;
    else if (!request._consumed) request._dump();
  }
  response.detachSocket(socket);
  response._closeLater();
  // A server that is closing lets each connection go when it has nothing left to answer.
  const isLast = response._last || (server.isClosing && connection.outgoing.length === 0 &&
    connection.incoming.length === 0 && connection.reading === null);
  if (isLast) {
    if (typeof socket.destroySoon === 'function') socket.destroySoon();
    else socket.end();
  } else if (connection.outgoing.length === 0) {
    if (server.keepAliveTimeout > 0 && connection.incoming.length === 0) {
      server.addIdle(connection);
    }
  } else {
    const next = connection.outgoing.shift();
    next.assignSocket(socket);
  }
}

// What has been received already is still parsed: at most one receive buffer.
function pauseReading(connection) {
  connection.isPaused = true;
  connection.socket._paused = true;
  readStop(connection.socket);
}

function resumeReading(connection) {
  connection.isPaused = false;
  connection.socket._paused = false;
  if (connection.parser !== null) readStart(connection.socket);
}

// ---- from the socket; `this` is the socket ----

function onDrain() {
  const connection = this[kConnection];
  if (connection.isPaused && connection.outgoingData <= this.writableHighWaterMark) {
    resumeReading(connection);
  }
  const message = this._httpMessage;
  if (message && !message.finished && message.writableNeedDrain) message._drained();
}

function onTimeout() {
  const connection = this[kConnection];
  const { reading } = connection;
  const told = [
    reading && !reading.complete && reading.emit('timeout', this),
    this._httpMessage && this._httpMessage.emit('timeout', this),
    connection.server.emit('timeout', this),
  ];
  if (!told.some(Boolean)) this.destroy();
}

function abortIncoming(connection) {
  while (connection.incoming.length > 0) {
    const request = connection.incoming.shift();
    if (isUntouched(request)) continue;
    request.destroy(genericNodeError('aborted', { code: 'ECONNRESET' }));
  }
}

function onClose() {
  const connection = this[kConnection];
  connection.closed = true;
  detach(connection);
  abortIncoming(connection);
  if (this._httpMessage) emitClose(this._httpMessage);
  for (const response of connection.outgoing) emitClose(response);
}

function onEnd() {
  const connection = this[kConnection];
  const { parser, server } = connection;
  if (parser !== null && !connection.hasFailed) {
    const result = parser.finish();
    if (Array.isArray(result) && result[0] === kStateFailed) {
      failParsing(connection, result[2], result[3], 0, undefined);
      return;
    }
  }
  if (!server.httpAllowHalfOpen) {
    abortIncoming(connection);
    if (this.writable) this.end();
  } else if (connection.outgoing.length > 0) {
    connection.outgoing.at(-1)._last = true;
  } else if (this._httpMessage) {
    this._httpMessage._last = true;
  } else if (this.writable) {
    this.end();
  }
}

const kReplies = {
  __proto__: null,
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function onError(error) {
  this.removeListener('error', onError);
  this[kConnection].hasFailed = true;
  const isWatched = this.listenerCount('error') > 0;
  if (!isWatched) this.on('error', noop);
  const connection = this[kConnection];
  const { server } = connection;
  // A parser that has failed stays failed: what comes now is never taken for a request.
  if (server.emit('clientError', error, this)) return;
  refuse(this, connection, error, isWatched);
}

// Says why, then closes. The rest of the input is thrown away meanwhile: closing with unread bytes
// would reset the connection and could take the answer with it.
function refuse(socket, connection, error, isWatched) {
  const mayAnswer = socket.writable && !socket._httpMessage?._headerSent && !socket.errored;
  const native = socket._handle?.consumedByParser || socket instanceof Socket;
  detach(connection);
  if (!mayAnswer) {
    socket.destroy(error);
    return;
  }
  const status = kReplies[error.code] ?? '400 Bad Request';
  const reply = `HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`;
  // Someone who watches the socket is told of the error at once.
  if (!native || isWatched) {
    socket.write(reply);
    socket.destroy(error);
    return;
  }
  // The refused request itself learns of it when the socket closes: destroying it now would take
  // the answer along.
  socket.removeListener('data', onData);
  socket.end(reply, 'latin1');
  socket.resume();
  if (socket.readableEnded) {
    socket.destroySoon();
    return;
  }
  const timer = setTimeout(() => socket.destroy(), kLingerMs);
  socket.once('close', () => clearTimeout(timer));
}

module.exports = { kConnection, onConnection, onError };
