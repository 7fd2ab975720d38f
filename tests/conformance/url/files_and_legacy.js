'use strict';

// Paths to URLs and back, http options, and url.parse/resolve/format.

const assert = require('assert');
const url = require('url');

for (const path of ['/a b', '/50%', '/a?b#c', '/t\u00e9st', '/back\\slash', '/[x]~|']) {
  const made = url.pathToFileURL(path);
  assert.strictEqual(made.search + made.hash, '');
  assert.strictEqual(url.fileURLToPath(made), path);
}
assert.strictEqual(url.pathToFileURL('/dir/').href, 'file:///dir/');
assert.strictEqual(url.pathToFileURL('C:\\a b', { windows: true }).href, 'file:///C:/a%20b');
assert.strictEqual(url.fileURLToPath('file:///C:/a', { windows: true }), 'C:\\a');
assert.throws(() => url.fileURLToPath('http://h'), { code: 'ERR_INVALID_URL_SCHEME' });
assert.throws(() => url.fileURLToPath('file://host/x'), { code: 'ERR_INVALID_FILE_URL_HOST' });
assert.throws(() => url.fileURLToPath('file:///a%2Fb'), { code: 'ERR_INVALID_FILE_URL_PATH' });
assert.strictEqual(url.fileURLToPathBuffer('file:///%ff').toString('hex'), '2fff');

const options = url.urlToHttpOptions(new URL('http://a:b@[::1]:8080/p?q#h'));
assert.strictEqual(options.hostname, '::1');
assert.strictEqual(options.port, 8080);
assert.strictEqual(options.auth, 'a:b');
assert.strictEqual(options.path, '/p?q');

const parsed = new url.Url().parse('http://user:pw@Host.com:80/p/a?x=1#h', true);
assert.strictEqual(parsed.auth, 'user:pw');
assert.strictEqual(parsed.host, 'host.com:80');
assert.strictEqual(parsed.query.x, '1');
assert.strictEqual(parsed.href, 'http://user:pw@host.com:80/p/a?x=1#h');
const path = new url.Url().parse('/p?x=1');
assert.strictEqual(path.pathname, '/p');
assert.strictEqual(path.protocol, null);

const resolve = (from, to) => new url.Url().parse(from, false, true).resolve(to);
assert.strictEqual(resolve('/one/two/three', 'four'), '/one/two/four');
assert.strictEqual(resolve('http://example.com/one', '../two'), 'http://example.com/two');
assert.strictEqual(resolve('http://a/b/c', '//d/e'), 'http://d/e');
assert.strictEqual(resolve('http://a/b?q', '#h'), 'http://a/b?q#h');

assert.strictEqual(url.format({ protocol: 'https', host: 'h', pathname: '/p', query: { a: 1 } }),
                   'https://h/p?a=1');
assert.strictEqual(url.format(new URL('http://u:p@xn--bcher-kva.example/p?q#f'),
                              { auth: false, fragment: false, search: false, unicode: true }),
                   'http://b\u00fccher.example/p');
assert.strictEqual(url.domainToASCII('b\u00fccher.example'), 'xn--bcher-kva.example');
assert.strictEqual(url.domainToUnicode('xn--bcher-kva.example'), 'b\u00fccher.example');
assert.strictEqual(url.domainToASCII('a b'), '');
