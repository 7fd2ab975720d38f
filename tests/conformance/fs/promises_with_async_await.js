'use strict';
// fs/promises as tutorials use it: write, read, append, list, stat, rename, remove.
const assert = require('assert');
const fs = require('fs/promises');
const { mustCall, tmpdir } = require('../common');

async function main() {
  const file = tmpdir.resolve('notes.txt');
  await fs.writeFile(file, 'one\n');
  await fs.appendFile(file, 'two\n');
  assert.strictEqual(await fs.readFile(file, { encoding: 'utf8' }), 'one\ntwo\n');

  const folder = tmpdir.resolve('a/b/c');
  assert.strictEqual(await fs.mkdir(folder, { recursive: true }), tmpdir.resolve('a'));
  assert.strictEqual(await fs.mkdir(folder, { recursive: true }), undefined);
  await fs.copyFile(file, `${folder}/copy.txt`);
  const entries = await fs.readdir(folder, { withFileTypes: true });
  assert.deepStrictEqual(entries.map((entry) => [entry.name, entry.isFile(), entry.parentPath]),
    [['copy.txt', true, folder]]);
  assert.strictEqual((await fs.stat(`${folder}/copy.txt`)).size, 8);
  await fs.rename(`${folder}/copy.txt`, `${folder}/moved.txt`);
  await assert.rejects(fs.access(`${folder}/copy.txt`), { code: 'ENOENT', syscall: 'access' });

  const handle = await fs.open(file, 'r+');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(3), 0, 3, 4);
    assert.strictEqual(buffer.toString('utf8', 0, bytesRead), 'two');
    await handle.write('TWO', 4);
    assert.strictEqual(await handle.readFile('utf8'), 'one\nTWO\n');
  } finally {
    await handle.close();
  }
  assert.strictEqual(handle.fd, -1);
  await assert.rejects(handle.stat(), { code: 'EBADF' });

  // An overwritten file keeps nothing of a longer predecessor.
  await fs.writeFile(file, 'short');
  assert.strictEqual(await fs.readFile(file, 'utf8'), 'short');

  // The stack of an error shows who waited.
  async function waiting() { await fs.readFile(tmpdir.resolve('none')); }
  await assert.rejects(waiting(), { stack: /at async waiting/ });

  await assert.rejects(fs.rm(tmpdir.resolve('a')), { code: 'ERR_FS_EISDIR' });
  await fs.rm(tmpdir.resolve('a'), { recursive: true });
  await assert.rejects(fs.readdir(folder), { code: 'ENOENT', syscall: 'scandir' });
}

main().then(mustCall());
