'use strict';
// A forked child answers messages and ends when the channel is closed.
const assert = require('assert');
const { fork } = require('child_process');
const { mustCall } = require('../common');

if (process.argv[2] === 'child') {
  process.on('message', (message) => {
    if (message === 'end') process.disconnect();
    else process.send({ doubled: message.value * 2, list: message.list });
  });
} else {
  const child = fork(__filename, ['child']);
  child.on('message', mustCall((message) => {
    assert.deepStrictEqual(message, { doubled: 42, list: [1, 'ü'] });
    child.send('end');
  }));
  child.on('disconnect', mustCall());
  child.on('exit', mustCall((code) => assert.strictEqual(code, 0)));
  child.send({ value: 21, list: [1, 'ü'] });
}
