'use strict';

// What process knows only once it runs: arguments, ids, the environment. Main thread and workers.

const { createEnvironment } = require('internal/process/environment');

function prepareProcess() {
  const info = internalBinding('env').startInfo();
  process.argv = info.argv;
  process.argv0 = info.argv0;
  process.execArgv = info.execArgv;
  process.execPath = info.execPath;
  process.pid = info.pid;
  Object.defineProperty(process, 'ppid', {
    __proto__: null,
    get: () => internalBinding('env').startInfo().ppid,
    configurable: true,
    enumerable: true,
  });
  process.env = createEnvironment();
  const options = require('internal/process/options').runtimeOptions();
  require('internal/process/uncaught').configure(options);
  require('internal/process/warning').configure(options, process.env);
  if (!info.isMainThread) {
    require('internal/process/per_thread').setupWorker(process);
  } else if (process.env.NODE_CHANNEL_FD !== undefined) {
    // A child forked by a parent that wants to talk.
    require('internal/ipc').setupChild();
  }
}

module.exports = { prepareProcess };
