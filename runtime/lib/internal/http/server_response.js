'use strict';

// http.ServerResponse: the answer to one request. On a server's own connection it reports to the
// connection (see internal/http/connection); on any other socket it works by itself.

const {
  codes: {
    ERR_HTTP_HEADERS_SENT,
    ERR_HTTP_INVALID_STATUS_CODE,
    ERR_HTTP_SOCKET_ASSIGNED,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_CHAR,
  },
} = require('internal/errors');
const {
  validateFunction, validateLinkHeaderValue, validateObject,
} = require('internal/validators');
const { STATUS_CODES, checkInvalidHeaderChar, kChunked } = require('internal/http/common');
const { OutgoingMessage, kOutHeaders } = require('internal/http/outgoing');

const { nextTick } = process;

function ServerResponse(req, options) {
  OutgoingMessage.call(this, options);
  if (req.method === 'HEAD') this._hasBody = false;
  this.req = req;
  this.sendDate = true;
  this._sent100 = false;
  this._expect_continue = false;
  this._maxRequestsPerSocket = 0;
  // The server's record of the connection, or null.
  this._conn = null;
  if (req.httpVersionMajor < 1 || req.httpVersionMinor < 1) {
    this.useChunkedEncodingByDefault = kChunked.test(req.headers.te);
    this.shouldKeepAlive = false;
  }
}
Object.setPrototypeOf(ServerResponse.prototype, OutgoingMessage.prototype);
Object.setPrototypeOf(ServerResponse, OutgoingMessage);

ServerResponse.prototype.statusCode = 200;
ServerResponse.prototype.statusMessage = undefined;

ServerResponse.prototype._finish = function() {
  this.emit('prefinish');
};

// All bytes are with the socket.
ServerResponse.prototype._onFinish = function() {
  this._conn?.onResponseFinished(this);
};

ServerResponse.prototype._onPendingData = function(delta) {
  this._conn?.onPendingData(delta);
};

function emitClose(response) {
  if (response._closed) return;
  response.destroyed = true;
  response._closed = true;
  response.emit('close');
}

function onSocketClose() {
  if (this._httpMessage) emitClose(this._httpMessage);
}

ServerResponse.prototype.assignSocket = function(socket) {
  if (socket._httpMessage) throw new ERR_HTTP_SOCKET_ASSIGNED();
  socket._httpMessage = this;
  if (this._conn === null) socket.on('close', onSocketClose);
  this.socket = socket;
  if (this._events !== undefined) this.emit('socket', socket);
  if (this.outputData.length > 0 || this.finished) this._flush();
};

ServerResponse.prototype.detachSocket = function(socket) {
  if (this._conn === null) socket.removeListener('close', onSocketClose);
  socket._httpMessage = null;
  this.socket = null;
};

ServerResponse.prototype._closeLater = function() {
  // Without listeners nobody can tell when.
  if (this._events === undefined) {
    this.destroyed = true;
    this._closed = true;
  } else {
    nextTick(emitClose, this);
  }
};

ServerResponse.prototype.writeContinue = function(callback) {
  this._writeRaw('HTTP/1.1 100 Continue\r\n\r\n', 'latin1', callback);
  this._sent100 = true;
};

ServerResponse.prototype.writeProcessing = function(callback) {
  this._writeRaw('HTTP/1.1 102 Processing\r\n\r\n', 'latin1', callback);
};

ServerResponse.prototype.writeEarlyHints = function(hints, callback) {
  let head = 'HTTP/1.1 103 Early Hints\r\n';
  validateObject(hints, 'hints');
  if (hints.link === null || hints.link === undefined) return;
  const link = validateLinkHeaderValue(hints.link);
  if (link.length === 0) return;
  if (checkInvalidHeaderChar(link)) throw new ERR_INVALID_CHAR('header content', 'Link');
  head += `Link: ${link}\r\n`;
  for (const key of Object.keys(hints)) {
    if (key === 'link') continue;
    require('internal/http/common').validateHeaderName(key);
    require('internal/http/common').validateHeaderValue(key, hints[key]);
    head += `${key}: ${hints[key]}\r\n`;
  }
  if (callback !== undefined) validateFunction(callback, 'callback');
  this._writeRaw(`${head}\r\n`, 'latin1', callback);
};

ServerResponse.prototype._implicitHeader = function() {
  this.writeHead(this.statusCode);
};

ServerResponse.prototype.writeHead = function(statusCode, reason, headers) {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('write');
  const original = statusCode;
  statusCode |= 0;
  if (statusCode < 100 || statusCode > 999) {
    throw new ERR_HTTP_INVALID_STATUS_CODE(require('util').format('%s', original));
  }
  if (typeof reason === 'string') {
    this.statusMessage = reason;
  } else {
    this.statusMessage ||= STATUS_CODES[statusCode] || 'unknown';
    headers ??= reason;
  }
  this.statusCode = statusCode;
  if (this[kOutHeaders] !== null) {
    mergeHeaders(this, headers);
    headers = null;
  }
  if (checkInvalidHeaderChar(this.statusMessage)) throw new ERR_INVALID_CHAR('statusMessage');
  if (statusCode === 204 || statusCode === 304 || statusCode < 200) this._hasBody = false;
  // The client waits for a go-ahead it will not get: its body may come or not.
  if (this._expect_continue && !this._sent100) this.shouldKeepAlive = false;
  this._storeHeader(`HTTP/1.1 ${statusCode} ${this.statusMessage}\r\n`, headers);
  return this;
};

ServerResponse.prototype.writeHeader = ServerResponse.prototype.writeHead;

// Headers given to writeHead() win over those set before.
function mergeHeaders(response, headers) {
  if (!headers) return;
  if (Array.isArray(headers)) {
    const flat = headers.length > 0 && Array.isArray(headers[0]) ? headers.flat() : headers;
    if (flat.length % 2 !== 0) throw new ERR_INVALID_ARG_VALUE('headers', headers);
    for (let i = 0; i < flat.length; i += 2) response.removeHeader(flat[i]);
    for (let i = 0; i < flat.length; i += 2) {
      if (flat[i]) response.appendHeader(flat[i], flat[i + 1]);
    }
    return;
  }
  for (const name of Object.keys(headers)) {
    if (name) response.setHeader(name, headers[name]);
  }
}

module.exports = { ServerResponse, emitClose };
