'use strict';

// require() of ES modules.

const assert = require('assert');
const { createProject } = require('../support/project.js');

const project = createProject({
  'names.mjs': 'export const a = 1;',
  'default.mjs': 'export default function f() {} export const a = 1;',
  'marked.mjs': 'export default 1; export const __esModule = true;',
  'chosen.mjs': 'const it = { chosen: true }; export { it as "module.exports" };',
  'late.mjs': 'await 0; export default 1;',
  'deep.mjs': 'import "./late.mjs";',
  'throws.mjs': 'throw new TypeError("from esm");',
  'cycle.mjs': 'import "./cycle.cjs";',
  'cycle.cjs': 'try { require("./cycle.mjs"); } catch (error) { exports.code = error.code; }',
});
const load = (name) => require(project.at(name));

assert.strictEqual(load('names.mjs').a, 1);
assert.strictEqual(load('names.mjs'), load('names.mjs'));
const { default: f, __esModule } = load('default.mjs');
assert.strictEqual(typeof f, 'function');
assert.strictEqual(__esModule, true);
assert.strictEqual(load('marked.mjs').default, 1);
assert.deepStrictEqual(load('chosen.mjs'), { chosen: true });
assert.throws(() => load('late.mjs'), { code: 'ERR_REQUIRE_ASYNC_MODULE' });
assert.throws(() => load('deep.mjs'), { code: 'ERR_REQUIRE_ASYNC_MODULE' });
assert.throws(() => load('throws.mjs'), { name: 'TypeError', message: 'from esm' });

import(project.at('names.mjs')).then((namespace) => {
  assert.strictEqual(namespace, load('names.mjs'));
  return import(project.at('cycle.mjs'));
}).then(() => {
  assert.strictEqual(load('cycle.cjs').code, 'ERR_REQUIRE_CYCLE_MODULE');
  globalThis.finished = true;
});
process.on('exit', () => assert.ok(globalThis.finished));
