'use strict';

// Deprecated alias, for programs that reach behind node:http.

const http = require('http');

module.exports = { Agent: http.Agent };
Object.defineProperty(module.exports, 'globalAgent', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get: () => http.globalAgent,
  set(value) {
    http.globalAgent = value;
  },
});
