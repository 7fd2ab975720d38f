'use strict';

// Cycles: what require() warns of, and what require() of ES modules refuses, in Node's words.

const assert = require('assert');
const { spawnSync } = require('child_process');
const { createProject } = require('../support/project.js');

const kReason = ' A cycle involving require(esm) is not allowed to maintain invariants mandated by ' +
  'the ECMAScript specification. Try making at least part of the dependency in the graph lazily ' +
  'loaded.';
const attempt = (name) =>
  `try { require('${name}') } catch (e) { console.log(e.code + ' ' + e.message) }`;

const project = createProject({
  'a.js': 'require("./b.js"); exports.done = true;',
  'b.js': 'const a = require("./a.js"); a.done; a.__esModule; a.then; Object.keys(a); a.toString;',
  // An ES module whose graph holds the CommonJS module that requires it.
  'load_cjs.cjs': attempt('./back_to_cjs.mjs'),
  'back_to_cjs.mjs': 'import "./load_cjs.cjs"; console.log("ran");',
  // The main module is required while it runs.
  'main.mjs': 'import "./requires_main.cjs";',
  'requires_main.cjs': attempt('./main.mjs'),
  // A module that imports the one being run.
  'runs.mjs': 'import { createRequire } from "module"; const require = ' +
    `createRequire(import.meta.url); ${attempt('./imports_running.mjs')}`,
  'imports_running.mjs': 'import "./runs.mjs";',
  // ES modules may import each other, also when one of them is required.
  'requires_pair.cjs': 'console.log(require("./one.mjs").two);',
  'one.mjs': 'export { two } from "./two.mjs";',
  'two.mjs': 'import "./one.mjs"; export const two = 2;',
  'awaits.mjs': 'await 0;',
  'needs_awaits.cjs': `require('./awaits.mjs')`,
  'outer.cjs': `try { require('./needs_awaits.cjs') } catch (e) { console.log(e.message);
    console.log(e.requireStack.length, Object.keys(e).join(), e.stack.split('\\n')[0]) }`,
});

function run(name) {
  const { status, stdout, stderr } =
    spawnSync(process.execPath, [project.at(name)], { encoding: 'utf8' });
  assert.strictEqual(status, 0, stderr);
  return { stdout: stdout.replaceAll(`${project.root}/`, ''), stderr };
}

const warned = run('a.js').stderr;
assert.deepStrictEqual(warned.match(/'\w+' of module exports inside circular dependency/g), [
  "'done' of module exports inside circular dependency",
  "'then' of module exports inside circular dependency",
]);
assert.match(warned, /^\(node:\d+\) Warning: Accessing non-existent property 'done' of/);

assert.strictEqual(run('load_cjs.cjs').stdout, 'ERR_REQUIRE_CYCLE_MODULE Cannot import CommonJS ' +
  'Module ./load_cjs.cjs in a cycle. (from back_to_cjs.mjs)\n');
assert.strictEqual(run('main.mjs').stdout, 'ERR_REQUIRE_CYCLE_MODULE Cannot require() ES Module ' +
  `main.mjs in a cycle. (from requires_main.cjs)${kReason}\n`);
assert.strictEqual(run('runs.mjs').stdout, 'ERR_REQUIRE_CYCLE_MODULE Cannot import Module ' +
  './runs.mjs in a cycle. (from imports_running.mjs)\n');

assert.strictEqual(run('requires_pair.cjs').stdout, '2\n');

const { stdout } = run('outer.cjs');
const kAsync = 'require() cannot be used on an ESM graph with top-level await. Use import() ' +
  'instead. To see where the top-level await comes from, use --experimental-print-required-tla.';
assert.strictEqual(stdout, `${kAsync}\nRequired module: awaits.mjs\nRequire stack:\n` +
  `- needs_awaits.cjs\n- outer.cjs\n2 code Error [ERR_REQUIRE_ASYNC_MODULE]: ${kAsync}\n`);
