'use strict';

// util.format, formatWithOptions, styleText, stripVTControlCharacters, inherits and others.

const assert = require('assert');
const util = require('util');

const { format } = util;
assert.strictEqual(format('%s %d %i %f %j %o %%', 'a', '1.5', '2.7', '3.1', { b: 1 }, [1]),
                   'a 1.5 2 3.1 {"b":1} [ 1, [length]: 1 ] %');
assert.strictEqual(format('%s', { a: { b: 1 } }), '{ a: [Object] }');
assert.strictEqual(format('%s', { toString: () => 'own' }), 'own');
assert.strictEqual(format('%c styled', 'color: red'), ' styled');
assert.strictEqual(format('%s only'), '%s only');
assert.strictEqual(format('a', 'b', { c: 1 }), 'a b { c: 1 }');
assert.strictEqual(format('%d', 10n), '10n');
assert.strictEqual(format(1, '2'), '1 2');
const loop = {};
loop.self = loop;
assert.strictEqual(format('%j', loop), '[Circular]');
assert.strictEqual(util.formatWithOptions({ colors: true }, 1), '\u001b[33m1\u001b[39m');

assert.strictEqual(util.styleText('red', 'x', { validateStream: false }), '\u001b[31mx\u001b[39m');
assert.throws(() => util.styleText('no', 'x'), { code: 'ERR_INVALID_ARG_VALUE' });
assert.strictEqual(util.stripVTControlCharacters('\u001b[31mx\u001b[39m'), 'x');
assert.strictEqual(util.toUSVString('a\ud800'), 'a\ufffd');

function Old() {}
function Base() {}
util.inherits(Old, Base);
assert.ok(new Old() instanceof Base);
assert.strictEqual(Old.super_, Base);

assert.strictEqual(util.getSystemErrorName(-2), 'ENOENT');
assert.strictEqual(util.getSystemErrorMap().get(-2)[1], 'no such file or directory');
assert.deepStrictEqual(util.diff('ab', 'ac'), [[0, 'a'], [1, 'b'], [-1, 'c']]);
assert.deepStrictEqual({ ...util.parseEnv('A=1\nB="x\\ny" # c\nexport C=\'z\'') },
                       { A: '1', B: 'x\ny', C: 'z' });

const mime = new util.MIMEType('text/html; charset="utf-8"; q=1');
assert.strictEqual(mime.essence, 'text/html');
assert.strictEqual(mime.params.get('charset'), 'utf-8');
assert.strictEqual(String(mime), 'text/html;charset=utf-8;q=1');

assert.ok(util.types.isPromise(Promise.resolve()));
assert.ok(!util.types.isPromise({ then() {} }));
assert.ok(util.types.isUint8Array(Buffer.alloc(1)));
assert.ok(util.types.isProxy(new Proxy({}, {})));
assert.strictEqual(require('util/types'), util.types);

const sites = util.getCallSites(1);
assert.strictEqual(sites.length, 1);
assert.match(sites[0].scriptName, /format\.js$/);
