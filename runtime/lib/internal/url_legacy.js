'use strict';

// The url.parse() family: Node's own dialect from before the URL standard. Kept bug for bug, since
// what depends on it depends on its quirks; new code uses URL.

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_URL } } = require('internal/errors');
const { validateString } = require('internal/validators');
const { isInsideNodeModules } = require('internal/util');
const { domainToASCII } = require('internal/url');

const kHostless = new Set(['javascript', 'javascript:']);
const kSlashed = new Set(['http', 'https', 'ftp', 'gopher', 'file', 'ws', 'wss']
  .flatMap((name) => [name, `${name}:`]));

const kProtocol = /^[a-z0-9.+-]+:/i;
const kPort = /:[0-9]*$/;
const kAuthority = /^\/\/[^@/]+@[^@/]+/;
const kSimplePath = /^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/;
const kForbiddenInHost = /[\0\t\n\r #%/:<>?@[\\\]^|]/;
const kForbiddenInHost6 = /[\0\t\n\r #%/<>?@\\^|]/;
// eslint-disable-next-line no-control-regex
const kSpaceAtStart = /^[\0- \u00a0\ufeff]+/;
// eslint-disable-next-line no-control-regex
const kSpaceAtEnd = /[\0- \u00a0\ufeff]+$/;
const kHostDelimiters = ' "%\';<>\\^`{|}';
const kEscaped = /[\t\n\r "<>`{|}\\^']/g;
const kMaxHostname = 255;

const escapeCharacter = (character) =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

function Url() {
  this.protocol = null;
  this.slashes = null;
  this.auth = null;
  this.host = null;
  this.port = null;
  this.hostname = null;
  this.hash = null;
  this.search = null;
  this.query = null;
  this.pathname = null;
  this.path = null;
  this.href = null;
}

function lazyQuerystring() {
  return require('querystring');
}

// Backslashes are slashes up to the query; what is in front of and behind the text is dropped.
function prepare(url) {
  const text = url.replace(kSpaceAtStart, '').replace(kSpaceAtEnd, '');
  if (!text.includes('\\')) return text;
  const end = text.search(/[?#]/);
  if (end === -1) return text.replace(/\\/g, '/');
  return text.slice(0, end).replace(/\\/g, '/') + text.slice(end);
}

function setQuery(self, search, parseQueryString) {
  self.search = search;
  self.query = search.slice(1);
  if (parseQueryString) self.query = lazyQuerystring().parse(self.query);
}

function parseSimplePath(self, rest, parseQueryString) {
  const match = kSimplePath.exec(rest);
  if (match === null) return false;
  self.path = rest;
  self.href = rest;
  self.pathname = match[1];
  if (match[2]) {
    setQuery(self, match[2], parseQueryString);
  } else if (parseQueryString) {
    self.search = null;
    self.query = { __proto__: null };
  }
  return true;
}

// Splits "auth@host" off the front of `rest`; returns what is behind it.
function splitAuthority(self, rest) {
  let at = -1;
  let nonHost = -1;
  for (let i = 0; i < rest.length; i++) {
    const character = rest[i];
    if (character === '\t' || character === '\n' || character === '\r') {
      // Newlines in a host never meant anything but an attack.
      rest = rest.slice(0, i) + rest.slice(i + 1);
      i--;
    } else if (character === '#' || character === '/' || character === '?') {
      if (nonHost === -1) nonHost = i;
      break;
    } else if (character === '@') {
      at = i;
      nonHost = -1;
    } else if (nonHost === -1 && kHostDelimiters.includes(character)) {
      nonHost = i;
    }
  }
  let start = 0;
  if (at !== -1) {
    self.auth = decodeURIComponent(rest.slice(0, at));
    start = at + 1;
  }
  if (nonHost === -1) {
    self.host = rest.slice(start);
    return '';
  }
  self.host = rest.slice(start, nonHost);
  return rest.slice(nonHost);
}

function isIpv6(hostname) {
  return hostname[0] === '[' && hostname[hostname.length - 1] === ']';
}

let portWarned = false;
function warnInvalidPort(url) {
  if (portWarned) return;
  portWarned = true;
  process.emitWarning(
    `The URL ${url} is invalid. Future versions of Node.js will throw an error.`,
    'DeprecationWarning', 'DEP0170');
}

// A character no host has ends the host; the rest moves into the path.
function cutHostname(self, rest, url) {
  const { hostname } = self;
  for (let i = 0; i < hostname.length; i++) {
    const character = hostname[i];
    if (character !== '/' && character !== '\\' && character !== '#' && character !== '?' &&
        character !== ':') {
      continue;
    }
    if (character === ':') warnInvalidPort(url);
    self.hostname = hostname.slice(0, i);
    return `/${hostname.slice(i)}${rest}`;
  }
  return rest;
}

function parseHost(self) {
  let { host } = self;
  const match = kPort.exec(host);
  if (match !== null) {
    const port = match[0];
    if (port !== ':') self.port = port.slice(1);
    host = host.slice(0, host.length - port.length);
  }
  if (host) self.hostname = host;
}

function toASCII(hostname) {
  // eslint-disable-next-line no-control-regex
  if (/^[\0-\x7f]*$/.test(hostname)) return hostname.toLowerCase();
  return domainToASCII(hostname);
}

function parseAuthority(self, rest, url) {
  rest = splitAuthority(self, rest);
  parseHost(self);
  if (typeof self.hostname !== 'string') self.hostname = '';
  const ipv6 = isIpv6(self.hostname);
  if (!ipv6) rest = cutHostname(self, rest, url);
  self.hostname = self.hostname.length > kMaxHostname ? '' : self.hostname.toLowerCase();
  if (self.hostname !== '') {
    if (ipv6) {
      if (kForbiddenInHost6.test(self.hostname)) throw new ERR_INVALID_URL(url);
    } else {
      self.hostname = toASCII(self.hostname);
      if (self.hostname === '' || kForbiddenInHost.test(self.hostname)) {
        throw new ERR_INVALID_URL(url);
      }
    }
  }
  self.host = self.hostname + (self.port ? `:${self.port}` : '');
  if (ipv6) {
    self.hostname = self.hostname.slice(1, -1);
    if (rest[0] !== '/') rest = `/${rest}`;
  }
  return rest;
}

function parseRest(self, rest, parseQueryString, protocol) {
  const hash = rest.indexOf('#');
  let question = rest.indexOf('?');
  if (hash !== -1) {
    self.hash = rest.slice(hash);
    if (question > hash) question = -1;
  }
  if (question !== -1) {
    setQuery(self, rest.slice(question, hash === -1 ? undefined : hash), parseQueryString);
  } else if (parseQueryString) {
    self.search = null;
    self.query = { __proto__: null };
  }
  const end = question !== -1 ? question : hash;
  if (end === -1) {
    if (rest.length > 0) self.pathname = rest;
  } else if (end > 0) {
    self.pathname = rest.slice(0, end);
  }
  if (kSlashed.has(protocol) && self.hostname && !self.pathname) self.pathname = '/';
  if (self.pathname || self.search) self.path = (self.pathname || '') + (self.search || '');
}

Url.prototype.parse = function parse(url, parseQueryString, slashesDenoteHost) {
  validateString(url, 'url');
  let rest = prepare(url);
  if (!slashesDenoteHost && !url.includes('#') && !url.includes('@') &&
      parseSimplePath(this, rest, parseQueryString)) {
    return this;
  }
  let protocol;
  const match = kProtocol.exec(rest);
  if (match !== null) {
    protocol = match[0].toLowerCase();
    this.protocol = protocol;
    rest = rest.slice(protocol.length);
  }
  let slashes = false;
  if (slashesDenoteHost || protocol || kAuthority.test(rest)) {
    slashes = rest.startsWith('//');
    if (slashes && !(protocol && kHostless.has(protocol))) {
      rest = rest.slice(2);
      this.slashes = true;
    }
  }
  if (!kHostless.has(protocol) && (slashes || (protocol && !kSlashed.has(match[0])))) {
    rest = parseAuthority(this, rest, url);
  }
  if (!kHostless.has(protocol)) rest = rest.replace(kEscaped, escapeCharacter);
  parseRest(this, rest, parseQueryString, protocol);
  this.href = this.format();
  return this;
};

const kNotPlainInAuth = /[^!'()*\-.:~_0-9A-Za-z]/;
function encodeAuth(auth) {
  if (!kNotPlainInAuth.test(auth)) return auth;
  return encodeURIComponent(auth).replace(/%3A/gi, ':');
}

Url.prototype.format = function format() {
  const auth = this.auth ? `${encodeAuth(this.auth)}@` : '';
  let protocol = this.protocol || '';
  let pathname = (this.pathname || '').replace(/[?#]/g, escapeCharacter);
  let hash = this.hash || '';
  let host = '';
  if (this.host) {
    host = auth + this.host;
  } else if (this.hostname) {
    const bare = this.hostname.includes(':') && !isIpv6(this.hostname);
    host = auth + (bare ? `[${this.hostname}]` : this.hostname);
    if (this.port) host += `:${this.port}`;
  }
  let query = '';
  if (this.query !== null && typeof this.query === 'object') {
    query = lazyQuerystring().stringify(this.query);
  }
  let search = this.search || (query && `?${query}`) || '';
  if (protocol && !protocol.endsWith(':')) protocol += ':';
  if (this.slashes || kSlashed.has(protocol)) {
    if (this.slashes || host) {
      if (pathname && pathname[0] !== '/') pathname = `/${pathname}`;
      host = `//${host}`;
    } else if (protocol.startsWith('file')) {
      host = '//';
    }
  }
  search = search.replace(/#/g, '%23');
  if (hash && hash[0] !== '#') hash = `#${hash}`;
  if (search && search[0] !== '?') search = `?${search}`;
  return protocol + host + pathname + search + hash;
};

Url.prototype.resolve = function resolve(relative) {
  return this.resolveObject(urlParse(relative, false, true)).format();
};

function finish(result) {
  if (result.pathname !== null || result.search !== null) {
    result.path = (result.pathname ? result.pathname : '') + (result.search ? result.search : '');
  }
  result.href = result.format();
  return result;
}

// The reference names another protocol.
function resolveOtherProtocol(result, relative) {
  if (!kSlashed.has(relative.protocol)) {
    Object.assign(result, relative);
    result.href = result.format();
    return result;
  }
  result.protocol = relative.protocol;
  if (!relative.host && !/^file:?$/.test(relative.protocol) && !kHostless.has(relative.protocol)) {
    const parts = (relative.pathname || '').split('/');
    while (parts.length && !(relative.host = parts.shift())) { /* the first name is the host */ }
    relative.host ||= '';
    relative.hostname ||= '';
    if (parts[0] !== '') parts.unshift('');
    if (parts.length < 2) parts.unshift('');
    result.pathname = parts.join('/');
  } else {
    result.pathname = relative.pathname;
  }
  result.search = relative.search;
  result.query = relative.query;
  result.host = relative.host || '';
  result.auth = relative.auth;
  result.hostname = relative.hostname || relative.host;
  result.port = relative.port;
  if (result.pathname || result.search) {
    result.path = (result.pathname || '') + (result.search || '');
  }
  result.slashes ||= relative.slashes;
  result.href = result.format();
  return result;
}

// For protocols without slashes the first part of the path is the host (mailto:user@host).
function takeHostFromPath(result, host) {
  result.hostname = result.host = host;
  if (result.host && result.host.indexOf('@') > 0) {
    const parts = result.host.split('@');
    result.auth = parts.shift();
    result.host = result.hostname = parts.shift();
  }
}

function moveHostIntoPath(url, path) {
  if (!url.host) return;
  if (path[0] === '') path[0] = url.host;
  else path.unshift(url.host);
}

function takeQuery(result, relative) {
  result.search = relative.search;
  result.query = relative.query;
}

// Removes "." and ".."; returns how many ".." are left over at the front.
function removeDots(path) {
  let up = 0;
  for (let i = path.length - 1; i >= 0; i--) {
    if (path[i] === '.') {
      path.splice(i, 1);
    } else if (path[i] === '..') {
      path.splice(i, 1);
      up++;
    } else if (up > 0) {
      path.splice(i, 1);
      up--;
    }
  }
  return up;
}

function resolveAbsolute(result, relative) {
  if (relative.host || relative.host === '') {
    if (result.host !== relative.host) result.auth = null;
    result.host = relative.host;
    result.port = relative.port;
  }
  if (relative.hostname || relative.hostname === '') {
    if (result.hostname !== relative.hostname) result.auth = null;
    result.hostname = relative.hostname;
  }
  takeQuery(result, relative);
}

function startsWithSlash(path) {
  return path[0] === '' || (path[0] && path[0][0] === '/');
}

function resolvePath(result, relative) {
  const sourceAbsolute = result.pathname && result.pathname[0] === '/';
  const relativeAbsolute = relative.host || (relative.pathname && relative.pathname[0] === '/');
  let mustEndAbsolute = relativeAbsolute || sourceAbsolute || (result.host && relative.pathname);
  const removeAllDots = mustEndAbsolute;
  let path = (result.pathname && result.pathname.split('/')) || [];
  const relativePath = (relative.pathname && relative.pathname.split('/')) || [];
  const noSlashes = result.protocol && !kSlashed.has(result.protocol);

  if (noSlashes) {
    result.hostname = '';
    result.port = null;
    moveHostIntoPath(result, path);
    result.host = '';
    if (relative.protocol) {
      relative.hostname = null;
      relative.port = null;
      result.auth = null;
      moveHostIntoPath(relative, relativePath);
      relative.host = null;
    }
    mustEndAbsolute = mustEndAbsolute && (relativePath[0] === '' || path[0] === '');
  }

  if (relativeAbsolute) {
    resolveAbsolute(result, relative);
    path = relativePath;
  } else if (relativePath.length > 0) {
    path.pop();
    path = path.concat(relativePath);
    takeQuery(result, relative);
  } else if (relative.search !== null && relative.search !== undefined) {
    if (noSlashes) takeHostFromPath(result, path.shift());
    takeQuery(result, relative);
    return finish(result);
  }

  if (path.length === 0) {
    result.pathname = null;
    result.path = result.search ? `/${result.search}` : null;
    result.href = result.format();
    return result;
  }
  return finishPath(result, relative, path, { mustEndAbsolute, removeAllDots, noSlashes });
}

function finishPath(result, relative, path, { mustEndAbsolute, removeAllDots, noSlashes }) {
  const last = path[path.length - 1];
  const trailingSlash =
    ((result.host || relative.host || path.length > 1) && (last === '.' || last === '..')) ||
    last === '';
  let up = removeDots(path);
  if (!mustEndAbsolute && !removeAllDots) {
    while (up-- > 0) path.unshift('..');
  }
  if (mustEndAbsolute && path[0] !== '' && (!path[0] || path[0][0] !== '/')) path.unshift('');
  if (trailingSlash && path.join('/').slice(-1) !== '/') path.push('');
  const absolute = startsWithSlash(path);
  if (noSlashes) takeHostFromPath(result, absolute ? '' : path.length > 0 ? path.shift() : '');
  if ((mustEndAbsolute || (result.host && path.length > 0)) && !absolute) path.unshift('');
  if (path.length === 0) {
    result.pathname = null;
    result.path = null;
  } else {
    result.pathname = path.join('/');
  }
  result.auth = relative.auth || result.auth;
  result.slashes ||= relative.slashes;
  return finish(result);
}

Url.prototype.resolveObject = function resolveObject(relative) {
  if (typeof relative === 'string') {
    const parsed = new Url();
    parsed.parse(relative, false, true);
    relative = parsed;
  }
  const result = new Url();
  Object.assign(result, this);
  result.hash = relative.hash;
  if (relative.href === '') {
    result.href = result.format();
    return result;
  }
  if (relative.slashes && !relative.protocol) {
    const { protocol } = result;
    Object.assign(result, relative);
    result.protocol = protocol;
    if (kSlashed.has(result.protocol) && result.hostname && !result.pathname) {
      result.path = result.pathname = '/';
    }
    result.href = result.format();
    return result;
  }
  if (relative.protocol && relative.protocol !== result.protocol) {
    return resolveOtherProtocol(result, relative);
  }
  return resolvePath(result, relative);
};

Url.prototype.parseHost = function() {
  parseHost(this);
};

// The deprecation is for applications only; looking at the stack is too dear to do it on each call
// of a library, so the first few decide.
let checksLeft = 3;
function warnParse() {
  checksLeft--;
  if (isInsideNodeModules()) return;
  checksLeft = 0;
  process.emitWarning(
    '`url.parse()` behavior is not standardized and prone to errors that have security ' +
    'implications. Use the WHATWG URL API instead. CVEs are not issued for `url.parse()` ' +
    'vulnerabilities.', 'DeprecationWarning', 'DEP0169');
}

function urlParse(url, parseQueryString, slashesDenoteHost) {
  if (checksLeft > 0) warnParse();
  if (url instanceof Url) return url;
  return new Url().parse(url, parseQueryString, slashesDenoteHost);
}

function urlResolve(source, relative) {
  return urlParse(source, false, true).resolve(relative);
}

function urlResolveObject(source, relative) {
  if (!source) return relative;
  return urlParse(source, false, true).resolveObject(relative);
}

function formatObject(url) {
  if (typeof url !== 'object' || url === null) {
    throw new ERR_INVALID_ARG_TYPE('urlObject', ['Object', 'string'], url);
  }
  return Reflect.apply(Url.prototype.format, url, []);
}

module.exports = { Url, formatObject, urlParse, urlResolve, urlResolveObject };
