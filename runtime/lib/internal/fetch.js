'use strict';

// The fetch standard and WebSocket, from undici. A server that only describes answers with Response
// objects, or tells them apart, never loads the client.

const kWhole = 'index-fetch';
const kFiles = {
  __proto__: null,
  CloseEvent: kWhole,
  FormData: 'lib/web/fetch/formdata',
  Headers: 'lib/web/fetch/headers',
  Request: kWhole,
  Response: 'lib/web/fetch/response',
  WebSocket: kWhole,
};

// undici names itself in requests unless it is told that it is a part of the runtime.
function load(file) {
  globalThis.__UNDICI_IS_NODE__ = true;
  try {
    return require(`npm:undici/${file}`);
  } finally {
    delete globalThis.__UNDICI_IS_NODE__;
  }
}

function fetch(input, init = undefined) {
  return load(kWhole).fetch(input, init);
}

module.exports = { fetch };
for (const name of Object.keys(kFiles)) {
  Object.defineProperty(module.exports, name, {
    __proto__: null, get: () => load(kFiles[name])[name], enumerable: true,
  });
}
