'use strict';
// Errors of a task keep class, code and cause, and show both threads' frames.
const assert = require('assert');
const { offload, Pool } = require('gyre:offload');

async function callerOfTheTask() {
  await offload(function failingTask() {
    const error = new RangeError('too far', { cause: new TypeError('inner') });
    error.code = 'E_FAR';
    error.details = { limit: 5 };
    throw error;
  });
}

(async () => {
  await assert.rejects(callerOfTheTask(), (error) => {
    assert.ok(error instanceof RangeError);
    assert.strictEqual(error.code, 'E_FAR');
    assert.deepStrictEqual(error.details, { limit: 5 });
    assert.ok(error.cause instanceof TypeError);
    assert.match(error.stack, /at failingTask \(offload:failingTask/);
    assert.match(error.stack, /callerOfTheTask/);
    return true;
  });
  await assert.rejects(offload(() => { throw 'text'; }), (value) => value === 'text');
  await assert.rejects(offload(async () => { throw new SyntaxError('later'); }),
                       { name: 'SyntaxError', message: 'later' });
  await assert.rejects(offload(() => { throw new DOMException('x', 'DataError'); }),
                       { name: 'DataError' });

  // A worker that dies takes its task along, not the pool.
  const pool = new Pool({ maxThreads: 1 });
  await assert.rejects(pool.offload(() => process.exit(3)),
                       { code: 'ERR_POOL_WORKER_EXITED', message: /3/ });
  assert.strictEqual(await pool.offload(() => 1), 1);
  await assert.rejects(new Pool({ maxThreads: 1, resourceLimits: { maxOldGenerationSizeMb: 20 } })
    .offload(() => { const a = []; for (;;) a.push(new Array(1000).fill(a.length)); }),
                       { code: 'ERR_WORKER_OUT_OF_MEMORY' });
  await pool.destroy();
  await assert.rejects(pool.offload(() => 1), { code: 'ERR_POOL_CLOSED' });
})();
