'use strict';

// node:path on both kinds of paths.

const assert = require('assert');
const path = require('path');

const { posix, win32 } = path;
assert.strictEqual(path, posix);
assert.strictEqual(require('path/posix'), posix);
assert.strictEqual(require('path/win32'), win32);

assert.strictEqual(posix.join('/a', '..', '../b', './c/'), '/b/c/');
assert.strictEqual(posix.join(''), '.');
assert.strictEqual(posix.normalize('a//b/../c/.'), 'a/c');
assert.strictEqual(posix.normalize('../../x'), '../../x');
assert.strictEqual(posix.resolve('/a/b', '../c', 'd'), '/a/c/d');
assert.strictEqual(posix.resolve(), process.cwd());
assert.strictEqual(posix.relative('/a/b/c', '/a/d'), '../../d');
assert.strictEqual(posix.relative('/a', '/a'), '');
assert.strictEqual(posix.dirname('/a/b/'), '/a');
assert.strictEqual(posix.dirname('a'), '.');
assert.strictEqual(posix.basename('/a/b.html', '.html'), 'b');
assert.strictEqual(posix.basename('a/.html', '.html'), '.html');
assert.strictEqual(posix.extname('.bashrc'), '');
assert.strictEqual(posix.extname('a.b.c'), '.c');
assert.strictEqual(posix.extname('a.'), '.');
assert.strictEqual(posix.isAbsolute('a'), false);
assert.deepStrictEqual(
  posix.parse('/home/user/file.txt'),
  { root: '/', dir: '/home/user', base: 'file.txt', ext: '.txt', name: 'file' });
assert.strictEqual(posix.format({ dir: '/a', name: 'b', ext: 'c' }), '/a/b.c');
assert.strictEqual(posix.matchesGlob('/a/b/c.js', '/a/**/*.js'), true);
assert.strictEqual(posix.matchesGlob('a/.b', 'a/*'), false);
assert.strictEqual(posix.matchesGlob('ab', '{a,x}[a-c]'), true);

assert.strictEqual(win32.join('C:\\a', '..', 'b'), 'C:\\b');
assert.strictEqual(win32.join('//server', 'share'), '\\\\server\\share\\');
assert.strictEqual(win32.normalize('C:/a//b/..'), 'C:\\a');
assert.strictEqual(win32.resolve('C:\\a', '..\\b'), 'C:\\b');
assert.strictEqual(win32.relative('C:\\a\\b', 'C:\\a\\c'), '..\\c');
assert.strictEqual(win32.relative('C:\\a', 'D:\\b'), 'D:\\b');
assert.strictEqual(win32.dirname('C:\\a'), 'C:\\');
assert.strictEqual(win32.basename('C:\\a\\b.txt'), 'b.txt');
assert.strictEqual(win32.isAbsolute('C:/'), true);
assert.strictEqual(win32.toNamespacedPath('C:\\a'), '\\\\?\\C:\\a');
assert.deepStrictEqual(win32.parse('C:\\a\\b.c'),
                       { root: 'C:\\', dir: 'C:\\a', base: 'b.c', ext: '.c', name: 'b' });

for (const name of ['join', 'resolve', 'normalize', 'dirname', 'basename', 'extname', 'parse']) {
  for (const flavour of [posix, win32]) {
    assert.throws(() => flavour[name](1), { code: 'ERR_INVALID_ARG_TYPE' });
  }
}
