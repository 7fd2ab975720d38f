'use strict';
const assert = require('assert');
const fs = require('fs');
const { spawnSync } = require('child_process');
const { tmpdir } = require('../common');

let number = 0;
function run(source, { name = 'js', options = [], input } = {}) {
  const file = tmpdir.resolve(`program${++number}.${name}`);
  fs.writeFileSync(file, source);
  const words = input === undefined ? [...options, file] : [...options, '-', '--word'];
  const { status, stdout, stderr } = spawnSync(process.execPath, words,
                                               { encoding: 'utf8', input, cwd: tmpdir.path });
  return { status, stdout, stderr: stderr.replaceAll(file, 'FILE') };
}
const trace = '(Use `node --trace-uncaught ...` to show where the exception was thrown)';

// A thrown value follows the source line, an error stands apart from it.
for (const [value, text] of [['"text"', 'text'], ['42', '42'], ['undefined', 'undefined'],
                             ['null', 'null'], ['Symbol("s")', '']]) {
  const { status, stderr } = run(`throw ${value}`);
  assert.strictEqual(status, 1);
  assert.ok(stderr.startsWith(`\nFILE:1\nthrow ${value}\n^\n${text}\n${trace}\n\n`), stderr);
}
assert.ok(run('throw { a: 1 }').stderr.startsWith('\nFILE:1\nthrow { a: 1 }\n^\n{ a: 1 }\n\n'));
assert.ok(run('throw new Error("x")').stderr.startsWith(
  'FILE:1\nthrow new Error("x")\n^\n\nError: x\n    at '));
// Own views of errors are for consoles.
assert.match(run(`const { inspect } = require('util');
  throw new class Odd extends Error { [inspect.custom]() { return 'view'; } }('m');`).stderr,
             /\n\n(Odd \[Error\]|Odd|Error): m\n/);

// What a handler throws replaces the error; the code is 7.
const second = run(`process.on('uncaughtException', (e) => {
  e.again = true; throw e;
});
throw new Error('first');`);
assert.strictEqual(second.status, 7);
assert.match(second.stderr, /^FILE:2\n {2}e\.again = true; throw e;\n {18}\^\n/);
assert.match(second.stderr, /Error: first[^]*again: true/);

// A listener of 'exit' may throw as well, and be caught.
const late = run(`process.on('uncaughtException', (e) => console.log('caught', e.message));
process.on('exit', () => { throw new Error('late'); });`);
assert.deepStrictEqual([late.status, late.stdout], [0, 'caught late\n']);

// A main module that never settles: 13, for listeners too; not when the program ends by itself.
const unsettled = run(`process.on('exit', (code) => console.log(code));
await new Promise(() => {});`, { name: 'mjs' });
assert.deepStrictEqual([unsettled.status, unsettled.stdout], [13, '13\n']);
assert.match(unsettled.stderr, /^Warning: Detected unsettled top-level await/);
assert.strictEqual(
  run('process.exitCode = 0; await new Promise(() => {});', { name: 'mjs' }).status, 13);
assert.strictEqual(
  run('process.exitCode = 4; await new Promise(() => {});', { name: 'mjs' }).status, 4);
const ended = run('setTimeout(() => process.exit(), 1); await new Promise(() => {});',
                  { name: 'mjs' });
assert.deepStrictEqual([ended.status, ended.stderr], [0, '']);

// Rejections that are handled late are warned of, unless someone listens.
const rejected = `process.on('unhandledRejection', () => {});
const p = Promise.reject(3); setTimeout(() => p.catch(() => {}), 1);`;
assert.match(run(rejected).stderr, /PromiseRejectionHandledWarning: Promise rejection was handled/);
assert.strictEqual(run(`process.on('rejectionHandled', () => {}); ${rejected}`).stderr, '');
assert.match(run('Promise.reject("plain")', { options: ['--unhandled-rejections=warn'] }).stderr,
             /UnhandledPromiseRejectionWarning: plain\n/);

// Warnings go where they are sent.
const log = tmpdir.resolve('warnings.txt');
const redirected = run('process.emitWarning("heard")', { options: [`--redirect-warnings=${log}`] });
assert.strictEqual(redirected.stderr, '');
assert.match(fs.readFileSync(log, 'utf8'), /Warning: heard\n/);

// A program on standard input sees its words; a socket has no path but can be read.
assert.strictEqual(run('', { input: 'console.log(process.argv.slice(1).join())' }).stdout,
                   '-,--word\n');
