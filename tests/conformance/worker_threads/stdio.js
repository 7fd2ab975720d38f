'use strict';
// Standard streams of a worker belong to the parent: complete, in order, also when it exits at once.
const assert = require('assert');
const { Worker } = require('worker_threads');
const { mustCall } = require('../common');

function collect(stream, done) {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk) => { text += chunk; });
  stream.on('end', mustCall(() => done(text)));
}

{
  const worker = new Worker(
    'console.log("out"); console.error("err"); process.stdout.write(Buffer.from([0x68, 0x69]));' +
    'process.exit(0)', { eval: true, stdout: true, stderr: true });
  collect(worker.stdout, (text) => assert.strictEqual(text, 'out\nhi'));
  collect(worker.stderr, (text) => assert.strictEqual(text, 'err\n'));
}
{
  const worker = new Worker('process.stdin.pipe(process.stdout)',
                            { eval: true, stdin: true, stdout: true });
  collect(worker.stdout, (text) => assert.strictEqual(text, 'one two'));
  worker.stdin.write('one ');
  worker.stdin.end('two');
}
{
  // More than any buffer holds.
  const worker = new Worker(
    'for (let i = 0; i < 64; i++) process.stdout.write("x".repeat(65536));',
    { eval: true, stdout: true });
  collect(worker.stdout, (text) => assert.strictEqual(text.length, 64 * 65536));
}
{
  const worker = new Worker(
    'for (let i = 0; i < 64; i++) process.stdout.write("x".repeat(65536)); process.exit()',
    { eval: true, stdout: true });
  collect(worker.stdout, (text) => assert.strictEqual(text.length, 64 * 65536));
}
{
  const worker = new Worker('process.stdin.on("end", () => {}).resume()', { eval: true });
  worker.on('exit', mustCall((code) => assert.strictEqual(code, 0)));
  assert.strictEqual(worker.stdin, null);
}
