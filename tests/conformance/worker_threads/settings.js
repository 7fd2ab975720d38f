'use strict';
// Environment, arguments, environment data and what only the main thread may do.
const assert = require('assert');
const {
  SHARE_ENV, Worker, getEnvironmentData, isMainThread, setEnvironmentData,
} = require('worker_threads');
const { mustCall } = require('../common');

function ask(text, options, check) {
  const worker = new Worker(
    `const threads = require("worker_threads"); threads.parentPort.postMessage((${text})());`,
    { eval: true, ...options });
  worker.on('message', mustCall(check));
}

process.env.GYRE_TEST_PARENT = 'parent';
ask('() => { process.env.GYRE_TEST_PARENT = 1; return process.env.GYRE_TEST_PARENT; }', {},
    mustCall((value) => {
      assert.strictEqual(value, '1');
      assert.strictEqual(process.env.GYRE_TEST_PARENT, 'parent');
    }));
ask('() => ({ ...process.env })', { env: { A: 5 } },
    (value) => assert.deepStrictEqual(value, { A: '5' }));
if (isMainThread) {
  // What is shared is the environment of the process.
  ask('() => { process.env.GYRE_TEST_SHARED = "w"; }', { env: SHARE_ENV },
      () => assert.strictEqual(process.env.GYRE_TEST_SHARED, 'w'));
}
assert.throws(() => new Worker('', { eval: true, env: 42 }), { code: 'ERR_INVALID_ARG_TYPE' });

ask('() => process.argv.slice(2)', { argv: ['a', 5] },
    (value) => assert.deepStrictEqual(value, ['a', '5']));
ask('() => process.execArgv', { execArgv: ['--no-warnings'] },
    (value) => assert.deepStrictEqual(value, ['--no-warnings']));

setEnvironmentData('key', { a: 1 });
assert.deepStrictEqual(getEnvironmentData('key'), { a: 1 });
ask('() => threads.getEnvironmentData("key")', {},
    (value) => assert.deepStrictEqual(value, { a: 1 }));

ask('() => ["abort", "chdir", "setuid"].map((name) => {' +
    '  try { process[name]("/"); } catch (error) { return error.code; } })', {},
    (value) => assert.deepStrictEqual(value, Array(3).fill('ERR_WORKER_UNSUPPORTED_OPERATION')));
ask('() => threads.threadName', { name: 'painter' },
    (value) => assert.strictEqual(value, 'painter'));
ask('() => threads.resourceLimits.stackSizeMb', { resourceLimits: { stackSizeMb: 2 } },
    (value) => assert.strictEqual(value, 2));
