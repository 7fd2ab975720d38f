'use strict';
// structuredClone copies, moves and refuses as the HTML standard says.
const assert = require('assert');

const error = new RangeError('bad');
const copy = structuredClone({ error, list: [1, , 3], nested: new Map([['k', new Set([1])]]) });
assert.ok(copy.error instanceof RangeError);
assert.strictEqual(copy.error.message, 'bad');
assert.strictEqual(1 in copy.list, false);
assert.deepStrictEqual(copy.nested, new Map([['k', new Set([1])]]));

const buffer = new Uint8Array([1, 2, 3]).buffer;
const moved = structuredClone(buffer, { transfer: [buffer] });
assert.strictEqual(buffer.byteLength, 0);
assert.deepStrictEqual(new Uint8Array(moved), new Uint8Array([1, 2, 3]));

const { port1, port2 } = new MessageChannel();
const port = structuredClone(port1, { transfer: [port1] });
port.close();
port2.close();

for (const value of [() => {}, Symbol('x'), new WeakMap()]) {
  assert.throws(() => structuredClone(value), (thrown) =>
    thrown instanceof DOMException && thrown.name === 'DataCloneError' && thrown.code === 25);
}
assert.throws(() => structuredClone(), { code: 'ERR_MISSING_ARGS' });
assert.throws(() => structuredClone(1, { transfer: [{}] }),
              { name: 'DataCloneError', code: 25, message: 'Found invalid value in transferList.' });
assert.throws(() => structuredClone({ get a() { throw new Error('getter'); } }),
              { message: 'getter' });
