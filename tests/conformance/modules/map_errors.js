'use strict';

// What the maps of package.json refuse, with codes and texts, for require() and import.

const assert = require('assert');
const { createRequire } = require('module');
const { createProject } = require('../support/project.js');

const project = createProject({
  'package.json': { imports: { '#/x': './x.js', '#enc': './a%2Fb.js', '#gone': './gone.js' } },
  'x.js': 'module.exports = "x";',
  'from.mjs': 'export const load = (s) => import(s); export const find = import.meta.resolve;',
  'node_modules/exp/package.json': {
    exports: { './sub/*': './sub/*.js', './gone': './gone.js', './folder/*': './sub/*' },
  },
  'node_modules/exp/sub/x.js': '',
  'node_modules/mixed/package.json': { exports: { './a': './a.js', 'import': './b.js' } },
  'node_modules/lost/package.json': { main: './lib' },
  'node_modules/bare/readme': '',
});
const localRequire = createRequire(project.at('x.js'));
const exp = project.at('node_modules/exp');
const kEncoded = 'must not include encoded "/" or "\\" characters';

for (const part of ['..%2fx', '%2Fx', '%5Cx', '%5cx']) {
  assert.throws(() => localRequire(`exp/sub/${part}`), {
    name: 'TypeError', code: 'ERR_INVALID_MODULE_SPECIFIER',
    message: `Invalid module "file://${exp}/sub/${part}.js" ${kEncoded}`,
  });
}
assert.throws(() => localRequire('#enc'), { code: 'ERR_INVALID_MODULE_SPECIFIER' });
assert.throws(() => localRequire('exp/gone'), { code: 'MODULE_NOT_FOUND', path: exp });
assert.throws(() => localRequire('#gone'),
              { code: 'MODULE_NOT_FOUND', path: project.at('package.json') });
assert.strictEqual(localRequire('#/x'), 'x');
for (const name of ['#', '#/']) {
  assert.throws(() => localRequire(name), {
    code: 'ERR_INVALID_MODULE_SPECIFIER',
    message: `Invalid module "${name}" is not a valid internal imports specifier name imported ` +
      `from ${project.at('x.js')}`,
  });
}

async function main() {
  const { load, find } = await import(project.at('from.mjs'));
  const from = `imported from ${project.at('from.mjs')}`;
  const refuses = async (specifier, code, message) => {
    const error = await load(specifier).then(() => assert.fail(specifier), (reason) => reason);
    assert.strictEqual(error.code, code, specifier);
    assert.strictEqual(error.message, message);
    assert.ok(error.stack.startsWith(`${error.name} [${code}]: ${message}`), error.stack);
  };
  const kNotFound = 'ERR_MODULE_NOT_FOUND';
  await refuses('exp/sub/%2Fx', 'ERR_INVALID_MODULE_SPECIFIER',
                `Invalid module "${exp}/sub/%2Fx.js" ${kEncoded} ${from}`);
  await refuses('exp/folder/nothing/', 'ERR_UNSUPPORTED_DIR_IMPORT',
                `Directory import '${exp}/sub/nothing/' is not supported resolving ES modules ${from}`);
  await refuses('mixed', 'ERR_INVALID_PACKAGE_CONFIG',
                `Invalid package config ${project.at('node_modules/mixed/package.json')} while ` +
                `importing file://${project.at('from.mjs')}. "exports" cannot contain some keys ` +
                "starting with '.' and some not. The exports object must either be an object of " +
                'package subpath keys or an object of main entry condition name keys only.');
  await refuses('lost', kNotFound,
                `Cannot find package '${project.at('node_modules/lost/lib')}' ${from}`);
  await refuses('bare', kNotFound,
                `Cannot find package '${project.at('node_modules/bare/index.js')}' ${from}`);
  await refuses('nowhere', kNotFound, `Cannot find package 'nowhere' ${from}`);
  await refuses('node:nowhere', 'ERR_UNKNOWN_BUILTIN_MODULE',
                'No such built-in module: node:nowhere');
  await refuses('data:,x', 'ERR_UNKNOWN_MODULE_FORMAT',
                'Unknown module format: null for URL data:,x');
  assert.strictEqual(find('node:nowhere'), 'node:nowhere');
  const css = await load('data:text/css,x').catch((error) => error);
  assert.strictEqual(css.message, 'Unknown module format: text/css for URL data:text/css,x');
  globalThis.finished = true;
}
main();
process.on('exit', () => assert.ok(globalThis.finished));
