'use strict';

// Deprecations that are told only where they are asked for; what process says of itself.

const assert = require('assert');
const { spawnSync } = require('child_process');
const { createProject } = require('../support/project.js');

const project = createProject({
  'env.js': 'process.env.A = undefined; process.env.B = {}; process.env.C = 1;',
  'parent.js': 'module.parent;',
  'node_modules/old/index.js': 'Buffer(1);',
  'old.js': 'require("old");',
});
function warnings(name, flags, env) {
  const { status, stderr } = spawnSync(process.execPath, [...flags, project.at(name)], {
    encoding: 'utf8', env: { ...process.env, ...env },
  });
  assert.strictEqual(status, 0, stderr);
  return [...stderr.matchAll(/\[(DEP\d+)\] DeprecationWarning/g)].map((match) => match[1]);
}
for (const [name, code] of [['env.js', 'DEP0104'], ['parent.js', 'DEP0144'], ['old.js', 'DEP0005']]) {
  assert.deepStrictEqual(warnings(name, []), []);
  assert.deepStrictEqual(warnings(name, ['--pending-deprecation']), [code]);
  assert.deepStrictEqual(warnings(name, [], { NODE_PENDING_DEPRECATION: '1' }), [code]);
}

const { versions } = process;
for (const name of ['gyre', 'node', 'v8', 'openssl', 'zlib', 'brotli', 'zstd']) {
  assert.match(versions[name], /^\d+\.\d+\.\d+/);
}
assert.strictEqual(versions.modules, '137');  // the addon ABI of Node.js 24
assert.strictEqual(process.version, `v${versions.node}`);
