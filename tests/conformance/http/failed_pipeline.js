'use strict';
// A pipeline that fails, or stream.destroy, ends a request's body but not its connection: the server
// still answers.
const assert = require('assert');
const http = require('http');
const { Writable, destroy, pipeline } = require('stream');
const { mustCall } = require('../common');

const full = () => new Writable({ write(chunk, encoding, callback) {
  callback(new Error('disk full'));
} });

const server = http.createServer((request, response) => {
  if (request.url === '/pipeline') {
    pipeline(request, full(), mustCall((error) => {
      assert.strictEqual(error.message, 'disk full');
      assert.strictEqual(request.destroyed, true);
      response.statusCode = 507;
      response.end('no room');
    }));
    return;
  }
  request.on('error', mustCall((error) => assert.strictEqual(error.name, 'AbortError')));
  request.on('close', mustCall(() => response.end('closed')));
  destroy(request);
}).listen(0, mustCall(async () => {
  assert.deepStrictEqual(await post('/pipeline'), [507, 'no room']);
  assert.deepStrictEqual(await post('/destroy'), [200, 'closed']);
  server.close();
}));

function post(path) {
  return new Promise((resolve, reject) => {
    const { port } = server.address();
    const request = http.request({ port, path, method: 'POST', agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
      response.on('end', () => resolve([response.statusCode, text]));
    });
    request.on('error', reject);
    request.end('body');
  });
}
