'use strict';

// postMessageToThread(): from any thread to any other, through the tree of threads.

const assert = require('assert');
const { once } = require('events');
const { Worker, postMessageToThread, threadId } = require('worker_threads');
const { mustCall, mustNotCall } = require('../common.js');

const kWorker = `
  const { Worker, parentPort, postMessageToThread, threadId, workerData } =
    require('worker_threads');
  process.on('workerMessage', (value, from) => {
    if (value === 'throw') throw new Error('no');
    if (value.forward !== undefined) {
      postMessageToThread(value.forward, { hops: threadId, from })
        .then(() => parentPort.postMessage('forwarded'), (e) => parentPort.postMessage(e.code));
      return;
    }
    parentPort.postMessage({ value, from, threadId });
  });
  if (workerData.children) {
    const child = new Worker(workerData.source, { eval: true, workerData: { source: '' } });
    child.on('message', (message) => parentPort.postMessage({ child: message }));
    child.on('online', () => parentPort.postMessage({ online: child.threadId }));
  } else {
    parentPort.postMessage({ online: threadId });
  }
  parentPort.on('message', () => process.exit());`;

// The next message for which `wanted` says yes.
function next(worker, wanted = () => true) {
  return new Promise((resolve) => {
    worker.on('message', function listener(message) {
      if (!wanted(message)) return;
      worker.off('message', listener);
      resolve(message);
    });
  });
}

async function start(children) {
  const worker = new Worker(kWorker, { eval: true, workerData: { children, source: kWorker } });
  const { online } = await next(worker, (message) => message.online !== undefined);
  return { worker, leaf: online };
}

const failing = (args, code) =>
  assert.rejects(postMessageToThread(...args), { name: 'Error', code });

async function main() {
  const one = await start(false);
  const two = await start(true);
  const id = one.worker.threadId;

  // Down to a child, and moved memory arrives.
  const memory = new Uint8Array([1, 2, 3]);
  const arrived = next(one.worker);
  assert.strictEqual(await postMessageToThread(id, { memory }, [memory.buffer]), undefined);
  assert.strictEqual(memory.byteLength, 0);
  const message = await arrived;
  assert.deepStrictEqual([...message.value.memory], [1, 2, 3]);
  assert.strictEqual(message.from, threadId);

  // Two levels down, and from one branch of the tree to the other.
  const fromLeaf = ({ child }) => child?.value !== undefined;
  const deep = next(two.worker, fromLeaf);
  await postMessageToThread(two.leaf, 'deep');
  assert.deepStrictEqual((await deep).child,
                         { value: 'deep', from: threadId, threadId: two.leaf });
  const across = next(two.worker, fromLeaf);
  const done = next(one.worker);
  await postMessageToThread(id, { forward: two.leaf });
  assert.deepStrictEqual((await across).child.value, { hops: id, from: threadId });
  assert.strictEqual(await done, 'forwarded');

  // To the main thread: only if it listens.
  let answer = next(one.worker);
  await postMessageToThread(id, { forward: threadId });
  assert.strictEqual(await answer, 'ERR_WORKER_MESSAGING_FAILED');
  process.once('workerMessage', mustCall((value, from) => {
    assert.deepStrictEqual([value, from], [{ hops: id, from: threadId }, id]);
  }));
  answer = next(one.worker);
  await postMessageToThread(id, { forward: threadId });
  assert.strictEqual(await answer, 'forwarded');

  await failing([threadId, 'self'], 'ERR_WORKER_MESSAGING_SAME_THREAD');
  await failing([999_999, 'nobody'], 'ERR_WORKER_MESSAGING_FAILED');
  await failing([id, 'throw'], 'ERR_WORKER_MESSAGING_ERRORED');
  await assert.rejects(postMessageToThread(id, () => {}), { name: 'DataCloneError' });
  await assert.rejects(postMessageToThread(id, 1, [], 'soon'), { code: 'ERR_INVALID_ARG_TYPE' });
  await assert.rejects(postMessageToThread(id, 1, [], -1), { code: 'ERR_OUT_OF_RANGE' });

  const stuck = new Worker('process.on("workerMessage", () => {}); for (;;);', { eval: true });
  await failing([stuck.threadId, 'x', 50], 'ERR_WORKER_MESSAGING_TIMEOUT');
  const waiting = failing([stuck.threadId, 'x'], 'ERR_WORKER_MESSAGING_FAILED');
  await stuck.terminate();
  await waiting;

  for (const { worker } of [one, two]) {
    const ended = once(worker, 'exit');
    worker.on('error', mustNotCall());
    worker.postMessage('end');
    await ended;
  }
  await failing([id, 'late'], 'ERR_WORKER_MESSAGING_FAILED');
}
main().then(mustCall());
