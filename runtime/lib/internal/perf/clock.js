'use strict';

// The clock of performance.now(): milliseconds since the process (or worker) began.

const { now, timeOrigin } = internalBinding('perf');

module.exports = { now, timeOrigin };
