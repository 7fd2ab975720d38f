// What import() refuses, by code.
import assert from 'node:assert';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'import-refusals-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
const url = (name, text) => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return pathToFileURL(file).href;
};
const json = url('data.json', '{"a":1}');
const script = url('plain.mjs', 'export default 1;');

for (const [specifier, options, code] of [
  [json, undefined, 'ERR_IMPORT_ATTRIBUTE_MISSING'],
  [json, { with: { type: 'css' } }, 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED'],
  [script, { with: { type: 'json' } }, 'ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE'],
  [script, { with: { other: 'x' } }, 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED'],
  ['data:text/css,', undefined, 'ERR_UNKNOWN_MODULE_FORMAT'],
  ['data:text/css,', { with: { type: 'css' } }, 'ERR_UNKNOWN_MODULE_FORMAT'],
  ['data:text/css,', { with: { other: 'x' } }, 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED'],
  ['nope:x', undefined, 'ERR_UNSUPPORTED_ESM_URL_SCHEME'],
  ['missing-package', undefined, 'ERR_MODULE_NOT_FOUND'],
  [`${pathToFileURL(folder)}/`, undefined, 'ERR_UNSUPPORTED_DIR_IMPORT'],
]) await assert.rejects(import(specifier, options), { code }, `${specifier} ${code}`);
await assert.rejects(import('http://example.com/x.js'), {
  code: 'ERR_UNSUPPORTED_ESM_URL_SCHEME',
  message: "Only URLs with a scheme in: file and data are supported by the default ESM loader. " +
    "Received protocol 'http:'",
});
const { default: data } = await import(json, { with: { type: 'json' } });
assert.deepStrictEqual(data, { a: 1 });
