'use strict';

// File: a Blob with a name and a date.

const { Blob, getBlobParts } = require('internal/blob');
const { kClone, registerReviver } = require('internal/structured_clone');
const { codes: { ERR_INVALID_THIS, ERR_MISSING_ARGS } } = require('internal/errors');
const {
  customInspectSymbol, kEmptyObject, kEnumerableProperty, toUSVString,
} = require('internal/util');

let isFile;

class File extends Blob {
  #name;
  #lastModified;

  static {
    isFile = (value) => typeof value === 'object' && value !== null && #name in value;
  }

  constructor(fileBits, fileName, options = kEmptyObject) {
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('sources', 'fileName');
    super(fileBits, options);
    const { lastModified } = options ?? kEmptyObject;
    this.#lastModified = lastModified !== undefined
      ? Math.trunc(+lastModified) || 0
      : Date.now();
    this.#name = toUSVString(fileName);
  }

  get name() {
    if (!isFile(this)) throw new ERR_INVALID_THIS('File');
    return this.#name;
  }

  get lastModified() {
    if (!isFile(this)) throw new ERR_INVALID_THIS('File');
    return this.#lastModified;
  }

  [kClone]() {
    const { type } = this;
    const data = {
      parts: getBlobParts(this), type, name: this.#name, lastModified: this.#lastModified,
    };
    return { info: 'internal/file:File', data };
  }

  [customInspectSymbol](depth, options) {
    if (typeof depth === 'number' && depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    const shown = {
      size: this.size,
      type: this.type,
      name: this.#name,
      lastModified: this.#lastModified,
    };
    return `File ${inspect(shown, inner)}`;
  }
}

Object.defineProperties(File.prototype, {
  name: kEnumerableProperty,
  lastModified: kEnumerableProperty,
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'File' },
});

registerReviver('internal/file:File', ({ parts, type, name, lastModified }) => {
  return new File(parts, name, { type, lastModified });
});

module.exports = { File };
