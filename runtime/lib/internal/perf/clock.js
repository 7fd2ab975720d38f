'use strict';

// The clock of performance.now(): milliseconds since the process (or worker) began.

const binding = internalBinding('perf');

module.exports = {
  now: binding.now,
  timeOrigin: binding.timeOrigin,
};
