'use strict';

// http.IncomingMessage. Most requests carry no body and nobody reads them, so the stream's state is
// made only when something asks for it, and so are the header objects.

const { Readable, finished } = require('stream');
const { ReadableState } = Readable;
const { kEmptyObject } = require('internal/util');

const { nextTick } = process;
const kHeaders = Symbol('headers');
const kHeadersDistinct = Symbol('headersDistinct');
const kTrailers = Symbol('trailers');
const kTrailersDistinct = Symbol('trailersDistinct');
const kHeadersCount = Symbol('headersCount');
const kTrailersCount = Symbol('trailersCount');
// The parser has delivered everything before anyone looked at the stream.
const kEndedEarly = Symbol('endedEarly');

function readStart(socket) {
  if (!socket || socket._paused || !socket.readable) return;
  const handle = socket._handle;
  // A consumed socket's bytes go to the parser: its own stream state does not move.
  if (handle?.consumedByParser) {
    if (!handle.reading) {
      handle.reading = true;
      handle.readStart();
      socket.emit('resume');
    }
  } else {
    socket.resume();
  }
}

function readStop(socket) {
  const handle = socket?._handle;
  if (!handle) {
    socket?.pause();
  } else if (handle.consumedByParser) {
    if (handle.reading) {
      handle.reading = false;
      handle.readStop();
      socket.emit('pause');
    }
  } else {
    socket.pause();
  }
}

function IncomingMessage(socket) {
  // EventEmitter makes its table at the first listener.
  this._events = undefined;
  this._eventsCount = 0;
  this._maxListeners = undefined;
  this[kEndedEarly] = false;

  this.socket = socket;
  this.httpVersionMajor = null;
  this.httpVersionMinor = null;
  this.httpVersion = null;
  this.complete = false;
  this.rawHeaders = [];
  this.rawTrailers = [];
  this.joinDuplicateHeaders = false;
  this.aborted = false;
  this.upgrade = null;
  this.url = '';
  this.method = null;
  this.statusCode = null;
  this.statusMessage = null;
  this.client = socket;
  // Tells node:stream that this is a request: a failed pipeline leaves its connection alone.
  this._consuming = false;
  this._consumed = false;
  this._dumped = false;
  this[kHeaders] = null;
  this[kHeadersDistinct] = null;
  this[kTrailers] = null;
  this[kTrailersDistinct] = null;
}
Object.setPrototypeOf(IncomingMessage.prototype, Readable.prototype);
Object.setPrototypeOf(IncomingMessage, Readable);

function define(name, get, set) {
  Object.defineProperty(IncomingMessage.prototype, name, {
    __proto__: null, configurable: true, enumerable: name !== '_readableState', get, set,
  });
}

function ownState(message, value) {
  Object.defineProperty(message, '_readableState', {
    __proto__: null, value, writable: true, enumerable: true, configurable: true,
  });
}

define('_readableState', function() {
  if (!Object.hasOwn(this, 'rawHeaders')) return undefined;
  const highWaterMark = this.socket?.readableHighWaterMark;
  const state = new ReadableState(highWaterMark ? { highWaterMark } : kEmptyObject, this, false);
  ownState(this, state);
  if (this[kEndedEarly]) this.push(null);
  return state;
}, function(value) {
  ownState(this, value);
});

define('connection', function() {
  return this.socket;
}, function(value) {
  this.socket = value;
});

define('headers', function() {
  if (!this[kHeaders]) {
    this[kHeaders] = {};
    const { rawHeaders } = this;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      this._addHeaderLine(rawHeaders[i], rawHeaders[i + 1], this[kHeaders]);
    }
  }
  return this[kHeaders];
}, function(value) {
  this[kHeaders] = value;
});

function distinct(raw, message) {
  const result = {};
  for (let i = 0; i < raw.length; i += 2) {
    message._addHeaderLineDistinct(raw[i], raw[i + 1], result);
  }
  return result;
}

define('headersDistinct', function() {
  this[kHeadersDistinct] ??= distinct(this.rawHeaders, this);
  return this[kHeadersDistinct];
}, function(value) {
  this[kHeadersDistinct] = value;
});

define('trailers', function() {
  if (!this[kTrailers]) {
    this[kTrailers] = {};
    const { rawTrailers } = this;
    for (let i = 0; i < rawTrailers.length; i += 2) {
      this._addHeaderLine(rawTrailers[i], rawTrailers[i + 1], this[kTrailers]);
    }
  }
  return this[kTrailers];
}, function(value) {
  this[kTrailers] = value;
});

define('trailersDistinct', function() {
  this[kTrailersDistinct] ??= distinct(this.rawTrailers, this);
  return this[kTrailersDistinct];
}, function(value) {
  this[kTrailersDistinct] = value;
});

// How a repeated header is combined: the first one wins, or all are joined.
const kFirstWins = 0;
const kJoinComma = 1;
const kJoinSemicolon = 2;
const kList = 3;
const rules = new Map();
for (const name of ['age', 'authorization', 'content-length', 'content-type', 'etag', 'expires',
  'from', 'host', 'if-modified-since', 'if-unmodified-since', 'last-modified', 'location',
  'max-forwards', 'proxy-authorization', 'referer', 'retry-after', 'server', 'user-agent']) {
  rules.set(name, kFirstWins);
}
rules.set('cookie', kJoinSemicolon);
rules.set('set-cookie', kList);
// Spellings seen before → lower case; bounded, for names come from peers.
const lowered = new Map();
const kMostLowered = 500;

function toLower(name) {
  let lower = lowered.get(name);
  if (lower === undefined) {
    lower = name.toLowerCase();
    if (lowered.size < kMostLowered) lowered.set(name, lower);
  }
  return lower;
}

IncomingMessage.prototype._addHeaderLine = function(name, value, target) {
  name = toLower(name);
  const present = target[name];
  const rule = rules.get(name) ?? kJoinComma;
  if (rule === kList) {
    if (present !== undefined) present.push(value);
    else target[name] = [value];
  } else if (present === undefined || !Object.hasOwn(target, name)) {
    if (name === '__proto__') defineOwn(target, name, value);
    else target[name] = value;
  } else if (rule === kJoinSemicolon) {
    target[name] = `${present}; ${value}`;
  } else if (rule === kJoinComma || this.joinDuplicateHeaders) {
    target[name] = `${present}, ${value}`;
  }
};

function defineOwn(target, name, value) {
  Object.defineProperty(target, name, {
    __proto__: null, value, writable: true, enumerable: true, configurable: true,
  });
}

IncomingMessage.prototype._addHeaderLineDistinct = function(name, value, target) {
  name = toLower(name);
  if (Object.hasOwn(target, name)) target[name].push(value);
  else defineOwn(target, name, [value]);
};

// Raw name, value, name, value... as the parser found them.
IncomingMessage.prototype._addHeaderLines = function(raw, count) {
  if (!raw || raw.length === 0) return;
  const isTrailer = this.complete;
  if (isTrailer) {
    this.rawTrailers = raw;
    this[kTrailersCount] = count;
    addLines(this, raw, count, this[kTrailers]);
  } else {
    this.rawHeaders = raw;
    this[kHeadersCount] = count;
    addLines(this, raw, count, this[kHeaders]);
  }
};

// What was read or set before keeps what it has.
function addLines(message, raw, count, target) {
  if (!target) return;
  for (let i = 0; i < count; i += 2) message._addHeaderLine(raw[i], raw[i + 1], target);
}

IncomingMessage.prototype.setTimeout = function(msecs, callback) {
  if (callback) this.on('timeout', callback);
  this.socket.setTimeout(msecs);
  return this;
};

IncomingMessage.prototype._read = function() {
  if (!this._consumed) {
    this._readableState.readingMore = false;
    this._consumed = true;
    this._consuming = true;
  }
  if (this.socket?.readable) readStart(this.socket);
};

IncomingMessage.prototype._destroy = function(error, callback) {
  if (!this.readableEnded || !this.complete) {
    this.aborted = true;
    this.emit('aborted');
  }
  // Nobody will read the rest of the body: the connection cannot be used again.
  const { socket } = this;
  if (socket && !socket.destroyed && this.aborted) {
    socket.destroy(error);
    const cleanup = finished(socket, (socketError) => {
      if (socketError?.code === 'ERR_STREAM_PREMATURE_CLOSE') socketError = null;
      cleanup();
      nextTick(finishDestroy, this, error || socketError, callback);
    });
  } else {
    nextTick(finishDestroy, this, error, callback);
  }
};

// An error without a listener is the peer's fault and must not end the process.
function finishDestroy(message, error, callback) {
  if (message.listenerCount('error') === 0) callback();
  else callback(error);
}

// Lets the body go unread.
IncomingMessage.prototype._dump = function() {
  if (this._dumped) return;
  this._dumped = true;
  if (isUntouched(this)) return;
  this.removeAllListeners('data');
  this.resume();
};

// The body is over, nobody has listened, and no one will be told.
function isUntouched(message) {
  return message[kEndedEarly] && message._events === undefined &&
    !Object.hasOwn(message, '_readableState');
}

// From the parser: all of the message has arrived.
function endMessage(message) {
  message.complete = true;
  if (Object.hasOwn(message, '_readableState')) message.push(null);
  else message[kEndedEarly] = true;
}

module.exports = { IncomingMessage, endMessage, isUntouched, readStart, readStop };
