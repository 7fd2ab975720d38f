'use strict';
// What ports carry, copy, move and share.
const assert = require('assert');
const { MessageChannel, MessagePort, Worker, receiveMessageOnPort, markAsUntransferable } =
  require('worker_threads');
const { mustCall, mustNotCall } = require('../common');

{
  const { port1, port2 } = new MessageChannel();
  assert.ok(port1 instanceof MessagePort && port1 instanceof EventTarget);
  const value = { n: 1n, d: new Date(5), m: new Map([[1, new Set([2])]]), r: /x/g, u: undefined };
  value.self = value;
  port1.postMessage(value);
  assert.deepStrictEqual(receiveMessageOnPort(port2), { message: value });
  assert.strictEqual(receiveMessageOnPort(port2), undefined);
  assert.throws(() => port1.postMessage(() => {}), { name: 'DataCloneError', code: 25 });
  assert.throws(() => port1.postMessage(Symbol('x')), { name: 'DataCloneError' });
  assert.throws(() => port1.postMessage(), { code: 'ERR_MISSING_ARGS' });
  assert.throws(() => port1.postMessage(port2), { name: 'DataCloneError' });
  assert.throws(() => port1.postMessage(0, [port1]), { name: 'DataCloneError' });
  const buffer = new ArrayBuffer(8);
  assert.throws(() => port1.postMessage(0, [buffer, buffer]), { name: 'DataCloneError' });
  assert.strictEqual(buffer.byteLength, 8);
  const kept = new ArrayBuffer(4);
  markAsUntransferable(kept);
  assert.throws(() => port1.postMessage(0, [kept]), { name: 'DataCloneError' });
  new Uint8Array(buffer)[3] = 7;
  port1.postMessage(buffer, { transfer: [buffer] });
  assert.strictEqual(buffer.byteLength, 0);
  assert.strictEqual(new Uint8Array(receiveMessageOnPort(port2).message)[3], 7);
  const shared = new SharedArrayBuffer(4);
  port1.postMessage(shared);
  new Int32Array(receiveMessageOnPort(port2).message)[0] = 42;
  assert.strictEqual(new Int32Array(shared)[0], 42);
  port2.on('close', mustCall());
  port1.close(mustCall());
}

{
  // In order, the end last; both styles of listeners.
  const { port1, port2 } = new MessageChannel();
  const seen = [];
  port2.on('message', (message) => seen.push(message));
  port2.addEventListener('message', (event) => seen.push(event.data + 10));
  port2.on('close', mustCall(() => assert.deepStrictEqual(seen, [1, 11, 2, 12])));
  port1.postMessage(1);
  port1.postMessage(2);
  port1.close();
  port1.postMessage(3);
}

{
  // A port moves with what waits in it.
  const outer = new MessageChannel();
  const inner = new MessageChannel();
  inner.port1.postMessage('early');
  outer.port1.postMessage({ port: inner.port2 }, [inner.port2]);
  inner.port1.postMessage('late');
  outer.port2.onmessage = mustCall(({ data, ports }) => {
    assert.strictEqual(ports.length, 1);
    assert.strictEqual(ports[0], data.port);
    const got = [];
    data.port.on('message', (message) => {
      got.push(message);
      if (got.length < 2) return;
      assert.deepStrictEqual(got, ['early', 'late']);
      outer.port1.close();
      data.port.close();
    });
  });
}

{
  // An idle port does not keep the thread; one with a listener that was let go neither.
  const { port1, port2 } = new MessageChannel();
  port1.on('message', mustNotCall());
  assert.strictEqual(port1.hasRef(), true);
  port1.unref();
  assert.strictEqual(port1.hasRef(), false);
  assert.strictEqual(port2.hasRef(), false);
}

{
  // Errors in a listener are the thread's, other listeners still run.
  const worker = new Worker(
    'const { parentPort } = require("worker_threads");' +
    'process.on("uncaughtException", (e) => parentPort.postMessage(e.message));' +
    'parentPort.once("message", () => { throw new Error("in listener"); });' +
    'parentPort.once("message", () => parentPort.postMessage("second"));', { eval: true });
  const got = [];
  worker.on('message', (message) => got.push(message));
  worker.on('exit', mustCall(() => assert.deepStrictEqual(got.sort(), ['in listener', 'second'])));
  worker.postMessage(0);
}

{
  const { port1 } = new MessageChannel();
  const worker = new Worker(
    'const { workerData } = require("worker_threads"); workerData.port.postMessage("hi");' +
    'workerData.port.close()', { eval: true, workerData: { port: port1 }, transferList: [port1] });
  worker.on('exit', mustCall());
  assert.throws(() => new Worker('', { eval: true, workerData: new MessageChannel().port1 }),
                { name: 'DataCloneError' });
  assert.throws(() => new Worker('', { eval: true, workerData: () => {} }),
                { name: 'DataCloneError' });
}
