'use strict';

// package.json: exports, imports, conditions, self-reference, links.

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');
const { pathToFileURL } = require('url');
const { createProject } = require('../support/project.js');

const project = createProject({
  'package.json': {
    name: 'me',
    exports: { './own': './lib/own.js' },
    imports: { '#in': './lib/own.js', '#dep': 'dep' },
  },
  'lib/own.js': 'module.exports = "own";',
  'lib/from.mjs': 'export const own = (await import("me/own")).default;' +
    'export const inside = (await import("#in")).default;' +
    'export const dep = (await import("#dep")).default;',
  'node_modules/dep/package.json': {
    exports: {
      '.': { import: './i.mjs', require: './r.js' }, './f/*': './files/*.js', './f/no/*': null,
      './bad': '../outside.js', './gone': './gone.js',
    },
  },
  'node_modules/dep/i.mjs': 'export default "imported";',
  'node_modules/dep/r.js': 'module.exports = "required";',
  'node_modules/dep/files/a/b.js': 'module.exports = "b";',
  'node_modules/broken/package.json': '{ "name": ',
  'store/linked/index.js': 'module.exports = __filename;',
});
fs.symlinkSync('../store/linked', project.at('node_modules/linked'));
const localRequire = createRequire(project.at('lib/x.js'));

assert.strictEqual(localRequire('dep'), 'required');
assert.strictEqual(localRequire('dep/f/a/b'), 'b');
assert.strictEqual(localRequire('me/own'), 'own');
assert.strictEqual(localRequire('#in'), 'own');
assert.strictEqual(localRequire('#dep'), 'imported' && 'required');
assert.strictEqual(localRequire('linked'), project.at('store/linked/index.js'));

const packageFile = project.at('node_modules/dep/package.json');
assert.throws(() => localRequire('dep/files/a/b.js'), {
  code: 'ERR_PACKAGE_PATH_NOT_EXPORTED',
  message: `Package subpath './files/a/b.js' is not defined by "exports" in ${packageFile}`,
});
assert.throws(() => localRequire('dep/f/no/x'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
assert.throws(() => localRequire('dep/bad'), { code: 'ERR_INVALID_PACKAGE_TARGET' });
assert.throws(() => localRequire('dep/gone'), { code: 'MODULE_NOT_FOUND', path: path.dirname(packageFile) });
assert.throws(() => localRequire('#no'), { code: 'ERR_PACKAGE_IMPORT_NOT_DEFINED' });
assert.throws(() => localRequire('broken'), { code: 'ERR_INVALID_PACKAGE_CONFIG' });

import(pathToFileURL(project.at('lib/from.mjs')).href).then((namespace) => {
  assert.deepStrictEqual({ ...namespace }, { own: 'own', inside: 'own', dep: 'imported' });
  globalThis.finished = true;
});
process.on('exit', () => assert.ok(globalThis.finished));
