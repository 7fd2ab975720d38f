'use strict';

// node:http. The parts live in internal/http/.

const { validateInteger } = require('internal/validators');
const { METHODS, STATUS_CODES, getMaxHeaderSize } = require('internal/http/common');
const { IncomingMessage } = require('internal/http/incoming');
const {
  OutgoingMessage, validateHeaderName, validateHeaderValue,
} = require('internal/http/outgoing');
const { ServerResponse } = require('internal/http/server_response');
const { Server, _connectionListener } = require('internal/http/server');
const { Agent, getGlobalAgent, setGlobalAgent } = require('internal/http/agent');
const { ClientRequest } = require('internal/http/client');

function createServer(options, requestListener) {
  return new Server(options, requestListener);
}

function request(url, options, callback) {
  return new ClientRequest(url, options, callback);
}

function get(url, options, callback) {
  const message = request(url, options, callback);
  message.end();
  return message;
}

// Parsers are not pooled; the limit is checked and has nothing to bound.
function setMaxIdleHTTPParsers(max) {
  validateInteger(max, 'max', 1);
}

module.exports = {
  _connectionListener,
  METHODS: [...METHODS],
  STATUS_CODES,
  Agent,
  ClientRequest,
  IncomingMessage,
  OutgoingMessage,
  Server,
  ServerResponse,
  createServer,
  validateHeaderName,
  validateHeaderValue,
  get,
  request,
  setMaxIdleHTTPParsers,
};

Object.defineProperties(module.exports, {
  maxHeaderSize: {
    __proto__: null, configurable: true, enumerable: true, get: getMaxHeaderSize,
  },
  globalAgent: {
    __proto__: null, configurable: true, enumerable: true, get: getGlobalAgent, set: setGlobalAgent,
  },
});
for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) {
  Object.defineProperty(module.exports, name, {
    __proto__: null, configurable: true, enumerable: true, get: () => globalThis[name],
  });
}
