'use strict';

// Punycode of single labels and of domains, there and back.

const assert = require('assert');
const punycode = require('punycode');

for (const [text, encoded] of [
  ['b\u00fccher', 'bcher-kva'], ['\u00fc', 'tda'], ['abc', 'abc-'], ['', ''],
  ['\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587', 'ihqwcrb4cv8a8dqg056pqjye'],
  ['\u{1f600}x', 'x-iv3s'],
]) {
  assert.strictEqual(punycode.encode(text), encoded);
  assert.strictEqual(punycode.decode(encoded), text);
}
assert.strictEqual(punycode.toASCII('b\u00fccher.example'), 'xn--bcher-kva.example');
assert.strictEqual(punycode.toASCII('me@b\u00fccher\u3002example'), 'me@xn--bcher-kva.example');
assert.strictEqual(punycode.toUnicode('xn--bcher-kva.example'), 'b\u00fccher.example');
assert.throws(() => punycode.decode('\u00e9-'), RangeError);
assert.throws(() => punycode.decode('bcher-kva!'), RangeError);
assert.deepStrictEqual(punycode.ucs2.decode('a\u{1f600}'), [0x61, 0x1f600]);
