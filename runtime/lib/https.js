'use strict';

// node:https. TLS is not there yet: everything loads, what would need a secure connection throws.

const { codes: { ERR_NOT_IMPLEMENTED } } = require('internal/errors');
const { Agent: HttpAgent } = require('internal/http/agent');
const { Server: HttpServer } = require('internal/http/server');

function missing(what) {
  return new ERR_NOT_IMPLEMENTED(`${what} (TLS)`);
}

function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  HttpAgent.call(this, options);
  this.defaultPort = 443;
  this.protocol = 'https:';
  this.maxCachedSessions = this.options.maxCachedSessions ?? 100;
}
Object.setPrototypeOf(Agent.prototype, HttpAgent.prototype);
Object.setPrototypeOf(Agent, HttpAgent);

Agent.prototype.createConnection = function() {
  throw missing('https.Agent.createConnection()');
};

const kTlsNameParts = ['ca', 'cert', 'clientCertEngine', 'ciphers', 'key', 'pfx',
  'rejectUnauthorized', 'servername', 'minVersion', 'maxVersion', 'secureProtocol', 'crl',
  'honorCipherOrder', 'ecdhCurve', 'dhparam', 'secureOptions', 'sessionIdContext'];

Agent.prototype.getName = function(options = {}) {
  const parts = kTlsNameParts.map((key) => (options[key] === undefined ? '' : `${options[key]}`));
  return `${HttpAgent.prototype.getName.call(this, options)}:${parts.join(':')}`;
};

function Server() {
  throw missing('https.Server');
}
Object.setPrototypeOf(Server.prototype, HttpServer.prototype);
Object.setPrototypeOf(Server, HttpServer);

function createServer() {
  throw missing('https.createServer()');
}

function request() {
  throw missing('https.request()');
}

function get() {
  throw missing('https.get()');
}

let globalAgent;

module.exports = { Agent, Server, createServer, get, request };

Object.defineProperty(module.exports, 'globalAgent', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get: () => (globalAgent ??= new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 })),
  set(value) {
    globalAgent = value;
  },
});
