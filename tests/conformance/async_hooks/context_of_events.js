'use strict';
// The asynchronous context of what other parts call back: connections that serve several requests,
// stream.finished, errors nobody caught, and storages that are disabled.
const assert = require('assert');
const http = require('http');
const { AsyncLocalStorage } = require('async_hooks');
const { Readable, finished } = require('stream');
const { mustCall } = require('../common');

const storage = new AsyncLocalStorage();

// One kept connection, three requests: each sees its own context in every event.
{
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let left = 3;
  const server = http.createServer((req, res) => res.end('body')).listen(0, () => {
    for (let i = 0; i < 3; i++) {
      storage.run(i, () => {
        const request = http.get({ agent, port: server.address().port }, mustCall((response) => {
          assert.strictEqual(storage.getStore(), i);
          response.on('data', mustCall(() => assert.strictEqual(storage.getStore(), i)));
          response.on('end', mustCall(() => assert.strictEqual(storage.getStore(), i)));
        }));
        request.on('socket', mustCall(() => assert.strictEqual(storage.getStore(), i)));
        request.on('close', mustCall(() => {
          assert.strictEqual(storage.getStore(), i);
          if (--left > 0) return;
          agent.destroy();
          server.close();
        }));
      });
    }
  });
}

{
  const readable = new Readable();
  storage.run('call', () => {
    finished(readable, mustCall(() => assert.strictEqual(storage.getStore(), 'call')));
    finished(readable, { readable: true },
      mustCall(() => assert.strictEqual(storage.getStore(), 'call')));
  });
  readable.destroy();
}

// Disabling empties what is already queued, but not what other storages hold.
{
  const other = new AsyncLocalStorage();
  const disabled = new AsyncLocalStorage();
  other.run('kept', () => disabled.run('gone', () => {
    process.nextTick(mustCall(() => {
      assert.strictEqual(disabled.getStore(), undefined);
      assert.strictEqual(other.getStore(), 'kept');
    }));
    disabled.disable();
    assert.strictEqual(disabled.getStore(), undefined);
    assert.strictEqual(other.getStore(), 'kept');
  }));
}

// Handlers of uncaught errors see the context that threw, whichever queue ran it.
{
  const seen = [];
  process.on('uncaughtException', mustCall((error) => {
    seen.push(`${error.message} in ${storage.getStore()}`);
    assert.strictEqual(error.message, storage.getStore());
  }, 4));
  process.on('exit', () => {
    assert.deepStrictEqual(seen.sort(), [
      'immediate in immediate', 'microtask in microtask', 'tick in tick', 'timer in timer',
    ]);
    assert.strictEqual(storage.getStore(), undefined);
  });
  const fail = () => { throw new Error(storage.getStore()); };
  storage.run('tick', () => process.nextTick(fail));
  storage.run('timer', () => setTimeout(fail, 1));
  storage.run('immediate', () => setImmediate(fail));
  storage.run('microtask', () => queueMicrotask(fail));
}

// Outside, a storage holds nothing, not even its default.
{
  const named = new AsyncLocalStorage({ defaultValue: 'default', name: 'named' });
  assert.strictEqual(named.exit(() => named.getStore()), undefined);
  assert.strictEqual(named.getStore(), 'default');
}
