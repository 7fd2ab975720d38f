'use strict';
// createReadStream piped into createWriteStream copies every byte; ranges read what they name.
const assert = require('assert');
const fs = require('fs');
const { mustCall, tmpdir } = require('../common');

const source = tmpdir.resolve('source.bin');
const target = tmpdir.resolve('target.bin');
const bytes = Buffer.alloc(300_000, 'abcdefghij');
fs.writeFileSync(source, bytes);

const events = [];
const writer = fs.createWriteStream(target);
for (const event of ['open', 'ready', 'finish', 'close']) {
  writer.on(event, () => events.push(event));
}
fs.createReadStream(source).pipe(writer).on('close', mustCall(() => {
  assert.ok(fs.readFileSync(target).equals(bytes));
  assert.strictEqual(writer.bytesWritten, bytes.length);
  assert.deepStrictEqual(events, ['open', 'ready', 'finish', 'close']);
}));

let text = '';
fs.createReadStream(source, { start: 3, end: 12, encoding: 'utf8', highWaterMark: 4 })
  .on('data', (chunk) => { text += chunk; })
  .on('end', mustCall(() => assert.strictEqual(text, 'defghijabc')));

fs.createReadStream(tmpdir.resolve('missing'))
  .on('error', mustCall((error) => assert.strictEqual(error.code, 'ENOENT')));
