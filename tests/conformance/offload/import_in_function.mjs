// An offloaded function may import(): builtin modules, and what lies in the working directory.
import assert from 'node:assert';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { offload } from 'gyre:offload';

const folder = mkdtempSync(join(tmpdir(), 'offload-import-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'node_modules', 'two'), { recursive: true });
writeFileSync(join(folder, 'one.mjs'), 'export const one = 1;');
writeFileSync(join(folder, 'node_modules', 'two', 'index.js'), 'exports.two = 2;');
if (isMainThread) process.chdir(folder);

assert.strictEqual(await offload(async () => {
  const { sep } = await import('node:path');
  return sep;
}), '/');
if (isMainThread) {
  assert.deepStrictEqual(await offload(async () => {
    const [{ one }, { two }] = await Promise.all([import('./one.mjs'), import('two')]);
    return [one, two];
  }), [1, 2]);
  await assert.rejects(offload(() => import('two')), { name: 'DataCloneError' });
}
await assert.rejects(offload(() => import('three')), {
  code: 'ERR_MODULE_NOT_FOUND',
  message: /^Cannot find package 'three' imported from /,
});
