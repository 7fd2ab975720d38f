'use strict';
// The opening example of many tutorials: files read one after another by nested callbacks.
const assert = require('assert');
const fs = require('fs');
const { mustCall, tmpdir } = require('../common');

const first = tmpdir.resolve('first.txt');
const second = tmpdir.resolve('second.txt');
fs.writeFileSync(first, 'second.txt');
fs.writeFileSync(second, 'the end');

const order = [];
fs.readFile(first, 'utf8', mustCall((error, name) => {
  assert.ifError(error);
  order.push('first');
  fs.readFile(tmpdir.resolve(name), mustCall((innerError, bytes) => {
    assert.ifError(innerError);
    order.push('second');
    assert.strictEqual(bytes.toString(), 'the end');
    assert.deepStrictEqual(order, ['after', 'first', 'second']);
    fs.readFile(tmpdir.resolve('missing.txt'), mustCall((missing) => {
      assert.strictEqual(missing.code, 'ENOENT');
      assert.strictEqual(missing.syscall, 'open');
      assert.match(missing.message, /^ENOENT: no such file or directory, open '.*missing\.txt'$/);
    }));
  }));
}));
order.push('after');
