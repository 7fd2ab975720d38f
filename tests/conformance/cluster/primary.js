'use strict';
// Programs that only ask whether they are the primary process, or only load dgram, run.
const assert = require('assert');
const cluster = require('cluster');
const dgram = require('dgram');
const { mustCall } = require('../common');

assert.strictEqual(cluster.isPrimary, true);
assert.strictEqual(cluster.isMaster, true);
assert.strictEqual(cluster.isWorker, false);
assert.deepStrictEqual(cluster.workers, {});
cluster.once('setup', mustCall((settings) => { assert.strictEqual(settings.exec, 'x.js'); }));
cluster.setupPrimary({ exec: 'x.js' });
cluster.disconnect(mustCall());
assert.throws(() => cluster.fork(), { code: 'ERR_NOT_IMPLEMENTED' });
assert.throws(() => dgram.createSocket('udp4'), { code: 'ERR_NOT_IMPLEMENTED' });
