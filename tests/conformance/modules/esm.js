'use strict';

// import: formats, named exports of CommonJS, attributes, import.meta, errors.

const assert = require('assert');
const { pathToFileURL } = require('url');
const { createProject } = require('../support/project.js');

const project = createProject({
  'main.mjs': 'import fs, { readFileSync } from "node:fs"; import { a, passed } from "./c.cjs";' +
    'import whole from "./c.cjs"; import data from "./d.json" with { type: "json" };' +
    'import "./d.json?x" with { type: "json" };' +
    'export default { same: fs.readFileSync === readFileSync, a, passed, whole, data };' +
    'export const meta = { ...import.meta };' +
    'export const resolved = import.meta.resolve("./no.mjs");' +
    'export const self = this;',
  'c.cjs': 'const a = 1; module.exports = { a, ...require("./passed.cjs") };',
  'passed.cjs': 'exports.passed = "on";',
  'd.json': { n: 1 },
  'type/package.json': { type: 'module' },
  'type/is.js': 'export const isModule = typeof require === "undefined";',
  'looks.js': 'export const found = import.meta.url !== undefined;',
  'late.mjs': 'export const value = await Promise.resolve(3);',
  'cycle_a.mjs': 'import { b } from "./cycle_b.mjs"; export function a() { return 1; }' +
    'export const got = b;',
  'cycle_b.mjs': 'import { a } from "./cycle_a.mjs"; export const b = a() + 1;',
  'missing_name.mjs': 'import { zz } from "./late.mjs";',
  'missing_cjs.mjs': 'import { zz } from "./passed.cjs";',
  'throws.mjs': 'throw new Error("evaluated");',
  'syntax.mjs': 'let = 1 +;',
  'plain.ts': 'export {}',
  'folder/index.js': '',
  'live.mjs': 'export let n = 0; export function up() { n++; }',
});
const url = (name) => pathToFileURL(project.at(name)).href;
const rejects = (name, expected) => assert.rejects(import(url(name)), expected);

(async () => {
  const main = await import(url('main.mjs'));
  assert.deepStrictEqual(main.default, {
    same: true, a: 1, passed: 'on', whole: { a: 1, passed: 'on' }, data: { n: 1 },
  });
  assert.strictEqual(main.self, undefined);
  assert.strictEqual(main.meta.url, url('main.mjs'));
  assert.strictEqual(main.meta.filename, project.at('main.mjs'));
  assert.strictEqual(main.meta.dirname, project.root);
  assert.strictEqual(main.meta.main, false);
  assert.strictEqual(main.resolved, url('no.mjs'));
  assert.strictEqual(Object.getPrototypeOf(main), null);
  assert.strictEqual(main[Symbol.toStringTag], 'Module');

  assert.strictEqual((await import(url('type/is.js'))).isModule, true);
  assert.strictEqual((await import(url('looks.js'))).found, true);
  assert.strictEqual((await import(url('late.mjs'))).value, 3);
  assert.strictEqual((await import(url('cycle_a.mjs'))).got, 2);
  assert.strictEqual((await import('data:text/javascript,export default 4')).default, 4);
  assert.strictEqual((await import('fs')).default, require('fs'));

  // One instance per URL, another for another query.
  const live = await import(url('live.mjs'));
  live.up();
  assert.strictEqual(live.n, 1);
  assert.strictEqual((await import(url('live.mjs'))).n, 1);
  assert.strictEqual((await import(`${url('live.mjs')}?2`)).n, 0);

  await rejects('nothing.mjs', {
    code: 'ERR_MODULE_NOT_FOUND', url: url('nothing.mjs'),
    message: `Cannot find module '${project.at('nothing.mjs')}' imported from ${__filename}`,
  });
  await assert.rejects(import('no-such-package'), {
    code: 'ERR_MODULE_NOT_FOUND',
    message: `Cannot find package 'no-such-package' imported from ${__filename}`,
  });
  await rejects('folder', { code: 'ERR_UNSUPPORTED_DIR_IMPORT' });
  await rejects('plain.ts', { code: 'ERR_UNKNOWN_FILE_EXTENSION' });
  await assert.rejects(import('https://example.org/'), { code: 'ERR_UNSUPPORTED_ESM_URL_SCHEME' });
  await rejects('d.json', { code: 'ERR_IMPORT_ATTRIBUTE_MISSING' });
  await assert.rejects(import(url('late.mjs'), { assert: {} }).then(() => {
    throw Object.assign(new Error('ok'), { code: 'loads' });
  }), { code: 'loads' });
  await rejects('missing_name.mjs', {
    name: 'SyntaxError',
    message: "The requested module './late.mjs' does not provide an export named 'zz'",
  });
  await rejects('missing_cjs.mjs', { message: /^Named export 'zz' not found\. .*CommonJS module/ });
  await rejects('syntax.mjs', { name: 'SyntaxError' });
  // The same error for everyone who imports it.
  const first = await import(url('throws.mjs')).catch((error) => error);
  assert.strictEqual(first.message, 'evaluated');
  assert.strictEqual(await import(url('throws.mjs')).catch((error) => error), first);

  // A failed graph is forgotten: when the file is there, the import works.
  project.write('nothing.mjs', 'export default "now";');
  assert.strictEqual((await import(url('nothing.mjs'))).default, 'now');
  // eslint-disable-next-line no-eval
  assert.strictEqual((await eval(`import(${JSON.stringify(url('late.mjs'))})`)).value, 3);
})().then(() => { globalThis.finished = true; });
process.on('exit', () => assert.ok(globalThis.finished));
