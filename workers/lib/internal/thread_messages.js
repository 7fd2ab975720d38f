'use strict';

// postMessageToThread(): a message for the 'workerMessage' listeners of any thread of the process.
// Threads form a tree; each knows the threads below it, as every creation and end is told upwards.
// What travels through the tree is only one end of a channel: the message itself then goes straight
// to its thread, so that its transfer list works as anywhere.

const {
  codes: {
    ERR_WORKER_MESSAGING_ERRORED,
    ERR_WORKER_MESSAGING_FAILED,
    ERR_WORKER_MESSAGING_SAME_THREAD,
    ERR_WORKER_MESSAGING_TIMEOUT,
  },
} = require('internal/errors');
const { validateNumber } = require('internal/validators');
const { MessageChannel, nativePort, setDirectReceiver } = require('internal/message_port');

const kErrors = {
  __proto__: null,
  errored: ERR_WORKER_MESSAGING_ERRORED,
  failed: ERR_WORKER_MESSAGING_FAILED,
  timeout: ERR_WORKER_MESSAGING_TIMEOUT,
};

// Thread below this one → how to post to the child that leads there.
const below = new Map();
// How a worker posts to its parent; the main thread has none.
let postUp;

function ownId() {
  return require('worker_threads').threadId;
}

function setParent(post) {
  postUp = post;
}

function addThread(id, post) {
  below.set(id, post);
  postUp?.({ type: 'thread', id, exists: true });
}

function removeThread(id) {
  if (!below.delete(id)) return;
  postUp?.({ type: 'thread', id, exists: false });
}

// What a child says of the threads below it.
function onThread({ id, exists }, post) {
  if (exists) addThread(id, post);
  else removeThread(id);
}

// A channel for thread `to`, on its way through this one. Once it goes down it never goes up again:
// a thread that has just ended is then not looked for in a circle.
function route(message, goesDown) {
  const { to, port } = message;
  if (to === ownId()) return accept(message);
  const post = below.get(to) ?? (goesDown ? undefined : postUp);
  if (post === undefined) return answer(port, 'failed');
  const isDown = below.has(to);
  post({ ...message, type: isDown ? 'toThread' : 'fromThread' }, [port]);
  return undefined;
}

function answer(port, result) {
  nativePort.postMessage(port, result);
  nativePort.close(port);
}

function accept({ from, port }) {
  setDirectReceiver(port, (type, data) => {
    if (type === 'messageerror') return answer(port, 'errored');
    if (type !== 'message') return undefined;
    let result;
    try {
      result = process.emit('workerMessage', data, from) ? 'done' : 'failed';
    } catch {
      result = 'errored';
    }
    return answer(port, result);
  });
  nativePort.start(port);
}

function readArguments(threadId, value, transfer, timeout) {
  if (typeof transfer === 'number' && timeout === undefined) {
    timeout = transfer;
    transfer = [];
  }
  if (timeout !== undefined) validateNumber(timeout, 'timeout', 0);
  if (threadId === ownId()) throw new ERR_WORKER_MESSAGING_SAME_THREAD();
  return { transfer: transfer ?? [], timeout };
}

async function postMessageToThread(threadId, value, transferList, timeLimit) {
  const { transfer, timeout } = readArguments(threadId, value, transferList, timeLimit);
  const { port1, port2 } = new MessageChannel();
  let timer;
  const result = await new Promise((resolve, reject) => {
    setDirectReceiver(port1, (type, data) => {
      if (type === 'message') resolve(data);
      // The thread ended before it looked at the message.
      if (type === 'close') resolve('failed');
    });
    try {
      port1.postMessage(value, transfer);
    } catch (error) {
      nativePort.close(port1);
      reject(error);
      return;
    }
    nativePort.start(port1);
    nativePort.ref(port1);
    if (timeout !== undefined) timer = setTimeout(resolve, timeout, 'timeout');
    route({ to: threadId, from: ownId(), port: port2 }, false);
  });
  clearTimeout(timer);
  nativePort.close(port1);
  if (result !== 'done') throw new kErrors[result]();
}

module.exports = { addThread, onThread, postMessageToThread, removeThread, route, setParent };
