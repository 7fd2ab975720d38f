'use strict';

// Web streams, and the bridges between them and node streams.

const assert = require('assert');
const { Readable, Writable, Duplex, PassThrough, finished } = require('stream');
const { ReadableStream: FromModule } = require('stream/web');
const { mustCall, mustSucceed } = require('../common');

assert.strictEqual(ReadableStream, FromModule);

async function readables() {
  const web = Readable.toWeb(Readable.from(['a', 'b']));
  const seen = [];
  for await (const chunk of web) seen.push(String(chunk));
  assert.deepStrictEqual(seen, ['a', 'b']);

  const source = new ReadableStream({
    start(controller) {
      controller.enqueue('x');
      controller.close();
    },
  });
  const node = Readable.fromWeb(source, { encoding: 'utf8' });
  assert.deepStrictEqual(await node.toArray(), ['x']);

  const failing = new ReadableStream({ pull() { throw new Error('broken'); } });
  await assert.rejects(Readable.fromWeb(failing).toArray(), { message: 'broken' });
}

async function bytes() {
  const stream = new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const { view } = controller.byobRequest;
      view[0] = 7;
      controller.byobRequest.respond(1);
    },
  });
  const reader = stream.getReader({ mode: 'byob' });
  const { value } = await reader.read(new Uint8Array(4));
  assert.deepStrictEqual([...value], [7]);
  assert.throws(() => stream.getReader(), { name: 'TypeError', code: 'ERR_INVALID_STATE' });
}

async function writables() {
  const seen = [];
  const web = Writable.toWeb(new Writable({
    highWaterMark: 1,
    write(chunk, encoding, callback) {
      seen.push(String(chunk));
      setImmediate(callback);
    },
  }));
  const writer = web.getWriter();
  await writer.write('a');
  await writer.write('b');
  await writer.close();
  assert.deepStrictEqual(seen, ['a', 'b']);

  const { readable, writable } = Duplex.toWeb(new PassThrough());
  const pipe = writable.getWriter();
  pipe.write(Buffer.from('through'));
  pipe.close();
  let text = '';
  for await (const chunk of readable) text += Buffer.from(chunk);
  assert.strictEqual(text, 'through');
}

const closing = new ReadableStream({ start(controller) { controller.close(); } });
finished(closing, mustSucceed());

Promise.all([readables(), bytes(), writables()]).then(mustCall());
