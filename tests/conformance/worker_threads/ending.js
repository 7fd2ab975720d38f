'use strict';
// Exit codes and errors of a worker reach its parent; terminate() ends any code.
const assert = require('assert');
const { Worker } = require('worker_threads');
const { mustCall, mustNotCall } = require('../common');

function run(text, check) {
  const events = [];
  const worker = new Worker(text, { eval: true });
  worker.on('error', (error) => events.push(error));
  worker.on('message', (message) => events.push(message));
  worker.on('exit', mustCall((code) => check(code, events)));
  return worker;
}

run('', (code) => assert.strictEqual(code, 0));
run('process.exitCode = 3;', (code) => assert.strictEqual(code, 3));
run('process.on("exit", (c) => require("worker_threads").parentPort.postMessage(c));' +
    'process.exit(4); unreachable();', (code, events) => {
  assert.strictEqual(code, 4);
  assert.deepStrictEqual(events, [4]);
});
run('class Own extends RangeError {};' +
    'throw Object.assign(new Own("bad", { cause: new TypeError("why") }), { code: "E_OWN", n: [1] })',
    (code, [error]) => {
      assert.strictEqual(code, 1);
      assert.ok(error instanceof RangeError);
      assert.strictEqual(error.message, 'bad');
      assert.strictEqual(error.code, 'E_OWN');
      assert.deepStrictEqual(error.n, [1]);
      assert.ok(error.cause instanceof TypeError);
      assert.match(error.stack, /\[worker eval\]/);
    });
run('throw null', (code, events) => assert.deepStrictEqual([code, ...events], [1, null]));
run('Promise.reject(new Error("not handled"))', (code, [error]) => {
  assert.strictEqual(code, 1);
  assert.strictEqual(error.message, 'not handled');
});
run('let x = ;', (code, [error]) => {
  assert.strictEqual(code, 1);
  assert.ok(error instanceof SyntaxError);
});
run('process.on("uncaughtException", () => process.exit(9)); throw 1',
    (code, events) => assert.deepStrictEqual([code, ...events], [9]));

for (const text of ['while (true);', '(async () => { while (true) await null; })()',
                    'setInterval(() => {}, 1000)',
                    'process.on("exit", () => { while (true); }); while (true);']) {
  const worker = new Worker(text, { eval: true });
  worker.on('error', mustNotCall());
  worker.on('online', mustCall(async () => {
    const stopped = worker.terminate();
    assert.strictEqual(worker.terminate() instanceof Promise, true);
    assert.strictEqual(await stopped, 1);
  }));
}

// Terminated before it ran, and terminated when it is over.
const early = new Worker('', { eval: true });
early.terminate().then(mustCall(() => early.terminate()));

// A worker that nothing waits for does not keep its parent.
new Worker('setInterval(() => {}, 1000)', { eval: true }).unref();
