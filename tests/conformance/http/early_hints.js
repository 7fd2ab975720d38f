'use strict';
// res.writeEarlyHints(): the 103 answer, and what it refuses.
const assert = require('assert');
const http = require('http');
const { mustCall } = require('../common');

const server = http.createServer(mustCall((request, response) => {
  for (const link of ['no link', ['</a>; rel=preload', 'bad'], 5]) {
    assert.throws(() => response.writeEarlyHints({ link }), { code: 'ERR_INVALID_ARG_VALUE' });
  }
  assert.throws(() => response.writeEarlyHints('link'), { code: 'ERR_INVALID_ARG_TYPE' });
  response.writeEarlyHints({ link: '</styles.css>; rel=preload; as=style', 'x-trace': '1' },
                           mustCall(() => response.end('done')));
}));
server.listen(0, () => {
  const request = http.get({ port: server.address().port });
  request.on('information', mustCall(({ statusCode, headers }) => {
    assert.strictEqual(statusCode, 103);
    assert.deepStrictEqual(headers, { link: '</styles.css>; rel=preload; as=style', 'x-trace': '1' });
  }));
  request.on('response', mustCall((response) => {
    assert.strictEqual(response.statusCode, 200);
    response.resume();
    response.on('end', () => server.close());
  }));
});
