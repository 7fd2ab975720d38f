'use strict';

// Whole programs: exit codes, order of callbacks in ES modules, texts without a file.

const assert = require('assert');
const { spawnSync } = require('child_process');
const { createProject } = require('../support/project.js');

const project = createProject({
  'order.mjs':
    'const log = []; const say = (word) => () => log.push(word);' +
    'setTimeout(say("timeout"), 0); setImmediate(say("immediate"));' +
    'process.nextTick(say("tick"));' +
    'Promise.resolve().then(say("promise")); queueMicrotask(say("microtask"));' +
    'log.push("module");' +
    'process.on("exit", () => console.log(log.slice(0, 4).join()));',
  'order.cjs':
    'const log = []; const say = (word) => () => log.push(word);' +
    'Promise.resolve().then(say("promise")); process.nextTick(say("tick")); log.push("module");' +
    'process.on("exit", () => console.log(log.join()));',
  'unsettled.mjs': 'await new Promise(() => {});',
  'throws.mjs': '\n\nthrow new Error("from the module");',
  'rejects.mjs': 'await Promise.reject(new TypeError("late"));',
  'syntax.cjs': 'const a = 1;\nconst b = ;\n',
  'mixed.js': 'import fs from "node:fs"; console.log(typeof fs.readFileSync, typeof require);',
  'own/package.json': { type: 'module' },
  'own/uses_require.js': 'require("fs");',
  'self.mjs': 'export const a = 1; import("./self.mjs").then((self) => console.log(self.a));',
});

function run(args, options) {
  const { status, stderr, stdout } = spawnSync(process.execPath, args,
                                               { encoding: 'utf8', cwd: project.root, ...options });
  return { status, stderr, stdout };
}

assert.deepStrictEqual(run(['order.mjs']).stdout, 'module,promise,microtask,tick\n');
assert.deepStrictEqual(run(['order.cjs']).stdout, 'module,tick,promise\n');

const unsettled = run(['unsettled.mjs']);
assert.strictEqual(unsettled.status, 13);
assert.match(unsettled.stderr, /Detected unsettled top-level await/);

const thrown = run(['throws.mjs']);
assert.strictEqual(thrown.status, 1);
assert.match(thrown.stderr, /throws\.mjs:3/);
assert.match(thrown.stderr, /Error: from the module/);
assert.strictEqual(run(['rejects.mjs']).status, 1);

const syntax = run(['syntax.cjs']);
assert.strictEqual(syntax.status, 1);
assert.match(syntax.stderr, /syntax\.cjs:2\nconst b = ;\n {10}\^/);

assert.strictEqual(run(['mixed.js']).stdout, 'function undefined\n');
assert.match(run(['own/uses_require.js']).stderr,
             /require is not defined in ES module scope, you can use import instead/);
assert.strictEqual(run(['self.mjs']).stdout, '1\n');

assert.strictEqual(run(['-p', '6 * 7']).stdout, '42\n');
assert.strictEqual(run(['-p', 'crypto === require("crypto") && typeof crypto.createHash']).stdout,
  'function\n');
assert.strictEqual(run(['-e', 'console.log(path.sep, typeof require, __filename)']).stdout,
                   '/ function [eval]\n');
assert.strictEqual(run(['-e', 'import { sep } from "path"; console.log(sep)']).stdout, '/\n');
assert.strictEqual(run(['-e', 'require("./nothing")']).status, 1);
