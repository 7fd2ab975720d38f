'use strict';

// However the bytes are cut, the pieces of text add up to the whole.

const assert = require('assert');
const { StringDecoder } = require('string_decoder');

const text = 'a\u00e9\u20ac\u{1f600}z';
for (const encoding of ['utf8', 'utf16le', 'base64', 'base64url', 'hex', 'latin1']) {
  const bytes = Buffer.from(text, encoding === 'utf16le' ? 'utf16le' : 'utf8');
  const whole = bytes.toString(encoding);
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second++) {
      const decoder = new StringDecoder(encoding);
      const result = decoder.write(bytes.subarray(0, first)) +
        decoder.write(bytes.subarray(first, second)) + decoder.end(bytes.subarray(second));
      assert.strictEqual(result, whole, `${encoding} cut at ${first} and ${second}`);
    }
  }
}

const broken = new StringDecoder('utf8');
assert.strictEqual(broken.write(Buffer.from('e2', 'hex')), '');
assert.strictEqual(broken.write(Buffer.from('61', 'hex')), '\ufffda');
assert.strictEqual(broken.write(Buffer.from('f09f', 'hex')), '');
assert.strictEqual(broken.end(), '\ufffd');
assert.strictEqual(broken.end(), '');
assert.throws(() => new StringDecoder('nope'), { code: 'ERR_UNKNOWN_ENCODING' });
assert.throws(() => broken.write(5), { code: 'ERR_INVALID_ARG_TYPE' });
