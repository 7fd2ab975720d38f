'use strict';

// TextEncoderStream and TextDecoderStream.

const { TransformStream } = require('internal/webstreams/core');
const { TextDecoder, TextEncoder } = require('internal/encoding');
const { codes: { ERR_INVALID_THIS } } = require('internal/errors');
const { customInspectSymbol, kEmptyObject, kEnumerableProperty } = require('internal/util');

let isEncoderStream;
let isDecoderStream;

function inspectAs(name, self, depth, options, fields) {
  if (typeof depth === 'number' && depth < 0) return self;
  const { inspect } = require('internal/util/inspect');
  const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
  return `${name} ${inspect(fields, inner)}`;
}

class TextEncoderStream {
  #pending = '';  // a high surrogate at the end of the last chunk
  #encoder = new TextEncoder();
  #transform;

  static {
    isEncoderStream = (value) =>
      typeof value === 'object' && value !== null && #transform in value;
  }

  constructor() {
    this.#transform = new TransformStream({
      transform: (chunk, controller) => {
        let text = this.#pending + `${chunk}`;
        this.#pending = '';
        if (text.length === 0) return;
        const last = text.charCodeAt(text.length - 1);
        if ((last & 0xfc00) === 0xd800) {
          this.#pending = text[text.length - 1];
          text = text.slice(0, -1);
        }
        if (text.length > 0) controller.enqueue(this.#encoder.encode(text));
      },
      flush: (controller) => {
        if (this.#pending !== '') controller.enqueue(new Uint8Array([0xef, 0xbf, 0xbd]));
      },
    });
  }

  get encoding() {
    if (!isEncoderStream(this)) throw new ERR_INVALID_THIS('TextEncoderStream');
    return this.#encoder.encoding;
  }

  get readable() {
    if (!isEncoderStream(this)) throw new ERR_INVALID_THIS('TextEncoderStream');
    return this.#transform.readable;
  }

  get writable() {
    if (!isEncoderStream(this)) throw new ERR_INVALID_THIS('TextEncoderStream');
    return this.#transform.writable;
  }

  [customInspectSymbol](depth, options) {
    if (!isEncoderStream(this)) throw new ERR_INVALID_THIS('TextEncoderStream');
    const { encoding, readable, writable } = this;
    return inspectAs('TextEncoderStream', this, depth, options, { encoding, readable, writable });
  }
}

class TextDecoderStream {
  #decoder;
  #transform;

  static {
    isDecoderStream = (value) =>
      typeof value === 'object' && value !== null && #transform in value;
  }

  constructor(encoding = 'utf-8', options = kEmptyObject) {
    this.#decoder = new TextDecoder(encoding, options);
    this.#transform = new TransformStream({
      transform: (chunk, controller) => {
        if (chunk === undefined) throw new TypeError('The chunk is not an ArrayBuffer or view');
        const text = this.#decoder.decode(chunk, { stream: true });
        if (text !== '') controller.enqueue(text);
      },
      flush: (controller) => {
        const text = this.#decoder.decode();
        if (text !== '') controller.enqueue(text);
      },
    });
  }

  get encoding() {
    if (!isDecoderStream(this)) throw new ERR_INVALID_THIS('TextDecoderStream');
    return this.#decoder.encoding;
  }

  get fatal() {
    if (!isDecoderStream(this)) throw new ERR_INVALID_THIS('TextDecoderStream');
    return this.#decoder.fatal;
  }

  get ignoreBOM() {
    if (!isDecoderStream(this)) throw new ERR_INVALID_THIS('TextDecoderStream');
    return this.#decoder.ignoreBOM;
  }

  get readable() {
    if (!isDecoderStream(this)) throw new ERR_INVALID_THIS('TextDecoderStream');
    return this.#transform.readable;
  }

  get writable() {
    if (!isDecoderStream(this)) throw new ERR_INVALID_THIS('TextDecoderStream');
    return this.#transform.writable;
  }

  [customInspectSymbol](depth, options) {
    if (!isDecoderStream(this)) throw new ERR_INVALID_THIS('TextDecoderStream');
    const { encoding, fatal, ignoreBOM, readable, writable } = this;
    return inspectAs('TextDecoderStream', this, depth, options,
                     { encoding, fatal, ignoreBOM, readable, writable });
  }
}

function tag(name) {
  return { __proto__: null, configurable: true, value: name };
}

Object.defineProperties(TextEncoderStream.prototype, {
  encoding: kEnumerableProperty,
  readable: kEnumerableProperty,
  writable: kEnumerableProperty,
  [Symbol.toStringTag]: tag('TextEncoderStream'),
});
Object.defineProperties(TextDecoderStream.prototype, {
  encoding: kEnumerableProperty,
  fatal: kEnumerableProperty,
  ignoreBOM: kEnumerableProperty,
  readable: kEnumerableProperty,
  writable: kEnumerableProperty,
  [Symbol.toStringTag]: tag('TextDecoderStream'),
});

module.exports = { TextDecoderStream, TextEncoderStream };
