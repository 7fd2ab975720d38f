'use strict';
// A worker starts from a file, a text or a data: URL, and its events come in order.
const assert = require('assert');
const { pathToFileURL } = require('url');
const { Worker, isMainThread, parentPort, threadId, workerData } = require('worker_threads');
const { mustCall } = require('../common');

const echo = 'const { parentPort, workerData } = require("worker_threads");' +
             'parentPort.postMessage(workerData);';

if (isMainThread || workerData?.isTest !== true) {
  const start = (what, options) => {
    const order = [];
    const worker = new Worker(what, options);
    assert.ok(worker.threadId > threadId);
    worker.on('online', mustCall(() => order.push('online')));
    worker.on('message', mustCall((message) => order.push(message)));
    worker.on('exit', mustCall((code) => {
      assert.strictEqual(code, 0);
      assert.strictEqual(worker.threadId, -1);
      assert.deepStrictEqual(order, ['online', options.workerData]);
    }));
  };
  start(echo, { eval: true, workerData: { from: 'text' } });
  start(new URL(`data:text/javascript,import { parentPort, workerData } from 'worker_threads';` +
                'parentPort.postMessage(workerData);'), { workerData: 'url' });
  start(__filename, { workerData: { isTest: true } });
  start(pathToFileURL(__filename), { workerData: { isTest: true } });

  assert.throws(() => new Worker('relative.js'), { code: 'ERR_WORKER_PATH', name: 'TypeError' });
  assert.throws(() => new Worker(pathToFileURL(__filename).href), { code: 'ERR_WORKER_PATH' });
  assert.throws(() => new Worker(5), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => new Worker(new URL('http://x/'), {}), { code: 'ERR_INVALID_URL_SCHEME' });
  assert.throws(() => new Worker('', { eval: true, execArgv: ['--nonsense'] }),
                { code: 'ERR_WORKER_INVALID_EXEC_ARGV' });
} else {
  assert.strictEqual(isMainThread, false);
  assert.strictEqual(require.main, module);
  assert.strictEqual(process.argv[1], __filename);
  parentPort.postMessage(workerData);
}
