'use strict';

// Buffers over memory that changes its size follow it, unless their length was given.

const assert = require('assert');

const memory = new ArrayBuffer(8, { maxByteLength: 16 });
const whole = Buffer.from(memory);
const fixed = Buffer.from(memory, 0, 2);
const rest = Buffer.from(memory, 2);
for (const [size, lengths] of [[16, [16, 2, 14]], [4, [4, 2, 2]], [1, [1, 0, 0]], [8, [8, 2, 6]]]) {
  memory.resize(size);
  assert.deepStrictEqual([whole.length, fixed.length, rest.length], lengths);
}
rest.fill(7);
assert.strictEqual(whole.toString('hex'), '0000070707070707');
assert.throws(() => Buffer.from(memory, 9), { code: 'ERR_BUFFER_OUT_OF_BOUNDS' });
