'use strict';

// Deprecated name of stream.Transform.

module.exports = require('stream').Transform;
