'use strict';

// Deprecated alias, for programs that reach behind node:http.

const { OutgoingMessage, validateHeaderName, validateHeaderValue } = require('http');

module.exports = { OutgoingMessage, validateHeaderName, validateHeaderValue };
