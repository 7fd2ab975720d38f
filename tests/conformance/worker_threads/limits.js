'use strict';
// A worker that reaches its heap limit ends alone, with an error, however small the limit.
const assert = require('assert');
const { Worker } = require('worker_threads');
const { mustCall, mustNotCall } = require('../common');

for (const megabytes of [0.5, 1, 2, 30]) {
  const worker = new Worker('const a = []; while (true) a.push(new Array(100).fill(a.length));', {
    eval: true,
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 1 },
  });
  worker.on('error', mustCall((error) => {
    assert.strictEqual(error.code, 'ERR_WORKER_OUT_OF_MEMORY');
    assert.match(error.message, /memory limit/);
  }));
  worker.on('exit', mustCall((code) => assert.strictEqual(code, 1)));
}

{
  const worker = new Worker(
    'const f = () => f(); try { f(); } catch (e) { process.exitCode = e instanceof RangeError ? 5 : 6; }',
    { eval: true, resourceLimits: { stackSizeMb: 1 } });
  worker.on('error', mustNotCall());
  worker.on('exit', mustCall((code) => assert.strictEqual(code, 5)));
}
