'use strict';

// Headers and Response of the fetch standard, as frameworks use them to describe an answer. fetch()
// itself, Request and FormData are not there yet.

const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_STATE, ERR_INVALID_THIS, ERR_MISSING_ARGS },
} = require('internal/errors');
const { customInspectSymbol, kEmptyObject, kEnumerableProperty } = require('internal/util');
const { isAnyArrayBuffer, isArrayBufferView } = require('internal/util/types');

const kToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// eslint-disable-next-line no-control-regex
const kBadValue = /[\0\r\n]|[^\0-\xff]/;
const kOuterSpace = /^[\t\n\r ]+|[\t\n\r ]+$/g;

function checkName(name) {
  name = `${name}`;
  if (!kToken.test(name)) throw new TypeError(`Headers: ${name} is an invalid header name.`);
  return name.toLowerCase();
}

function checkValue(value) {
  value = `${value}`.replace(kOuterSpace, '');
  if (kBadValue.test(value)) {
    throw new TypeError(`Headers: ${value} is an invalid header value.`);
  }
  return value;
}

class Headers {
  #values = new Map();  // lower-case name -> value
  #cookies = [];        // Set-Cookie is never joined

  constructor(init = undefined) {
    if (init === undefined) return;
    if (init === null || (typeof init !== 'object' && typeof init !== 'function')) {
      throw new ERR_INVALID_ARG_TYPE('init', ['Headers', 'Array', 'Object'], init);
    }
    if (typeof init[Symbol.iterator] === 'function') {
      for (const pair of init) {
        const items = [...pair];
        if (items.length !== 2) throw new TypeError('Headers: each entry must be [name, value].');
        this.append(items[0], items[1]);
      }
    } else {
      for (const name of Reflect.ownKeys(init)) this.append(name, init[name]);
    }
  }

  append(name, value) {
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    name = checkName(name);
    value = checkValue(value);
    if (name === 'set-cookie') {
      this.#cookies.push(value);
      return;
    }
    const before = this.#values.get(name);
    this.#values.set(name, before === undefined ? value : `${before}, ${value}`);
  }

  set(name, value) {
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    name = checkName(name);
    value = checkValue(value);
    if (name === 'set-cookie') this.#cookies = [value];
    else this.#values.set(name, value);
  }

  get(name) {
    name = checkName(name);
    if (name === 'set-cookie') return this.#cookies.length > 0 ? this.#cookies.join(', ') : null;
    return this.#values.get(name) ?? null;
  }

  has(name) {
    name = checkName(name);
    return name === 'set-cookie' ? this.#cookies.length > 0 : this.#values.has(name);
  }

  delete(name) {
    name = checkName(name);
    if (name === 'set-cookie') this.#cookies = [];
    else this.#values.delete(name);
  }

  getSetCookie() {
    return this.#cookies.slice();
  }

  // Sorted by name; cookies one by one.
  * entries() {
    const names = [...this.#values.keys()];
    if (this.#cookies.length > 0) names.push('set-cookie');
    for (const name of names.sort()) {
      if (name !== 'set-cookie') {
        yield [name, this.#values.get(name)];
        continue;
      }
      for (const cookie of this.#cookies) yield [name, cookie];
    }
  }

  * keys() {
    for (const [name] of this.entries()) yield name;
  }

  * values() {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(callback, thisArg = undefined) {
    require('internal/validators').validateFunction(callback, 'callback');
    for (const [name, value] of this.entries()) {
      Reflect.apply(callback, thisArg, [value, name, this]);
    }
  }

  [customInspectSymbol](depth, options) {
    const { inspect } = require('internal/util/inspect');
    return `Headers ${inspect(Object.fromEntries(this.entries()), options)}`;
  }
}

// A body as a stream and, when nothing says otherwise, its content type.
function extractBody(body) {
  const { ReadableStream } = require('stream/web');
  if (body instanceof ReadableStream) return { stream: body, type: null };
  const { Blob, isBlob } = require('internal/blob');
  const { URLSearchParams } = require('internal/url');
  if (isBlob(body)) return { stream: body.stream(), type: body.type || null };
  if (isAnyArrayBuffer(body) || isArrayBufferView(body)) {
    return { stream: new Blob([body]).stream(), type: null };
  }
  const type = body instanceof URLSearchParams
    ? 'application/x-www-form-urlencoded;charset=UTF-8'
    : 'text/plain;charset=UTF-8';
  if (typeof body === 'object' && body !== null &&
      typeof body[Symbol.asyncIterator] === 'function') {
    return { stream: ReadableStream.from(body), type: null };
  }
  return { stream: new Blob([`${body}`]).stream(), type };
}

const kNullBodyStatus = new Set([101, 103, 204, 205, 304]);
const kRedirectStatus = new Set([301, 302, 303, 307, 308]);

class Response {
  #status;
  #statusText;
  #headers;
  #stream = null;
  #used = false;
  #type = 'default';

  constructor(body = null, init = kEmptyObject) {
    const { status = 200, statusText = '', headers } = init ?? kEmptyObject;
    if (!Number.isInteger(Number(status)) || status < 200 || status > 599) {
      throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
    }
    this.#status = Number(status);
    this.#statusText = `${statusText}`;
    this.#headers = new Headers(headers);
    if (body === null || body === undefined) return;
    if (kNullBodyStatus.has(this.#status)) {
      throw new TypeError(`Response constructor: Invalid response status code ${status}`);
    }
    const { stream, type } = extractBody(body);
    this.#stream = stream;
    if (type !== null && !this.#headers.has('content-type')) {
      this.#headers.set('content-type', type);
    }
  }

  static error() {
    const response = new Response();
    response.#type = 'error';
    response.#status = 0;
    return response;
  }

  static json(data, init = kEmptyObject) {
    const text = JSON.stringify(data);
    if (text === undefined) throw new TypeError('Value is not JSON serializable');
    const headers = new Headers(init?.headers);
    if (!headers.has('content-type')) headers.set('content-type', 'application/json');
    return new Response(text, { ...init, headers });
  }

  static redirect(url, status = 302) {
    if (!kRedirectStatus.has(status)) throw new RangeError(`Invalid status code ${status}`);
    const { URL } = require('internal/url');
    return new Response(null, { status, headers: { location: new URL(url).href } });
  }

  get status() { return this.#status; }
  get statusText() { return this.#statusText; }
  get ok() { return this.#status >= 200 && this.#status < 300; }
  get headers() { return this.#headers; }
  get body() { return this.#stream; }
  get bodyUsed() {
    return this.#used || Boolean(this.#stream?.[Symbol.for('nodejs.stream.disturbed')]);
  }
  get redirected() { return false; }
  get type() { return this.#type; }
  get url() { return ''; }

  async #consume() {
    if (!(#stream in this)) throw new ERR_INVALID_THIS('Response');
    if (this.bodyUsed || this.#stream?.locked) {
      throw new ERR_INVALID_STATE.TypeError('Body is unusable: Body has already been read');
    }
    this.#used = this.#stream !== null;
    if (this.#stream === null) return new Uint8Array(0);
    return require('stream/consumers').bytes(this.#stream);
  }

  async bytes() {
    return this.#consume();
  }

  async arrayBuffer() {
    return (await this.#consume()).buffer;
  }

  async text() {
    const { TextDecoder } = require('internal/encoding');
    return new TextDecoder().decode(await this.#consume());
  }

  async json() {
    return JSON.parse(await this.text());
  }

  async blob() {
    const { Blob } = require('internal/blob');
    return new Blob([await this.#consume()], { type: this.#headers.get('content-type') ?? '' });
  }

  clone() {
    if (this.bodyUsed || this.#stream?.locked) {
      throw new TypeError('Response.clone: Body has already been consumed.');
    }
    const copy = new Response();
    copy.#status = this.#status;
    copy.#statusText = this.#statusText;
    copy.#type = this.#type;
    copy.#headers = new Headers(this.#headers);
    if (this.#stream !== null) [this.#stream, copy.#stream] = this.#stream.tee();
    return copy;
  }

  [customInspectSymbol](depth, options) {
    const { inspect } = require('internal/util/inspect');
    const { status, statusText, headers, body, bodyUsed, ok, redirected, type, url } = this;
    return `Response ${inspect(
      { status, statusText, headers, body, bodyUsed, ok, redirected, type, url }, options)}`;
  }
}

function describe(Class, names) {
  for (const name of names) Object.defineProperty(Class.prototype, name, kEnumerableProperty);
  Object.defineProperty(Class.prototype, Symbol.toStringTag, {
    __proto__: null, configurable: true, value: Class.name,
  });
}
describe(Headers, ['append', 'delete', 'get', 'has', 'set', 'getSetCookie', 'keys', 'values',
                   'entries', 'forEach']);
describe(Response, ['type', 'url', 'status', 'ok', 'redirected', 'statusText', 'headers', 'body',
                    'bodyUsed', 'clone', 'arrayBuffer', 'blob', 'bytes', 'json', 'text']);
Object.defineProperty(Headers.prototype, Symbol.iterator, {
  __proto__: null, configurable: true, writable: true, value: Headers.prototype.entries,
});

module.exports = { Headers, Response };
