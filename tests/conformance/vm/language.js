'use strict';
// Contexts have the language of the main one, also what the engine lacks.
const assert = require('assert');
const vm = require('vm');

const names = vm.runInNewContext(`
  [[3, 1].toSorted().join(), typeof Promise.withResolvers, new Set([1]).union(new Set([2])).size,
   typeof Object.groupBy, 'core-js' in globalThis]`);
assert.strictEqual(JSON.stringify(names), '["1,3","function",2,"function",false]');
