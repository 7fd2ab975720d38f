'use strict';
// Contexts whose global object is an object of the program.
const assert = require('assert');
const vm = require('vm');

const sandbox = { a: 1 };
const context = vm.createContext(sandbox);
assert.strictEqual(context, sandbox);
assert.strictEqual(vm.createContext(sandbox), sandbox);
assert.strictEqual(vm.isContext(sandbox), true);
assert.strictEqual(vm.isContext({}), false);

// Reads, writes and declarations go through to it.
assert.strictEqual(vm.runInContext('a + 1', context), 2);
vm.runInContext('b = 2; var c = 3; function d() { return a; } this.e = 4; let hidden = 5;', context);
assert.deepStrictEqual(Object.keys(sandbox).sort(), ['a', 'b', 'c', 'd', 'e']);
assert.strictEqual(sandbox.d(), 1);
assert.strictEqual(vm.runInContext('hidden', context), 5);
sandbox.later = 'yes';
assert.strictEqual(vm.runInContext('later', context), 'yes');
assert.strictEqual(vm.runInContext('delete b', context), true);
assert.strictEqual('b' in sandbox, false);
assert.strictEqual(vm.runInContext('typeof nothing', context), 'undefined');
assert.throws(() => vm.runInContext('nothing', context),
              (error) => error.name === 'ReferenceError' && !(error instanceof ReferenceError));
assert.throws(() => vm.runInContext('"use strict"; undeclared = 1', context), /not defined/);
vm.runInContext('Object.defineProperty(globalThis, "f", { get() { return 7; } })', context);
assert.strictEqual(sandbox.f, 7);
const own = vm.runInContext('Object.getOwnPropertyNames(globalThis)', context);
assert.deepStrictEqual([...own].filter((name) => name.length === 1).sort(),
                       ['a', 'c', 'd', 'e', 'f']);
assert.strictEqual(vm.runInContext('this === globalThis', context), true);
sandbox.self = sandbox;
assert.strictEqual(vm.runInContext('self === globalThis', context), true);
vm.runInContext('globalThis[0] = "zero"', context);
assert.strictEqual(sandbox[0], 'zero');

// Each has its own builtins and none of the program's globals.
assert.notStrictEqual(vm.runInContext('Array', context), Array);
assert.strictEqual(vm.runInContext('[] instanceof Array', context), true);
assert.strictEqual(vm.runInNewContext('typeof require + typeof process + typeof setTimeout'),
                   'undefinedundefinedundefined');

// Frozen or read-only properties of the sandbox stay as they are.
const frozen = vm.createContext(Object.freeze({ x: 1 }));
vm.runInContext('x = 2; y = 3', frozen);
assert.strictEqual(frozen.x, 1);
assert.strictEqual(frozen.y, undefined);

// An ordinary global object.
const plain = vm.createContext(vm.constants.DONT_CONTEXTIFY);
assert.strictEqual(vm.isContext(plain), true);
assert.strictEqual(vm.runInContext('globalThis.z = 1; globalThis', plain), plain);
assert.strictEqual(plain.z, 1);

// Functions compiled for a context, and with objects in their scope.
assert.strictEqual(vm.compileFunction('return a', [], { parsingContext: context })(), 1);
assert.strictEqual(
  vm.compileFunction('return one + two', ['two'], { contextExtensions: [{ one: 1 }] })(2), 3);

for (const [call, code] of [
  [() => vm.runInContext('1', {}), 'ERR_INVALID_ARG_TYPE'],
  [() => vm.createContext(1), 'ERR_INVALID_ARG_TYPE'],
  [() => vm.createContext({}, { name: 1 }), 'ERR_INVALID_ARG_TYPE'],
  [() => vm.createContext({}, { codeGeneration: { strings: 1 } }), 'ERR_INVALID_ARG_TYPE'],
  [() => vm.createContext({}, { microtaskMode: 'x' }), 'ERR_INVALID_ARG_VALUE'],
  [() => vm.compileFunction('', [], { parsingContext: {} }), 'ERR_INVALID_ARG_TYPE'],
  [() => new vm.Script('', { cachedData: 1 }), 'ERR_INVALID_ARG_TYPE'],
]) assert.throws(call, { code });

assert.throws(() => vm.runInNewContext('eval("1")', {}, { contextCodeGeneration: { strings: false } }),
              { name: 'EvalError' });
