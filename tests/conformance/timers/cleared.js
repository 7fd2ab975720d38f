'use strict';
// A timer that was cleared stays so: refresh() does not start it, and an interval cleared in its own
// run is over whatever is written to it afterwards. One that has fired can be started anew.
const assert = require('assert');
const { mustCall, mustNotCall } = require('../common');

const cleared = setTimeout(mustNotCall(), 1);
clearTimeout(cleared);
assert.strictEqual(cleared.refresh(), cleared);
assert.strictEqual(cleared._idleTimeout, -1);

const interval = setInterval(mustCall(() => {
  clearInterval(interval);
  interval._onTimeout = mustNotCall();
  interval.refresh();
}), 1);

let runs = 0;
const again = setTimeout(mustCall(() => {
  if (++runs === 1) again.refresh();
}, 2), 1);
setTimeout(mustCall(() => assert.strictEqual(runs, 2)), 60);
