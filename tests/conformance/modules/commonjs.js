'use strict';

// require(): caching, cycles, JSON, lookup order, the members of module and require.

const assert = require('assert');
const path = require('path');
const { createProject } = require('../support/project.js');

const project = createProject({
  'counter.js': 'exports.count = (globalThis.counted = (globalThis.counted ?? 0) + 1);',
  'cycle/a.js': 'exports.early = 1; exports.b = require("./b"); exports.late = 2;',
  'cycle/b.js': 'const a = require("./a"); exports.sawEarly = a.early;' +
    'exports.sawLate = "late" in a;',
  'data.json': { list: [1, 2] },
  'bad.json': '{"a": }',
  'order/x.js': 'module.exports = "x.js";',
  'order/x.json': '"x.json"',
  'order/y/index.js': 'module.exports = "y/index.js";',
  'node_modules/dep/package.json': { main: 'lib' },
  'node_modules/dep/lib/index.js': 'module.exports = { name: "dep", filename: __filename };',
  'sub/node_modules/dep/index.js': 'module.exports = { name: "inner" };',
  'sub/use.js': 'exports.dep = require("dep"); exports.module = module; exports.self = this;' +
    'exports.required = require; exports.dirname = __dirname;',
  'throws.js': 'globalThis.attempts = (globalThis.attempts ?? 0) + 1; throw new Error("no");',
  'shebang.js': '#!/usr/bin/env node\nmodule.exports = "shebang";',
  'bom.js': '\uFEFFmodule.exports = "bom";',
});
const load = (name) => require(project.at(name));

// A module runs once, until it is taken out of the cache.
assert.strictEqual(load('counter.js').count, 1);
assert.strictEqual(load('counter.js').count, 1);
delete require.cache[project.at('counter.js')];
assert.strictEqual(load('counter').count, 2);

// In a cycle the exports so far are seen.
const { b, late } = load('cycle/a.js');
assert.deepStrictEqual({ ...b }, { sawEarly: 1, sawLate: false });
assert.strictEqual(late, 2);

assert.deepStrictEqual(load('data.json'), { list: [1, 2] });
assert.throws(() => load('bad.json'), (error) => {
  return error instanceof SyntaxError && error.message.startsWith(`${project.at('bad.json')}: `);
});

assert.strictEqual(load('order/x'), 'x.js');
assert.strictEqual(load('order/y'), 'y/index.js');
assert.strictEqual(load('shebang.js'), 'shebang');
assert.strictEqual(load('bom.js'), 'bom');

// The innermost node_modules wins; main may name a folder.
const used = load('sub/use.js');
assert.strictEqual(used.dep.name, 'inner');
assert.strictEqual(used.self, used);
assert.strictEqual(used.dirname, project.at('sub'));
assert.strictEqual(require(require.resolve('dep', { paths: [project.root] })).filename,
                   project.at('node_modules/dep/lib/index.js'));

// What a module knows about itself.
assert.strictEqual(used.module.id, project.at('sub/use.js'));
assert.strictEqual(used.module.filename, project.at('sub/use.js'));
assert.strictEqual(used.module.path, project.at('sub'));
assert.strictEqual(used.module.loaded, true);
assert.strictEqual(used.module.parent, module);
assert.strictEqual(used.module.paths[0], project.at('sub/node_modules'));
assert.ok(module.children.includes(used.module));
assert.strictEqual(used.module.children[0].exports, used.dep);
assert.strictEqual(used.required.cache, require.cache);
assert.deepStrictEqual(used.required.resolve.paths('./x'), [project.at('sub')]);
assert.strictEqual(used.required.resolve.paths('fs'), null);
assert.strictEqual(used.required.main, require.main);
assert.deepStrictEqual(Object.keys(require.extensions), ['.js', '.json', '.node']);

// A module that throws is not kept.
assert.throws(() => load('throws.js'), /^Error: no$/);
assert.throws(() => load('throws.js'), /^Error: no$/);
assert.strictEqual(globalThis.attempts, 2);

// Errors say who asked.
project.write('asks.js', 'require("./asked.js");');
project.write('asked.js', 'require("nothing-by-this-name");');
assert.throws(() => load('asks.js'), {
  code: 'MODULE_NOT_FOUND',
  message: "Cannot find module 'nothing-by-this-name'\nRequire stack:\n" +
    `- ${project.at('asked.js')}\n- ${project.at('asks.js')}\n- ${__filename}` +
    (module.parent ? `\n- ${module.parent.filename}` : ''),
  requireStack: [project.at('asked.js'), project.at('asks.js'), __filename],
});
assert.throws(() => require(''), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => require(7), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => require('node:nothing'), { code: 'ERR_UNKNOWN_BUILTIN_MODULE' });

// A file that appears later is found.
assert.throws(() => load('later.js'), { code: 'MODULE_NOT_FOUND' });
project.write('later.js', 'module.exports = "later";');
assert.strictEqual(load('later.js'), 'later');
assert.strictEqual(path.basename(require.resolve(project.at('later'))), 'later.js');
