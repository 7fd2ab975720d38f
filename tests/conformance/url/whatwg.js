'use strict';

// The URL class: parts, setters, the live searchParams and its errors.

const assert = require('assert');
const { inspect } = require('util');

const url = new URL('https://user:pa%20ss@EXAMPLE.com:8080/a/../b?x=1&y=2#hash');
assert.strictEqual(url.href, 'https://user:pa%20ss@example.com:8080/b?x=1&y=2#hash');
assert.strictEqual(url.origin, 'https://example.com:8080');
assert.strictEqual(url.username, 'user');
assert.strictEqual(url.password, 'pa%20ss');
assert.strictEqual(url.host, 'example.com:8080');
assert.strictEqual(url.hostname, 'example.com');
assert.strictEqual(url.port, '8080');
assert.strictEqual(url.pathname, '/b');
assert.strictEqual(url.search, '?x=1&y=2');
assert.strictEqual(url.hash, '#hash');
assert.strictEqual(JSON.stringify({ url }), `{"url":"${url.href}"}`);

url.port = '443';
assert.strictEqual(url.port, '');
url.protocol = 'ftp';
url.host = '[::1]:99';
url.pathname = '/x y';
url.hash = '';
url.username = '';
url.password = '';
assert.strictEqual(url.href, 'ftp://[::1]:99/x%20y?x=1&y=2');

// searchParams and search see each other's changes.
const params = url.searchParams;
assert.strictEqual(params, url.searchParams);
params.append('z', 'a b&c');
assert.strictEqual(url.search, '?x=1&y=2&z=a+b%26c');
url.search = '?q=\u00e9';
assert.strictEqual(params.get('q'), '\u00e9');
url.href = 'http://h/?only=1';
assert.deepStrictEqual([...params], [['only', '1']]);
params.delete('only');
assert.strictEqual(url.href, 'http://h/');

assert.throws(() => new URL('/x'), { name: 'TypeError', code: 'ERR_INVALID_URL', input: '/x' });
assert.throws(() => new URL('/x', 'y'), { code: 'ERR_INVALID_URL', base: 'y' });
assert.throws(() => new URL(), { code: 'ERR_MISSING_ARGS' });
assert.throws(() => { url.href = 'nope'; }, { code: 'ERR_INVALID_URL' });
assert.strictEqual(URL.canParse('../x', 'http://h/a/b'), true);
assert.strictEqual(URL.canParse('x'), false);
assert.strictEqual(URL.parse('x'), null);
assert.strictEqual(URL.parse('x', 'http://h').href, 'http://h/x');

assert.strictEqual(new URL('http://b\u00fccher.example').host, 'xn--bcher-kva.example');
assert.strictEqual(new URL('blob:https://h/id').origin, 'https://h');
assert.strictEqual(new URL('file:///x').origin, 'null');
assert.match(inspect(new URL('http://h/')), /^URL \{\n {2}href: 'http:\/\/h\/',/);
