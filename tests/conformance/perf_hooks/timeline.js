'use strict';

// performance: clock, marks, measures, observers, timerify, histograms, utilisation.

const assert = require('assert');
const perfHooks = require('perf_hooks');
const { mustCall } = require('../common.js');

const { PerformanceObserver, performance: own } = perfHooks;
assert.strictEqual(own, performance);
const first = performance.now();
assert.ok(first > 0);
assert.ok(performance.now() >= first);
assert.ok(Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 5000);

const observer = new PerformanceObserver(mustCall((list) => {
  assert.deepStrictEqual(list.getEntries().map((entry) => entry.name).sort(),
                         ['a', 'b', 'm', 'timed']);
  assert.strictEqual(list.getEntriesByType('measure').length, 1);
  observer.disconnect();
}));
observer.observe({ entryTypes: ['mark', 'measure', 'function'] });

const mark = performance.mark('a', { detail: { x: 1 }, startTime: 10 });
assert.strictEqual(mark.startTime, 10);
assert.deepStrictEqual(mark.detail, { x: 1 });
performance.mark('b', { startTime: 25 });
const measure = performance.measure('m', 'a', 'b');
assert.strictEqual(measure.duration, 15);
assert.deepStrictEqual(performance.getEntriesByName('a'), [mark]);
assert.throws(() => performance.measure('x', 'absent'), { name: 'SyntaxError' });
assert.throws(() => performance.mark('x', { startTime: -1 }), {
  code: 'ERR_PERFORMANCE_INVALID_TIMESTAMP',
});
performance.clearMarks('a');
assert.strictEqual(performance.getEntriesByType('mark').length, 1);

const timed = perfHooks.timerify(function timed(a) { return a + 1; });
assert.strictEqual(timed(1), 2);
assert.strictEqual(timed.name, 'timerified timed');

const histogram = perfHooks.createHistogram();
for (let i = 1; i <= 1000; i++) histogram.record(i);
assert.strictEqual(histogram.count, 1000);
assert.strictEqual(histogram.min, 1);
assert.strictEqual(histogram.max, 1000);
assert.strictEqual(histogram.percentile(50), 500);
assert.strictEqual(histogram.mean, 500.5);
assert.throws(() => histogram.record(0), { code: 'ERR_OUT_OF_RANGE' });

const delay = perfHooks.monitorEventLoopDelay({ resolution: 1 });
assert.strictEqual(delay.enable(), true);
assert.strictEqual(delay.enable(), false);
const timer = setInterval(() => {
  if (delay.count < 2) return;
  clearInterval(timer);
  assert.ok(delay.min > 0);
  assert.strictEqual(delay.disable(), true);
  const { idle, active, utilization } = performance.eventLoopUtilization();
  assert.ok(idle >= 0 && active >= 0 && utilization >= 0 && utilization <= 1);
}, 2);
