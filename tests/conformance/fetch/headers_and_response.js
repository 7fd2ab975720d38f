'use strict';

// Headers and Response, as frameworks use them to describe an answer.

const assert = require('assert');
const { mustCall } = require('../common');

const headers = new Headers({ 'B': '2', 'a': ' 1 ' });
headers.append('A', '3');
headers.append('Set-Cookie', 'x=1');
headers.append('Set-Cookie', 'y=2');
assert.deepStrictEqual([...headers], [
  ['a', '1, 3'], ['b', '2'], ['set-cookie', 'x=1'], ['set-cookie', 'y=2'],
]);
assert.deepStrictEqual(headers.getSetCookie(), ['x=1', 'y=2']);
assert.throws(() => headers.set('bad name', 'x'), TypeError);
assert.throws(() => headers.set('x', 'a\nb'), TypeError);

async function main() {
  const text = new Response('h\u00e9', { status: 201, headers: { 'x-y': 'z' } });
  assert.strictEqual(`${text.status} ${text.ok} ${text.headers.get('x-y')}`, '201 true z');
  assert.strictEqual(text.headers.get('content-type'), 'text/plain;charset=UTF-8');
  const copy = text.clone();
  assert.strictEqual(await text.text(), 'h\u00e9');
  assert.strictEqual(text.bodyUsed, true);
  await assert.rejects(text.text(), { name: 'TypeError' });
  assert.strictEqual(await copy.text(), 'h\u00e9');

  assert.deepStrictEqual(await Response.json({ a: 1 }).json(), { a: 1 });
  assert.strictEqual(Response.redirect('http://h/x').headers.get('location'), 'http://h/x');
  assert.strictEqual(new Response().body, null);
  assert.strictEqual(await new Response(new Blob(['b'])).text(), 'b');
  assert.strictEqual((await new Response(new Uint8Array([1, 2])).bytes()).length, 2);
  assert.throws(() => new Response('x', { status: 204 }), TypeError);
  assert.throws(() => new Response(null, { status: 99 }), RangeError);
}
main().then(mustCall());
