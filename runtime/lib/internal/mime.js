'use strict';

// util.MIMEType and util.MIMEParams, after the WHATWG MIME Sniffing standard.

const { codes: { ERR_INVALID_MIME_SYNTAX } } = require('internal/errors');

const kNotToken = /[^!#$%&'*+\-.^_`|~A-Za-z0-9]/;
const kNotQuoted = /[^\t\u0020-~\u0080-\u00FF]/;
const kEndWhitespace = /[\r\n\t ]*$/;
const kStartWhitespace = /[^\r\n\t ]|$/;

function toASCIILower(text) {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function checkToken(production, token, text, offset = 0) {
  const invalid = token.search(kNotToken);
  if (token === '' || invalid !== -1) {
    throw new ERR_INVALID_MIME_SYNTAX(production, text, offset + Math.max(invalid, 0));
  }
}

function parseTypeAndSubtype(text) {
  let position = text.search(kStartWhitespace);
  const slash = text.indexOf('/', position);
  const type = slash === -1 ? text.slice(position) : text.slice(position, slash);
  const invalidType = type.search(kNotToken);
  if (type === '' || invalidType !== -1 || slash === -1) {
    throw new ERR_INVALID_MIME_SYNTAX('type', text, invalidType);
  }
  position = slash + 1;
  const lowerType = toASCIILower(type);
  const semicolon = text.indexOf(';', position);
  const raw = semicolon === -1 ? text.slice(position) : text.slice(position, semicolon);
  position += raw.length;
  if (semicolon !== -1) position += 1;
  const subtype = raw.slice(0, raw.search(kEndWhitespace));
  const invalidSubtype = subtype.search(kNotToken);
  if (subtype === '' || invalidSubtype !== -1) {
    throw new ERR_INVALID_MIME_SYNTAX('subtype', text, invalidSubtype);
  }
  return { type: lowerType, subtype: toASCIILower(subtype), parametersText: text.slice(position) };
}

function unescapeQuoted(text) {
  return text.replace(/\\(.)/gs, '$1');
}

function encode(value) {
  if (value.length === 0) return '""';
  if (value.search(kNotToken) === -1) return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

const kFromText = Symbol('kFromText');

class MIMEParams {
  #data = new Map();
  #processed = true;
  #text = null;

  // Parameters are read when first asked for.
  static [kFromText](text) {
    const params = new MIMEParams();
    params.#text = text;
    params.#processed = false;
    return params;
  }

  delete(name) {
    this.#parse();
    this.#data.delete(name);
  }

  get(name) {
    this.#parse();
    return this.#data.get(name) ?? null;
  }

  has(name) {
    this.#parse();
    return this.#data.has(name);
  }

  set(name, value) {
    this.#parse();
    name = `${name}`;
    value = `${value}`;
    const invalidName = name.search(kNotToken);
    if (name.length === 0 || invalidName !== -1) {
      throw new ERR_INVALID_MIME_SYNTAX('parameter name', name, invalidName);
    }
    const invalidValue = value.search(kNotQuoted);
    if (invalidValue !== -1) {
      throw new ERR_INVALID_MIME_SYNTAX('parameter value', value, invalidValue);
    }
    this.#data.set(name, value);
  }

  * entries() {
    this.#parse();
    yield* this.#data.entries();
  }

  * keys() {
    this.#parse();
    yield* this.#data.keys();
  }

  * values() {
    this.#parse();
    yield* this.#data.values();
  }

  toString() {
    this.#parse();
    let text = '';
    for (const { 0: key, 1: value } of this.#data) {
      if (text.length) text += ';';
      text += `${key}=${encode(value)}`;
    }
    return text;
  }

  #parse() {
    if (this.#processed) return;
    this.#processed = true;
    const text = this.#text;
    const end = text.slice(0, text.search(kEndWhitespace)).length;
    let position = 0;
    while (position < end) {
      position += text.slice(position).search(kStartWhitespace);
      const rest = text.slice(position);
      const nameEnd = rest.search(/[;=]|$/);
      const name = toASCIILower(rest.slice(0, nameEnd));
      position += nameEnd;
      if (position < end && text[position] === ';') {
        position++;
        continue;
      }
      if (position >= end) break;
      position++;
      let value;
      if (text[position] === '"') {
        const quoted = /^"((?:[^"\\]|\\.)*)(?:"|(\\?)$)/s.exec(text.slice(position));
        value = unescapeQuoted(quoted[1]) + (quoted[2] ?? '');
        position += quoted[0].length;
        const semicolon = text.indexOf(';', position);
        position = semicolon === -1 ? end : semicolon + 1;
      } else {
        const semicolon = text.indexOf(';', position);
        const valueEnd = semicolon === -1 ? end : semicolon;
        const raw = text.slice(position, valueEnd);
        value = raw.slice(0, raw.search(kEndWhitespace));
        position = valueEnd + 1;
        if (value === '') continue;
      }
      if (name !== '' && name.search(kNotToken) === -1 && value.search(kNotQuoted) === -1 &&
          !this.#data.has(name)) {
        this.#data.set(name, value);
      }
    }
    this.#text = null;
  }
}
Object.defineProperty(MIMEParams.prototype, Symbol.iterator, {
  __proto__: null,
  configurable: true,
  value: MIMEParams.prototype.entries,
  writable: true,
});
Object.defineProperty(MIMEParams.prototype, 'toJSON', {
  __proto__: null,
  configurable: true,
  value: MIMEParams.prototype.toString,
  writable: true,
});

class MIMEType {
  #type;
  #subtype;
  #parameters;

  constructor(text) {
    text = `${text}`;
    const parsed = parseTypeAndSubtype(text);
    this.#type = parsed.type;
    this.#subtype = parsed.subtype;
    this.#parameters = MIMEParams[kFromText](parsed.parametersText);
  }

  get type() {
    return this.#type;
  }

  set type(value) {
    value = `${value}`;
    checkToken('type', value, value);
    this.#type = toASCIILower(value);
  }

  get subtype() {
    return this.#subtype;
  }

  set subtype(value) {
    value = `${value}`;
    checkToken('subtype', value, value);
    this.#subtype = toASCIILower(value);
  }

  get essence() {
    return `${this.#type}/${this.#subtype}`;
  }

  get params() {
    return this.#parameters;
  }

  toString() {
    const text = this.#parameters.toString();
    return text.length ? `${this.essence};${text}` : this.essence;
  }
}
Object.defineProperties(MIMEType.prototype, {
  type: { __proto__: null, enumerable: true },
  subtype: { __proto__: null, enumerable: true },
  essence: { __proto__: null, enumerable: true },
  params: { __proto__: null, enumerable: true },
  toString: { __proto__: null, enumerable: true },
  toJSON: {
    __proto__: null, configurable: true, value: MIMEType.prototype.toString, writable: true,
  },
});

module.exports = { MIMEParams, MIMEType };
