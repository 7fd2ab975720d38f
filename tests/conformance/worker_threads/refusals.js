'use strict';

// What ports refuse and how workers end, in Node's words.

const assert = require('assert');
const { inspect } = require('util');
const {
  MessageChannel, MessagePort, Worker, markAsUncloneable, markAsUntransferable,
  receiveMessageOnPort,
} = require('worker_threads');
const { mustCall } = require('../common.js');

const kIllegal = { name: 'TypeError', code: 'ERR_CONSTRUCT_CALL_INVALID' };
assert.throws(() => new MessagePort(), kIllegal);
assert.throws(() => MessagePort(), kIllegal);

const { port1, port2 } = new MessageChannel();
const refuses = (send, message) =>
  assert.throws(send, { name: 'DataCloneError', code: 25, message });
const memory = new ArrayBuffer(8);
port1.postMessage(memory, [memory]);
assert.strictEqual(memory.byteLength, 0);
assert.strictEqual(receiveMessageOnPort(port2).message.byteLength, 8);
refuses(() => port1.postMessage(memory, [memory]),
        'An ArrayBuffer is detached and could not be cloned.');
const kept = new ArrayBuffer(8);
markAsUntransferable(kept);
refuses(() => port1.postMessage(kept, [kept]), 'Cannot transfer object of unsupported type.');
for (const value of [1, {}, null]) {
  refuses(() => port1.postMessage(1, [value]), 'Found invalid value in transferList.');
}
// Memory cannot be made uncloneable.
markAsUncloneable(kept);
port1.postMessage(kept);
assert.strictEqual(receiveMessageOnPort(port2).message.byteLength, 8);

const kNotIterable = {
  name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE',
  message: 'Optional options.transfer argument must be an iterable',
};
for (const transfer of [null, 0, {}, { [Symbol.iterator]: () => ({}) },
                        { [Symbol.iterator]: () => ({ next: 42 }) }]) {
  assert.throws(() => port1.postMessage(1, { transfer }), kNotIterable);
}
port1.postMessage(2, { transfer: new Set() });
assert.strictEqual(receiveMessageOnPort(port2).message, 2);

assert.match(inspect(port1), /^MessagePort \{ active: true, refed: false/);
// A port sent through its own channel: a warning, and the channel is lost.
process.on('warning', mustCall((warning) => {
  assert.strictEqual(
    warning.message,
    'The target port was posted to itself, and the communication channel was lost');
}));
port1.postMessage(port2, [port2]);
port1.on('close', mustCall(() => assert.match(inspect(port1), /active: false/)));

async function main() {
  for (const [source, expected] of [
    ['process.exit(5)', 5], ['process.exitCode = 4', 4],
    ['process.on("exit", () => { process.exitCode = 6; })', 6],
    ['process.on("exit", () => { process.exitCode = 98; }); throw new Error("x")', 98],
    ['throw new Error("x")', 1],
  ]) {
    const worker = new Worker(source, { eval: true });
    worker.on('error', (error) => assert.strictEqual(error.message, 'x'));
    const code = await new Promise((resolve) => { worker.on('exit', resolve); });
    assert.strictEqual(code, expected, source);
  }
}
main().then(mustCall());
