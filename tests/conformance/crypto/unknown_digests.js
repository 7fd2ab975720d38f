'use strict';

// Digests and encodings that do not exist.

const assert = require('assert');
const crypto = require('crypto');

const plain = (message) => (error) => {
  assert.deepStrictEqual([error.constructor, error.message, error.code],
                         [Error, message, undefined]);
  return true;
};
assert.throws(() => crypto.createHash('nope'), plain('Digest method not supported'));
assert.throws(() => crypto.hash('nope', 'x'), plain('Digest method nope is not supported'));
assert.throws(() => crypto.createHmac('nope', 'key'),
              { code: 'ERR_CRYPTO_INVALID_DIGEST', message: 'Invalid digest: nope' });
assert.throws(() => crypto.hash('sha1', 'x', 'nope'),
              { code: 'ERR_INVALID_ARG_VALUE', name: 'TypeError' });
assert.throws(() => crypto.hash('sha1', 'x', 1), { code: 'ERR_INVALID_ARG_TYPE' });
const bytes = crypto.createHash('sha1').update('a').digest('nope');
assert.strictEqual(bytes.toString('hex'), '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8');
assert.strictEqual(crypto.hash('sha1', 'a'), bytes.toString('hex'));
