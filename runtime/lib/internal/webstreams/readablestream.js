'use strict';

// The readable half of the web streams, for builtin modules.

const { ReadableStream } = require('internal/webstreams/core');

module.exports = { ReadableStream };
