'use strict';

// The members of Module that tools replace are really used.

const assert = require('assert');
const Module = require('module');
const { createProject } = require('../support/project.js');

const project = createProject({
  'plain.js': 'module.exports = "plain";',
  'greeting.hello': 'hello',
  'uses_alias.js': 'module.exports = require("@alias");',
});

assert.strictEqual(require('node:module'), Module);
assert.strictEqual(Module.Module, Module);
assert.ok(module instanceof Module);

const { _load, _resolveFilename } = Module;
const loads = [];
Module._load = function(request, parent, isMain) {
  loads.push(request);
  return Reflect.apply(_load, this, [request, parent, isMain]);
};
Module._resolveFilename = function(request, ...rest) {
  return request === '@alias' ? project.at('plain.js')
    : Reflect.apply(_resolveFilename, this, [request, ...rest]);
};
assert.strictEqual(require(project.at('uses_alias.js')), 'plain');
assert.deepStrictEqual(loads, [project.at('uses_alias.js'), '@alias']);
Object.assign(Module, { _load, _resolveFilename });

// A handler for an extension of one's own.
require.extensions['.hello'] = (target, filename) => {
  target._compile(`module.exports = ${JSON.stringify(filename)};`, filename);
};
assert.strictEqual(require(project.at('greeting')), project.at('greeting.hello'));
delete require.extensions['.hello'];

// Handlers wrapped as compilers do it: _compile replaced on the instance.
const original = Module._extensions['.js'];
Module._extensions['.js'] = function(target, filename) {
  const compile = target._compile;
  target._compile = function(code, name) {
    target._compile = compile;
    target._compile(code.replace('plain', 'changed'), name);
  };
  original(target, filename);
};
delete require.cache[project.at('plain.js')];
assert.strictEqual(require(project.at('plain.js')), 'changed');
Module._extensions['.js'] = original;

// createRequire, by path, by URL text and by URL.
const { pathToFileURL } = require('url');
for (const base of [project.at('x.js'), pathToFileURL(project.at('x.js')),
                    pathToFileURL(project.at('x.js')).href, `${project.root}/`]) {
  assert.strictEqual(Module.createRequire(base)('./plain.js'), 'changed');
}
assert.throws(() => Module.createRequire('relative.js'), { code: 'ERR_INVALID_ARG_VALUE' });

assert.ok(Module.builtinModules.includes('fs'));
assert.ok(Object.isFrozen(Module.builtinModules));
assert.ok(Module.isBuiltin('node:path') && Module.isBuiltin('path') && !Module.isBuiltin('nope'));
assert.strictEqual(Module.wrap('x'),
                   '(function (exports, require, module, __filename, __dirname) { x\n});');
assert.throws(() => Module.register('./x.mjs'), { code: 'ERR_METHOD_NOT_IMPLEMENTED' });

// A preloaded module may replace what runs the program.
{
  const { spawnSync } = require('child_process');
  const more = createProject({
    'preload.js': 'const Module = require("module"); const { runMain } = Module;' +
      'Module.runMain = (...args) => { console.log("before", args.length); runMain(...args); };',
    'main.js': 'console.log("main");',
  });
  const { stdout } = spawnSync(process.execPath,
    ['-r', more.at('preload.js'), more.at('main.js')], { encoding: 'utf8' });
  assert.strictEqual(stdout, 'before 1\nmain\n');
}
