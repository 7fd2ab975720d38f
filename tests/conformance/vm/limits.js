'use strict';
// Time limits, import() from a text, cached code, the place of errors.
const assert = require('assert');
const vm = require('vm');
const { mustCall } = require('../common');

assert.throws(() => vm.runInThisContext('while (true) {}', { timeout: 20 }), {
  code: 'ERR_SCRIPT_EXECUTION_TIMEOUT', message: 'Script execution timed out after 20ms',
});
assert.throws(() => vm.runInNewContext('for (;;);', {}, { timeout: 20 }),
              { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });
assert.strictEqual(vm.runInThisContext('1 + 1', { timeout: 10_000 }), 2);
assert.throws(() => vm.runInThisContext('1', { timeout: 0 }), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => vm.runInThisContext('1', { breakOnSigint: 1 }),
              { code: 'ERR_INVALID_ARG_TYPE' });

// Its own microtasks run before the call returns, and within the limit.
const order = vm.createContext({ seen: [] }, { microtaskMode: 'afterEvaluate' });
vm.runInContext('Promise.resolve().then(() => seen.push("microtask")); seen.push("script")', order);
assert.deepStrictEqual(order.seen, ['script', 'microtask']);
assert.throws(() => vm.runInContext('(async () => { await 1; for (;;); })()', order, { timeout: 20 }),
              { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });

vm.runInNewContext('import("fs")').catch(mustCall((error) => {
  assert.strictEqual(error.code, 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING');
}));
process.once('warning', mustCall((warning) => {
  assert.strictEqual(warning.name, 'ExperimentalWarning');
}));
new vm.Script('import("fs")', {
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}).runInThisContext().then(mustCall((namespace) => {
  assert.strictEqual(namespace.readFile, require('fs').readFile);
}));

const first = new vm.Script('function add(a, b) { return a + b; } add(1, 2)',
                            { produceCachedData: true });
assert.strictEqual(first.cachedDataProduced, true);
const second = new vm.Script('function add(a, b) { return a + b; } add(1, 2)',
                             { cachedData: first.cachedData });
assert.strictEqual(second.cachedDataRejected, false);
assert.strictEqual(second.runInThisContext(), 3);
const third = new vm.Script('4', { cachedData: Buffer.from('this is no code at all') });
assert.strictEqual(third.cachedDataRejected, true);
assert.strictEqual(third.runInThisContext(), 4);
assert.strictEqual(new vm.Script('5\n//# sourceMappingURL=x.map').sourceMapURL, 'x.map');

const at = { filename: 'there.js', lineOffset: 10, columnOffset: 4 };
assert.throws(() => vm.runInNewContext(' throw new Error("x")', {}, at), (error) => {
  assert.ok(error.stack.startsWith('there.js:11\n throw new Error("x")\n ^\n\nError: x'), error.stack);
  return true;
});
assert.throws(() => vm.runInThisContext('throw new Error("x")', { displayErrors: false }),
              (error) => error.stack.startsWith('Error: x\n'));
