'use strict';
// Editing on a terminal: keys, history, completion, control sequences.
const assert = require('assert');
const readline = require('readline');
const { PassThrough } = require('stream');
const { mustCall } = require('../common');

function open(options) {
  const input = new PassThrough();
  const output = new PassThrough();
  output.columns = 80;
  const lines = [];
  const rl = readline.createInterface({ input, output, terminal: true, ...options });
  rl.on('line', (line) => lines.push(line));
  const type = (...keys) => { for (const key of keys) input.emit('data', Buffer.from(key)); };
  return { input, lines, output, rl, type };
}

process.env.TERM = 'xterm';
const edit = open();
edit.type('hello wrld');
edit.type('\x1b[D', '\x1b[D', '\x1b[D', 'o');
assert.strictEqual(edit.rl.line, 'hello world');
assert.strictEqual(edit.rl.cursor, 8);
edit.type('\x01', 'X', '\x05', '!');
assert.strictEqual(edit.rl.line, 'Xhello world!');
edit.type('\x17', '\x17');
assert.strictEqual(edit.rl.line, 'Xhello ');
edit.type('\x1f');
assert.strictEqual(edit.rl.line, 'Xhello world');
edit.type('\x15');
assert.strictEqual(edit.rl.line, '');
edit.type('\x19', '\r');
assert.deepStrictEqual(edit.lines, ['Xhello world']);

const past = open({ history: ['two', 'one'] });
past.type('\x1b[A');
assert.strictEqual(past.rl.line, 'two');
past.type('\x1b[A', '\x1b[A');
assert.strictEqual(past.rl.line, '');
past.type('\x1b[B');
assert.strictEqual(past.rl.line, 'one');
past.rl.on('history', mustCall((history) => { assert.deepStrictEqual(history, ['one', 'two', 'one']); }));
past.type('\r');

const complete = open({ completer: (line, done) => done(null, [['food', 'foot'], line]) });
complete.type('f', '\t');
assert.strictEqual(complete.rl.line, 'foo');
complete.output.read();
complete.type('\t', '\t');
assert.match(complete.output.read().toString(), /food +foot/);

const stop = open();
stop.rl.on('close', mustCall());
stop.type('\x03');
const kept = open();
kept.rl.on('SIGINT', mustCall(() => { kept.rl.close(); }));
kept.type('\x03');

// Control sequences.
const screen = new PassThrough();
const written = (call) => { call(); return String(screen.read() ?? ''); };
assert.strictEqual(written(() => readline.cursorTo(screen, 1, 2)), '\x1b[3;2H');
assert.strictEqual(written(() => readline.moveCursor(screen, -1, 2)), '\x1b[1D\x1b[2B');
assert.strictEqual(written(() => readline.clearLine(screen, 1)), '\x1b[0K');
assert.strictEqual(written(() => readline.clearScreenDown(screen)), '\x1b[0J');
assert.throws(() => readline.cursorTo(screen, 'x', 1), { code: 'ERR_INVALID_CURSOR_POS' });
assert.throws(() => readline.cursorTo(screen, NaN), { code: 'ERR_INVALID_ARG_VALUE' });
assert.strictEqual(readline.cursorTo(null, 1, mustCall()), true);

const keys = [];
const source = new PassThrough();
readline.emitKeypressEvents(source);
source.on('keypress', (text, key) => keys.push([key.name, key.ctrl, key.meta, key.shift]));
source.emit('data', 'aB\x03\x1b[1;5C\x1bOP\x1bb\x1b[3~');
assert.deepStrictEqual(keys, [
  ['a', false, false, false], ['b', false, false, true], ['c', true, false, false],
  ['right', true, false, false], ['f1', false, false, false], ['b', false, true, false],
  ['delete', false, false, false],
]);
