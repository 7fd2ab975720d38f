'use strict';

// querystring both ways, with its limits.

const assert = require('assert');
const qs = require('querystring');

const parsed = (text, ...rest) => ({ ...qs.parse(text, ...rest) });
assert.deepStrictEqual(parsed('a=1&b=2&a=3&c'), { a: ['1', '3'], b: '2', c: '' });
assert.deepStrictEqual(parsed('a%20b=c+d&%zz=%'), { 'a b': 'c d', '%zz': '%' });
assert.deepStrictEqual(parsed('a:1;b:2', ';', ':'), { a: '1', b: '2' });
assert.deepStrictEqual(parsed('&&a=1&'), { a: '1' });
assert.deepStrictEqual(parsed('__proto__=1'), { ['__proto__']: '1' });
assert.strictEqual(Object.getPrototypeOf(qs.parse('')), null);
let i = 0;
const many = 'a&'.repeat(5000).replaceAll('a', () => `k${i++}`);
assert.strictEqual(Object.keys(qs.parse(many)).length, 1000);
assert.strictEqual(Object.keys(qs.parse('a=1&b=2', null, null, { maxKeys: 1 })).length, 1);

assert.strictEqual(qs.stringify({ a: 1, b: ['x', true], c: null, d: 'ä&' }),
                   'a=1&b=x&b=true&c=&d=%C3%A4%26');
assert.strictEqual(qs.stringify({ a: 1e30 }), 'a=1e%2B30');
assert.strictEqual(qs.stringify('x'), '');
assert.strictEqual(qs.escape('\u{1f600}'), '%F0%9F%98%80');
assert.throws(() => qs.escape('\ud800'), { code: 'ERR_INVALID_URI', name: 'URIError' });
assert.strictEqual(qs.unescape('%41%zz'), 'A%zz');
assert.strictEqual(qs.decode, qs.parse);

// Long texts without an equals sign take no longer than their length deserves.
const started = performance.now();
qs.parse('a&'.repeat(500_000), null, null, { maxKeys: 0 });
assert.ok(performance.now() - started < 5000);
