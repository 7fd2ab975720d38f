'use strict';

// Console: formats, groups, counters, tables, timers; stdout and stderr apart.

const assert = require('assert');
const { Console } = require('console');
const { Writable } = require('stream');
const { mustCall } = require('../common.js');

function sink() {
  const stream = new Writable({
    write(chunk, encoding, callback) {
      stream.text += chunk;
      callback();
    },
  });
  stream.text = '';
  stream.take = () => {
    const { text } = stream;
    stream.text = '';
    return text;
  };
  return stream;
}

const out = sink();
const err = sink();
const console = new Console({ stdout: out, stderr: err });

console.log('a %s', 1, { b: 2 });
assert.strictEqual(out.take(), 'a 1 { b: 2 }\n');
console.log();
assert.strictEqual(out.take(), '\n');
console.warn('careful');
console.error(new RangeError('bad').message);
assert.strictEqual(err.take(), 'careful\nbad\n');
console.group('outer');
console.log('x\ny');
console.group();
console.info(1);
console.groupEnd();
console.groupEnd();
console.groupEnd();
console.debug('end');
assert.strictEqual(out.take(), 'outer\n  x\n  y\n    1\nend\n');
console.count();
console.count('n');
console.count();
console.countReset();
console.count();
assert.strictEqual(out.take(), 'default: 1\nn: 1\ndefault: 2\ndefault: 1\n');
console.assert(true, 'not shown');
console.assert(false, 'no %s', 'way');
console.assert(false, { a: 1 });
assert.strictEqual(err.take(), 'Assertion failed: no way\nAssertion failed { a: 1 }\n');
console.dir({ a: { b: { c: {} } } }, { depth: 0 });
assert.strictEqual(out.take(), '{ a: [Object] }\n');
console.table([{ a: 1, b: 'x' }, { a: 2 }]);
assert.strictEqual(out.take(), [
  '┌─────────┬───┬─────┐',
  '│ (index) │ a │ b   │',
  '├─────────┼───┼─────┤',
  "│ 0       │ 1 │ 'x' │",
  '│ 1       │ 2 │     │',
  '└─────────┴───┴─────┘',
  '',
].join('\n'));
console.time('t');
console.timeLog('t', 'more');
console.timeEnd('t');
assert.match(out.take(), /^t: [\d.]+m?s more\nt: [\d.]+m?s\n$/);
console.trace('here');
assert.match(err.take(), /^Trace: here\n    at .*output\.js/);

// Methods work when taken off the object.
const { log } = console;
log('detached');
assert.strictEqual(out.take(), 'detached\n');

process.on('warning', mustCall((warning) => {
  assert.strictEqual(warning.message, "No such label 'none' for console.timeEnd()");
}));
console.timeEnd('none');
assert.throws(() => new Console({}), { code: 'ERR_CONSOLE_WRITABLE_STREAM' });
assert.ok(globalThis.console instanceof Console);
