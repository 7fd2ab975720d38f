'use strict';

// dns.lookup: literals, localhost, options and their checks.

const { mustCall } = require('../common.js');
const assert = require('assert');
const dns = require('dns');

dns.lookup('127.0.0.1', mustCall((error, address, family) => {
  assert.ifError(error);
  assert.strictEqual(address, '127.0.0.1');
  assert.strictEqual(family, 4);
}));
dns.lookup('localhost', { all: true }, mustCall((error, addresses) => {
  assert.ifError(error);
  assert.ok(addresses.every(({ address, family }) => ['127.0.0.1', '::1'].includes(address) &&
    [4, 6].includes(family)));
}));
dns.promises.lookup('::1').then(mustCall((result) => {
  assert.deepStrictEqual(result, { address: '::1', family: 6 });
}));
assert.throws(() => dns.lookup('x', { family: 5 }, () => {}), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => dns.lookup('x', { hints: 1 << 30 }, () => {}), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => dns.lookup('x'), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => dns.resolve4('x', () => {}), { code: 'ERR_NOT_IMPLEMENTED' });
