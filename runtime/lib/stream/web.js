'use strict';

// node:stream/web

module.exports = { ...require('internal/webstreams/core') };

// Loaded when asked for: each pulls in modules that few programs need.
function exposeLazily(names, id) {
  for (const name of names) {
    Object.defineProperty(module.exports, name, {
      __proto__: null,
      configurable: true,
      enumerable: true,
      get() {
        const value = require(id)[name];
        Object.defineProperty(module.exports, name, {
          __proto__: null, configurable: true, enumerable: true, writable: true, value,
        });
        return value;
      },
    });
  }
}

exposeLazily(['TextEncoderStream', 'TextDecoderStream'], 'internal/webstreams/encoding');
exposeLazily(['CompressionStream', 'DecompressionStream'], 'internal/webstreams/compression');
