'use strict';
const assert = require('assert');
const { spawn } = require('child_process');
const { mustCall } = require('../common');

// Every byte one child writes reaches the child that was given its output.
const kSize = 512 * 1024;
const source = spawn('head', ['-c', String(kSize), '/dev/zero'],
                     { stdio: ['ignore', 'pipe', 'inherit'] });
const counter = spawn('wc', ['-c'], { stdio: [source.stdout, 'pipe', 'inherit'] });
let text = '';
counter.stdout.on('data', (chunk) => { text += chunk; });
counter.on('close', mustCall((code) => {
  assert.strictEqual(code, 0);
  assert.strictEqual(Number(text), kSize);
}));

// The name a child is started under.
const named = spawn(process.execPath, ['-p', 'process.argv0'], { argv0: 'other-name' });
let name = '';
named.stdout.on('data', (chunk) => { name += chunk; });
named.on('close', mustCall(() => assert.strictEqual(name, 'other-name\n')));
// A program written to a child's standard input.
const reader = spawn(process.execPath, ['-'], { stdio: ['pipe', 'pipe', 'inherit'] });
reader.stdin.end('console.log(6 * 7)');
let answer = '';
reader.stdout.on('data', (chunk) => { answer += chunk; });
reader.on('close', mustCall(() => assert.strictEqual(answer, '42\n')));
