'use strict';

// TextEncoderStream and TextDecoderStream.

const { TransformStream } = require('internal/webstreams/core');
const { TextDecoder, TextEncoder } = require('internal/encoding');
const { customInspectSymbol, kEmptyObject, kEnumerableProperty } = require('internal/util');

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
    return this.#encoder.encoding;
  }

  get readable() {
    return this.#transform.readable;
  }

  get writable() {
    return this.#transform.writable;
  }

  [customInspectSymbol](depth, options) {
    const { encoding, readable, writable } = this;
    return inspectAs('TextEncoderStream', this, depth, options, { encoding, readable, writable });
  }
}

class TextDecoderStream {
  #decoder;
  #transform;

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
    return this.#decoder.encoding;
  }

  get fatal() {
    return this.#decoder.fatal;
  }

  get ignoreBOM() {
    return this.#decoder.ignoreBOM;
  }

  get readable() {
    return this.#transform.readable;
  }

  get writable() {
    return this.#transform.writable;
  }

  [customInspectSymbol](depth, options) {
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
