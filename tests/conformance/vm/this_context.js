'use strict';
// Scripts and functions compiled from text in the current context.
const assert = require('assert');
const vm = require('vm');

assert.strictEqual(vm.runInThisContext('1 + 1'), 2);
const script = new vm.Script('globalThis.counter = (globalThis.counter ?? 0) + 1', 'count.js');
script.runInThisContext();
assert.strictEqual(script.runInThisContext(), 2);
assert.throws(() => new vm.Script('var a = ;', { filename: 'broken.js', lineOffset: 4 }), (error) => {
  assert.ok(error instanceof SyntaxError);
  assert.match(error.stack, /broken\.js:5/);
  return true;
});
assert.throws(() => vm.runInThisContext('null.x', 'thrower.js'), /Cannot read properties of null/);
const add = vm.compileFunction('return a + b', ['a', 'b']);
assert.strictEqual(add(1, 2), 3);
assert.strictEqual(vm.isContext({}), false);
assert.throws(() => vm.isContext(1), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => vm.measureMemory(), { code: 'ERR_METHOD_NOT_IMPLEMENTED' });
