'use strict';

// pipeline, finished, compose, abort signals, operators and duplex pairs.

const assert = require('assert');
const {
  Readable, Writable, PassThrough, Transform, addAbortSignal, compose, duplexPair, finished,
  pipeline,
} = require('stream');
const promises = require('stream/promises');
const consumers = require('stream/consumers');
const { expectsError, mustCall, mustSucceed } = require('../common');

const upper = () => new Transform({
  transform(chunk, encoding, callback) { callback(null, String(chunk).toUpperCase()); },
});
const sink = (parts) => new Writable({
  write(chunk, encoding, callback) { parts.push(String(chunk)); callback(); },
});

const parts = [];
pipeline(Readable.from(['a', 'b']), upper(), sink(parts), mustSucceed(() => {
  assert.deepStrictEqual(parts, ['A', 'B']);
}));

const failure = new Error('boom');
pipeline(new Readable({ read() { this.destroy(failure); } }), new PassThrough(), sink([]),
         mustCall((error) => assert.strictEqual(error, failure)));

const early = new PassThrough();
finished(early, expectsError({ code: 'ERR_STREAM_PREMATURE_CLOSE' }));
early.destroy();

const controller = new AbortController();
const aborted = addAbortSignal(controller.signal, new Readable({ read() {} }));
aborted.on('error', expectsError({ name: 'AbortError', code: 'ABORT_ERR' }));
controller.abort();

const [left, right] = duplexPair();
left.end('ping');
right.setEncoding('utf8').on('data', mustCall((text) => assert.strictEqual(text, 'ping')));

async function main() {
  const marked = [];
  await promises.pipeline(Readable.from(['x']), async function* (source) {
    for await (const chunk of source) yield `${chunk}!`;
  }, sink(marked));
  assert.deepStrictEqual(marked, ['x!']);
  const doubled = compose(upper(), new PassThrough());
  doubled.end('q');
  assert.strictEqual(await consumers.text(doubled), 'Q');
  assert.deepStrictEqual(await Readable.from([1, 2, 3, 4]).filter((n) => n % 2).toArray(), [1, 3]);
  assert.strictEqual(await Readable.from([1, 2, 3]).reduce((a, b) => a + b, 0), 6);
  assert.deepStrictEqual(await consumers.json(Readable.from(['{"a":', '1}'])), { a: 1 });
}
main().then(mustCall());
