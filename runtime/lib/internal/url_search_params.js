'use strict';

// URLSearchParams: a flat list [name, value, name, value, ...]. A URL that owns one is told of
// every change by `onChange`.

const {
  codes: { ERR_ARG_NOT_ITERABLE, ERR_INVALID_THIS, ERR_INVALID_TUPLE, ERR_MISSING_ARGS },
} = require('internal/errors');
const { customInspectSymbol, kEnumerableProperty, toUSVString } = require('internal/util');
const { validateFunction } = require('internal/validators');

const kPercent = 0x25;
const kPlus = /\+/g;

function hexDigit(code) {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  code |= 0x20;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}

// Percent-decodes into UTF-8 text; malformed sequences stay as they are.
function percentDecode(text) {
  if (text.indexOf('%') === -1) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return percentDecodeBytes(text);
  }
}

function percentDecodeBytes(text) {
  const { Buffer } = require('buffer');
  const bytes = Buffer.from(text, 'utf8');
  let to = 0;
  for (let from = 0; from < bytes.length; from++) {
    let byte = bytes[from];
    if (byte === kPercent && from + 2 < bytes.length) {
      const high = hexDigit(bytes[from + 1]);
      const low = hexDigit(bytes[from + 2]);
      if (high >= 0 && low >= 0) {
        byte = high * 16 + low;
        from += 2;
      }
    }
    bytes[to++] = byte;
  }
  return bytes.utf8Slice(0, to);
}

function decodePart(text) {
  if (text.indexOf('+') !== -1) text = text.replace(kPlus, ' ');
  return percentDecode(text);
}

// application/x-www-form-urlencoded text -> list.
function parseList(text) {
  const list = [];
  if (text.length === 0) return list;
  for (const pair of text.split('&')) {
    if (pair.length === 0) continue;
    const equals = pair.indexOf('=');
    if (equals === -1) {
      list.push(decodePart(pair), '');
    } else {
      list.push(decodePart(pair.slice(0, equals)), decodePart(pair.slice(equals + 1)));
    }
  }
  return list;
}

// Characters that stay: ASCII letters, digits and * - . _
const kPlain = /^[A-Za-z0-9*\-._]*$/;
const kEscaped = /[!'()~]|%20/g;
const escapes = { '!': '%21', '\'': '%27', '(': '%28', ')': '%29', '~': '%7E', '%20': '+' };
const escapeOne = (match) => escapes[match];

function encodePart(text) {
  if (kPlain.test(text)) return text;
  return encodeURIComponent(text).replace(kEscaped, escapeOne);
}

function serializeList(list) {
  let text = '';
  for (let i = 0; i < list.length; i += 2) {
    if (i !== 0) text += '&';
    text += `${encodePart(list[i])}=${encodePart(list[i + 1])}`;
  }
  return text;
}

function pairsOf(init) {
  if (typeof init[Symbol.iterator] !== 'function') throw new ERR_ARG_NOT_ITERABLE('Query pairs');
  const list = [];
  for (const pair of init) {
    if (pair == null) throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
    if ((typeof pair !== 'object' && typeof pair !== 'function') ||
        typeof pair[Symbol.iterator] !== 'function') {
      throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
    }
    const items = [...pair];
    if (items.length !== 2) throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
    list.push(toUSVString(items[0]), toUSVString(items[1]));
  }
  return list;
}

// A record: the last of keys that become equal as USVStrings wins, at the first one's place.
function recordList(init) {
  const seen = new Map();
  for (const key of Reflect.ownKeys(init)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(init, key);
    if (descriptor === undefined || !descriptor.enumerable) continue;
    seen.set(toUSVString(key), toUSVString(init[key]));
  }
  const list = [];
  for (const [key, value] of seen) list.push(key, value);
  return list;
}

function listFrom(init) {
  if (init === undefined || init === null) return [];
  if ((typeof init === 'object' && init !== null) || typeof init === 'function') {
    if (hasList(init) && init[Symbol.iterator] === URLSearchParams.prototype.entries) {
      return listOf(init).slice();
    }
    const method = init[Symbol.iterator];
    return method !== undefined && method !== null ? pairsOf(init) : recordList(init);
  }
  let text = toUSVString(init);
  if (text[0] === '?') text = text.slice(1);
  return parseList(text);
}

let holdsList;
let listOf;
// For URL: a live object of its query, and its update when the URL's search is set.
let forQuery;
let setQuery;

class URLSearchParams {
  #list;
  #onChange = null;

  static {
    holdsList = (value) => #list in value;
    listOf = (params) => params.#list;
    forQuery = (text, onChange) => {
      const params = new URLSearchParams();
      params.#list = parseList(text);
      params.#onChange = onChange;
      return params;
    };
    setQuery = (params, text) => { params.#list = parseList(text); };
  }

  constructor(init = undefined) {
    this.#list = listFrom(init);
  }

  #changed() {
    if (this.#onChange !== null) this.#onChange(serializeList(this.#list));
  }

  get size() {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return this.#list.length / 2;
  }

  append(name, value) {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    this.#list.push(toUSVString(name), toUSVString(value));
    this.#changed();
  }

  delete(name, value = undefined) {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = toUSVString(name);
    if (value !== undefined) value = toUSVString(value);
    const kept = [];
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) continue;
      kept.push(list[i], list[i + 1]);
    }
    // In place: iterators that are under way look at this array.
    list.length = kept.length;
    for (let i = 0; i < kept.length; i++) list[i] = kept[i];
    this.#changed();
  }

  get(name) {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = toUSVString(name);
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) return list[i + 1];
    }
    return null;
  }

  getAll(name) {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = toUSVString(name);
    const list = this.#list;
    const values = [];
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) values.push(list[i + 1]);
    }
    return values;
  }

  has(name, value = undefined) {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = toUSVString(name);
    if (value !== undefined) value = toUSVString(value);
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) return true;
    }
    return false;
  }

  set(name, value) {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    name = toUSVString(name);
    value = toUSVString(value);
    const list = this.#list;
    let to = 0;
    let found = false;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) {
        if (found) continue;
        found = true;
        list[i + 1] = value;
      }
      list[to] = list[i];
      list[to + 1] = list[i + 1];
      to += 2;
    }
    list.length = to;
    if (!found) list.push(name, value);
    this.#changed();
  }

  sort() {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    const list = this.#list;
    const pairs = [];
    for (let i = 0; i < list.length; i += 2) pairs.push([list[i], list[i + 1]]);
    pairs.sort((a, b) => (a[0] === b[0] ? 0 : (a[0] < b[0] ? -1 : 1)));
    for (let i = 0; i < pairs.length; i++) {
      list[2 * i] = pairs[i][0];
      list[2 * i + 1] = pairs[i][1];
    }
    this.#changed();
  }

  entries() {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return makeIterator(this, 'entries');
  }

  forEach(callback, thisArg = undefined) {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    validateFunction(callback, 'callback');
    for (let i = 0; i < this.#list.length; i += 2) {
      Reflect.apply(callback, thisArg, [this.#list[i + 1], this.#list[i], this]);
    }
  }

  keys() {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return makeIterator(this, 'keys');
  }

  values() {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return makeIterator(this, 'values');
  }

  toString() {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return serializeList(this.#list);
  }

  [customInspectSymbol](recurseTimes, context) {
    if (!hasList(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (typeof recurseTimes === 'number' && recurseTimes < 0) {
      return context.stylize('[Object]', 'special');
    }
    const pairs = [];
    const inner = { ...context };
    if (recurseTimes !== null) inner.depth = recurseTimes - 1;
    for (let i = 0; i < this.#list.length; i += 2) {
      pairs.push(`${inspect(this.#list[i], inner)} => ${inspect(this.#list[i + 1], inner)}`);
    }
    return inspectList(pairs, context, 'URLSearchParams {', '}', 'URLSearchParams {}');
  }
}

function hasList(value) {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    holdsList(value);
}

function inspect(value, options) {
  return require('internal/util/inspect').inspect(value, options);
}

// One line while it fits, else a line per item.
function inspectList(items, context, open, close, empty) {
  if (items.length === 0) return empty;
  const { removeColors } = require('internal/util');
  let length = items.reduce((sum, item) => sum + removeColors(item).length + 2, -2);
  if (Number.isNaN(length)) length = Infinity;
  if (length <= context.breakLength) return `${open} ${items.join(', ')} ${close}`;
  return `${open}\n  ${items.join(',\n  ')} ${close}`;
}

Object.defineProperties(URLSearchParams.prototype, {
  append: kEnumerableProperty,
  delete: kEnumerableProperty,
  get: kEnumerableProperty,
  getAll: kEnumerableProperty,
  has: kEnumerableProperty,
  set: kEnumerableProperty,
  size: kEnumerableProperty,
  sort: kEnumerableProperty,
  entries: kEnumerableProperty,
  forEach: kEnumerableProperty,
  keys: kEnumerableProperty,
  values: kEnumerableProperty,
  toString: kEnumerableProperty,
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'URLSearchParams' },
  [Symbol.iterator]: {
    __proto__: null, configurable: true, writable: true, value: URLSearchParams.prototype.entries,
  },
});

const iteratorPrototype =
  Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

class Iterator {
  #params;
  #kind;
  #index = 0;

  constructor(params, kind) {
    this.#params = params;
    this.#kind = kind;
  }

  next() {
    if (typeof this !== 'object' || this === null || !(#params in this)) {
      throw new ERR_INVALID_THIS('URLSearchParamsIterator');
    }
    const list = listOf(this.#params);
    const index = this.#index;
    if (index >= list.length) return { value: undefined, done: true };
    this.#index = index + 2;
    return { value: pick(list, index, this.#kind), done: false };
  }

  [customInspectSymbol](recurseTimes, context) {
    if (recurseTimes < 0) return context.stylize('[Object]', 'special');
    const inner = { ...context };
    if (recurseTimes !== null) inner.depth = recurseTimes - 1;
    const list = listOf(this.#params);
    const items = [];
    for (let i = this.#index; i < list.length; i += 2) {
      items.push(inspect(pick(list, i, this.#kind), inner));
    }
    const name = 'URLSearchParams Iterator';
    return inspectList(items, context, `${name} {`, '}', `${name} {  }`);
  }
}

function pick(list, index, kind) {
  if (kind === 'keys') return list[index];
  if (kind === 'values') return list[index + 1];
  return [list[index], list[index + 1]];
}

function makeIterator(params, kind) {
  return new Iterator(params, kind);
}

delete Iterator.prototype.constructor;
Object.setPrototypeOf(Iterator.prototype, iteratorPrototype);
Object.defineProperties(Iterator.prototype, {
  next: kEnumerableProperty,
  [Symbol.toStringTag]: {
    __proto__: null, configurable: true, value: 'URLSearchParams Iterator',
  },
});

module.exports = { URLSearchParams, forQuery, setQuery };
