'use strict';

// The modules in the start-up snapshot: what nearly every script touches. Everything else loads on
// first use. Loading one of these must not read the clock, the environment or any file.

const { has } = internalBinding('builtins');

const startup = [
  'internal/errors', 'internal/validators', 'internal/util', 'internal/util/types',
  'internal/util/inspect', 'events', 'timers', 'console', 'internal/modules/run_main',
];

for (const id of startup) {
  if (has(id)) require(id);
}
