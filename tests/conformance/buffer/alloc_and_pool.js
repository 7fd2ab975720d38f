'use strict';

// Who shares memory with whom, and what fresh memory holds.

const assert = require('assert');

assert.ok(Buffer.alloc(1000).every((byte) => byte === 0));
assert.strictEqual(Buffer.alloc(5, 'ab').toString(), 'ababa');
assert.strictEqual(Buffer.alloc(4, 'YWI=', 'base64').toString(), 'abab');
assert.throws(() => Buffer.alloc(-1), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => Buffer.alloc('1'), { code: 'ERR_INVALID_ARG_TYPE' });

// Small unsafe buffers lie in one pool, aligned to 8; slow ones never do.
const first = Buffer.allocUnsafe(10);
const second = Buffer.allocUnsafe(10);
assert.strictEqual(first.buffer, second.buffer);
assert.strictEqual(second.byteOffset % 8, 0);
assert.notStrictEqual(Buffer.allocUnsafeSlow(10).buffer, first.buffer);
assert.strictEqual(Buffer.allocUnsafeSlow(10).buffer.byteLength, 10);

// from(ArrayBuffer) shares, from(Buffer) and from(array) copy.
const memory = new ArrayBuffer(8);
const shared = Buffer.from(memory, 2, 4);
shared[0] = 7;
assert.strictEqual(new Uint8Array(memory)[2], 7);
const copy = Buffer.from(shared);
copy[0] = 9;
assert.strictEqual(shared[0], 7);
assert.deepStrictEqual([...Buffer.from([1, 257, -1, '3', {}])], [1, 1, 255, 3, 0]);
assert.throws(() => Buffer.from(memory, 9), { code: 'ERR_BUFFER_OUT_OF_BOUNDS' });
assert.throws(() => Buffer.from(5), { code: 'ERR_INVALID_ARG_TYPE' });
assert.strictEqual(Buffer.from({ type: 'Buffer', data: [1, 2] }).length, 2);

// slice and subarray share.
const whole = Buffer.from('abcdef');
whole.subarray(1, -1)[0] = 0x78;
assert.strictEqual(whole.toString(), 'axcdef');
assert.ok(whole.slice(2) instanceof Buffer);

// concat cuts and fills.
assert.strictEqual(Buffer.concat([Buffer.from('ab'), new Uint8Array([99])]).toString(), 'abc');
assert.strictEqual(Buffer.concat([Buffer.from('abc')], 2).toString(), 'ab');
assert.strictEqual(Buffer.concat([Buffer.from('a')], 3).toString('hex'), '610000');
assert.throws(() => Buffer.concat(['a']), { code: 'ERR_INVALID_ARG_TYPE' });

const view = Buffer.copyBytesFrom(new Uint16Array([1, 2, 3]), 1, 1);
assert.strictEqual(view.toString('hex'), '0200');
