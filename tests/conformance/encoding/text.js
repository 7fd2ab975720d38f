'use strict';

// TextEncoder and TextDecoder, whole and in pieces, and their streams.

const assert = require('assert');
const { mustCall } = require('../common');

assert.deepStrictEqual([...new TextEncoder().encode('\u20ac\ud800')],
                       [0xe2, 0x82, 0xac, 0xef, 0xbf, 0xbd]);
assert.strictEqual(new TextEncoder().encode('x'.repeat(5000)).length, 5000);
const room = new Uint8Array(4);
assert.deepStrictEqual(new TextEncoder().encodeInto('a\u20ac\u20ac', room),
                       { read: 2, written: 4 });

const decoder = new TextDecoder();
let text = '';
for (const byte of [0xef, 0xbb, 0xbf, 0xf0, 0x9f, 0x98, 0x80, 0xe2]) {
  text += decoder.decode(new Uint8Array([byte]), { stream: true });
}
assert.strictEqual(text, '\u{1f600}');
assert.strictEqual(decoder.decode(), '\ufffd');
assert.strictEqual(new TextDecoder('utf-8', { ignoreBOM: true })
  .decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])), '\ufeffa');
assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])), {
  name: 'TypeError', code: 'ERR_ENCODING_INVALID_ENCODED_DATA',
});
assert.throws(() => new TextDecoder('nope'), {
  name: 'RangeError', code: 'ERR_ENCODING_NOT_SUPPORTED',
});

assert.strictEqual(new TextDecoder('latin1').encoding, 'windows-1252');
assert.strictEqual(new TextDecoder('latin1').decode(new Uint8Array([0x80])), '\u20ac');
assert.strictEqual(new TextDecoder('sjis').decode(new Uint8Array([0x82, 0xa0])), '\u3042');
assert.strictEqual(new TextDecoder('gbk').decode(new Uint8Array([0xc4, 0xe3])), '\u4f60');
assert.strictEqual(new TextDecoder('euc-kr').decode(new Uint8Array([0xb0, 0xa1])), '\uac00');
const wide = new TextDecoder('utf-16le');
assert.strictEqual(wide.decode(new Uint8Array([0x3d]), { stream: true }), '');
assert.strictEqual(wide.decode(new Uint8Array([0xd8, 0x00, 0xde])), '\u{1f600}');

async function streams() {
  const encoder = new TextEncoderStream();
  const writer = encoder.writable.getWriter();
  for (const part of ['\ud83d', '\ude00', 'x']) writer.write(part);
  writer.close();
  let result = '';
  for await (const part of encoder.readable.pipeThrough(new TextDecoderStream())) result += part;
  assert.strictEqual(result, '\u{1f600}x');
}
streams().then(mustCall());
