'use strict';

// Numbers of every width go in and out; values and offsets out of range say which range.

const assert = require('assert');

const buffer = Buffer.alloc(16);
for (const [name, value, width] of [
  ['UInt8', 0xfe, 1], ['UInt16LE', 0xfedc, 2], ['UInt16BE', 0xfedc, 2],
  ['UInt32LE', 0xfedcba98, 4], ['UInt32BE', 0xfedcba98, 4], ['Int8', -2, 1],
  ['Int16LE', -300, 2], ['Int16BE', -300, 2], ['Int32LE', -70000, 4], ['Int32BE', -70000, 4],
  ['BigUInt64LE', 0xfedcba9876543210n, 8], ['BigUInt64BE', 0xfedcba9876543210n, 8],
  ['BigInt64LE', -5n, 8], ['BigInt64BE', -5n, 8],
  ['FloatLE', 1.5, 4], ['FloatBE', 1.5, 4], ['DoubleLE', Math.PI, 8], ['DoubleBE', Math.PI, 8],
]) {
  assert.strictEqual(buffer[`write${name}`](value, 3), 3 + width, name);
  assert.strictEqual(buffer[`read${name}`](3), value, name);
}
for (let width = 1; width <= 6; width++) {
  const most = 2 ** (8 * width) - 1;
  for (const order of ['LE', 'BE']) {
    buffer[`writeUInt${order}`](most, 1, width);
    assert.strictEqual(buffer[`readUInt${order}`](1, width), most);
    assert.strictEqual(buffer[`readInt${order}`](1, width), -1);
    buffer[`writeInt${order}`](-(2 ** (8 * width - 1)), 1, width);
    assert.strictEqual(buffer[`readInt${order}`](1, width), -(2 ** (8 * width - 1)));
  }
}
assert.strictEqual(buffer.readUint8, buffer.readUInt8);

assert.throws(() => buffer.readUInt32LE(13), {
  code: 'ERR_OUT_OF_RANGE',
  message: 'The value of "offset" is out of range. It must be >= 0 and <= 12. Received 13',
});
assert.throws(() => buffer.readInt8(1.5), {
  message: 'The value of "offset" is out of range. It must be an integer. Received 1.5',
});
assert.throws(() => buffer.readInt8('1'), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => buffer.writeUInt8(256), {
  message: 'The value of "value" is out of range. It must be >= 0 and <= 255. Received 256',
});
assert.throws(() => buffer.readUIntLE(0, 7), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => Buffer.alloc(0).readUInt8(), { code: 'ERR_BUFFER_OUT_OF_BOUNDS' });

assert.strictEqual(Buffer.from('01020304', 'hex').swap16().toString('hex'), '02010403');
assert.strictEqual(Buffer.from('01020304', 'hex').swap32().toString('hex'), '04030201');
const long = Buffer.from(Array.from({ length: 128 }, (_, i) => i));
assert.strictEqual(Buffer.from(long).swap64()[0], 7);
assert.deepStrictEqual(Buffer.from(long).swap64().swap64(), long);
assert.throws(() => Buffer.alloc(3).swap16(), { code: 'ERR_INVALID_BUFFER_SIZE' });
