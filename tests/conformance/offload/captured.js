'use strict';
// A function that uses variables of the code around it fails, naming the first; what only looks like
// a variable does not.
const assert = require('assert');
const { offload } = require('gyre:offload');

const outer = 1;
const helper = () => 2;
let counter = 0;

const captured = [
  [() => outer, 'outer'],
  [() => { const a = 1; return a + helper() + outer; }, 'helper'],
  [() => { counter++; }, 'counter'],
  [() => { counter = 5; }, 'counter'],
  [() => ({ outer }), 'outer'],
  [() => ({ [outer]: 1 }), 'outer'],
  [(a = outer) => a, 'outer'],
  [({ a = helper() }) => a, 'helper'],
  [() => { if (false) helper(); }, 'helper'],
  [() => `${outer}`, 'outer'],
  [() => class extends helper {}, 'helper'],
  [() => { for (const x of outer) x; }, 'outer'],
  [() => { try { x(); } catch (x) { x(); } }, 'x'],
  [() => { { let inside = 1; inside; } return inside; }, 'inside'],
  [() => function f() { return () => outer; }, 'outer'],
  [() => { [counter] = [1]; }, 'counter'],
  [() => __filename, '__filename'],
  [() => assert, 'assert'],
];

const independent = [
  () => { var a = b; var b = 1; return a; },
  () => { return hoisted(); function hoisted() { return 1; } },
  () => { label: for (;;) break label; },
  () => ({ outer: 1 }).outer,
  () => typeof outer === 'undefined',
  () => { const { outer: renamed, ...rest } = { outer: 1 }; return renamed + Object.keys(rest).length; },
  function() { return arguments.length; },
  () => { try { null.x; } catch { return 1; } },
  () => { if (true) { function inBlock() {} } return typeof inBlock; },
  () => [1].map((outer) => outer)[0],
  () => { class A { static #x = 1; static x() { return A.#x; } static { this.y = 1; } } return A.x(); },
  () => { for (let i = 0, n = 2; i < n; i++); return JSON.stringify(Math.max(1, 2)); },
  () => { const f = (n) => n ? f(n - 1) : 0; return f(3); },
  () => globalThis.process.pid > 0 && console !== undefined && structuredClone(1),
];

(async () => {
  for (const [fn, name] of captured) {
    await assert.rejects(offload(fn), (error) => {
      assert.strictEqual(error.code, 'ERR_OFFLOAD_CAPTURED_VARIABLE', `${fn}: ${error.stack}`);
      assert.ok(error.message.includes(`'${name}'`), `${fn}: ${error.message}`);
      return true;
    }, `${fn}`);
  }
  for (const fn of independent) await offload(fn);
  assert.strictEqual(counter, 0);
  for (const fn of [Math.max, (() => 1).bind(null), class A {}, function* () {}, async function* () {}]) {
    await assert.rejects(offload(fn), { code: 'ERR_OFFLOAD_NOT_SELF_CONTAINED' }, `${fn}`);
  }
  await assert.rejects(offload('text'), { code: 'ERR_INVALID_ARG_TYPE' });
})();
