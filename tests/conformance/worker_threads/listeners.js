'use strict';
// What waits on a port, what is dropped, and where a worker's warnings and last error go.
const assert = require('assert');
const { BroadcastChannel, MessageChannel, MessagePort, Worker } = require('worker_threads');
const { mustCall, mustNotCall } = require('../common');

// A port closed by its listener still delivers what had arrived with the message.
{
  const { port1, port2 } = new MessageChannel();
  port1.on('message', mustCall(() => port1.close(), 2));
  port2.postMessage('first');
  port2.postMessage('second');
}

// Without a listener messages wait, also after the last one was removed.
{
  const { port1, port2 } = new MessageChannel();
  const unused = mustNotCall();
  port2.on('message', unused);
  setImmediate(() => {
    port2.off('message', unused);
    port1.postMessage('later');
    setImmediate(() => port2.on('message', mustCall((message) => {
      assert.strictEqual(message, 'later');
      port2.close();
    })));
  });
}

// A broadcast channel closed by its listener hears nothing more.
{
  const sender = new BroadcastChannel('closing');
  const receiver = new BroadcastChannel('closing');
  receiver.onmessage = mustCall(({ data }) => {
    assert.strictEqual(data, 1);
    receiver.close();
    sender.close();
  });
  sender.postMessage(1);
  sender.postMessage(2);
}

// Events of other types carry what was emitted.
{
  const { port1, port2 } = new MessageChannel();
  port1.on('news', mustCall((value) => assert.strictEqual(value, 'value')));
  port1.addEventListener('news', mustCall((event) => assert.strictEqual(event.detail, 'value')));
  port1.emit('news', 'value');
  port1.close();
  port2.close();
}

assert.throws(() => MessageChannel(), { code: 'ERR_CONSTRUCT_CALL_REQUIRED' });
assert.throws(() => new MessagePort(), { code: 'ERR_CONSTRUCT_CALL_INVALID' });
assert.ok(new (class extends MessageChannel {})().port1 instanceof MessagePort);

// Warnings go where the worker's stderr goes.
{
  const worker = new Worker('process.emitWarning("from the worker")',
    { eval: true, stderr: true, execArgv: ['--trace-warnings'] });
  let text = '';
  worker.stderr.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
  worker.stderr.on('end', mustCall(() => assert.match(text, /Warning: from the worker\n +at /)));
}

// A handler that throws ends the worker with its own error.
{
  const worker = new Worker(
    'process.on("uncaughtException", () => { throw new Error("second"); });' +
    'throw new Error("first");', { eval: true });
  worker.on('error', mustCall((error) => assert.strictEqual(error.message, 'second')));
  worker.on('exit', mustCall((code) => assert.strictEqual(code, 1)));
}

// What is not there says so.
{
  const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
  const refused = { code: 'ERR_METHOD_NOT_IMPLEMENTED' };
  Promise.all([
    assert.rejects(worker.startCpuProfile(), refused),
    assert.rejects(worker.startHeapProfile(), refused),
  ]).then(mustCall(() => worker.terminate()));
}
