'use strict';
// An aborted task stops where it is; the pool goes on.
const assert = require('assert');
const { Pool } = require('gyre:offload');

(async () => {
  const pool = new Pool({ maxThreads: 1 });
  await pool.offload(() => 1);
  const [worker] = pool.threads;
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const busy = (cells) => { Atomics.store(cells, 0, 1); while (true) Atomics.add(cells, 1, 1); };

  for (let round = 0; round < 3; round++) {
    shared[0] = 0;
    const controller = new AbortController();
    const task = pool.offloadWith({ signal: controller.signal }, busy, shared);
    while (Atomics.load(shared, 0) === 0) await new Promise(setImmediate);
    const reason = new Error(`round ${round}`);
    controller.abort(reason);
    await assert.rejects(task, (error) =>
      error.name === 'AbortError' && error.code === 'ABORT_ERR' && error.cause === reason);
    assert.strictEqual(await pool.offload((a) => a, round), round);
    const count = Atomics.load(shared, 1);
    await pool.offload(() => {});
    assert.strictEqual(Atomics.load(shared, 1), count);
    assert.strictEqual(pool.threads[0], worker);
  }

  // Waiting in the queue, and aborted from the start.
  const first = new AbortController();
  const second = new AbortController();
  const blocker = pool.offloadWith({ signal: first.signal }, busy, shared);
  const queued = pool.offloadWith({ signal: second.signal }, () => 1);
  second.abort();
  await assert.rejects(queued, { name: 'AbortError' });
  first.abort();
  await assert.rejects(blocker, { name: 'AbortError' });
  await assert.rejects(pool.offloadWith({ signal: AbortSignal.abort() }, () => 1),
                       { name: 'AbortError' });

  // Code that runs after an await stops as well.
  shared.fill(0);
  const third = new AbortController();
  const waiting = pool.offloadWith({ signal: third.signal }, async (cells) => {
    await null;
    await new Promise((resolve) => setTimeout(resolve, 1));
    Atomics.store(cells, 0, 1);
    while (true) Atomics.add(cells, 1, 1);
  }, shared);
  while (Atomics.load(shared, 0) === 0) await new Promise(setImmediate);
  third.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
  assert.strictEqual(await pool.offload(() => 'usable'), 'usable');
  assert.strictEqual(pool.statistics.aborted, 6);
  await pool.close();
})();
