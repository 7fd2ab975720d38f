'use strict';

// Synchronous writes to descriptors, for what must reach them before the process ends.

const binding = internalBinding('program');

// Writes it all; an error ends the attempt (there is no one left to tell).
function writeSync(fd, text) {
  binding.writeSync(fd, text);
}

const flushers = new Set();

// Called before process.exit() ends the process: buffered output registers itself here.
function flush() {
  for (const flusher of flushers) flusher();
}

module.exports = { flush, flushers, writeSync };
