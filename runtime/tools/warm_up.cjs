'use strict';

// What the start-up snapshot is warmed up with: what many programs do while they start. Functions
// used here need not be compiled when a program starts. A part that cannot work where gyre is built
// (no loopback network) is left out.

const events = require('events');
const fs = require('fs');
const http = require('http');
const path = require('path');
const util = require('util');

console.log('%s %d', path.resolve(__dirname, 'x'), 1, path.extname(__filename), { a: [1, 'x'] });
setTimeout(() => {}, 1);
setImmediate(() => {});
process.nextTick(() => {});
Promise.resolve().then(() => {});
fs.readFileSync(__filename, 'utf8');
fs.readFile(__filename, () => {});
util.inherits(function Child() {}, events);
import('./warm_up.mjs');

const server = http.createServer((request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end('x');
});
function stop() {
  server.close();
  server.closeAllConnections();
}
server.on('error', () => {});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const request = http.get({ port, host: '127.0.0.1', agent: new http.Agent(), timeout: 5000 });
  request.on('response', (response) => {
    response.resume();
    response.on('end', stop);
  });
  request.on('error', stop);
  request.on('timeout', stop);
});
