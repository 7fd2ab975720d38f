'use strict';
// Work on trees: cp with a filter, readdir recursive, glob, opendir.
const assert = require('assert');
const fs = require('fs');
const { mustCall, tmpdir } = require('../common');

const from = tmpdir.resolve('from');
fs.mkdirSync(`${from}/deep/er`, { recursive: true });
fs.writeFileSync(`${from}/a.js`, 'a');
fs.writeFileSync(`${from}/deep/b.js`, 'b');
fs.writeFileSync(`${from}/deep/er/c.txt`, 'c');
fs.symlinkSync('a.js', `${from}/link`);

const to = tmpdir.resolve('to');
fs.cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('.txt') });
assert.deepStrictEqual(fs.readdirSync(to, { recursive: true }).sort(),
  ['a.js', 'deep', 'deep/b.js', 'deep/er', 'link']);
assert.throws(() => fs.cpSync(from, tmpdir.resolve('other')), { code: 'ERR_FS_EISDIR' });
assert.throws(() => fs.cpSync(from, `${from}/inside`, { recursive: true }),
  { code: 'ERR_FS_CP_EINVAL' });

assert.deepStrictEqual(fs.globSync('**/*.js', { cwd: from }).sort(), ['a.js', 'deep/b.js']);
assert.deepStrictEqual(fs.globSync('{a,z}.js', { cwd: from }), ['a.js']);
fs.glob('deep/*', { cwd: from }, mustCall((error, matches) => {
  assert.ifError(error);
  assert.deepStrictEqual(matches.sort(), ['deep/b.js', 'deep/er']);
}));

async function iterate() {
  const names = [];
  for await (const entry of await fs.promises.opendir(from)) names.push(entry.name);
  assert.deepStrictEqual(names.sort(), ['a.js', 'deep', 'link']);

  const all = [];
  const dir = fs.opendirSync(from, { recursive: true });
  for (let entry = dir.readSync(); entry !== null; entry = dir.readSync()) {
    all.push(`${entry.parentPath.slice(from.length)}/${entry.name}`);
  }
  assert.deepStrictEqual(all.sort(),
    ['/a.js', '/deep', '/deep/b.js', '/deep/er', '/deep/er/c.txt', '/link']);
  dir.closeSync();
  await assert.rejects(dir.read(), { code: 'ERR_DIR_CLOSED' });
}
iterate().then(mustCall());
