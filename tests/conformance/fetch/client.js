'use strict';

// fetch() against servers on loopback: methods, redirects, bodies, streaming, aborts, failures.

const assert = require('assert');
const http = require('http');
const zlib = require('zlib');
const { mustCall } = require('../common');

const routes = {
  '/echo': async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({
      method: request.method, headers: request.headers, body: Buffer.concat(chunks).toString(),
    }));
  },
  '/moved': (request, response) => response.writeHead(302, { location: '/echo' }).end(),
  '/gzip': (request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(zlib.gzipSync('unpacked'));
  },
  '/stream': async (request, response) => {
    for (const part of ['a', 'b', 'c']) {
      response.write(part);
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    response.end();
  },
  '/stall': () => {},
  '/cut': (request, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('abc', () => response.destroy());
  },
};

async function requests(base) {
  assert.strictEqual(fetch.name, 'fetch');
  assert.strictEqual(Object.getOwnPropertyDescriptor(globalThis, 'fetch').enumerable, true);

  const moved = await fetch(`${base}/moved`);
  assert.strictEqual(`${moved.status} ${moved.redirected} ${moved.url}`, `200 true ${base}/echo`);
  const seen = await moved.json();
  assert.strictEqual(seen.method, 'GET');
  assert.strictEqual(seen.headers['user-agent'], 'node');
  assert.strictEqual((await fetch(`${base}/moved`, { redirect: 'manual' })).status, 302);
  await assert.rejects(fetch(`${base}/moved`, { redirect: 'error' }), { name: 'TypeError' });

  const posted = await (await fetch(new Request(`${base}/echo`, {
    method: 'POST', body: 'h\u00e9', headers: { 'x-a': 'b' },
  }))).json();
  assert.strictEqual(posted.body, 'h\u00e9');
  assert.strictEqual(posted.headers['x-a'], 'b');
  assert.strictEqual(posted.headers['content-type'], 'text/plain;charset=UTF-8');

  const form = new FormData();
  form.append('field', 'value');
  form.append('file', new Blob(['content'], { type: 'text/plain' }), 'name.txt');
  const sent = await (await fetch(`${base}/echo`, { method: 'PUT', body: form })).json();
  assert.match(sent.headers['content-type'], /^multipart\/form-data; boundary=/);
  assert.match(sent.body, /name="file"; filename="name.txt"\r\nContent-Type: text\/plain\r\n\r\ncontent\r\n/);

  const pieces = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('from a '));
      controller.enqueue(new TextEncoder().encode('stream'));
      controller.close();
    },
  });
  const streamed = await fetch(`${base}/echo`, { method: 'POST', body: pieces, duplex: 'half' });
  assert.strictEqual((await streamed.json()).body, 'from a stream');
}

async function answers(base) {
  assert.strictEqual(await (await fetch(`${base}/gzip`)).text(), 'unpacked');
  let text = '';
  for await (const chunk of (await fetch(`${base}/stream`)).body) text += Buffer.from(chunk);
  assert.strictEqual(text, 'abc');
  const missing = await fetch(`${base}/nowhere`);
  assert.strictEqual(`${missing.status} ${missing.ok}`, '404 false');
  await missing.text();
}

async function failures(base) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(fetch(`${base}/stall`, { signal: controller.signal }), { name: 'AbortError' });
  await assert.rejects(
    fetch(`${base}/stall`, { signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' });
  await assert.rejects((await fetch(`${base}/cut`)).text(), { name: 'TypeError' });
  await assert.rejects(fetch('relative'), { name: 'TypeError', message: /Failed to parse URL/ });

  const closed = http.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.on('listening', resolve));
  const { port } = closed.address();
  await new Promise((resolve) => closed.close(resolve));
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`), (error) => {
    assert.strictEqual(error.message, 'fetch failed');
    assert.strictEqual(error.cause.code, 'ECONNREFUSED');
    return true;
  });
}

const server = http.createServer((request, response) => {
  const route = routes[request.url];
  if (route === undefined) response.writeHead(404).end('no');
  else route(request, response);
});
server.listen(0, '127.0.0.1', mustCall(async () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  await requests(base);
  await answers(base);
  await failures(base);
  server.close(mustCall());
  server.closeAllConnections();
}));
