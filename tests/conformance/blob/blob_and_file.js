'use strict';

// Blob and File: contents, slices, streams, object URLs.

const assert = require('assert');
const { inspect } = require('util');
const { Blob, File, resolveObjectURL } = require('buffer');
const { mustCall } = require('../common');

async function main() {
  const bytes = new Uint8Array([0x62, 0x63]);
  const blob = new Blob(['a', bytes, new Blob(['d']), bytes.buffer], { type: 'Text/Plain' });
  bytes[0] = 0;  // too late: the blob has its own copy
  assert.strictEqual(blob.size, 6);
  assert.strictEqual(blob.type, 'text/plain');
  assert.strictEqual(await blob.text(), 'abcdbc');
  assert.strictEqual(await blob.slice(1, -2).text(), 'bcd');
  assert.strictEqual(await blob.slice(-2, 100, 'x/y').text(), 'bc');
  assert.ok((await blob.arrayBuffer()) instanceof ArrayBuffer);
  assert.deepStrictEqual([...await blob.slice(0, 1).bytes()], [0x61]);

  let streamed = '';
  for await (const chunk of blob.stream()) streamed += Buffer.from(chunk);
  assert.strictEqual(streamed, 'abcdbc');
  assert.strictEqual(await new Blob(['a\r\nb\rc'], { endings: 'native' }).text(), 'a\nb\nc');

  const file = new File([blob], 'name.txt', { lastModified: 5 });
  assert.ok(file instanceof Blob);
  assert.strictEqual(`${file.name} ${file.lastModified} ${file.size}`, 'name.txt 5 6');
  assert.throws(() => new File([]), { code: 'ERR_MISSING_ARGS' });
  assert.throws(() => new Blob('text'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.strictEqual(inspect(new Blob(['x'])), "Blob { size: 1, type: '' }");

  const url = URL.createObjectURL(blob);
  assert.match(url, /^blob:nodedata:[0-9a-f-]{36}$/);
  assert.strictEqual(await resolveObjectURL(url).text(), 'abcdbc');
  URL.revokeObjectURL(url);
  assert.strictEqual(resolveObjectURL(url), undefined);
}
main().then(mustCall());
