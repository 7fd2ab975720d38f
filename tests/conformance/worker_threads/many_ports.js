'use strict';

// Thousands of ports given to a worker: each answers, in order, and what is closed at once still
// delivers what was sent before. (Handles of received ports must outlast the reading of a message.)

const assert = require('assert');
const { once } = require('events');
const { MessageChannel, Worker } = require('worker_threads');
const { mustCall } = require('../common.js');

async function main() {
  const worker = new Worker(`
    require('worker_threads').parentPort.on('message', ({ port }) => {
      port.postMessage('first');
      port.postMessage('last');
      port.close();
    });`, { eval: true });
  for (let i = 0; i < 5000; i++) {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ port: port2 }, [port2]);
    assert.deepStrictEqual(await once(port1, 'message'), ['first']);
    assert.deepStrictEqual(await once(port1, 'message'), ['last']);
  }
  await worker.terminate();
}
main().then(mustCall());
