'use strict';

// Deprecated alias, for programs that reach behind node:http.

const { IncomingMessage, readStart, readStop } = require('internal/http/incoming');

module.exports = { IncomingMessage, readStart, readStop };
