'use strict';

// The modules in the start-up snapshot: what nearly every script touches. Everything else loads on
// first use. Loading one of these must not read the clock, the environment or any file.

const { has } = internalBinding('builtins');

const startup = [
  'internal/errors', 'internal/validators', 'internal/util', 'internal/util/types',
  'internal/util/inspect', 'events', 'internal/event_target', 'internal/abort_controller',
  'buffer', 'path', 'util', 'url', 'internal/url', 'querystring', 'string_decoder', 'timers',
  'console', 'async_hooks', 'fs', 'fs/promises', 'os', 'stream', 'stream/promises', 'net', 'http',
  'tty', 'dns', 'zlib', 'crypto', 'assert', 'diagnostics_channel', 'perf_hooks', 'worker_threads',
  'module', 'child_process', 'internal/modules/run_main', 'internal/modules/cjs/loader',
  'internal/modules/esm/loader', 'internal/process/stdio', 'internal/process/per_thread',
  'internal/process/signals', 'internal/process/start', 'internal/process/environment',
  'internal/process/flush',
];

for (const id of startup) {
  if (has(id)) require(id);
}
