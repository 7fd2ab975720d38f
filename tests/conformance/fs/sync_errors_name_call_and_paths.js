'use strict';
// A failed call tells errno, code, syscall, path and dest, and validates its arguments first.
const assert = require('assert');
const fs = require('fs');
const { tmpdir } = require('../common');

const missing = tmpdir.resolve('missing');
const fails = (call, properties) => assert.throws(call, { name: 'Error', errno: -2,
  code: 'ENOENT', ...properties });
fails(() => fs.openSync(missing), { syscall: 'open', path: missing });
fails(() => fs.statSync(missing), { syscall: 'stat', path: missing });
fails(() => fs.lstatSync(missing), { syscall: 'lstat', path: missing });
fails(() => fs.readdirSync(missing), { syscall: 'scandir', path: missing });
fails(() => fs.unlinkSync(missing), { syscall: 'unlink', path: missing });
fails(() => fs.renameSync(missing, `${missing}2`),
  { syscall: 'rename', path: missing, dest: `${missing}2` });
fails(() => fs.copyFileSync(missing, `${missing}2`),
  { syscall: 'copyfile', path: missing, dest: `${missing}2` });
fails(() => fs.rmSync(missing), { syscall: 'lstat', path: missing });
assert.strictEqual(fs.statSync(missing, { throwIfNoEntry: false }), undefined);
assert.strictEqual(fs.existsSync(missing), false);
fs.rmSync(missing, { force: true });

assert.throws(() => fs.readFileSync(tmpdir.path), { code: 'EISDIR', syscall: 'read' });
assert.throws(() => fs.closeSync(-1), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => fs.openSync({}), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => fs.openSync('a\0b'), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => fs.readFile(missing), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => fs.readFileSync(missing, 'no-such'), { code: 'ERR_INVALID_ARG_VALUE' });
