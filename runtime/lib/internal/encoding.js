'use strict';

// TextEncoder and TextDecoder.

const binding = internalBinding('encoding');
const {
  codes: {
    ERR_ENCODING_INVALID_ENCODED_DATA, ERR_ENCODING_NOT_SUPPORTED, ERR_INVALID_ARG_TYPE,
    ERR_INVALID_THIS,
  },
} = require('internal/errors');
const { customInspectSymbol, kEmptyObject, kEnumerableProperty } = require('internal/util');
const { isAnyArrayBuffer, isArrayBufferView, isUint8Array } = require('internal/util/types');
const { validateObject, validateString, kValidateObjectAllowObjectsAndNull } =
  require('internal/validators');

// encodeInto's answer: units read, bytes written.
const counts = new Uint32Array(2);

const kSmallText = 256;
const scratch = new Uint8Array(kSmallText * 3);

let isEncoder;
class TextEncoder {
  #brand = true;

  static {
    isEncoder = (value) => typeof value === 'object' && value !== null && #brand in value;
  }

  get encoding() {
    if (!isEncoder(this)) throw new ERR_INVALID_THIS('TextEncoder');
    return 'utf-8';
  }

  encode(input = '') {
    if (!isEncoder(this)) throw new ERR_INVALID_THIS('TextEncoder');
    input = `${input}`;
    if (input.length > kSmallText) return binding.encodeUtf8(input);
    // Writing into one array and copying out is cheaper than a native allocation.
    binding.encodeInto(input, scratch, counts);
    return scratch.slice(0, counts[1]);
  }

  encodeInto(source, destination) {
    if (!isEncoder(this)) throw new ERR_INVALID_THIS('TextEncoder');
    validateString(source, 'src');
    if (!isUint8Array(destination)) {
      throw new ERR_INVALID_ARG_TYPE('dest', 'Uint8Array', destination);
    }
    binding.encodeInto(source, destination, counts);
    return { read: counts[0], written: counts[1] };
  }

  [customInspectSymbol](depth, options) {
    if (!isEncoder(this)) throw new ERR_INVALID_THIS('TextEncoder');
    if (typeof depth === 'number' && depth < 0) return this;
    const shown = { __proto__: { constructor: this.constructor ?? TextEncoder } };
    shown.encoding = this.encoding;
    return require('internal/util/inspect').inspect(shown, options);
  }
}

Object.defineProperties(TextEncoder.prototype, {
  encode: kEnumerableProperty,
  encodeInto: kEnumerableProperty,
  encoding: kEnumerableProperty,
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'TextEncoder' },
});

const empty = new Uint8Array(0);

// How many bytes at the end open a UTF-8 sequence that the next chunk may complete.
function incompleteTail(bytes) {
  const { length } = bytes;
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back];
    if ((byte & 0xc0) === 0x80) continue;
    let whole = 1;
    if (byte >= 0xc2 && byte <= 0xdf) whole = 2;
    else if (byte >= 0xe0 && byte <= 0xef) whole = 3;
    else if (byte >= 0xf0 && byte <= 0xf4) whole = 4;
    if (whole <= back) return 0;
    if (back === 1) return 1;
    const second = bytes[length - back + 1];
    const wrong = (byte === 0xe0 && second < 0xa0) || (byte === 0xed && second > 0x9f) ||
      (byte === 0xf0 && second < 0x90) || (byte === 0xf4 && second > 0x8f);
    return wrong ? 0 : back;
  }
  return 0;
}

function bytesOf(input) {
  if (input === undefined) return empty;
  if (isUint8Array(input)) return input;
  if (isArrayBufferView(input)) {
    return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  }
  if (isAnyArrayBuffer(input)) return new Uint8Array(input);
  throw new ERR_INVALID_ARG_TYPE('list', ['ArrayBuffer', 'ArrayBufferView'], input);
}

let isDecoder;
class TextDecoder {
  #encoding;
  #fatal;
  #ignoreBOM;
  #converter = null;   // every encoding but UTF-8
  #bomSeen = false;    // the start of the text is behind us
  #held = empty;       // UTF-8: the incomplete end of the last chunk

  static {
    isDecoder = (value) => typeof value === 'object' && value !== null && #encoding in value;
  }

  constructor(encoding = 'utf-8', options = kEmptyObject) {
    encoding = `${encoding}`;
    validateObject(options, 'options', kValidateObjectAllowObjectsAndNull);
    const { getEncodingFromLabel } = require('internal/encoding_labels');
    const name = encoding === 'utf-8' || encoding === 'utf8'
      ? 'utf-8'
      : getEncodingFromLabel(encoding);
    if (name === undefined) throw new ERR_ENCODING_NOT_SUPPORTED(encoding);
    this.#encoding = name;
    this.#fatal = Boolean(options?.fatal);
    this.#ignoreBOM = Boolean(options?.ignoreBOM);
    if (name !== 'utf-8') this.#openConverter();
  }

  #openConverter() {
    const { icuNameOf } = require('internal/encoding_labels');
    try {
      this.#converter = new binding.Converter(icuNameOf(this.#encoding), this.#fatal);
    } catch {
      throw new ERR_ENCODING_NOT_SUPPORTED(this.#encoding);
    }
  }

  decode(input = empty, options = kEmptyObject) {
    if (!isDecoder(this)) throw new ERR_INVALID_THIS('TextDecoder');
    const bytes = bytesOf(input);
    validateObject(options, 'options', kValidateObjectAllowObjectsAndNull);
    const stream = Boolean(options?.stream);
    return this.#encoding === 'utf-8'
      ? this.#decodeUtf8(bytes, stream)
      : this.#decodeOther(bytes, stream);
  }

  #decodeUtf8(bytes, stream) {
    if (this.#held.length > 0) {
      const joined = new Uint8Array(this.#held.length + bytes.length);
      joined.set(this.#held, 0);
      joined.set(bytes, this.#held.length);
      bytes = joined;
      this.#held = empty;
    }
    if (stream) {
      const tail = incompleteTail(bytes);
      if (tail > 0) {
        this.#held = bytes.slice(bytes.length - tail);
        bytes = bytes.subarray(0, bytes.length - tail);
      }
    }
    const keepBom = this.#ignoreBOM || this.#bomSeen;
    // Bytes that could still become a byte order mark are held back above.
    this.#bomSeen = stream && (this.#bomSeen || bytes.length > 0);
    const text = binding.decodeUtf8(bytes, keepBom, this.#fatal);
    if (text === undefined) this.#fail();
    return text;
  }

  #decodeOther(bytes, stream) {
    let text = this.#converter.decode(bytes, !stream);
    if (text === undefined) this.#fail();
    if (!this.#bomSeen && text.length > 0) {
      const hasBom = text.charCodeAt(0) === 0xfeff && this.#encoding.startsWith('utf-16');
      if (hasBom && !this.#ignoreBOM) text = text.slice(1);
      this.#bomSeen = true;
    }
    if (!stream) this.#bomSeen = false;
    return text;
  }

  #fail() {
    this.#bomSeen = false;
    this.#held = empty;
    throw new ERR_ENCODING_INVALID_ENCODED_DATA(this.#encoding, undefined);
  }

  get encoding() {
    if (!isDecoder(this)) throw new ERR_INVALID_THIS('TextDecoder');
    return this.#encoding;
  }

  get fatal() {
    if (!isDecoder(this)) throw new ERR_INVALID_THIS('TextDecoder');
    return this.#fatal;
  }

  get ignoreBOM() {
    if (!isDecoder(this)) throw new ERR_INVALID_THIS('TextDecoder');
    return this.#ignoreBOM;
  }

  [customInspectSymbol](depth, options) {
    if (!isDecoder(this)) throw new ERR_INVALID_THIS('TextDecoder');
    if (typeof depth === 'number' && depth < 0) return this;
    const constructor = this.constructor ?? TextDecoder;
    const shown = { __proto__: { constructor } };
    shown.encoding = this.encoding;
    shown.fatal = this.fatal;
    shown.ignoreBOM = this.ignoreBOM;
    return require('internal/util/inspect').inspect(shown, options);
  }
}

Object.defineProperties(TextDecoder.prototype, {
  decode: kEnumerableProperty,
  encoding: kEnumerableProperty,
  fatal: kEnumerableProperty,
  ignoreBOM: kEnumerableProperty,
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'TextDecoder' },
});

module.exports = {
  TextDecoder,
  TextEncoder,
  getEncodingFromLabel: (label) =>
    require('internal/encoding_labels').getEncodingFromLabel(label),
};
