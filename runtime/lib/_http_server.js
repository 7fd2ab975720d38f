'use strict';

// Deprecated alias, for programs that reach behind node:http.

const { STATUS_CODES, Server, ServerResponse, _connectionListener } = require('http');

module.exports = { STATUS_CODES, Server, ServerResponse, _connectionListener };
