'use strict';

// node:querystring, the older way to read and write "a=1&b=2". Unlike URLSearchParams it has
// options for separators and coding functions.

const { codes: { ERR_INVALID_URI } } = require('internal/errors');

const querystring = module.exports = {
  unescapeBuffer,
  unescape: qsUnescape,
  escape: qsEscape,
  stringify,
  encode: stringify,
  parse,
  decode: parse,
};

const kUnreserved = /[A-Za-z0-9\-_.!~*'()]/;
const kNoEscape = new Uint8Array(128)
  .map((_, i) => (kUnreserved.test(String.fromCharCode(i)) ? 1 : 0));
const kHex = Array.from({ length: 256 },
                        (_, i) => `%${(i < 16 ? '0' : '') + i.toString(16).toUpperCase()}`);

function hexValue(code) {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 65 && code <= 70) return code - 55;
  if (code >= 97 && code <= 102) return code - 87;
  return -1;
}

// Bytes of a percent-encoded text; what is malformed stays as it is.
function unescapeBuffer(text, decodeSpaces) {
  const { Buffer } = require('buffer');
  const out = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code === 43 && decodeSpaces) {
      code = 32;
    } else if (code === 37 && i + 2 < text.length) {
      const high = hexValue(text.charCodeAt(i + 1));
      const low = hexValue(text.charCodeAt(i + 2));
      if (high >= 0 && low >= 0) {
        code = high * 16 + low;
        i += 2;
      }
    }
    out[length++] = code;
  }
  return out.slice(0, length);
}

function qsUnescape(text, decodeSpaces) {
  try {
    return decodeURIComponent(text);
  } catch {
    return unescapeBuffer(text, decodeSpaces).toString();
  }
}

function qsEscape(value) {
  if (typeof value !== 'string') value = typeof value === 'object' ? String(value) : `${value}`;
  let out = '';
  let last = 0;
  for (let i = 0; i < value.length; i++) {
    let code = value.charCodeAt(i);
    if (code < 128) {
      if (kNoEscape[code] === 1) continue;
      if (last < i) out += value.slice(last, i);
      last = i + 1;
      out += kHex[code];
      continue;
    }
    if (last < i) out += value.slice(last, i);
    if (code >= 0xD800 && code < 0xE000) {
      if (i + 1 >= value.length) throw new ERR_INVALID_URI();
      const next = value.charCodeAt(++i) & 0x3FF;
      code = 0x10000 + (((code & 0x3FF) << 10) | next);
      out += kHex[0xF0 | (code >> 18)] + kHex[0x80 | ((code >> 12) & 0x3F)] +
        kHex[0x80 | ((code >> 6) & 0x3F)] + kHex[0x80 | (code & 0x3F)];
    } else if (code < 0x800) {
      out += kHex[0xC0 | (code >> 6)] + kHex[0x80 | (code & 0x3F)];
    } else {
      out += kHex[0xE0 | (code >> 12)] + kHex[0x80 | ((code >> 6) & 0x3F)] +
        kHex[0x80 | (code & 0x3F)];
    }
    last = i + 1;
  }
  if (last === 0) return value;
  return last < value.length ? out + value.slice(last) : out;
}

function primitiveText(value) {
  switch (typeof value) {
    case 'string': return value;
    case 'number': return Number.isFinite(value) ? `${value}` : '';
    case 'bigint': return `${value}`;
    case 'boolean': return value ? 'true' : 'false';
    default: return '';
  }
}

function encodedText(value, encode) {
  switch (typeof value) {
    case 'string': return value.length > 0 ? encode(value) : '';
    // Large and small numbers have a "+" in their text.
    case 'number':
      if (!Number.isFinite(value)) return '';
      return Math.abs(value) < 1e21 ? `${value}` : encode(`${value}`);
    case 'bigint': return `${value}`;
    case 'boolean': return value ? 'true' : 'false';
    default: return '';
  }
}

function stringify(object, separator, equals, options) {
  separator ||= '&';
  equals ||= '=';
  const custom = typeof options?.encodeURIComponent === 'function';
  const encode = custom ? options.encodeURIComponent : querystring.escape;
  const textOf = custom || encode !== qsEscape
    ? (value) => encode(primitiveText(value))
    : (value) => encodedText(value, encode);
  if (object === null || typeof object !== 'object') return '';
  let out = '';
  for (const key of Object.keys(object)) {
    const value = object[key];
    const start = textOf(key) + equals;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        if (out) out += separator;
        out += start + textOf(value[i]);
      }
    } else {
      if (out) out += separator;
      out += start + textOf(value);
    }
  }
  return out;
}

function decodeWith(text, decode) {
  try {
    return decode(text);
  } catch {
    return querystring.unescape(text, true);
  }
}

const kEncoded = /%[0-9a-fA-F]{2}/;

function addPair(result, key, value) {
  const current = result[key];
  if (current === undefined) result[key] = value;
  else if (Array.isArray(current)) current.push(value);
  else result[key] = [current, value];
}

function parse(text, separator, equals, options) {
  const result = { __proto__: null };
  if (typeof text !== 'string' || text.length === 0) return result;
  separator = separator ? `${separator}` : '&';
  equals = equals ? `${equals}` : '=';
  // At most 1000 pairs unless told otherwise: a guard against hash flooding.
  let pairs = 1000;
  if (options && typeof options.maxKeys === 'number') {
    pairs = options.maxKeys > 0 ? options.maxKeys : -1;
  }
  let decode = querystring.unescape;
  if (options && typeof options.decodeURIComponent === 'function') {
    decode = options.decodeURIComponent;
  }
  const custom = decode !== qsUnescape;
  const read = (part) => {
    if (part.includes('+')) part = part.replaceAll('+', custom ? '%20' : ' ');
    return custom || kEncoded.test(part) ? decodeWith(part, decode) : part;
  };
  let from = 0;
  // Looked for once, not once a part: the rest of the text may have none.
  let nextEquals = text.indexOf(equals);
  while (from <= text.length) {
    let end = separator === '' ? -1 : text.indexOf(separator, from);
    if (end === -1) end = text.length;
    if (end > from) {
      if (nextEquals !== -1 && nextEquals < from) nextEquals = text.indexOf(equals, from);
      const at = nextEquals;
      if (at === -1 || at >= end) addPair(result, read(text.slice(from, end)), '');
      else addPair(result, read(text.slice(from, at)), read(text.slice(at + equals.length, end)));
    }
    // Empty parts count, too.
    if (--pairs === 0) return result;
    from = end + Math.max(1, separator.length);
  }
  return result;
}
