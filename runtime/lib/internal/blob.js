'use strict';

// Blob: immutable bytes kept as a list of parts that slices share, and the registry behind
// URL.createObjectURL().

const {
  codes: {
    ERR_BUFFER_TOO_LARGE, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS,
  },
} = require('internal/errors');
const { customInspectSymbol, kEmptyObject, kEnumerableProperty } = require('internal/util');
const { isAnyArrayBuffer, isArrayBufferView } = require('internal/util/types');
const { validateDictionary } = require('internal/validators');
const { CloneHost, kClone, registerReviver } = require('internal/structured_clone');

const kStreamChunk = 64 * 1024;
const kPlainType = /^[\x20-\x7e]*$/;

function utf8(text) {
  return internalBinding('encoding').encodeUtf8(text);
}

// A part of a blob: bytes that nothing changes any more.
function partOf(source, endings) {
  if (isBlob(source)) return partsOf(source);
  if (isAnyArrayBuffer(source)) return [new Uint8Array(source.slice(0))];
  if (isArrayBufferView(source)) {
    return [new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()];
  }
  let text = `${source}`;
  if (endings === 'native') text = text.replace(/\r\n|\r/g, '\n');
  return [utf8(text)];
}

function sizeOf(parts) {
  let size = 0;
  for (let i = 0; i < parts.length; i++) size += parts[i].byteLength;
  return size;
}

function join(parts, size) {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < parts.length; i++) {
    bytes.set(parts[i], at);
    at += parts[i].byteLength;
  }
  return bytes;
}

function cut(parts, start, end) {
  const result = [];
  let at = 0;
  for (const part of parts) {
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, part.byteLength);
    if (from < to) result.push(part.subarray(from, to));
    at += part.byteLength;
    if (at >= end) break;
  }
  return result;
}

function relative(value, size) {
  value = Math.trunc(Number(value)) || 0;
  return value < 0 ? Math.max(size + value, 0) : Math.min(value, size);
}

let brandOf;
let partsOf;
let fromParts;

class Blob extends CloneHost {
  #parts = [];
  #size = 0;
  #type = '';

  static {
    brandOf = (value) => #parts in value;
    partsOf = (blob) => blob.#parts;
    fromParts = (parts, type) => {
      const blob = new Blob();
      blob.#parts = parts;
      blob.#size = sizeOf(parts);
      blob.#type = type;
      return blob;
    };
  }

  constructor(sources = [], options = kEmptyObject) {
    super();
    if (sources === null || typeof sources !== 'object' ||
        typeof sources[Symbol.iterator] !== 'function' || isBlob(sources)) {
      throw new ERR_INVALID_ARG_TYPE('sources', 'a sequence', sources);
    }
    validateDictionary(options, 'options');
    let endings = 'transparent';
    let type = '';
    if (options?.endings !== undefined) endings = `${options.endings}`;
    if (options?.type !== undefined) type = `${options.type}`;
    if (endings !== 'transparent' && endings !== 'native') {
      throw new ERR_INVALID_ARG_VALUE('options.endings', endings);
    }
    for (const source of sources) this.#parts.push(...partOf(source, endings));
    this.#size = sizeOf(this.#parts);
    if (this.#size > 0xffffffff) throw new ERR_BUFFER_TOO_LARGE(0xffffffff);
    this.#type = kPlainType.test(type) ? type.toLowerCase() : '';
  }

  get type() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return this.#type;
  }

  get size() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return this.#size;
  }

  slice(start = 0, end = this.size, contentType = '') {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    start = relative(start, this.#size);
    end = relative(end, this.#size);
    contentType = `${contentType}`;
    const type = kPlainType.test(contentType) ? contentType.toLowerCase() : '';
    return fromParts(cut(this.#parts, start, Math.max(start, end)), type);
  }

  async arrayBuffer() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return join(this.#parts, this.#size).buffer;
  }

  async text() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return internalBinding('encoding').decodeUtf8(join(this.#parts, this.#size), false, false);
  }

  async bytes() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return join(this.#parts, this.#size);
  }

  stream() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    const { ReadableStream } = require('stream/web');
    const parts = this.#parts;
    let index = 0;
    let offset = 0;
    return new ReadableStream({
      type: 'bytes',
      pull(controller) {
        while (index < parts.length && offset >= parts[index].byteLength) {
          index++;
          offset = 0;
        }
        if (index >= parts.length) {
          controller.close();
          controller.byobRequest?.respond(0);
          return;
        }
        const request = controller.byobRequest;
        const most = request ? request.view.byteLength : kStreamChunk;
        const chunk = parts[index].subarray(offset, offset + most);
        offset += chunk.byteLength;
        if (request) {
          new Uint8Array(request.view.buffer, request.view.byteOffset).set(chunk);
          request.respond(chunk.byteLength);
        } else {
          controller.enqueue(chunk.slice());
        }
      },
    }, { highWaterMark: 0 });
  }

  [kClone]() {
    return { info: 'internal/blob:Blob', data: { parts: this.#parts, type: this.#type } };
  }

  [customInspectSymbol](depth, options) {
    if (typeof depth === 'number' && depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    return `Blob ${inspect({ size: this.#size, type: this.#type }, inner)}`;
  }
}

Object.defineProperties(Blob.prototype, {
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'Blob' },
  size: kEnumerableProperty,
  type: kEnumerableProperty,
  slice: kEnumerableProperty,
  stream: kEnumerableProperty,
  text: kEnumerableProperty,
  arrayBuffer: kEnumerableProperty,
  bytes: kEnumerableProperty,
});

function isBlob(value) {
  return typeof value === 'object' && value !== null && brandOf(value);
}

registerReviver('internal/blob:Blob', ({ parts, type }) => fromParts(parts, type));

// id -> blob, until revoked.
const objectUrls = new Map();
const kObjectUrlPrefix = 'blob:nodedata:';

function randomId() {
  return require('crypto').randomUUID();
}

function createObjectURL(object) {
  if (!isBlob(object)) throw new ERR_INVALID_ARG_TYPE('obj', 'Blob', object);
  const id = randomId();
  objectUrls.set(id, object);
  return `${kObjectUrlPrefix}${id}`;
}

function idOf(url) {
  url = `${url}`;
  return url.startsWith(kObjectUrlPrefix) ? url.slice(kObjectUrlPrefix.length) : undefined;
}

function revokeObjectURL(url) {
  objectUrls.delete(idOf(url));
}

function resolveObjectURL(url) {
  const blob = objectUrls.get(idOf(url));
  return blob === undefined ? undefined : blob.slice(0, blob.size, blob.type);
}

module.exports = {
  Blob,
  createBlobFromParts: (parts, type) => fromParts(parts, type),
  createObjectURL,
  getBlobParts: (blob) => partsOf(blob),
  isBlob,
  resolveObjectURL,
  revokeObjectURL,
};
