'use strict';

// First code of a worker thread after the snapshot is loaded: prepare, say so, run the program.

const io = require('internal/worker_io');

internalBinding('timers').start();
const { entry, modules } = io.prepare();
io.post({ type: 'up' });

if (entry.kind === 'builtin') {
  // The runtime's own workers need no module loader until a task asks for one.
  require(entry.source).start();
} else {
  const runner = require('internal/modules/run_main');
  runner.runWorker({ ...modules, kind: entry.kind, entry: entry.source });
}
