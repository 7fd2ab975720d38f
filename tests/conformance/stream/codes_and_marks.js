'use strict';

// Streams fail with Node's codes, and their high water marks are Node 24's.

const assert = require('assert');
const { Readable, Writable, Transform, getDefaultHighWaterMark, setDefaultHighWaterMark } =
  require('stream');
const { expectsError, mustCall } = require('../common');

assert.strictEqual(getDefaultHighWaterMark(false), 65536);
assert.strictEqual(getDefaultHighWaterMark(true), 16);
assert.strictEqual(new Readable().readableHighWaterMark, 65536);
assert.strictEqual(new Writable({ objectMode: true }).writableHighWaterMark, 16);
setDefaultHighWaterMark(false, 1000);
assert.strictEqual(new Transform().writableHighWaterMark, 1000);
setDefaultHighWaterMark(false, 65536);
assert.throws(() => new Readable({ highWaterMark: -1 }), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => new Readable({ defaultEncoding: 'x' }), { code: 'ERR_UNKNOWN_ENCODING' });

assert.throws(() => new Writable().write(null), { code: 'ERR_STREAM_NULL_VALUES' });
assert.throws(() => new Writable().write({}), {
  code: 'ERR_INVALID_ARG_TYPE',
  message: /of type string or an instance of Buffer, TypedArray, or DataView/,
});

const ended = new Writable({ write(chunk, encoding, callback) { callback(); } });
ended.end();
ended.on('error', expectsError({ code: 'ERR_STREAM_WRITE_AFTER_END' }));
ended.write('x', mustCall());

new Readable().on('error', expectsError({ code: 'ERR_METHOD_NOT_IMPLEMENTED' })).read();

const destroyed = new Writable({ write() {} });
destroyed.destroy();
destroyed.write('x', expectsError({ code: 'ERR_STREAM_DESTROYED' }));

const views = [];
const taker = new Writable({ write(chunk, encoding, callback) { views.push(chunk); callback(); } });
taker.write(new Uint16Array([1, 2]));
taker.end(new DataView(new ArrayBuffer(3)), mustCall(() => {
  assert.deepStrictEqual(views.map((view) => view.length), [4, 3]);
  assert.ok(views.every((view) => view instanceof Buffer));
}));
