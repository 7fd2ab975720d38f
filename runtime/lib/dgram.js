'use strict';

// node:dgram. Not there yet: it loads, so that programs that only mention it run; every use throws
// ERR_NOT_IMPLEMENTED.

const EventEmitter = require('events');
const { codes: { ERR_NOT_IMPLEMENTED } } = require('internal/errors');

function Socket() {
  throw new ERR_NOT_IMPLEMENTED('dgram.Socket');
}
Object.setPrototypeOf(Socket.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Socket, EventEmitter);

function createSocket() {
  throw new ERR_NOT_IMPLEMENTED('dgram.createSocket()');
}

module.exports = { Socket, createSocket };
