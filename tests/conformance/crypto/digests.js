'use strict';
// Hashes as streams, hash(), and what key derivation refuses at once.
const assert = require('assert');
const crypto = require('crypto');
const { mustCall, mustNotCall } = require('../common');

const kSha1OfA = '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8';
const stream = crypto.createHash('sha1');
stream.on('data', mustCall((digest) => {
  assert.strictEqual(digest.toString('hex'), kSha1OfA);
  assert.strictEqual(stream.digest('hex'), kSha1OfA);
  assert.throws(() => stream.digest(), { code: 'ERR_CRYPTO_HASH_FINALIZED' });
}));
stream.end('a');

assert.strictEqual(crypto.hash('sha1', 'a'), kSha1OfA);
assert.strictEqual(crypto.hash('sha1', 'a', 'buffer').toString('hex'), kSha1OfA);
for (const [options, code] of [[5, 'ERR_INVALID_ARG_TYPE'], [null, 'ERR_INVALID_ARG_TYPE'],
                               ['bad', 'ERR_INVALID_ARG_VALUE']]) {
  assert.throws(() => crypto.hash('sha1', 'a', options), { code });
}

assert.throws(() => crypto.hkdf('sha512', 'a', '', '', 64 * 255 + 1, mustNotCall()),
              { code: 'ERR_CRYPTO_INVALID_KEYLEN' });
crypto.hkdf('sha512', 'a', '', '', 64 * 255, mustCall((error, key) => {
  assert.ifError(error);
  assert.strictEqual(key.byteLength, 64 * 255);
}));
// What was checked is what is used: the last read must be checked too.
let reads = 0;
crypto.scryptSync('', '', 1, { get N() { reads++; return 16384; } });
assert.throws(() => crypto.scryptSync('', '', 1, { get N() { return --reads === 0 ? '' : 16384; } }),
              { code: 'ERR_INVALID_ARG_TYPE' });
assert.ok(!Object.keys(crypto).includes('rng'));
assert.strictEqual(crypto.pseudoRandomBytes(3).length, 3);

// Every name listed can be used; other names of a digest are listed too.
{
  const { createHash, getHashes } = require('crypto');
  const names = getHashes();
  for (const name of names) assert.ok(createHash(name).update('x').digest().length > 0, name);
  for (const name of ['sha256', 'RSA-SHA256', 'sha512-256', 'ripemd']) {
    assert.ok(names.includes(name), name);
  }
  assert.deepStrictEqual(names, [...names].sort());
}
