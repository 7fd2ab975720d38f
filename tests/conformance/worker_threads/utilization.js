'use strict';
// A busy worker shows a busy loop.
const assert = require('assert');
const { Worker } = require('worker_threads');
const { mustCall } = require('../common');

const worker = new Worker(
  // It must still be there when it is looked at: what has ended shows zeros.
  'const { parentPort } = require("worker_threads"); setInterval(() => {}, 60000);' +
  'parentPort.once("message", () => { const end = Date.now() + 100; while (Date.now() < end);' +
  'parentPort.postMessage("done"); })', { eval: true });
worker.once('online', () => worker.postMessage('go'));
worker.once('message', mustCall(() => {
  const { active, idle, utilization } = worker.performance.eventLoopUtilization();
  assert.ok(active >= 90, `active ${active}`);
  assert.ok(idle >= 0);
  assert.ok(utilization > 0 && utilization <= 1);
  worker.terminate();
}));
