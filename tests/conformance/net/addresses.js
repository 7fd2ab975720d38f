'use strict';

// isIP, BlockList and SocketAddress.

require('../common.js');
const assert = require('assert');
const net = require('net');

for (const [text, version] of [['127.0.0.1', 4], ['::1', 6], ['fe80::1%lo', 6], ['1.2.3', 0],
  ['::ffff:1.2.3.4', 6], ['256.0.0.1', 0], ['1:2:3:4:5:6:7:8:9', 0], ['', 0]]) {
  assert.strictEqual(net.isIP(text), version, text);
}

const list = new net.BlockList();
list.addAddress('1.1.1.1');
list.addRange('10.0.0.1', '10.0.0.9');
list.addSubnet('8592:757c:efae:4e45::', 64, 'ipv6');
assert.ok(list.check('1.1.1.1'));
assert.ok(list.check('::ffff:1.1.1.1', 'ipv6'));
assert.ok(list.check('10.0.0.5'));
assert.ok(!list.check('10.0.0.10'));
assert.ok(list.check('8592:757c:efae:4e45:fb5d:d62a:0:1', 'ipv6'));
assert.deepStrictEqual(list.rules, [
  'Subnet: IPv6 8592:757c:efae:4e45::/64',
  'Range: IPv4 10.0.0.1-10.0.0.9',
  'Address: IPv4 1.1.1.1',
]);
assert.throws(() => list.addRange('10.0.0.9', '10.0.0.1'), { code: 'ERR_INVALID_ARG_VALUE' });

const address = new net.SocketAddress({ address: '::1', port: 80, family: 'ipv6' });
assert.strictEqual(address.address, '::1');
assert.strictEqual(net.SocketAddress.parse('1.2.3.4:8080').port, 8080);
assert.strictEqual(net.SocketAddress.parse('nonsense here'), undefined);
