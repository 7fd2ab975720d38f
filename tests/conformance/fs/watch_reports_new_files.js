'use strict';
// fs.watch, its async iterator, and watchFile hear of a change.
const assert = require('assert');
const fs = require('fs');
const { mustCall, tmpdir } = require('../common');

const folder = tmpdir.resolve('watched');
fs.mkdirSync(folder);
const watcher = fs.watch(folder, mustCall((event, name) => {
  assert.deepStrictEqual([event, name], ['rename', 'new.txt']);
  watcher.close();
}));
watcher.on('close', mustCall());

async function iterate() {
  const controller = new AbortController();
  const events = fs.promises.watch(folder, { signal: controller.signal });
  try {
    for await (const { filename } of events) {
      assert.strictEqual(filename, 'new.txt');
      controller.abort();
    }
  } catch (error) {
    assert.strictEqual(error.name, 'AbortError');
  }
}
iterate().then(mustCall());
setImmediate(() => fs.writeFileSync(`${folder}/new.txt`, 'x'));

const polled = tmpdir.resolve('polled');
fs.watchFile(polled, { interval: 5 }, (current, previous) => {
  if (current.size === 0) {
    fs.writeFileSync(polled, 'hello');
  } else {
    assert.strictEqual(current.size, 5);
    assert.strictEqual(previous.size, 0);
    fs.unwatchFile(polled);
  }
});
assert.throws(() => fs.watch(tmpdir.resolve('none')), { code: 'ENOENT', syscall: 'watch' });
