'use strict';
// v8.serialize and the classes behind it.
const assert = require('assert');
const v8 = require('v8');

const value = {
  text: 'a', big: 12n, date: new Date(5), map: new Map([[{ k: 1 }, new Set([2])]]), none: undefined,
  bytes: Buffer.from('xyz'), floats: new Float64Array([0.5, 2]), view: new DataView(new ArrayBuffer(3)),
};
value.itself = value;
assert.deepStrictEqual(v8.deserialize(v8.serialize(value)), value);
assert.strictEqual(v8.serialize('a').toString('hex').slice(0, 2), 'ff');
// Node.js's own bytes for a Buffer.
assert.deepStrictEqual(v8.deserialize(Buffer.from('ff0f5c0a0178', 'hex')), Buffer.from('x'));

assert.throws(() => v8.serialize(() => {}), /could not be cloned/);
assert.throws(() => v8.serialize(new Proxy({}, {})), /could not be cloned/);
assert.throws(() => v8.deserialize('text'), { code: 'ERR_INVALID_ARG_TYPE' });
for (const bytes of ['', 'zz', '\xff', '\xff\x0f', '\xff\x0f\\\x0a\xff\xff\xff', '\xff\x0f\\\xff']) {
  assert.throws(() => v8.deserialize(Buffer.from(bytes, 'latin1')), Error);
}

class Point { constructor(x) { this.x = x; } }
class PointSerializer extends v8.Serializer {
  _writeHostObject() { throw new Error('not asked for plain objects'); }
}
const serializer = new PointSerializer();
serializer.writeHeader();
serializer.writeUint32(7);
serializer.writeUint64(1, 2);
serializer.writeDouble(-0.25);
serializer.writeRawBytes(Buffer.from('raw'));
serializer.writeValue(new Point(3));
const deserializer = new v8.Deserializer(serializer.releaseBuffer());
deserializer.readHeader();
assert.ok(deserializer.getWireFormatVersion() >= 13);
assert.strictEqual(deserializer.readUint32(), 7);
assert.deepStrictEqual(deserializer.readUint64(), [1, 2]);
assert.strictEqual(deserializer.readDouble(), -0.25);
assert.strictEqual(deserializer.readRawBytes(3).toString(), 'raw');
assert.deepStrictEqual(deserializer.readValue(), { x: 3 });
assert.throws(() => deserializer.readUint32(), Error);
