'use strict';
const assert = require('assert');
const os = require('os');

assert.strictEqual(os.EOL, '\n');
assert.strictEqual(os.platform(), 'linux');
assert.strictEqual(os.type(), 'Linux');
assert.strictEqual(os.constants.signals.SIGKILL, 9);
assert.ok(os.cpus().length > 0 && os.availableParallelism() > 0);
assert.ok(os.totalmem() >= os.freemem() && os.freemem() > 0);
assert.ok(os.uptime() > 0);
assert.strictEqual(os.loadavg().length, 3);
assert.strictEqual(`${os.hostname}`, os.hostname());
assert.strictEqual(os.userInfo().uid, process.getuid());
assert.strictEqual(os.networkInterfaces().lo?.[0].internal ?? true, true);
os.setPriority(os.getPriority());
assert.throws(() => os.setPriority(0, 20), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => os.getPriority(2 ** 31 - 1), { code: 'ERR_SYSTEM_ERROR' });
