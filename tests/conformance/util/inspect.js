'use strict';

// util.inspect shows every kind of value as Node 24 does.

const assert = require('assert');
const { inspect } = require('util');

class Foo { constructor() { this.x = 1; } }
class Bar extends Foo {}
const circular = { a: {} };
circular.a.b = circular;
const sparse = [1, , 3, , ,]; // eslint-disable-line no-sparse-arrays
sparse.extra = 'y';

const cases = [
  [-0, '-0'], [10n, '10n'], [Symbol('x'), 'Symbol(x)'], ["a'b", '"a\'b"'],
  ['\n\ud83d', "'\\n\\ud83d'"],
  [[], '[]'], [{}, '{}'], [[1, 'a'], "[ 1, 'a' ]"],
  [{ a: 1, 'b-c': 2, [Symbol('s')]: 3 }, "{ a: 1, 'b-c': 2, Symbol(s): 3 }"],
  [() => {}, '[Function (anonymous)]'], [function foo() {}, '[Function: foo]'],
  [Foo, '[class Foo]'], [Bar, '[class Bar extends Foo]'],
  [async () => {}, '[AsyncFunction (anonymous)]'], [function* g() {}, '[GeneratorFunction: g]'],
  [new Foo(), 'Foo { x: 1 }'], [new Bar(), 'Bar { x: 1 }'],
  [Object.create(null), '[Object: null prototype] {}'],
  [circular, '<ref *1> { a: { b: [Circular *1] } }'],
  [sparse, "[ 1, <1 empty item>, 3, <2 empty items>, extra: 'y' ]"],
  [new Map([[1, { a: 2 }]]), 'Map(1) { 1 => { a: 2 } }'],
  [new Set(['a']), "Set(1) { 'a' }"],
  [new Map([[1, 2]]).entries(), '[Map Entries] { [ 1, 2 ] }'],
  [new Set([5]).values(), '[Set Iterator] { 5 }'],
  [new WeakMap(), 'WeakMap { <items unknown> }'],
  [Promise.resolve(4), 'Promise { 4 }'], [new Promise(() => {}), 'Promise { <pending> }'],
  [new Uint8Array([1, 2]), 'Uint8Array(2) [ 1, 2 ]'],
  [new ArrayBuffer(2), 'ArrayBuffer { [Uint8Contents]: <00 00>, [byteLength]: 2 }'],
  [/a/g, '/a/g'], [new Date(0), '1970-01-01T00:00:00.000Z'], [new Date(NaN), 'Invalid Date'],
  [new Number(-0), '[Number: -0]'], [new String('ab'), "[String: 'ab']"],
  [{ get a() { return 1; }, set b(v) {} }, '{ a: [Getter], b: [Setter] }'],
  [{ a: { b: { c: { d: 1 } } } }, '{ a: { b: { c: [Object] } } }'],
  [(function() { return arguments; })(1), "[Arguments] { '0': 1 }"],
];
for (const [value, expected] of cases) assert.strictEqual(inspect(value), expected);

// Options.
assert.strictEqual(inspect({ a: { b: 1 } }, { depth: 0 }), '{ a: [Object] }');
assert.strictEqual(inspect({ b: 1, a: 2 }, { sorted: true }), '{ a: 2, b: 1 }');
assert.strictEqual(inspect([1, 2, 3], { maxArrayLength: 1 }), '[ 1, ... 2 more items ]');
assert.strictEqual(inspect('abcdef', { maxStringLength: 2 }), "'ab'... 4 more characters");
assert.strictEqual(inspect(1234567.891, { numericSeparator: true }), '1_234_567.891');
assert.strictEqual(inspect({ get a() { return 1; } }, { getters: true }), '{ a: [Getter: 1] }');
assert.strictEqual(inspect({ a: 1 }, { compact: false }), '{\n  a: 1\n}');
assert.strictEqual(inspect({ a: 1 }, { colors: true }), '{ a: \u001b[33m1\u001b[39m }');
assert.strictEqual(inspect(new Proxy({ a: 1 }, {})), '{ a: 1 }');
assert.strictEqual(inspect(new Proxy({ a: 1 }, {}), { showProxy: true }), 'Proxy [ { a: 1 }, {} ]');
assert.strictEqual(inspect([1], true), '[ 1, [length]: 1 ]');

// Long arrays stand in columns; long objects take a line for each entry.
assert.strictEqual(
  inspect(Array.from({ length: 27 }, (_, i) => i)),
  '[\n' +
  '   0,  1,  2,  3,  4,  5,  6,  7,\n' +
  '   8,  9, 10, 11, 12, 13, 14, 15,\n' +
  '  16, 17, 18, 19, 20, 21, 22, 23,\n' +
  '  24, 25, 26\n' +
  ']');
assert.strictEqual(inspect({ a: 'x'.repeat(90) }), `{\n  a: '${'x'.repeat(90)}'\n}`);

// Errors: stack, cause, extra properties; subclasses by their own name.
const error = new Error('boom', { cause: new TypeError('inner') });
error.code = 'E_X';
const text = inspect(error);
assert.ok(text.startsWith('Error: boom\n    at '));
assert.match(text, /\[cause\]: TypeError: inner\n/);
assert.match(text, /code: 'E_X'/);
class MyError extends Error {}
assert.match(inspect(new MyError('m')), /^MyError: m\n/);
Error.stackTraceLimit = 0;
assert.strictEqual(inspect(new RangeError('r')), '[RangeError: r]');
Error.stackTraceLimit = 10;

// Custom inspect functions get depth, options and inspect itself.
const custom = {
  [inspect.custom](depth, options, given) {
    assert.strictEqual(given, inspect);
    return `<${depth} ${typeof options.stylize}>`;
  },
};
assert.strictEqual(inspect(custom), '<2 function>');
assert.strictEqual(inspect({ custom }), '{ custom: <1 function> }');
