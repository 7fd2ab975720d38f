'use strict';

// http.OutgoingMessage: headers, framing and the way of the body to the socket, for requests and
// responses. A message that is complete at end() goes out in one native write.

const { Stream } = require('stream');
const {
  codes: {
    ERR_HTTP_BODY_NOT_ALLOWED,
    ERR_HTTP_CONTENT_LENGTH_MISMATCH,
    ERR_HTTP_HEADERS_SENT,
    ERR_HTTP_INVALID_HEADER_VALUE,
    ERR_HTTP_TRAILER_INVALID,
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_CHAR,
    ERR_METHOD_NOT_IMPLEMENTED,
    ERR_STREAM_ALREADY_FINISHED,
    ERR_STREAM_CANNOT_PIPE,
    ERR_STREAM_DESTROYED,
    ERR_STREAM_NULL_VALUES,
    ERR_STREAM_WRITE_AFTER_END,
  },
  hideStackFrames,
} = require('internal/errors');
const { validateString } = require('internal/validators');
const {
  checkInvalidHeaderChar, kChunked, kNeedDrain, lowerName, utcDate, validateHeaderName,
  validateHeaderValue,
} = require('internal/http/common');
const { Socket } = require('internal/net/socket');

const { nextTick } = process;
const kOutHeaders = Symbol('outHeaders');
const kCorked = Symbol('corked');
const kChunks = Symbol('chunks');
const kBytesWritten = Symbol('bytesWritten');
const kErrored = Symbol('errored');
const kHighWaterMark = Symbol('highWaterMark');
const kUniqueHeaders = Symbol('uniqueHeaders');
const kRejectNonStandard = Symbol('rejectNonStandardBodyWrites');
const kEndCallback = Symbol('endCallback');

const kDefaultHighWaterMark = 64 * 1024;
const socketWrite = Socket.prototype.write;

// What a message that holds nothing back has for its output; replaced, never filled.
const kNoOutput = Object.freeze([]);

function noop() {}

function OutgoingMessage(options) {
  this._events = undefined;
  this._eventsCount = 0;
  this._maxListeners = undefined;

  this.outputData = kNoOutput;
  this.outputSize = 0;
  this.writable = true;
  this.destroyed = false;
  this._last = false;
  this.chunkedEncoding = false;
  this.shouldKeepAlive = true;
  this.maxRequestsOnConnectionReached = false;
  this._defaultKeepAlive = true;
  this.useChunkedEncodingByDefault = true;
  this.sendDate = false;
  this._removedConnection = false;
  this._removedContLen = false;
  this._removedTE = false;
  this.strictContentLength = false;
  this[kBytesWritten] = 0;
  this._contentLength = null;
  this._hasBody = true;
  this._trailer = '';
  this[kNeedDrain] = false;
  this.finished = false;
  this._headerSent = false;
  this[kCorked] = 0;
  this[kChunks] = null;
  this._closed = false;
  this.socket = null;
  this._header = null;
  // Flat: lower-case name, name as given, value, ...
  this[kOutHeaders] = null;
  this._keepAliveTimeout = 0;
  this[kErrored] = null;
  this[kHighWaterMark] = options?.highWaterMark ?? kDefaultHighWaterMark;
  this[kUniqueHeaders] = options?.uniqueHeaders ?? null;
  this[kRejectNonStandard] = options?.rejectNonStandardBodyWrites ?? false;
  this[kEndCallback] = null;
  this._finishing = false;
}
Object.setPrototypeOf(OutgoingMessage.prototype, Stream.prototype);
Object.setPrototypeOf(OutgoingMessage, Stream);

function define(properties) {
  for (const key of Object.keys(properties)) {
    Object.defineProperty(OutgoingMessage.prototype, key, {
      __proto__: null, configurable: true, enumerable: false, ...properties[key],
    });
  }
}

define({
  errored: { get() { return this[kErrored]; } },
  closed: { get() { return this._closed; } },
  writableFinished: {
    get() {
      return this.finished && this.outputSize === 0 && !this._finishing &&
        (!this.socket || this.socket.writableLength === 0);
    },
  },
  writableObjectMode: { get() { return false; } },
  writableLength: {
    get() {
      return this.outputSize + chunksLength(this) + (this.socket ? this.socket.writableLength : 0);
    },
  },
  writableHighWaterMark: {
    get() { return this.socket ? this.socket.writableHighWaterMark : this[kHighWaterMark]; },
  },
  writableCorked: { get() { return this[kCorked]; } },
  writableEnded: { get() { return this.finished; } },
  writableNeedDrain: { get() { return !this.destroyed && !this.finished && this[kNeedDrain]; } },
  connection: {
    get() { return this.socket; },
    set(value) { this.socket = value; },
  },
  headersSent: { enumerable: true, get() { return Boolean(this._header); } },
  _headers: {
    get() { return this.getHeaders(); },
    set(headers) {
      this[kOutHeaders] = null;
      if (headers) for (const name of Object.keys(headers)) this.setHeader(name, headers[name]);
    },
  },
});

OutgoingMessage.prototype._renderHeaders = function() {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('render');
  const result = {};
  const headers = this[kOutHeaders];
  for (let i = 0; headers !== null && i < headers.length; i += 3) {
    result[headers[i + 1]] = headers[i + 2];
  }
  return result;
};

function chunksLength(message) {
  let length = 0;
  for (const { data, encoding } of message[kChunks] ?? []) {
    length += typeof data === 'string' ? Buffer.byteLength(data, encoding) : data.byteLength;
  }
  return length;
}

OutgoingMessage.prototype.cork = function() {
  this[kCorked]++;
  if (this.socket) this.socket.cork();
};

OutgoingMessage.prototype.uncork = function() {
  if (this[kCorked] > 0) this[kCorked]--;
  if (this.socket) this.socket.uncork();
  const chunks = this[kChunks];
  if (this[kCorked] > 0 || chunks === null) return;
  this[kChunks] = null;
  // What was held back becomes one chunk of the transfer coding.
  let length = 0;
  for (const { data, encoding } of chunks) {
    length += typeof data === 'string' ? Buffer.byteLength(data, encoding) : data.byteLength;
  }
  this._send(`${length.toString(16)}\r\n`, 'latin1', null);
  let last = null;
  for (const { data, encoding, callback } of chunks) {
    this._send(data, encoding, null);
    if (callback) last = last ? both(last, callback) : callback;
  }
  this._send('\r\n', 'latin1', last);
};

function both(first, second) {
  return (error) => {
    first(error);
    second(error);
  };
}

OutgoingMessage.prototype.setTimeout = function(msecs, callback) {
  if (callback) this.on('timeout', callback);
  if (!this.socket) {
    this.once('socket', (socket) => socket.setTimeout(msecs));
  } else {
    this.socket.setTimeout(msecs);
  }
  return this;
};

OutgoingMessage.prototype.destroy = function(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  this[kErrored] = error;
  if (this.socket) {
    this.socket.destroy(error);
  } else {
    this.once('socket', (socket) => socket.destroy(error));
  }
  return this;
};

// Hands bytes over, with the header in front of the first.
OutgoingMessage.prototype._send = function(data, encoding, callback, byteLength) {
  if (!this._headerSent) {
    const header = this._header;
    this._headerSent = true;
    if (typeof data === 'string' &&
        (encoding === 'utf8' || encoding === 'latin1' || !encoding)) {
      // Header bytes are latin1; they may ride along with UTF-8 text only if they are ASCII.
      if (encoding === 'latin1' || isAscii(header)) {
        data = header + data;
      } else {
        this._queueOrWrite(header, 'latin1', null);
      }
    } else {
      this._queueOrWrite(header, 'latin1', null);
    }
  }
  return this._writeRaw(data, encoding, callback, byteLength);
};

function isAscii(text) {
  // eslint-disable-next-line no-control-regex
  return !/[^\x00-\x7f]/.test(text);
}

OutgoingMessage.prototype._queueOrWrite = function(data, encoding, callback) {
  return OutgoingMessage.prototype._writeRaw.call(this, data, encoding, callback);
};

OutgoingMessage.prototype._writeRaw = function(data, encoding, callback, byteLength) {
  const { socket } = this;
  if (socket && socket.destroyed) return false;
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  if (socket && socket._httpMessage === this && socket.writable) {
    if (this.outputData.length > 0) this._flushOutput(socket);
    return socket.write(data, encoding, callback);
  }
  if (this.outputData === kNoOutput) this.outputData = [];
  this.outputData.push({ data, encoding, callback });
  const size = byteLength ??
    (typeof data === 'string' ? Buffer.byteLength(data, encoding || 'utf8') : data.length);
  this.outputSize += size;
  this._onPendingData(size);
  return this.outputSize < this[kHighWaterMark];
};

OutgoingMessage.prototype._flushOutput = function(socket) {
  const output = this.outputData;
  if (output.length === 0) return undefined;
  this.outputData = kNoOutput;
  const size = this.outputSize;
  this.outputSize = 0;
  socket.cork();
  let result;
  for (const { data, encoding, callback } of output) {
    result = socket.write(data, encoding, callback);
  }
  socket.uncork();
  this._onPendingData(-size);
  return result;
};

// The socket's buffer is empty again.
OutgoingMessage.prototype._drained = function() {
  this[kNeedDrain] = false;
  this.emit('drain');
};

OutgoingMessage.prototype._flush = function() {
  const { socket } = this;
  if (!socket || !socket.writable) return;
  const result = this._flushOutput(socket);
  if (this.finished) {
    this._finish();
  } else if (result && this[kNeedDrain]) {
    this[kNeedDrain] = false;
    this.emit('drain');
  }
};

// Called with the change in bytes held back for want of the socket.
OutgoingMessage.prototype._onPendingData = noop;

OutgoingMessage.prototype._finish = function() {
  this.emit('prefinish');
};

// ---- headers ----

function find(headers, lower) {
  if (headers !== null) {
    for (let i = 0; i < headers.length; i += 3) {
      if (headers[i] === lower) return i;
    }
  }
  return -1;
}

OutgoingMessage.prototype._put = function(lower, name, value) {
  const headers = this[kOutHeaders];
  if (headers === null) {
    this[kOutHeaders] = [lower, name, value];
    return;
  }
  const at = find(headers, lower);
  if (at === -1) {
    headers.push(lower, name, value);
  } else {
    headers[at + 1] = name;
    headers[at + 2] = value;
  }
};

OutgoingMessage.prototype.setHeader = function(name, value) {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('set');
  const lower = lowerName(name);
  if (typeof value === 'string') {
    if (checkInvalidHeaderChar(value)) throw new ERR_INVALID_CHAR('header content', name);
  } else {
    validateHeaderValue(name, value);
  }
  this._put(lower, name, value);
  return this;
};

OutgoingMessage.prototype.setHeaders = function(headers) {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('set');
  if (!headers || Array.isArray(headers) || typeof headers.keys !== 'function' ||
      typeof headers.get !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('headers', ['Headers', 'Map'], headers);
  }
  // Headers gives each cookie as its own entry.
  const cookies = [];
  for (const [name, value] of headers) {
    if (name === 'set-cookie') {
      if (Array.isArray(value)) cookies.push(...value);
      else cookies.push(value);
    } else {
      this.setHeader(name, value);
    }
  }
  if (cookies.length > 0) this.setHeader('set-cookie', cookies);
  return this;
};

OutgoingMessage.prototype.appendHeader = function(name, value) {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('append');
  const lower = lowerName(name);
  validateHeaderValue(name, value);
  const headers = this[kOutHeaders];
  const at = find(headers, lower);
  if (at === -1) {
    this._put(lower, name, value);
    return this;
  }
  const present = headers[at + 2];
  const list = Array.isArray(present) ? present : [present];
  if (Array.isArray(value)) list.push(...value);
  else list.push(value);
  headers[at + 2] = list;
  return this;
};

OutgoingMessage.prototype.getHeader = function(name) {
  validateString(name, 'name');
  const headers = this[kOutHeaders];
  if (headers === null) return undefined;
  const at = find(headers, name.toLowerCase());
  return at === -1 ? undefined : headers[at + 2];
};

function pick(message, offset) {
  const headers = message[kOutHeaders];
  const names = [];
  for (let i = 0; headers !== null && i < headers.length; i += 3) names.push(headers[i + offset]);
  return names;
}

OutgoingMessage.prototype.getHeaderNames = function() {
  return pick(this, 0);
};

OutgoingMessage.prototype.getRawHeaderNames = function() {
  return pick(this, 1);
};

OutgoingMessage.prototype.getHeaders = function() {
  const result = { __proto__: null };
  const headers = this[kOutHeaders];
  for (let i = 0; headers !== null && i < headers.length; i += 3) {
    result[headers[i]] = headers[i + 2];
  }
  return result;
};

OutgoingMessage.prototype.hasHeader = function(name) {
  validateString(name, 'name');
  return find(this[kOutHeaders], name.toLowerCase()) !== -1;
};

OutgoingMessage.prototype.removeHeader = function(name) {
  validateString(name, 'name');
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('remove');
  const lower = name.toLowerCase();
  switch (lower) {
    case 'connection':
      this._removedConnection = true;
      break;
    case 'content-length':
      this._removedContLen = true;
      break;
    case 'transfer-encoding':
      this._removedTE = true;
      break;
    case 'date':
      this.sendDate = false;
      break;
  }
  const at = find(this[kOutHeaders], lower);
  if (at !== -1) this[kOutHeaders].splice(at, 3);
};

// ---- the head ----

// What the headers say about framing and the connection, found while they are written out.
class Head {
  constructor(firstLine) {
    this.text = firstLine;
    this.connection = false;
    this.contentLength = false;
    this.transferEncoding = false;
    this.date = false;
    this.expect = false;
    this.trailer = false;
  }
}

function addLine(message, head, name, value, validate) {
  if (validate) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  head.text += `${name}: ${value}\r\n`;
  noteSpecial(message, head, name, value);
}

function noteSpecial(message, head, name, value) {
  const { length } = name;
  // The special names have these lengths; all others are done here.
  if (length < 4 || length > 17) return;
  switch (name.toLowerCase()) {
    case 'connection':
      head.connection = true;
      message._removedConnection = false;
      if (/(?:^|\W)close(?:$|\W)/i.test(value)) message._last = true;
      else message.shouldKeepAlive = true;
      break;
    case 'transfer-encoding':
      head.transferEncoding = true;
      message._removedTE = false;
      if (kChunked.test(value)) message.chunkedEncoding = true;
      break;
    case 'content-length':
      head.contentLength = true;
      message._contentLength = +value;
      message._removedContLen = false;
      break;
    case 'date':
      head.date = true;
      break;
    case 'expect':
      head.expect = true;
      break;
    case 'trailer':
      head.trailer = true;
      break;
    case 'keep-alive':
      message._defaultKeepAlive = false;
      break;
  }
}

// A list becomes one line each, except cookies of a request, which share one.
function addHeader(message, head, name, value, validate) {
  if (!Array.isArray(value)) {
    if (name.length === 19 && isContentDisposition(name) && message._contentLength) {
      value = Buffer.from(value, 'latin1').toString('latin1');
    }
    addLine(message, head, name, value, validate);
    return;
  }
  const isCookie = name.length === 6 && name.toLowerCase() === 'cookie';
  const unique = message[kUniqueHeaders]?.has(name.toLowerCase());
  if ((value.length < 2 || !isCookie) && !unique) {
    for (let i = 0; i < value.length; i++) addLine(message, head, name, value[i], validate);
    return;
  }
  addLine(message, head, name, value.join('; '), validate);
}

function isContentDisposition(name) {
  return name.toLowerCase() === 'content-disposition';
}

function addGiven(message, head, headers) {
  if (Array.isArray(headers)) {
    if (headers.length > 0 && Array.isArray(headers[0])) {
      for (const [name, value] of headers) addHeader(message, head, name, value, true);
      return;
    }
    if (headers.length % 2 !== 0) throw new ERR_INVALID_ARG_VALUE('headers', headers);
    for (let i = 0; i < headers.length; i += 2) {
      addHeader(message, head, headers[i], headers[i + 1], true);
    }
    return;
  }
  for (const name in headers) {
    if (Object.hasOwn(headers, name)) addHeader(message, head, name, headers[name], true);
  }
}

// Writes the head down. `headers`: stored ones when null or undefined, else object or list.
OutgoingMessage.prototype._storeHeader = function(firstLine, headers) {
  const head = new Head(firstLine);
  if (headers === this[kOutHeaders] || headers === null || headers === undefined) {
    const stored = this[kOutHeaders];
    for (let i = 0; stored !== null && i < stored.length; i += 3) {
      addHeader(this, head, stored[i + 1], stored[i + 2], false);
    }
  } else {
    addGiven(this, head, headers);
  }
  if (this.sendDate && !head.date) head.text += `Date: ${utcDate()}\r\n`;

  // 204 and 304 have no body: whatever was asked, no coding is announced for one.
  if (this.chunkedEncoding && (this.statusCode === 204 || this.statusCode === 304)) {
    this.chunkedEncoding = false;
    this.shouldKeepAlive = false;
  }
  this._addConnection(head);
  this._addFraming(head);
  if (this.chunkedEncoding !== true && head.trailer) throw new ERR_HTTP_TRAILER_INVALID();
  this._header = `${head.text}\r\n`;
  this._headerSent = false;
  // The other side waits for this head before it goes on.
  if (head.expect) this._send('');
};

OutgoingMessage.prototype._addConnection = function(head) {
  if (this._removedConnection) {
    // The version's own rule: only HTTP/1.1 keeps a connection without being told.
    this._last = !this.shouldKeepAlive;
    return;
  }
  if (head.connection) return;
  const canKeep = this.shouldKeepAlive &&
    (head.contentLength || this.useChunkedEncodingByDefault || this.agent);
  if (canKeep && this.maxRequestsOnConnectionReached) {
    head.text += 'Connection: close\r\n';
  } else if (canKeep) {
    head.text += 'Connection: keep-alive\r\n';
    if (this._keepAliveTimeout && this._defaultKeepAlive) {
      head.text += keepAliveLine(this._keepAliveTimeout, this._maxRequestsPerSocket);
    }
  } else {
    this._last = true;
    head.text += 'Connection: close\r\n';
  }
};

let keepAliveCache = { timeout: 0, most: 0, line: '' };
function keepAliveLine(timeout, most) {
  if (keepAliveCache.timeout !== timeout || keepAliveCache.most !== most) {
    const limit = ~~most > 0 ? `, max=${most}` : '';
    const line = `Keep-Alive: timeout=${Math.floor(timeout / 1000)}${limit}\r\n`;
    keepAliveCache = { timeout, most, line };
  }
  return keepAliveCache.line;
}

OutgoingMessage.prototype._addFraming = function(head) {
  if (head.contentLength || head.transferEncoding) {
    // Both at once would let two readers disagree about where the message ends.
    if (head.contentLength && head.transferEncoding && this.chunkedEncoding) {
      this._contentLength = null;
      head.text = head.text.replace(/\r\ncontent-length:[^\r\n]*/i, '');
    }
    return;
  }
  if (!this._hasBody) {
    this.chunkedEncoding = false;
  } else if (!this.useChunkedEncodingByDefault) {
    this._last = true;
  } else if (!head.trailer && !this._removedContLen && typeof this._contentLength === 'number') {
    head.text += `Content-Length: ${this._contentLength}\r\n`;
  } else if (!this._removedTE) {
    head.text += 'Transfer-Encoding: chunked\r\n';
    this.chunkedEncoding = true;
  } else {
    // Neither is allowed: the end of the connection ends the message.
    this._last = true;
  }
};

OutgoingMessage.prototype._implicitHeader = function() {
  throw new ERR_METHOD_NOT_IMPLEMENTED('_implicitHeader()');
};

OutgoingMessage.prototype.flushHeaders = function() {
  if (!this._header) this._implicitHeader();
  this._send('');
};

// ---- the body ----

function failLater(message, error, callback) {
  nextTick(() => {
    if (callback) callback(error);
    emitError(message, error);
  });
}

function emitError(message, error) {
  message[kErrored] ??= error;
  if (typeof message.emit === 'function' && !message._closed) message.emit('error', error);
}

function checkChunk(chunk) {
  if (chunk === null) throw new ERR_STREAM_NULL_VALUES();
  if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
    throw new ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'Uint8Array'], chunk);
  }
}

function byteLengthOf(chunk, encoding) {
  return typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.byteLength;
}

OutgoingMessage.prototype.write = function(chunk, encoding, callback) {
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  const result = writeChunk(this, chunk, encoding, callback);
  if (!result) this[kNeedDrain] = true;
  return result;
};

// False also when the message cannot be written to; the error is reported as streams do.
function writeChunk(message, chunk, encoding, callback, fromEnd) {
  checkChunk(chunk);
  let error;
  if (message.finished) error = new ERR_STREAM_WRITE_AFTER_END();
  else if (message.destroyed) error = new ERR_STREAM_DESTROYED('write');
  if (error) {
    if (message.destroyed) {
      nextTick(callback ?? noop, error);
    } else {
      failLater(message, error, callback);
    }
    return false;
  }
  const length = byteLengthOf(chunk, encoding);
  if (!message._header) {
    if (fromEnd) message._contentLength ??= length;
    message._implicitHeader();
  }
  if (!message._hasBody) {
    if (message[kRejectNonStandard]) throw new ERR_HTTP_BODY_NOT_ALLOWED();
    nextTick(callback ?? noop);
    return true;
  }
  const total = message[kBytesWritten] + length;
  if (message.strictContentLength && message._contentLength !== null &&
      (fromEnd ? total !== message._contentLength : total > message._contentLength)) {
    throw new ERR_HTTP_CONTENT_LENGTH_MISMATCH(total, message._contentLength);
  }
  message[kBytesWritten] = total;
  if (!fromEnd && message.socket && !message.socket.writableCorked) {
    // What one turn writes goes out together.
    message.socket.cork();
    nextTick(uncorkSocket, message.socket);
  }
  if (!message.chunkedEncoding || length === 0) {
    if (length === 0) {
      message._send('', 'latin1', callback);
      return true;
    }
    return message._send(chunk, encoding, callback, length);
  }
  if (message[kCorked] > 0) {
    message[kChunks] ??= [];
    message[kChunks].push({ data: chunk, encoding, callback });
    return chunksLength(message) < message[kHighWaterMark];
  }
  message._send(`${length.toString(16)}\r\n`, 'latin1', null);
  message._send(chunk, encoding, null, length);
  return message._send('\r\n', 'latin1', callback);
}

function uncorkSocket(socket) {
  socket.uncork();
}

OutgoingMessage.prototype.addTrailers = function(headers) {
  this._trailer = '';
  const entries = Array.isArray(headers) ? headers : Object.entries(headers);
  for (const [field, value] of entries) {
    lowerName(field, 'Trailer name');
    const isUnique = this[kUniqueHeaders]?.has(field.toLowerCase());
    const values = !Array.isArray(value) ? [value] : isUnique ? [value.join('; ')] : value;
    for (const item of values) {
      if (checkInvalidHeaderChar(item)) throw new ERR_INVALID_CHAR('trailer content', field);
      this._trailer += `${field}: ${item}\r\n`;
    }
  }
};

// Node's internal name for what 'finish' means here: all bytes are with the socket.
function onFinish(message) {
  message._finishing = false;
  if (message.socket?._hadError) return;
  if (message._onFinish !== undefined) message._onFinish();
  message.emit('finish');
}

// Whether the message may go to the kernel past the socket's stream machinery.
function canWriteDirectly(message, socket) {
  return socket !== null && socket._httpMessage === message && socket.write === socketWrite &&
    socket._handle !== null && !socket.connecting && !socket.destroyed && socket.writable &&
    message.outputData.length === 0 && message[kCorked] === 0 && socket.writableCorked === 0 &&
    socket.writableLength === 0 && socket._handle?.writeMessage !== undefined;
}

// Complete at end(): head and body in one write. False when the ordinary way must be taken.
function endInOneWrite(message, chunk, encoding) {
  const { socket } = message;
  if (message._header || message._trailer !== '' || message.strictContentLength ||
      !canWriteDirectly(message, socket)) {
    return false;
  }
  const isText = typeof chunk === 'string';
  if (isText && encoding && encoding !== 'utf8' && encoding !== 'utf-8' && encoding !== 'latin1') {
    return false;
  }
  const latin1 = encoding === 'latin1';
  message._contentLength ??= chunk
    ? (isText ? (latin1 ? chunk.length : Buffer.byteLength(chunk)) : chunk.byteLength)
    : 0;
  message._implicitHeader();
  // Expect, trailers, or a patched writeHead may have begun sending.
  if (message._headerSent || !canWriteDirectly(message, socket)) return undefined;
  if (message.chunkedEncoding) return undefined;
  message._headerSent = true;
  const body = message._hasBody && chunk ? chunk : undefined;
  const status = socket._handle.writeMessage(message._header, body, latin1);
  socket._unrefTimer();
  if (status === 0) {
    nextTick(onFinish, message);
  } else {
    socket._awaitWrite(status, (error) => {
      if (!error) onFinish(message);
    });
  }
  return true;
}

OutgoingMessage.prototype.end = function(chunk, encoding, callback) {
  if (typeof chunk === 'function') {
    callback = chunk;
    chunk = null;
    encoding = null;
  } else if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  if (this.finished) {
    endAgain(this, chunk, callback);
    return this;
  }
  if (chunk !== null && chunk !== undefined) checkChunk(chunk);
  else chunk = null;
  if (typeof callback === 'function') this.once('finish', callback);
  if (!this.destroyed && this.socket !== null && !(chunk !== null && chunk.length !== 0 && this[kRejectNonStandard])) {
    this._finishing = true;
    const sent = endInOneWrite(this, chunk, encoding);
    if (sent === true) {
      this.finished = true;
      this[kCorked] = 0;
      this._finish();
      return this;
    }
    this._finishing = false;
  }
  endByStream(this, chunk, encoding);
  return this;
};

function endAgain(message, chunk, callback) {
  if (chunk !== null && chunk !== undefined && chunk !== '') {
    failLater(message, new ERR_STREAM_WRITE_AFTER_END(), callback);
    return;
  }
  if (typeof callback !== 'function') return;
  if (!message.writableFinished) {
    message.on('finish', () => callback(new ERR_STREAM_ALREADY_FINISHED('end')));
  } else {
    callback(new ERR_STREAM_ALREADY_FINISHED('end'));
  }
}

function endByStream(message, chunk, encoding) {
  const { socket } = message;
  if (socket) socket.cork();
  if (chunk !== null) {
    writeChunk(message, chunk, encoding, null, true);
  } else if (!message._header) {
    message._contentLength ??= 0;
    message._implicitHeader();
  }
  if (message.strictContentLength && message._contentLength !== null && message._hasBody &&
      message[kBytesWritten] !== message._contentLength) {
    throw new ERR_HTTP_CONTENT_LENGTH_MISMATCH(message[kBytesWritten], message._contentLength);
  }
  while (message[kCorked] > 0) message.uncork();
  message._finishing = true;
  const done = () => onFinish(message);
  if (message._hasBody && message.chunkedEncoding) {
    message._send(`0\r\n${message._trailer}\r\n`, 'latin1', done);
  } else if (!message._headerSent || message.outputData.length > 0 || socket?.writableLength > 0) {
    message._send('', 'latin1', done);
  } else {
    nextTick(onFinish, message);
  }
  if (socket) {
    // Also what write() corked for this turn.
    socket._writableState.corked = 1;
    socket.uncork();
  }
  message[kCorked] = 0;
  message.finished = true;
  // Nothing of this message is left behind it: the socket may take the next one.
  if (message.outputData.length === 0 && message.socket?._httpMessage === message) message._finish();
}

OutgoingMessage.prototype.pipe = function() {
  this.emit('error', new ERR_STREAM_CANNOT_PIPE());
};

OutgoingMessage.prototype[Symbol.for('nodejs.rejection')] = function(error) {
  this.destroy(error);
};

module.exports = {
  OutgoingMessage,
  kErrored,
  kHighWaterMark,
  kOutHeaders,
  kUniqueHeaders,
  validateHeaderName: hideStackFrames(validateHeaderName),
  validateHeaderValue: hideStackFrames(validateHeaderValue),
  ERR_HTTP_INVALID_HEADER_VALUE,
};
