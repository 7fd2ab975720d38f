'use strict';

// Text goes into bytes and back in each encoding; malformed text follows Node's rules.

const assert = require('assert');
const { transcode, isUtf8, isAscii } = require('buffer');

const text = 'h\u00e9llo \u20ac \u{1f600}';
for (const encoding of ['utf8', 'utf-8', 'UTF8', 'utf16le', 'ucs2', 'ucs-2']) {
  assert.strictEqual(Buffer.from(text, encoding).toString(encoding), text);
}
assert.strictEqual(Buffer.from('\u00e9\u0141', 'latin1').toString('hex'), 'e941');
assert.strictEqual(Buffer.from([0xe9, 0x80]).toString('binary'), '\u00e9\u0080');
assert.strictEqual(Buffer.from([0xe9]).toString('ascii'), 'i');

// Lone surrogates and broken sequences become U+FFFD, one for each maximal part.
assert.strictEqual(Buffer.from('\ud800x').toString('hex'), 'efbfbd78');
assert.strictEqual(Buffer.from('f09f98', 'hex').toString(), '\ufffd');
assert.strictEqual(Buffer.from('e0808061', 'hex').toString(), '\ufffd\ufffd\ufffda');
assert.strictEqual(Buffer.from('eda080', 'hex').toString(), '\ufffd\ufffd\ufffd');

// base64 in both alphabets, lenient.
assert.strictEqual(Buffer.from('-_+/', 'base64').toString('hex'), 'fbffbf');
assert.strictEqual(Buffer.from('aGk', 'base64').toString(), 'hi');
assert.strictEqual(Buffer.from(' a G\nk = ', 'base64').toString(), 'hi');
assert.strictEqual(Buffer.from('YQ==YQ==', 'base64').toString(), 'a');
assert.strictEqual(Buffer.from([0xfb, 0xff]).toString('base64'), '+/8=');
assert.strictEqual(Buffer.from([0xfb, 0xff]).toString('base64url'), '-_8');
for (let length = 0; length < 70; length++) {
  const bytes = Buffer.from(Array.from({ length }, (_, i) => (i * 37 + length) & 255));
  for (const encoding of ['base64', 'base64url', 'hex', 'latin1']) {
    assert.deepStrictEqual(Buffer.from(bytes.toString(encoding), encoding), bytes);
  }
}

// hex stops at the first pair that is none.
assert.strictEqual(Buffer.from('abxxcd', 'hex').length, 1);
assert.strictEqual(Buffer.from('abc', 'hex').length, 1);

assert.throws(() => Buffer.from('x', 'nope'), { code: 'ERR_UNKNOWN_ENCODING' });
assert.throws(() => Buffer.alloc(1).toString('nope'), { code: 'ERR_UNKNOWN_ENCODING' });

assert.strictEqual(transcode(Buffer.from('\u20ac'), 'utf8', 'ascii').toString(), '?');
assert.strictEqual(transcode(Buffer.from('\u00e9'), 'utf8', 'latin1').toString('hex'), 'e9');
assert.strictEqual(isUtf8(Buffer.from([0xc0, 0x80])), false);
assert.strictEqual(isUtf8(Buffer.from(text)), true);
assert.strictEqual(isAscii(Buffer.from('abc')), true);
assert.strictEqual(isAscii(Buffer.from([0x80])), false);

assert.strictEqual(atob(btoa('\u00ff\u0000a')), '\u00ff\u0000a');
assert.strictEqual(atob(' Y Q = = '), 'a');
assert.throws(() => atob('a'), { name: 'InvalidCharacterError', code: 5 });
assert.throws(() => btoa('\u0100'), { name: 'InvalidCharacterError' });
