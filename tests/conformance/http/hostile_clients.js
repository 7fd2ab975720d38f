'use strict';

// F37 to F40 against a server process: what is refused, that nothing behind it is read, that a new
// connection is served right after, and that memory and descriptors return to their level.

const assert = require('assert');
const http = require('http');
const net = require('net');
const os = require('os');
const path = require('path');
const { spawn } = require('child_process');
const { mustCall } = require('../common.js');

// Constant collections make this process slow, sanitizers both: it cannot be the whole crowd then.
const kIsSlow = process.env.GYRE_TEST_SLOW !== undefined ||
  process.execArgv.some((option) => option.includes('gc-interval'));
const kPatience = kIsSlow ? 10 : 1;
const kCrowd = kIsSlow ? 100 : 2000;
const kMiB = 1 << 20;
// A thread sanitizer's shadow memory grows with every address that was ever used.
const kMemoryNoise = (process.env.GYRE_TEST_SLOW !== undefined ? 160 : 16) * kMiB;
const kHeadersTimeout = 3000;
const kRequestTimeout = 4000;

class Server {
  static async start(options) {
    const server = new Server();
    server.child = spawn(process.execPath, [
      '--expose-gc', path.join(__dirname, '../support/measured_server.js'), JSON.stringify(options),
    ], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // A sanitized server keeps what it frees for a while: little of it, or its memory seems to grow.
      env: { ...process.env, ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=1` },
    });
    server.exit = new Promise((resolve) => {
      server.child.on('exit', (code, signal) => resolve(signal ?? code));
    });
    server.port = Number(await new Promise((resolve) => server.child.stdout.once('data', resolve)));
    return server;
  }

  // Everything the server says until it closes, and when that was.
  exchange(bytes, then = () => {}) {
    const begin = performance.now();
    return new Promise((resolve) => {
      let answer = '';
      const socket = net.connect(this.port, '127.0.0.1', () => {
        if (bytes !== '') socket.write(bytes);
        then(socket);
      });
      socket.setEncoding('latin1');
      socket.on('data', (text) => { answer += text; });
      socket.on('error', () => {});
      socket.on('close', () => resolve({ answer, took: performance.now() - begin }));
    });
  }

  get(url) {
    const begin = performance.now();
    return new Promise((resolve, reject) => {
      const options = { port: this.port, host: '127.0.0.1', path: url, agent: false };
      http.get(options, (res) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (part) => { text += part; });
        res.on('end', () => {
          resolve({ status: res.statusCode, text, took: performance.now() - begin });
        });
      }).on('error', reject);
    });
  }

  async stats() {
    return JSON.parse((await this.get('/stats')).text);
  }

  stop() {
    this.child.stdin.end();
    return this.exit;
  }
}

const head = (lines, url = '/bad') => `POST ${url} HTTP/1.1\r\nHost: h\r\n${lines}\r\n\r\n`;
const kSmuggled = 'GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n';
const kChunked = 'Transfer-Encoding: chunked';
const chunked = (body) => head(kChunked, '/body') + body;

// [request, status]: the handler must not see any of them.
const refusedHeads = [
  [head(`Content-Length: 5\r\n${kChunked}`), 400], [head(`${kChunked}\r\nContent-Length: 5`), 400],
  [head('Content-Length: 5\r\nContent-Length: 6'), 400],
  [head('Content-Length: +5'), 400], [head('Content-Length: -1'), 400],
  [head('Content-Length: 0x5'), 400], [head('Content-Length: 5, 6'), 400],
  [head(`Content-Length: ${'9'.repeat(24)}`), 400], [head('Content-Length : 5'), 400],
  [head('Transfer-Encoding : chunked'), 400], [head('X : y'), 400],
  [head(`Transfer-Encoding: gzip`), 400], [head(`${kChunked}, gzip`), 400],
  [head(`X: ${'a'.repeat(40_000)}`), 431], [head('a: b\r\n'.repeat(3_000) + 'c: d'), 431],
  [head('X: y', `/${'a'.repeat(100_000)}`), 431],
];
// The head is fine, its body is not: the handler has begun, and the connection ends all the same.
const refusedBodies = [
  [chunked('0x5\r\nhello\r\n0\r\n\r\n'), 400], [chunked(`${'f'.repeat(17)}\r\nx`), 400],
  [chunked('5\r\nhello0\r\n\r\n'), 400], [chunked('5\nhello\n0\n\n'), 400],
  [chunked('5\r\nhello\n0\r\n\r\n'), 400], [chunked('-5\r\nhello\r\n0\r\n\r\n'), 400],
  [chunked(`1;${'e'.repeat(100_000)}\r\na\r\n0\r\n\r\n`), 413],
];

async function refuses(server, [request, status], allowed) {
  const { answer } = await server.exchange(request + kSmuggled);
  const shown = request.slice(0, 90);
  assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\nConnection: close\r\n`), shown);
  assert.strictEqual(answer.indexOf('HTTP/1.1', 1), -1, shown);
  const { seen } = await server.stats();
  assert.deepStrictEqual(seen.filter((url) => url !== allowed), [], shown);
}

async function returnsToLevel(server, before) {
  let after;
  for (let tries = 0; tries < 100; tries++) {
    after = await server.stats();
    if (after.descriptors <= before.descriptors) break;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  assert.ok(after.descriptors <= before.descriptors, `${after.descriptors} descriptors`);
  return after.memory - before.memory;
}

async function badMessages() {
  const server = await Server.start({});
  const { limits: [headersTimeout, requestTimeout] } = await server.stats();
  assert.ok(headersTimeout > 0 && headersTimeout <= 60_000);
  assert.ok(requestTimeout > 0 && requestTimeout <= 300_000);
  const before = await server.stats();
  for (const refused of refusedHeads) await refuses(server, refused, undefined);
  for (const refused of refusedBodies) await refuses(server, refused, '/body');
  const levels = [];
  for (let round = 0; round < 4; round++) {
    const all = [...refusedHeads, ...refusedBodies, ...refusedHeads, ...refusedBodies];
    await Promise.all(all.map(([request]) => server.exchange(request + kSmuggled)));
    levels.push(await returnsToLevel(server, before));
  }
  assert.ok(levels[3] - levels[1] < kMemoryNoise, `memory grows: ${levels}`);
  assert.strictEqual(await server.stop(), 0);
}

// One byte of a head each second, for as long as the server listens.
function drip(socket) {
  let sent = 0;
  const timer = setInterval(() => socket.write(`X-${sent++}: y\r\n`[0]), 1000);
  socket.on('close', () => clearInterval(timer));
}

async function slowCrowd(server, count) {
  const kinds = [
    [''], ['GET / HTTP/1.1\r\nHost: h\r\nX'], ['GET / HTTP/1.1\r\n', drip],
    [head('Content-Length: 10', '/stalled') + 'abc', undefined, kRequestTimeout],
  ];
  let connected = 0;
  let isOver = false;
  const slow = Array.from({ length: count }, async (_, index) => {
    const { 0: bytes, 1: then, 2: limit = kHeadersTimeout } = kinds[index % kinds.length];
    const { answer, took } = await server.exchange(bytes, (socket) => {
      connected++;
      then?.(socket);
    });
    isOver = true;
    assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n\r\n$/);
    assert.ok(took > limit - 1000, `${limit}: ${took}`);
  });
  // While they are there, good clients are served at once.
  const times = [];
  while (!isOver) {
    const { status, took } = await server.get('/good');
    assert.strictEqual(status, 200);
    if (connected === count && !isOver) times.push(took);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  await Promise.all(slow);
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? Infinity;
}

async function slowClients() {
  const server = await Server.start({
    headersTimeout: kHeadersTimeout, requestTimeout: kRequestTimeout,
  });
  const before = await server.stats();
  const levels = [];
  const waits = [];
  const lasted = [];
  for (let round = 0; round < 4; round++) {
    waits.push(await slowCrowd(server, kCrowd));
    lasted.push((await server.stats()).longest);
    levels.push(await returnsToLevel(server, before));
  }
  assert.ok(levels[3] - levels[1] < kMemoryNoise, `memory grows: ${levels}`);
  // Another program may have had the processor in one round, or a share of it in all.
  const share = Math.max(1, os.loadavg()[0] / os.availableParallelism());
  assert.ok(Math.min(...waits) < 100 * kPatience * share, `good clients waited ${waits} ms`);
  // As the server sees it: this process, with 2000 sockets of its own, notices late.
  assert.ok(Math.min(...lasted) < kRequestTimeout + 2000 * share, `connections lasted ${lasted} ms`);
  assert.strictEqual(await server.stop(), 0);
}

badMessages().then(slowClients).then(mustCall());
