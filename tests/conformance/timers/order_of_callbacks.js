'use strict';

// The order of nextTick, promises, timers, immediates and close callbacks that tutorials teach: in the
// main module, inside callbacks of I/O, as CommonJS and as ES module.

const assert = require('assert');
const { spawnSync } = require('child_process');
const { createProject } = require('../support/project.js');

const project = createProject();

function order(name, source) {
  project.write(name, `const log = []; const say = (word) => () => log.push(word);
    process.on('exit', () => console.log(log.join()));\n${source}`);
  const { status, stdout, stderr } =
    spawnSync(process.execPath, [project.at(name)], { encoding: 'utf8' });
  assert.strictEqual(status, 0, stderr);
  return stdout.trim();
}

// The timers are due when the loop begins: the wait makes them so.
const kMain = `
  setTimeout(() => {
    log.push('timeout 1');
    process.nextTick(say('tick of timeout'));
    Promise.resolve().then(say('promise of timeout'));
    setImmediate(say('immediate of timeout'));
  }, 0);
  setTimeout(say('timeout 2'), 0);
  setImmediate(() => {
    log.push('immediate 1');
    process.nextTick(say('tick of immediate'));
    Promise.resolve().then(say('promise of immediate'));
    setImmediate(say('immediate of immediate'));
  });
  setImmediate(say('immediate 2'));
  process.nextTick(() => {
    log.push('tick 1');
    process.nextTick(say('tick of tick'));
    Promise.resolve().then(say('promise of tick'));
  });
  process.nextTick(say('tick 2'));
  Promise.resolve().then(() => {
    log.push('promise 1');
    process.nextTick(say('tick of promise'));
    queueMicrotask(say('microtask of promise'));
  });
  queueMicrotask(say('microtask 1'));
  (async () => { log.push('async'); await null; log.push('awaited'); })();
  log.push('main');
  const until = Date.now() + 5;
  while (Date.now() < until);`;
const kLoop = 'timeout 1,tick of timeout,promise of timeout,timeout 2,' +
  'immediate 1,tick of immediate,promise of immediate,immediate 2,' +
  'immediate of timeout,immediate of immediate';

assert.strictEqual(order('main.cjs', kMain),
                   'async,main,tick 1,tick 2,tick of tick,promise 1,microtask 1,awaited,' +
                   `promise of tick,microtask of promise,tick of promise,${kLoop}`);
// An ES module runs in a microtask itself: the others come before the first tick.
assert.strictEqual(order('main.mjs', kMain),
                   'async,main,promise 1,microtask 1,awaited,microtask of promise,' +
                   `tick 1,tick 2,tick of promise,tick of tick,promise of tick,${kLoop}`);

// After I/O, immediates come before timers, whatever the time.
const kInside = `fs.readFile(file, () => {
    setTimeout(say('timeout'), 0);
    setImmediate(() => { log.push('immediate'); process.nextTick(say('tick of immediate')); });
    setImmediate(say('immediate 2'));
    process.nextTick(say('tick'));
    Promise.resolve().then(say('promise'));
    log.push('read');
    const until = Date.now() + 5;
    while (Date.now() < until);
  });`;
const kInsideOrder = 'read,tick,promise,immediate,tick of immediate,immediate 2,timeout';
assert.strictEqual(order('io.cjs', `const fs = require('fs'); const file = __filename;${kInside}`),
                   kInsideOrder);
assert.strictEqual(
  order('io.mjs', `import fs from 'fs'; const file = new URL(import.meta.url);${kInside}`),
  kInsideOrder);

// Close callbacks: after the immediates of their turn.
const kClose = `const server = net.createServer((socket) => socket.end());
  server.listen(0, '127.0.0.1', () => {
    const client = net.connect(server.address().port, '127.0.0.1', () => {
      client.on('close', () => {
        log.push('socket closed');
        process.nextTick(say('tick of close'));
        Promise.resolve().then(say('promise of close'));
        server.close(say('server closed'));
        setImmediate(say('immediate of close'));
      });
      setImmediate(say('immediate'));
      process.nextTick(say('tick'));
      client.destroy();
    });
  });`;
const kCloseOrder = 'tick,immediate,socket closed,tick of close,promise of close';
for (const text of [order('close.cjs', `const net = require('net');${kClose}`),
                    order('close.mjs', `import net from 'net';${kClose}`)]) {
  assert.ok(text.startsWith(kCloseOrder), text);
  assert.deepStrictEqual(text.slice(kCloseOrder.length + 1).split(',').sort(),
                         ['immediate of close', 'server closed']);
}

// Delays sort timers; cleared and unreferenced ones do not run; a refreshed one starts anew. The
// delays are apart by more than a slow machine needs to get from one line to the next.
assert.strictEqual(order('timers.cjs', `
  setTimeout(say('30'), 300); setTimeout(say('10'), 100); setTimeout(say('20'), 200);
  clearTimeout(setTimeout(say('cleared'), 1)); clearImmediate(setImmediate(say('cleared')));
  setTimeout(say('unreferenced'), 1e6).unref();
  const refreshed = setTimeout(say('refreshed'), 600);
  setTimeout(() => refreshed.refresh(), 400);
  setTimeout((a, b) => log.push(a + b), 800, 'arg', 'uments');
  let turns = 0;
  const interval = setInterval(() => { if (++turns === 2) clearInterval(interval); }, 1);
  process.once('beforeExit', () => {
    log.push('empty', turns);
    setTimeout(say('again'), 1);
  });`), '10,20,30,arguments,refreshed,empty,2,again');
