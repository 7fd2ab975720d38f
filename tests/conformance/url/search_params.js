'use strict';

// URLSearchParams on its own.

const assert = require('assert');
const { inspect } = require('util');

const params = new URLSearchParams('?a=1&b=2&a=3&c=%zz+%e4&d');
assert.strictEqual(params.size, 5);
assert.deepStrictEqual(params.getAll('a'), ['1', '3']);
assert.strictEqual(params.get('c'), '%zz \ufffd');
assert.strictEqual(params.get('d'), '');
assert.strictEqual(params.get('none'), null);
assert.strictEqual(params.has('a', '3'), true);
params.delete('a', '1');
params.set('b', '~!\'()');
assert.strictEqual(params.toString(), 'b=%7E%21%27%28%29&a=3&c=%25zz+%EF%BF%BD&d=');
params.sort();
assert.deepStrictEqual([...params.keys()], ['a', 'b', 'c', 'd']);

assert.strictEqual(`${new URLSearchParams({ x: 1, y: 'z' })}`, 'x=1&y=z');
assert.strictEqual(`${new URLSearchParams([['a', 'b'], ['a', 'c']])}`, 'a=b&a=c');
assert.strictEqual(`${new URLSearchParams(new Map([['k', 'v']]))}`, 'k=v');
assert.strictEqual(`${new URLSearchParams(params)}`, `${params}`);
assert.throws(() => new URLSearchParams([['a']]), { code: 'ERR_INVALID_TUPLE' });
assert.throws(() => params.get(), { code: 'ERR_MISSING_ARGS' });
assert.throws(() => Reflect.apply(params.get, {}, ['a']), { code: 'ERR_INVALID_THIS' });

// A change during iteration is seen.
const seen = [];
const growing = new URLSearchParams('a=1&b=2');
for (const [key] of growing) {
  seen.push(key);
  if (key === 'a') growing.append('c', '3');
}
assert.deepStrictEqual(seen, ['a', 'b', 'c']);

assert.strictEqual(inspect(new URLSearchParams('a=1')), "URLSearchParams { 'a' => '1' }");
assert.strictEqual(inspect(new URLSearchParams()), 'URLSearchParams {}');
