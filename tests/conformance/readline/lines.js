'use strict';
// Reading lines from streams that are no terminals.
const assert = require('assert');
const readline = require('readline');
const { PassThrough, Readable } = require('stream');
const { mustCall, mustNotCall } = require('../common');

function linesOf(chunks, options) {
  return new Promise((resolve) => {
    const lines = [];
    const rl = readline.createInterface({ input: Readable.from(chunks), ...options });
    rl.on('line', (line) => lines.push(line));
    rl.on('close', () => resolve(lines));
  });
}

async function main() {
  assert.deepStrictEqual(await linesOf(['a\nb\r\nc\rd\u2028e']), ['a', 'b', 'c', 'd', 'e']);
  assert.deepStrictEqual(await linesOf(['a\r', '\nb\n', '\n']), ['a', 'b', '']);
  // Characters cut between chunks.
  const bytes = Buffer.from('é\n');
  assert.deepStrictEqual(await linesOf([bytes.subarray(0, 1), bytes.subarray(1)]), ['é']);

  const seen = [];
  for await (const line of readline.createInterface({ input: Readable.from(['1\n2\n3']) })) {
    seen.push(line);
  }
  assert.deepStrictEqual(seen, ['1', '2', '3']);
  const left = readline.createInterface({ input: Readable.from(['1\n2\n3\n']) });
  for await (const line of left) {
    assert.strictEqual(line, '1');
    break;
  }
  assert.strictEqual(left.closed, true);

  const input = new PassThrough();
  const output = new PassThrough();
  const rl = readline.promises.createInterface({ input, output });
  const answer = rl.question('name? ');
  input.write('gyre\n');
  assert.strictEqual(await answer, 'gyre');
  assert.strictEqual(output.read().toString(), 'name? ');
  const gone = rl.question('?', { signal: AbortSignal.abort() });
  await assert.rejects(gone, { name: 'AbortError' });
  rl.on('pause', mustCall());
  rl.close();
  assert.throws(() => rl.write('x'), { code: 'ERR_USE_AFTER_CLOSE' });
  assert.throws(() => rl.pause(), { code: 'ERR_USE_AFTER_CLOSE' });
  rl.close();

  const aborted = new AbortController();
  const other = readline.createInterface({ input: new PassThrough(), signal: aborted.signal });
  other.on('line', mustNotCall());
  other.on('close', mustCall());
  aborted.abort();

  for (const options of [{ completer: 1 }, { history: 1 }, { historySize: -1 }, { tabSize: 0 }]) {
    assert.throws(() => readline.createInterface({ input: new PassThrough(), ...options }),
                  (error) => /^ERR_(?:INVALID_ARG|OUT_OF_RANGE)/.test(error.code));
  }
}

main().then(mustCall());
