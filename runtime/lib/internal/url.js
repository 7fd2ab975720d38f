'use strict';

// The WHATWG URL class on the native parser, and the helpers between URLs and file paths. A URL
// holds its href and the offsets of the parts in it; getters cut the part out.

const binding = internalBinding('url');
const {
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_FILE_URL_HOST,
    ERR_INVALID_FILE_URL_PATH, ERR_INVALID_URL_SCHEME, ERR_MISSING_ARGS,
  },
} = require('internal/errors');
const { customInspectSymbol, kEnumerableProperty, toUSVString } = require('internal/util');
const { URLSearchParams, forQuery, setQuery } = require('internal/url_search_params');

// Where the parser leaves the offsets: see io::UrlComponents.
const components = new Uint32Array(9);
const kOmitted = 0xffffffff;
const kFile = 6;
const kOther = 1;

// io::UrlPart
const kProtocol = 0;
const kHost = 1;
const kHostname = 2;
const kPort = 3;
const kUsername = 4;
const kPassword = 5;
const kPathname = 6;
const kSearch = 7;
const kHash = 8;
const kHref = 9;

function badReceiver() {
  return new TypeError('Receiver must be an instance of class URL');
}

class Context {
  constructor(href) {
    this.take(href);
  }

  take(href) {
    this.href = href;
    this.protocolEnd = components[0];
    this.usernameEnd = components[1];
    this.hostStart = components[2];
    this.hostEnd = components[3];
    this.port = components[4];
    this.pathnameStart = components[5];
    this.searchStart = components[6];
    this.hashStart = components[7];
    this.schemeType = components[8];
  }
}

// Sets one part; what is not valid there is ignored.
function update(context, part, value) {
  const href = binding.update(context.href, part, `${value}`, components);
  if (href === undefined) return false;
  context.take(href);
  return true;
}

let blobUrls;
function lazyBlobUrls() {
  blobUrls ??= require('internal/blob');
  return blobUrls;
}

let holdsContext;
function isInstance(value) {
  return typeof value === 'object' && value !== null && holdsContext(value);
}

class URL {
  #context;
  #searchParams = null;

  static {
    holdsContext = (value) => #context in value;
  }

  constructor(input, base = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    input = `${input}`;
    if (base !== undefined) base = `${base}`;
    const href = binding.parse(input, base, components);
    if (href === undefined) throw invalidUrl(input, base);
    this.#context = new Context(href);
  }

  static parse(input, base = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    input = `${input}`;
    if (base !== undefined) base = `${base}`;
    return binding.canParse(input, base) ? new URL(input, base) : null;
  }

  static canParse(url, base = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    return binding.canParse(`${url}`, base !== undefined ? `${base}` : undefined);
  }

  static createObjectURL(object) {
    return lazyBlobUrls().createObjectURL(object);
  }

  static revokeObjectURL(url) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    lazyBlobUrls().revokeObjectURL(`${url}`);
  }


  #refreshSearchParams() {
    if (this.#searchParams !== null) setQuery(this.#searchParams, this.#query());
  }

  #query() {
    const { href, searchStart, hashStart } = this.#context;
    if (searchStart === kOmitted) return '';
    return href.slice(searchStart + 1, hashStart === kOmitted ? href.length : hashStart);
  }

  toString() {
    if (!isInstance(this)) throw badReceiver();
    return this.#context.href;
  }

  get href() {
    if (!isInstance(this)) throw badReceiver();
    return this.#context.href;
  }

  set href(value) {
    value = `${value}`;
    if (!update(this.#context, kHref, value)) throw invalidUrl(value);
    this.#refreshSearchParams();
  }

  get origin() {
    const { href, schemeType, protocolEnd } = this.#context;
    if (schemeType !== kOther) {
      return schemeType === kFile ? 'null' : `${href.slice(0, protocolEnd)}//${this.host}`;
    }
    if (href.startsWith('blob:')) {
      const inner = URL.parse(this.pathname);
      if (inner !== null && (inner.protocol === 'http:' || inner.protocol === 'https:')) {
        return inner.origin;
      }
    }
    return 'null';
  }

  get protocol() {
    return this.#context.href.slice(0, this.#context.protocolEnd);
  }

  set protocol(value) {
    update(this.#context, kProtocol, value);
  }

  get username() {
    const { href, protocolEnd, usernameEnd } = this.#context;
    return usernameEnd > protocolEnd + 2 ? href.slice(protocolEnd + 2, usernameEnd) : '';
  }

  set username(value) {
    update(this.#context, kUsername, value);
  }

  get password() {
    const { href, usernameEnd, hostStart } = this.#context;
    return hostStart > usernameEnd ? href.slice(usernameEnd + 1, hostStart) : '';
  }

  set password(value) {
    update(this.#context, kPassword, value);
  }

  get host() {
    const { href, hostStart, hostEnd, port, pathnameStart } = this.#context;
    const start = href[hostStart] === '@' ? hostStart + 1 : hostStart;
    return href.slice(start, port === kOmitted ? hostEnd : pathnameStart);
  }

  set host(value) {
    update(this.#context, kHost, value);
  }

  get hostname() {
    const { href, hostStart, hostEnd } = this.#context;
    return href.slice(href[hostStart] === '@' ? hostStart + 1 : hostStart, hostEnd);
  }

  set hostname(value) {
    update(this.#context, kHostname, value);
  }

  get port() {
    return this.#context.port === kOmitted ? '' : `${this.#context.port}`;
  }

  set port(value) {
    update(this.#context, kPort, value);
  }

  get pathname() {
    const { href, pathnameStart, searchStart, hashStart } = this.#context;
    let end = href.length;
    if (searchStart !== kOmitted) end = searchStart;
    else if (hashStart !== kOmitted) end = hashStart;
    return href.slice(pathnameStart, end);
  }

  set pathname(value) {
    update(this.#context, kPathname, value);
  }

  get search() {
    if (!isInstance(this)) throw badReceiver();
    const query = this.#query();
    return query.length === 0 ? '' : `?${query}`;
  }

  set search(value) {
    update(this.#context, kSearch, toUSVString(value));
    this.#refreshSearchParams();
  }

  get searchParams() {
    this.#searchParams ??= forQuery(this.#query(), (query) => { update(this.#context, kSearch, query); });
    return this.#searchParams;
  }

  get hash() {
    const { href, hashStart } = this.#context;
    if (hashStart === kOmitted || hashStart + 1 === href.length) return '';
    return href.slice(hashStart);
  }

  set hash(value) {
    update(this.#context, kHash, value);
  }

  toJSON() {
    if (!isInstance(this)) throw badReceiver();
    return this.#context.href;
  }

  [customInspectSymbol](depth, options) {
    if (!isInstance(this)) throw badReceiver();
    if (typeof depth === 'number' && depth < 0) return this;
    const constructor = this.constructor ?? URL;
    const shown = { __proto__: { constructor } };
    for (const key of kShown) shown[key] = this[key];
    if (options.showHidden) shown[Symbol('context')] = shownContext(this.#context);
    const { inspect } = require('internal/util/inspect');
    return `${constructor.name} ${inspect(shown, options)}`.replace(/^(\S+) \1 /, '$1 ');
  }
}

// Under the names that Node shows.
function shownContext(context) {
  class URLContext {
    href = context.href;
    protocol_end = context.protocolEnd;
    username_end = context.usernameEnd;
    host_start = context.hostStart;
    host_end = context.hostEnd;
    pathname_start = context.pathnameStart;
    search_start = context.searchStart;
    hash_start = context.hashStart;
    port = context.port;
    scheme_type = context.schemeType;
    get hasPort() { return context.port !== kOmitted; }
    get hasSearch() { return context.searchStart !== kOmitted; }
    get hasHash() { return context.hashStart !== kOmitted; }
  }
  return new URLContext();
}

const kShown = [
  'href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname',
  'search', 'searchParams', 'hash',
];

for (const name of ['toString', 'toJSON', ...kShown]) {
  Object.defineProperty(URL.prototype, name, kEnumerableProperty);
}
Object.defineProperty(URL.prototype, Symbol.toStringTag, {
  __proto__: null, configurable: true, value: 'URL',
});
for (const name of ['canParse', 'parse', 'createObjectURL', 'revokeObjectURL']) {
  Object.defineProperty(URL, name, {
    __proto__: null, configurable: true, writable: true, enumerable: true,
  });
}

function invalidUrl(input, base) {
  const error = new TypeError('Invalid URL');
  error.code = 'ERR_INVALID_URL';
  error.input = input;
  if (base !== undefined) error.base = base;
  return error;
}

// A WHATWG URL, ours or another realm's; legacy Url objects have `auth` and `path`.
function isURL(value) {
  return Boolean(value?.href && value.protocol && value.auth === undefined &&
                 value.path === undefined);
}

function domainToASCII(domain) {
  if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain');
  return binding.domainToASCII(toUSVString(domain));
}

function domainToUnicode(domain) {
  if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain');
  return binding.domainToUnicode(toUSVString(domain));
}

// What http.request() makes of a URL.
function urlToHttpOptions(url) {
  if (typeof url !== 'object' && typeof url !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('url', 'object', url);
  }
  const { hostname, pathname, port, username, password, search } = url;
  const options = {
    __proto__: null,
    ...url,
    protocol: url.protocol,
    hostname: hostname && hostname[0] === '[' ? hostname.slice(1, -1) : hostname,
    hash: url.hash,
    search,
    pathname,
    path: `${pathname || ''}${search || ''}`,
    href: url.href,
  };
  if (port !== '') options.port = Number(port);
  if (username || password) {
    options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  }
  return options;
}

const kEncodedSlash = /%2f/i;
const kEncodedSlashes = /%(?:2f|5c)/i;

function windowsPathOf(url) {
  const { hostname } = url;
  let { pathname } = url;
  if (kEncodedSlashes.test(pathname)) {
    throw new ERR_INVALID_FILE_URL_PATH('must not include encoded \\ or / characters', url);
  }
  pathname = decodeURIComponent(pathname.replace(/\//g, '\\'));
  if (hostname !== '') return `\\\\${domainToUnicode(hostname)}${pathname}`;
  if (!/^\\[A-Za-z]:/.test(pathname)) {
    throw new ERR_INVALID_FILE_URL_PATH('must be absolute', url);
  }
  return pathname.slice(1);
}

function posixPathOf(url) {
  if (url.hostname !== '') throw new ERR_INVALID_FILE_URL_HOST(process.platform);
  const { pathname } = url;
  if (pathname.indexOf('%') === -1) return pathname;
  if (kEncodedSlash.test(pathname)) {
    throw new ERR_INVALID_FILE_URL_PATH('must not include encoded / characters', url);
  }
  return decodeURIComponent(pathname);
}

function checkFileUrl(path) {
  if (typeof path === 'string') path = new URL(path);
  else if (!isURL(path)) throw new ERR_INVALID_ARG_TYPE('path', ['string', 'URL'], path);
  if (path.protocol !== 'file:') throw new ERR_INVALID_URL_SCHEME('file');
  return path;
}

function fileURLToPath(path, options = undefined) {
  path = checkFileUrl(path);
  return options?.windows ? windowsPathOf(path) : posixPathOf(path);
}

// The same as bytes: percent-encoded bytes need not be UTF-8.
function fileURLToPathBuffer(path, options = undefined) {
  path = checkFileUrl(path);
  const { Buffer } = require('buffer');
  if (options?.windows) return Buffer.from(windowsPathOf(path));
  if (path.hostname !== '') throw new ERR_INVALID_FILE_URL_HOST(process.platform);
  const { pathname } = path;
  if (kEncodedSlash.test(pathname)) {
    throw new ERR_INVALID_FILE_URL_PATH('must not include encoded / characters', path);
  }
  const text = pathname.replace(/%([0-9a-f]{2})/gi,
                                (match, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}

const kPathEscapes = /[%\\\n\r\t?#[\]|~]/g;
const kPathEscapesWindows = /[%\n\r\t?#[\]|~]/g;
const escapePathCharacter = (character) =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

function windowsPathToUrl(filepath) {
  const { win32 } = require('path');
  const isUnc = filepath.startsWith('\\\\') && !/^\\\\\?\\[A-Za-z]:/.test(filepath);
  if (isUnc) {
    const unc = filepath.startsWith('\\\\?\\UNC\\') ? filepath.slice(7) : filepath.slice(1);
    const hostEnd = unc.indexOf('\\', 1);
    if (hostEnd === -1) {
      throw new ERR_INVALID_ARG_VALUE('path', filepath, 'Missing UNC resource path');
    }
    if (hostEnd === 1) {
      throw new ERR_INVALID_ARG_VALUE('path', filepath, 'Empty UNC servername');
    }
    const url = new URL('file://');
    url.hostname = unc.slice(1, hostEnd);
    url.pathname = unc.slice(hostEnd).replace(kPathEscapesWindows, escapePathCharacter);
    return url;
  }
  if (filepath.startsWith('\\\\?\\')) filepath = filepath.slice(4);
  let resolved = win32.resolve(filepath);
  if (/[\\/]$/.test(filepath) && !resolved.endsWith('\\')) resolved += '\\';
  return new URL(`file:///${resolved.replace(kPathEscapesWindows, escapePathCharacter)}`);
}

function pathToFileURL(filepath, options = undefined) {
  const { validateString } = require('internal/validators');
  validateString(filepath, 'path');
  if (options?.windows) return windowsPathToUrl(filepath);
  let resolved = require('path').posix.resolve(filepath);
  if (filepath.endsWith('/') && !resolved.endsWith('/')) resolved += '/';
  return new URL(`file://${resolved.replace(kPathEscapes, escapePathCharacter)}`);
}

// A path argument of fs: a file URL becomes its path, anything else stays.
function toPathIfFileURL(value) {
  return isURL(value) ? fileURLToPath(value) : value;
}

module.exports = {
  URL,
  URLSearchParams,
  domainToASCII,
  domainToUnicode,
  fileURLToPath,
  fileURLToPathBuffer,
  isURL,
  pathToFileURL,
  toPathIfFileURL,
  urlToHttpOptions,
  unsafeFormat: binding.format,
};
