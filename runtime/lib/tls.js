'use strict';

// node:tls. Not there yet: it loads, so that programs that only mention it run; every use throws
// ERR_NOT_IMPLEMENTED.

const { codes: { ERR_NOT_IMPLEMENTED } } = require('internal/errors');
const { Socket, Server: NetServer } = require('net');

function missing(name) {
  return {
    [name]() {
      throw new ERR_NOT_IMPLEMENTED(`tls.${name}()`);
    },
  }[name];
}

// Constructors, so that `instanceof tls.TLSSocket` answers.
function TLSSocket() {
  throw new ERR_NOT_IMPLEMENTED('tls.TLSSocket');
}
Object.setPrototypeOf(TLSSocket.prototype, Socket.prototype);
Object.setPrototypeOf(TLSSocket, Socket);

function Server() {
  throw new ERR_NOT_IMPLEMENTED('tls.Server');
}
Object.setPrototypeOf(Server.prototype, NetServer.prototype);
Object.setPrototypeOf(Server, NetServer);

function SecureContext() {
  throw new ERR_NOT_IMPLEMENTED('tls.SecureContext');
}

module.exports = {
  CLIENT_RENEG_LIMIT: 3,
  CLIENT_RENEG_WINDOW: 600,
  DEFAULT_CIPHERS: 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256',
  DEFAULT_ECDH_CURVE: 'auto',
  DEFAULT_MAX_VERSION: 'TLSv1.3',
  DEFAULT_MIN_VERSION: 'TLSv1.2',
  SecureContext,
  Server,
  TLSSocket,
  checkServerIdentity: missing('checkServerIdentity'),
  connect: missing('connect'),
  convertALPNProtocols: missing('convertALPNProtocols'),
  createSecureContext: missing('createSecureContext'),
  createServer: missing('createServer'),
  getCACertificates: missing('getCACertificates'),
  getCiphers: missing('getCiphers'),
  setDefaultCACertificates: missing('setDefaultCACertificates'),
};

Object.defineProperty(module.exports, 'rootCertificates', {
  __proto__: null, configurable: true, enumerable: true, get: missing('rootCertificates'),
});
