'use strict';
// offload() runs self-contained functions of every form on other threads.
const assert = require('assert');
const { offload, offloadWith } = require('gyre:offload');

const object = { method(a) { return a * 2; }, async 'quoted name'() { return 5; } };

(async () => {
  assert.strictEqual(await offload((a, b) => a + b, 1, 2), 3);
  assert.strictEqual(await offload(function named(n) { return n < 2 ? n : named(n - 1) + named(n - 2); }, 15), 610);
  assert.strictEqual(await offload(async (n) => { await null; return n; }, 4), 4);
  assert.strictEqual(await offload(object.method, 4), 8);
  assert.strictEqual(await offload(object['quoted name']), 5);
  assert.strictEqual(await offload(() => require('path').basename('/a/b')), 'b');
  assert.strictEqual(await offload(() => require('worker_threads').isMainThread), false);
  assert.deepStrictEqual(await offload((map) => new Map([...map, ['b', 2]]), new Map([['a', 1]])),
                         new Map([['a', 1], ['b', 2]]));
  const bytes = await offload((size) => new Uint8Array(size).fill(9), 100_000);
  assert.ok(bytes.length === 100_000 && bytes.every((byte) => byte === 9));
  const buffer = new ArrayBuffer(64);
  assert.strictEqual(await offloadWith({ transfer: [buffer] }, (b) => b.byteLength, buffer), 64);
  assert.strictEqual(buffer.byteLength, 0);
  const squares = await Promise.all(Array.from({ length: 200 }, (_, i) => offload((n) => n * n, i)));
  assert.deepStrictEqual(squares, Array.from({ length: 200 }, (_, i) => i * i));
  await assert.rejects(offload((f) => f, () => {}), { name: 'DataCloneError' });
  await assert.rejects(offload(() => () => {}), { name: 'DataCloneError' });
  const { completed, failed } = offload.pool.statistics;
  assert.ok(completed >= 210, `completed ${completed}`);
  assert.ok(failed >= 1, `failed ${failed}`);
})();
