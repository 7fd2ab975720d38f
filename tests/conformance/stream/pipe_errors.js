'use strict';

// What write() throws while piping is the destination's error, and finished() waits for writes that
// are under way.

const assert = require('assert');
const { Readable, Writable, finished } = require('stream');
const { expectsError, mustCall } = require('../common');

const bytesOnly = new Writable({ write(chunk, encoding, callback) { callback(); } });
bytesOnly.on('error', expectsError({ code: 'ERR_INVALID_ARG_TYPE' }));
Readable.from([{ not: 'bytes' }]).pipe(bytesOnly);

const throws = new Writable({ write() { throw new Error('broken'); } });
throws.on('error', expectsError({ message: 'broken' }));
Readable.from(['x']).pipe(throws);

let written = false;
const slow = new Writable({
  autoDestroy: false,
  write(chunk, encoding, callback) {
    setImmediate(() => {
      written = true;
      callback();
    });
  },
});
slow.end('x');
finished(slow, mustCall((error) => {
  assert.ifError(error);
  assert.ok(written);
}));

// Two destinations: the slower one holds the source back, and unpiping it lets it go on.
const seen = [];
const fast = new Writable({
  write(chunk, encoding, callback) { seen.push(String(chunk)); callback(); },
});
const stuck = new Writable({ highWaterMark: 1, write() {} });
const source = new Readable({ read() {} });
source.pipe(fast);
source.pipe(stuck);
source.push('a');
source.push('b');
setImmediate(() => {
  source.unpipe(stuck);
  source.push(null);
});
fast.on('finish', mustCall(() => assert.deepStrictEqual(seen, ['a', 'b'])));
