'use strict';
const assert = require('assert');

const { rss, heapUsed, heapTotal } = process.memoryUsage();
assert.ok(rss > heapUsed && heapTotal >= heapUsed);
assert.ok(process.memoryUsage.rss() > 0);
const before = process.cpuUsage();
const { user, system } = process.cpuUsage(before);
assert.ok(user >= 0 && system >= 0);
assert.ok(process.resourceUsage().maxRSS > 0);
const start = process.hrtime();
const [seconds, nanoseconds] = process.hrtime(start);
assert.ok(seconds >= 0 && nanoseconds >= 0 && nanoseconds < 1e9);
assert.strictEqual(typeof process.hrtime.bigint(), 'bigint');
assert.ok(process.uptime() > 0);
assert.strictEqual(process.kill(process.pid, 0), true);
assert.throws(() => process.kill(process.pid, 'SIGNONE'), { code: 'ERR_UNKNOWN_SIGNAL' });
assert.throws(() => process.kill('x', 0), { code: 'ERR_INVALID_ARG_TYPE' });
assert.ok(process.getgroups().includes(process.getegid()));
const here = process.cwd();
if (require('worker_threads').isMainThread) {
  process.chdir('/');
  assert.strictEqual(process.cwd(), '/');
  process.chdir(here);
  assert.throws(() => process.chdir('/no/such'), { code: 'ENOENT', dest: '/no/such' });
  const mask = process.umask(0o77);
  assert.strictEqual(process.umask(mask), 0o77);
}
