'use strict';
// NODE_OPTIONS: read before the command line, inherited by workers, refused where it makes no sense.
const assert = require('assert');
const fs = require('fs');
const { spawnSync } = require('child_process');
const { tmpdir } = require('../common');

const preload = tmpdir.resolve('pre load.cjs');
const preloadEsm = tmpdir.resolve('preload.mjs');
const script = tmpdir.resolve('script.js');
fs.writeFileSync(preload, 'console.log("required");');
fs.writeFileSync(preloadEsm, 'console.log("imported");');

function run(source, options, before = []) {
  fs.writeFileSync(script, source);
  const { status, stdout, stderr } = spawnSync(process.execPath, [...before, script], {
    encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: options },
  });
  return { status, stdout, stderr };
}

// Modules to load first; quotes join words, and within them a backslash takes the next character.
const quoted = preload.replace(/\\/g, '\\\\').replace(/"/g, '\\"');
const first = run('console.log(JSON.stringify(process.execArgv));',
  `--require "${quoted}" --import=${preloadEsm}`);
assert.strictEqual(first.stderr, '');
assert.strictEqual(first.stdout, 'required\nimported\n[]\n');

// Also before those of the command line, and in workers.
const both = run('console.log("main");', `-r "${quoted}"`, ['--import', preloadEsm]);
assert.strictEqual(both.stdout, 'required\nimported\nmain\n');
const worker = run('new (require("worker_threads").Worker)("console.log(1)", { eval: true });',
  `--require "${quoted}"`);
assert.strictEqual(worker.stdout, 'required\nrequired\n1\n');

// Warnings, rejections, title, V8's and the http module's options.
assert.strictEqual(run('process.emitWarning("heard");', '--no-warnings').stderr, '');
assert.match(run('process.emitWarning("heard");', '--trace-warnings').stderr, /heard\n +at /);
assert.strictEqual(
  run('Promise.reject(1); setTimeout(() => console.log("on"), 1);',
    '--unhandled-rejections=none').stdout, 'on\n');
assert.strictEqual(run('console.log(process.title);', '--title=named').stdout, 'named\n');
assert.strictEqual(run('console.log(typeof gc);', '--expose-gc').stdout, 'function\n');
assert.strictEqual(
  run('console.log(require("http").maxHeaderSize);', '--max-http-header-size=2048').stdout,
  '2048\n');

// Reading stops at a word that is no option.
assert.strictEqual(
  run('console.log(process.title);', '--title=named word --title=after').stdout, 'named\n');

for (const [options, message] of [
  ['--eval 1', '--eval is not allowed in NODE_OPTIONS'],
  ['--check', '--check is not allowed in NODE_OPTIONS'],
  ['--require', '--require requires an argument'],
  ['--title="x', 'invalid value for NODE_OPTIONS (unterminated string)'],
  ['--title="x\\', 'invalid value for NODE_OPTIONS (invalid escape)'],
]) {
  const { status, stderr, stdout } = run('console.log("never");', options);
  assert.deepStrictEqual({ status, stdout }, { status: 9, stdout: '' });
  assert.strictEqual(stderr, `${process.execPath}: ${message}\n`);
}
