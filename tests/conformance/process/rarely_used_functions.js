'use strict';
const assert = require('assert');
const fs = require('fs');
const { isMainThread } = require('worker_threads');
const { mustCall, tmpdir } = require('../common');

// ref and unref: the symbols win over the plain methods; anything else is left alone.
const calls = [];
const both = {
  [Symbol.for('nodejs.ref')]() { calls.push('symbol'); },
  ref() { calls.push('method'); },
  unref() { calls.push('unref'); },
};
process.ref(both);
process.unref(both);
process.ref(undefined);
process.unref({});
assert.deepStrictEqual(calls, ['symbol', 'unref']);

// Variables that are set already keep their values.
const file = tmpdir.resolve('vars.env');
fs.writeFileSync(file, 'GYRE_FROM_FILE="a b"\nGYRE_SET_BEFORE=file\n');
process.env.GYRE_SET_BEFORE = 'before';
process.loadEnvFile(file);
assert.strictEqual(process.env.GYRE_FROM_FILE, 'a b');
assert.strictEqual(process.env.GYRE_SET_BEFORE, 'before');
assert.throws(() => process.loadEnvFile(tmpdir.resolve('none')), { code: 'ENOENT' });
assert.throws(() => process.loadEnvFile(5), { code: 'ERR_INVALID_ARG_TYPE' });

// Only what keeps the loop alive is listed.
const count = (name) => process.getActiveResourcesInfo().filter((x) => x === name).length;
const before = count('Timeout');
const timer = setTimeout(() => {}, 100_000);
const interval = setInterval(() => {}, 100_000);
assert.strictEqual(count('Timeout'), before + 2);
interval.unref();
assert.strictEqual(count('Timeout'), before + 1);
clearTimeout(timer);
clearInterval(interval);
assert.strictEqual(count('Timeout'), before);
const server = require('net').createServer().listen(0, '127.0.0.1', mustCall(() => {
  assert.strictEqual(count('TCPServerWrap'), 1);
  assert.ok(process._getActiveHandles().includes(server));
  server.close();
}));

process.removeAllListeners('warning');
const held = { name: 'held' };
const finalized = [];
process.finalization.register(held, (object, event) => { finalized.push(object, event); });
process.on('exit', () => assert.deepStrictEqual(finalized, [held, 'exit']));
const dropped = {};
process.finalization.register(dropped, () => assert.fail('was unregistered'));
process.finalization.unregister(dropped);
assert.throws(() => process.finalization.register(1, () => {}), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => process.finalization.register(held, 1), { code: 'ERR_INVALID_ARG_TYPE' });

if (isMainThread) {
  assert.throws(() => process.execve(1), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => process.execve('x', ['a\0']), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => process.execve('x', [], { a: 1 }), { code: 'ERR_INVALID_ARG_VALUE' });
} else {
  assert.throws(() => process.execve('x'), { code: 'ERR_WORKER_UNSUPPORTED_OPERATION' });
}

// process is made by its constructor; a name like a property of every object is no signal.
assert.ok(process instanceof process.constructor);
process.once('__proto__', mustCall());
process.emit('__proto__');
assert.throws(() => { delete process.exitCode; }, TypeError);
