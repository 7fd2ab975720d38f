'use strict';

// Deprecated name of stream.PassThrough.

module.exports = require('stream').PassThrough;
