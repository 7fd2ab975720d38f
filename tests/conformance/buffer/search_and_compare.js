'use strict';

// indexOf and its kin, compare, equals, fill and copy.

const assert = require('assert');

const hay = Buffer.from('abcabcab');
assert.strictEqual(hay.indexOf('ca'), 2);
assert.strictEqual(hay.indexOf('ca', 3), 5);
assert.strictEqual(hay.indexOf('ab', -2), 6);
assert.strictEqual(hay.lastIndexOf('ab'), 6);
assert.strictEqual(hay.lastIndexOf('ab', 5), 3);
assert.strictEqual(hay.lastIndexOf('ab', -100), -1);
assert.strictEqual(hay.indexOf(0x63), 2);
assert.strictEqual(hay.indexOf(Buffer.from('cab')), 2);
assert.strictEqual(hay.indexOf(''), 0);
assert.strictEqual(hay.indexOf('', 100), 8);
assert.strictEqual(hay.includes('zz'), false);
assert.strictEqual(hay.indexOf('YWI=', 'base64'), 0);
assert.strictEqual(Buffer.from('\u0100a', 'ucs2').indexOf('a', 0, 'ucs2'), 2);
// A wide match does not start in the middle of a unit.
assert.strictEqual(Buffer.from([0, 0x61, 0, 0]).indexOf('a', 0, 'ucs2'), -1);
assert.throws(() => hay.indexOf({}), { code: 'ERR_INVALID_ARG_TYPE' });

assert.strictEqual(Buffer.compare(Buffer.from('a'), Buffer.from('b')), -1);
assert.strictEqual(Buffer.from('ab').compare(Buffer.from('a')), 1);
assert.strictEqual(Buffer.from('xab').compare(Buffer.from('ab'), 0, 2, 1, 3), 0);
assert.strictEqual(Buffer.from('ab').equals(new Uint8Array([0x61, 0x62])), true);

assert.strictEqual(Buffer.alloc(6).fill('abc', 1, 5).toString('hex'), '006162636100');
assert.strictEqual(Buffer.alloc(3).fill(0x161).toString(), 'aaa');
assert.throws(() => Buffer.alloc(2).fill('zz', 'hex'), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => Buffer.alloc(2).fill(1, 0, 3), { code: 'ERR_OUT_OF_RANGE' });

const target = Buffer.from('......');
assert.strictEqual(Buffer.from('abcdef').copy(target, 4, 1), 2);
assert.strictEqual(target.toString(), '....bc');
const overlap = Buffer.from('abcdef');
overlap.copy(overlap, 1, 0, 5);
assert.strictEqual(overlap.toString(), 'aabcde');

assert.strictEqual(target.write('xyz', 4), 2);
assert.strictEqual(Buffer.alloc(4).write('\u20ac\u20ac'), 3);
assert.strictEqual(target.write('6162', 0, 'hex'), 2);
