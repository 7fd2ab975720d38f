'use strict';

// Deprecated name of stream.Duplex.

module.exports = require('stream').Duplex;
