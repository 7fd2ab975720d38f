'use strict';

// Deprecated alias, for programs that reach behind node:http.

const {
  METHODS, checkInvalidHeaderChar, checkIsHttpToken, kChunked,
} = require('internal/http/common');
const { HTTPParser } = internalBinding('http_parser');

module.exports = {
  _checkInvalidHeaderChar: checkInvalidHeaderChar,
  _checkIsHttpToken: checkIsHttpToken,
  chunkExpression: kChunked,
  continueExpression: /(?:^|\W)100-continue(?:$|\W)/i,
  CRLF: '\r\n',
  HTTPParser,
  methods: METHODS,
};
