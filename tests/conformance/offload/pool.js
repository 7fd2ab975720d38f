'use strict';
// A pool of one's own: files, names, limits of the queue, drain, statistics.
const assert = require('assert');
const fs = require('fs');
const { pathToFileURL } = require('url');
const { Pool } = require('gyre:offload');
const { mustCall, mustNotCall, tmpdir } = require('../common');

const commonjs = tmpdir.resolve('tasks.js');
fs.writeFileSync(commonjs,
                 'module.exports = ({ a, b }) => a + b; module.exports.triple = (n) => n * 3;' +
                 'module.exports.data = () => require("worker_threads").workerData;');
const esm = tmpdir.resolve('tasks.mjs');
fs.writeFileSync(esm, 'await null; export default (n) => n + 1; export const half = (n) => n / 2;');
const broken = tmpdir.resolve('broken.js');
fs.writeFileSync(broken, 'throw new TypeError("does not load")');

(async () => {
  const pool = new Pool({ file: commonjs, maxThreads: 2, workerData: 'mine' });
  assert.strictEqual(await pool.run({ a: 1, b: 2 }), 3);
  assert.strictEqual(await pool.run(5, { name: 'triple' }), 15);
  assert.strictEqual(await pool.run(0, { name: 'data' }), 'mine');
  for (const name of ['absent', 'toString']) {
    await assert.rejects(pool.run(0, { name }), {
      name: 'TypeError', code: 'ERR_POOL_NO_SUCH_FUNCTION',
      message: new RegExp(`no export '${name}' that is a function$`),
    });
  }
  pool.on('drain', mustCall(1));
  const sums = await Promise.all(Array.from({ length: 50 }, (_, i) => pool.run({ a: i, b: i })));
  assert.deepStrictEqual(sums, Array.from({ length: 50 }, (_, i) => 2 * i));
  const { threads, completed, failed, runTime, waitTime, utilization } = pool.statistics;
  assert.ok(threads >= 1 && threads <= 2);
  assert.strictEqual(completed, 53);
  assert.strictEqual(failed, 2);
  assert.strictEqual(runTime.count, 55);
  assert.ok(waitTime.max >= waitTime.p50 && utilization >= 0 && utilization <= 1);
  await pool.close();
  await assert.rejects(pool.run({}), { code: 'ERR_POOL_CLOSED' });

  const modules = new Pool({ file: pathToFileURL(esm), minThreads: 1 });
  assert.strictEqual(await modules.run(1), 2);
  assert.strictEqual(await modules.run(1, { name: 'half' }), 0.5);
  await modules.close();

  await assert.rejects(new Pool({ file: broken, maxThreads: 1 }).run(1),
                       { name: 'TypeError', message: 'does not load' });

  const small = new Pool({ maxThreads: 1, maxQueue: 1 });
  const tasks = [1, 2, 3, 4].map((n) => small.offload((x) => x, n).catch((error) => error.code));
  const results = await Promise.all(tasks);
  // One runs (its thread is still starting), one waits.
  assert.deepStrictEqual(results, [1, 2, 'ERR_POOL_QUEUE_FULL', 'ERR_POOL_QUEUE_FULL']);
  await assert.rejects(small.run({}), { code: 'ERR_INVALID_ARG_VALUE' });
  // The abort of what runs empties no queue.
  const running = new AbortController();
  small.on('drain', mustNotCall());
  const endless = small.offloadWith({ signal: running.signal }, () => { for (;;); });
  setTimeout(() => running.abort(), 20);
  await assert.rejects(endless, { code: 'ABORT_ERR' });
  await new Promise(setImmediate);
  small.removeAllListeners('drain');
  await small.destroy();

  assert.throws(() => new Pool({ minThreads: 3, maxThreads: 2 }), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => new Pool({ maxThreads: 0 }), { code: 'ERR_OUT_OF_RANGE' });
})();
