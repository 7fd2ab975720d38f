'use strict';
// spawn, exec, execFile and their blocking forms: output, exit codes, signals, errors.
const assert = require('assert');
const { exec, execFile, execFileSync, execSync, spawn, spawnSync } = require('child_process');
const { promisify } = require('util');
const { mustCall } = require('../common');

const events = [];
const child = spawn('sh', ['-c', 'cat; echo problem >&2; exit 3']);
let text = '';
child.stdout.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
child.stderr.on('data', mustCall((chunk) => assert.strictEqual(String(chunk), 'problem\n')));
for (const event of ['spawn', 'exit', 'close']) child.on(event, () => events.push(event));
child.on('close', mustCall((code, signal) => {
  assert.strictEqual(text, 'hello');
  assert.deepStrictEqual([code, signal], [3, null]);
  assert.deepStrictEqual(events, ['spawn', 'exit', 'close']);
}));
child.stdin.end('hello');

const sleeper = spawn('sleep', ['60']);
sleeper.on('exit', mustCall((code, signal) => {
  assert.deepStrictEqual([code, signal, sleeper.killed], [null, 'SIGTERM', true]);
}));
assert.strictEqual(sleeper.kill(), true);

spawn('no-such-program').on('error', mustCall((error) => {
  assert.strictEqual(error.code, 'ENOENT');
  assert.strictEqual(error.syscall, 'spawn no-such-program');
}));

exec('echo out; exit 2', mustCall((error, stdout) => {
  assert.strictEqual(error.code, 2);
  assert.strictEqual(stdout, 'out\n');
}));
promisify(execFile)('echo', ['a', 'b']).then(mustCall(({ stdout }) => {
  assert.strictEqual(stdout, 'a b\n');
}));
exec('yes', { maxBuffer: 100 }, mustCall((error, stdout) => {
  assert.strictEqual(error.code, 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER');
  assert.strictEqual(stdout.length, 100);
}));
const controller = new AbortController();
const aborted = spawn('sleep', ['60'], { signal: controller.signal });
aborted.on('error', mustCall((error) => assert.strictEqual(error.name, 'AbortError')));
controller.abort();

assert.strictEqual(execSync('cat', { input: 'fed', encoding: 'utf8' }), 'fed');
assert.strictEqual(String(execFileSync('pwd', { cwd: '/' })), '/\n');
assert.throws(() => execSync('exit 4', { stdio: 'ignore' }), { status: 4 });
const late = spawnSync('sleep', ['60'], { timeout: 10 });
assert.strictEqual(late.error.code, 'ETIMEDOUT');
assert.strictEqual(late.signal, 'SIGTERM');
assert.strictEqual(spawnSync('no-such-program').error.code, 'ENOENT');
assert.throws(() => spawn('a\0b'), { code: 'ERR_INVALID_ARG_VALUE' });
