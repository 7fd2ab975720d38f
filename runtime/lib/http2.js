'use strict';

// node:http2. Not there yet: it loads, so that programs that only mention it run; every use throws
// ERR_NOT_IMPLEMENTED.

const { codes: { ERR_NOT_IMPLEMENTED } } = require('internal/errors');

function missing(name) {
  return {
    [name]() {
      throw new ERR_NOT_IMPLEMENTED(`http2.${name}()`);
    },
  }[name];
}

class Http2ServerRequest {
  constructor() {
    throw new ERR_NOT_IMPLEMENTED('http2.Http2ServerRequest');
  }
}

class Http2ServerResponse {
  constructor() {
    throw new ERR_NOT_IMPLEMENTED('http2.Http2ServerResponse');
  }
}

module.exports = {
  Http2ServerRequest,
  Http2ServerResponse,
  connect: missing('connect'),
  constants: { __proto__: null },
  createSecureServer: missing('createSecureServer'),
  createServer: missing('createServer'),
  getDefaultSettings: missing('getDefaultSettings'),
  getPackedSettings: missing('getPackedSettings'),
  getUnpackedSettings: missing('getUnpackedSettings'),
  performServerHandshake: missing('performServerHandshake'),
  sensitiveHeaders: Symbol('nodejs.http2.sensitiveHeaders'),
};
