'use strict';

// Deprecated name of stream.Writable.

module.exports = require('stream').Writable;
