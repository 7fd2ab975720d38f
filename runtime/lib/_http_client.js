'use strict';

// Deprecated alias, for programs that reach behind node:http.

const { ClientRequest } = require('http');

module.exports = { ClientRequest };
