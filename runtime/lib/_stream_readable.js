'use strict';

// Deprecated name of stream.Readable.

module.exports = require('stream').Readable;
