'use strict';

// node:buffer. Argument checks and the pool live here; internalBinding('buffer') moves the bytes.

const native = internalBinding('buffer');
const {
  atob: nativeAtob,
  btoa: nativeBtoa,
  byteLengthUtf8,
  compare: nativeCompare,
  compareOffset,
  copy: nativeCopy,
  fill: nativeFill,
  fromString: nativeFromString,
  indexOfBuffer,
  indexOfNumber,
  indexOfString,
  isAscii: nativeIsAscii,
  isUtf8: nativeIsUtf8,
  kMaxLength,
  kStringMaxLength,
  swap16: nativeSwap16,
  swap32: nativeSwap32,
  swap64: nativeSwap64,
} = native;

const {
  codes: {
    ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE,
    ERR_INVALID_BUFFER_SIZE, ERR_INVALID_STATE, ERR_MISSING_ARGS, ERR_OUT_OF_RANGE,
    ERR_UNKNOWN_ENCODING,
  },
} = require('internal/errors');
const {
  validateArray, validateBuffer, validateInteger, validateNumber,
} = require('internal/validators');
const { isAnyArrayBuffer, isArrayBufferView, isTypedArray, isUint8Array } =
  require('internal/util/types');
const {
  customInspectSymbol, deprecate, isInsideNodeModules, kIsEncodingSymbol, normalizeEncoding,
} = require('internal/util');
const { FastBuffer, addBufferPrototype, createUnsafeBuffer } = require('internal/buffer');

const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype);
const uncurry = Function.prototype.bind.bind(Function.prototype.call);
const byteLengthOf = uncurry(
  Object.getOwnPropertyDescriptor(typedArrayPrototype, 'byteLength').get);
const typedArrayFill = uncurry(typedArrayPrototype.fill);
const typedArraySet = uncurry(typedArrayPrototype.set);
const typedArraySlice = uncurry(typedArrayPrototype.slice);
// The methods work on any Uint8Array, so they call these instead of this.utf8Slice() and the like.
const utf8Slice = uncurry(native.utf8Slice);
const utf8Write = uncurry(native.utf8Write);
const hexSlice = uncurry(native.hexSlice);
const subarrayOf = (array, start, end) => {
  const { length } = array;
  start = clampOffset(start, length);
  end = end !== undefined ? clampOffset(end, length) : length;
  return new FastBuffer(array.buffer, array.byteOffset + start, end > start ? end - start : 0);
};

FastBuffer.prototype.constructor = Buffer;
Buffer.prototype = FastBuffer.prototype;
addBufferPrototype(Buffer.prototype);

const constants = Object.defineProperties({}, {
  MAX_LENGTH: { __proto__: null, value: kMaxLength, writable: false, enumerable: true },
  MAX_STRING_LENGTH: {
    __proto__: null, value: kStringMaxLength, writable: false, enumerable: true,
  },
});

let inspectMaxBytes = 50;

// The pool: one allocation that small buffers share, made when first needed (the start-up snapshot
// must not contain it).
let pool;
let poolOffset = 0;
let poolEnd = 0;

function createPool() {
  const size = Buffer.poolSize;
  pool = createUnsafeBuffer(size).buffer;
  // Structured clone must not move the pool away from its other users.
  markAsUntransferable ??= internalBinding('messaging').markAsUntransferable;
  markAsUntransferable(pool);
  poolEnd = size;
  poolOffset = 0;
}

let markAsUntransferable;

function alignPool() {
  poolOffset = (poolOffset + 7) & ~7;
}

function allocate(size) {
  if (size <= 0) return new FastBuffer();
  if (size < (Buffer.poolSize >>> 1)) {
    if (size > poolEnd - poolOffset) createPool();
    const buffer = new FastBuffer(pool, poolOffset, size);
    poolOffset += size;
    alignPool();
    return buffer;
  }
  return createUnsafeBuffer(size);
}

// Encodings: one object per family.

function makeOps(encoding, number, byteLength, fold = false) {
  const prefix = encoding === 'utf16le' ? 'ucs2' : encoding;
  const write = native[`${prefix}Write`];
  const slice = native[`${prefix}Slice`];
  return {
    encoding,
    encodingVal: number,
    byteLength,
    write: (buffer, string, offset, length) => write.call(buffer, string, offset, length),
    slice: (buffer, start, end) => slice.call(buffer, start, end),
    indexOf: fold
      ? (buffer, value, offset, forward) =>
        indexOfBuffer(buffer, fromStringFast(value, opsTable[encoding]), offset, number, forward)
      : (buffer, value, offset, forward) =>
        indexOfString(buffer, value, offset, number, forward),
  };
}

const stringLength = (string) => string.length;

const opsTable = {
  utf8: makeOps('utf8', 1, byteLengthUtf8),
  utf16le: makeOps('utf16le', 3, (string) => string.length * 2),
  latin1: makeOps('latin1', 4, stringLength),
  ascii: makeOps('ascii', 0, stringLength, true),
  base64: makeOps('base64', 2, (string) => base64ByteLength(string, string.length), true),
  base64url: makeOps('base64url', 7, (string) => base64ByteLength(string, string.length), true),
  hex: makeOps('hex', 5, (string) => string.length >>> 1, true),
};

const encodings = { __proto__: null };
for (const ops of Object.values(opsTable)) encodings[ops.encoding] = ops;
encodings['utf-8'] = opsTable.utf8;
encodings.binary = opsTable.latin1;
encodings.ucs2 = encodings['ucs-2'] = encodings['utf-16le'] = opsTable.utf16le;

// By name in any case; undefined when unknown.
function getEncodingOps(encoding) {
  encoding = `${encoding}`;
  return encodings[encoding] ?? encodings[encoding.toLowerCase()];
}

function base64ByteLength(string, length) {
  if (string.charCodeAt(length - 1) === 0x3d) length--;
  if (length > 1 && string.charCodeAt(length - 1) === 0x3d) length--;
  return (length * 3) >>> 2;
}

let constructorWarned = false;
function warnConstructor() {
  if (constructorWarned) return;
  const { hasPendingDeprecation } = require('internal/process/warning');
  if (!hasPendingDeprecation() && isInsideNodeModules()) return;
  constructorWarned = true;
  process.emitWarning(
    'Buffer() is deprecated due to security and usability issues. Please use the ' +
    'Buffer.alloc(), Buffer.allocUnsafe(), or Buffer.from() methods instead.',
    'DeprecationWarning', 'DEP0005');
}

function Buffer(value, encodingOrOffset, length) {
  warnConstructor();
  if (typeof value === 'number') {
    if (typeof encodingOrOffset === 'string') {
      throw new ERR_INVALID_ARG_TYPE('string', 'string', value);
    }
    return Buffer.alloc(value);
  }
  return Buffer.from(value, encodingOrOffset, length);
}

Object.defineProperty(Buffer, Symbol.species, {
  __proto__: null,
  configurable: true,
  enumerable: false,
  get() { return FastBuffer; },
});

Object.setPrototypeOf(Buffer, Uint8Array);

Buffer.poolSize = 64 * 1024;

Buffer.from = function from(value, encodingOrOffset, length) {
  if (typeof value === 'string') return fromString(value, encodingOrOffset);
  if (typeof value === 'object' && value !== null) {
    if (isAnyArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
    const primitive = value.valueOf?.();
    if (primitive != null && primitive !== value &&
        (typeof primitive === 'string' || typeof primitive === 'object')) {
      return from(primitive, encodingOrOffset, length);
    }
    const buffer = fromObject(value);
    if (buffer !== undefined) return buffer;
    if (typeof value[Symbol.toPrimitive] === 'function') {
      const text = value[Symbol.toPrimitive]('string');
      if (typeof text === 'string') return fromString(text, encodingOrOffset);
    }
  }
  throw new ERR_INVALID_ARG_TYPE(
    'first argument', ['string', 'Buffer', 'ArrayBuffer', 'Array', 'Array-like Object'], value);
};

Buffer.copyBytesFrom = function copyBytesFrom(view, offset, length) {
  if (!isTypedArray(view)) throw new ERR_INVALID_ARG_TYPE('view', ['TypedArray'], view);
  const viewLength = view.length;
  if (viewLength === 0) return Buffer.alloc(0);
  let start = 0;
  let end = viewLength;
  if (offset !== undefined || length !== undefined) {
    if (offset !== undefined) {
      validateOffset(offset, 'offset');
      if (offset >= viewLength) return Buffer.alloc(0);
      start = offset;
    }
    if (length !== undefined) {
      validateOffset(length, 'length');
      end = Math.min(start + length, viewLength);
    }
    view = typedArraySlice(view, start, end);
  }
  return fromArrayLike(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
};

Buffer.of = function of(...items) {
  const buffer = createUnsafeBuffer(items.length);
  for (let k = 0; k < items.length; k++) buffer[k] = items[k];
  return buffer;
};

function validateOffset(value, name, min = 0, max = kMaxLength) {
  validateInteger(value, name, min, max);
}

function assertSize(size) {
  validateNumber(size, 'size', 0, kMaxLength);
}

Buffer.alloc = function alloc(size, fill, encoding) {
  assertSize(size);
  if (fill !== undefined && fill !== 0 && size > 0) {
    if (encoding !== undefined && typeof encoding !== 'string' && typeof fill === 'string') {
      throw new ERR_INVALID_ARG_TYPE('encoding', 'string', encoding);
    }
    return fillBuffer(createUnsafeBuffer(size), fill, encoding);
  }
  return new FastBuffer(size);
};

Buffer.allocUnsafe = function allocUnsafe(size) {
  assertSize(size);
  return allocate(size);
};

Buffer.allocUnsafeSlow = function allocUnsafeSlow(size) {
  assertSize(size);
  return createUnsafeBuffer(size);
};

function SlowBuffer(size) {
  assertSize(size);
  return createUnsafeBuffer(size);
}
Object.setPrototypeOf(SlowBuffer.prototype, Uint8Array.prototype);
Object.setPrototypeOf(SlowBuffer, Uint8Array);

function fromStringFast(string, ops) {
  const most = ops === opsTable.utf8 ? string.length * 3 : ops.byteLength(string);
  if (most >= (Buffer.poolSize >>> 1)) return nativeFromString(string, ops.encodingVal);
  // The longest it can get fits into the pool: one call writes and measures.
  if (most > poolEnd - poolOffset) createPool();
  const buffer = new FastBuffer(pool, poolOffset, most);
  const written = ops.write(buffer, string, 0, most);
  const start = poolOffset;
  poolOffset += written;
  alignPool();
  return written === most ? buffer : new FastBuffer(pool, start, written);
}

function fromString(string, encoding) {
  let ops;
  if (typeof encoding !== 'string' || encoding.length === 0) {
    if (string.length === 0) return new FastBuffer();
    ops = opsTable.utf8;
  } else {
    ops = getEncodingOps(encoding);
    if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
    if (string.length === 0) return new FastBuffer();
  }
  return fromStringFast(string, ops);
}

function fromArrayBuffer(buffer, byteOffset, length) {
  if (byteOffset === undefined) {
    byteOffset = 0;
  } else {
    byteOffset = +byteOffset;
    if (Number.isNaN(byteOffset)) byteOffset = 0;
  }
  const most = buffer.byteLength - byteOffset;
  if (most < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
  if (length === undefined) {
    // Without a length the view follows a buffer that changes its size.
    if (buffer.resizable || buffer.growable) return new FastBuffer(buffer, byteOffset);
    length = most;
  } else {
    length = +length;
    if (length > 0) {
      if (length > most) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
    } else {
      length = 0;
    }
  }
  return new FastBuffer(buffer, byteOffset, length);
}

function fromArrayLike(source) {
  const { length } = source;
  if (length <= 0) return new FastBuffer();
  if (length < (Buffer.poolSize >>> 1)) {
    const buffer = allocate(length);
    typedArraySet(buffer, source, 0);
    return buffer;
  }
  return new FastBuffer(source);
}

function fromObject(value) {
  if (value.length !== undefined || isAnyArrayBuffer(value.buffer)) {
    if (typeof value.length !== 'number') return new FastBuffer();
    return fromArrayLike(value);
  }
  if (value.type === 'Buffer' && Array.isArray(value.data)) return fromArrayLike(value.data);
  return undefined;
}

Buffer.isBuffer = function isBuffer(value) {
  return value instanceof Buffer;
};

function checkUint8Array(value, name) {
  if (!isUint8Array(value)) {
    throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'Uint8Array'], value);
  }
}

Buffer.compare = function compare(a, b) {
  checkUint8Array(a, 'buf1');
  checkUint8Array(b, 'buf2');
  return a === b ? 0 : nativeCompare(a, b);
};

Buffer.isEncoding = function isEncoding(encoding) {
  return typeof encoding === 'string' && encoding.length !== 0 &&
    normalizeEncoding(encoding) !== undefined;
};
Buffer[kIsEncodingSymbol] = Buffer.isEncoding;

Buffer.concat = function concat(list, length) {
  validateArray(list, 'list');
  if (list.length === 0) return new FastBuffer();
  if (length === undefined) {
    length = 0;
    for (let i = 0; i < list.length; i++) {
      // The real length: a subclass may claim another one.
      length += isUint8Array(list[i]) ? byteLengthOf(list[i]) : list[i].length || 0;
    }
  } else {
    validateOffset(length, 'length');
  }
  const buffer = allocate(length);
  let at = 0;
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (!isUint8Array(item)) {
      throw new ERR_INVALID_ARG_TYPE(`list[${i}]`, ['Buffer', 'Uint8Array'], list[i]);
    }
    const size = byteLengthOf(item);
    if (at + size > length) {
      at += nativeCopy(item, buffer, at, 0, length - at);
      break;
    }
    typedArraySet(buffer, item, at);
    at += size;
  }
  // Memory that was not written must not show what was there before.
  if (at < length) typedArrayFill(buffer, 0, at, length);
  return buffer;
};

function byteLength(string, encoding) {
  if (typeof string !== 'string') {
    if (isArrayBufferView(string) || isAnyArrayBuffer(string)) return string.byteLength;
    throw new ERR_INVALID_ARG_TYPE('string', ['string', 'Buffer', 'ArrayBuffer'], string);
  }
  if (string.length === 0) return 0;
  if (!encoding) return byteLengthUtf8(string);
  const ops = getEncodingOps(encoding);
  return ops === undefined ? byteLengthUtf8(string) : ops.byteLength(string);
}
Buffer.byteLength = byteLength;

for (const [name, key] of [['parent', 'buffer'], ['offset', 'byteOffset']]) {
  Object.defineProperty(Buffer.prototype, name, {
    __proto__: null,
    enumerable: true,
    get() { return this instanceof Buffer ? this[key] : undefined; },
  });
}

function toIntegerOr(value, otherwise) {
  value = +value;
  if (Number.isNaN(value)) return otherwise;
  return Math.trunc(value);
}

function copyImpl(source, target, targetStart, sourceStart, sourceEnd) {
  if (!isArrayBufferView(source)) {
    throw new ERR_INVALID_ARG_TYPE('source', ['Buffer', 'Uint8Array'], source);
  }
  if (!isArrayBufferView(target)) {
    throw new ERR_INVALID_ARG_TYPE('target', ['Buffer', 'Uint8Array'], target);
  }
  if (targetStart === undefined) {
    targetStart = 0;
  } else {
    targetStart = toIntegerOr(targetStart, 0);
    if (targetStart < 0) throw new ERR_OUT_OF_RANGE('targetStart', '>= 0', targetStart);
  }
  if (sourceStart === undefined) {
    sourceStart = 0;
  } else {
    sourceStart = toIntegerOr(sourceStart, 0);
    if (sourceStart < 0 || sourceStart > source.byteLength) {
      throw new ERR_OUT_OF_RANGE('sourceStart', `>= 0 && <= ${source.byteLength}`, sourceStart);
    }
  }
  if (sourceEnd === undefined) {
    sourceEnd = source.byteLength;
  } else {
    sourceEnd = toIntegerOr(sourceEnd, 0);
    if (sourceEnd < 0) throw new ERR_OUT_OF_RANGE('sourceEnd', '>= 0', sourceEnd);
  }
  if (targetStart >= target.byteLength || sourceStart >= sourceEnd) return 0;
  return nativeCopy(source, target, targetStart, sourceStart, sourceEnd - sourceStart);
}

Buffer.prototype.copy = function copy(target, targetStart, sourceStart, sourceEnd) {
  return copyImpl(this, target, targetStart, sourceStart, sourceEnd);
};

Buffer.prototype.toString = function toString(encoding, start, end) {
  if (arguments.length === 0) return utf8Slice(this, 0, this.length);
  const length = this.length;
  if (start <= 0) {
    start = 0;
  } else if (start >= length) {
    return '';
  } else {
    start = Math.trunc(start) || 0;
  }
  if (end === undefined || end > length) {
    end = length;
  } else {
    end = Math.trunc(end) || 0;
  }
  if (end <= start) return '';
  if (encoding === undefined) return utf8Slice(this, start, end);
  const ops = getEncodingOps(encoding);
  if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  return ops.slice(this, start, end);
};
Buffer.prototype.toLocaleString = Buffer.prototype.toString;

Buffer.prototype.equals = function equals(other) {
  checkUint8Array(other, 'otherBuffer');
  if (this === other) return true;
  const length = byteLengthOf(this);
  if (length !== byteLengthOf(other)) return false;
  return length === 0 || nativeCompare(this, other) === 0;
};

Buffer.prototype[customInspectSymbol] = function inspect(recurseTimes, context) {
  const shown = Math.min(inspectMaxBytes, this.length);
  let text = hexSlice(this, 0, shown).replace(/(.{2})/g, '$1 ').trim();
  const rest = this.length - shown;
  if (rest > 0) text += ` ... ${rest} more byte${rest > 1 ? 's' : ''}`;
  if (context) {
    const extras = { __proto__: null };
    let hasExtras = false;
    const filter = context.showHidden ? () => true : (key) => isEnumerable(this, key);
    for (const key of Reflect.ownKeys(this)) {
      if (typeof key === 'string' && /^(?:0|[1-9]\d*)$/.test(key)) continue;
      if (!filter(key)) continue;
      extras[key] = this[key];
      hasExtras = true;
    }
    if (hasExtras) {
      if (this.length !== 0) text += ', ';
      const { inspect: inspectValue } = require('internal/util/inspect');
      // "[Object: null prototype] { a: 1 }" without the decoration.
      text += inspectValue(extras, { ...context, breakLength: Infinity, compact: true })
        .slice(27, -2);
    }
  }
  return `<${this.constructor?.name ?? 'Buffer'} ${text}>`;
};
Buffer.prototype.inspect = Buffer.prototype[customInspectSymbol];

function isEnumerable(object, key) {
  return Object.prototype.propertyIsEnumerable.call(object, key);
}

Buffer.prototype.compare = function compare(target, targetStart, targetEnd, sourceStart,
                                            sourceEnd) {
  checkUint8Array(target, 'target');
  if (arguments.length === 1) return nativeCompare(this, target);
  if (targetStart === undefined) targetStart = 0;
  else validateOffset(targetStart, 'targetStart');
  if (targetEnd === undefined) targetEnd = target.length;
  else validateOffset(targetEnd, 'targetEnd', 0, target.length);
  if (sourceStart === undefined) sourceStart = 0;
  else validateOffset(sourceStart, 'sourceStart');
  if (sourceEnd === undefined) sourceEnd = this.length;
  else validateOffset(sourceEnd, 'sourceEnd', 0, this.length);
  if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1;
  if (targetStart >= targetEnd) return 1;
  return compareOffset(this, target, targetStart, sourceStart, targetEnd, sourceEnd);
};

function searchBuffer(buffer, value, byteOffset, encoding, forward) {
  validateBuffer(buffer);
  if (typeof byteOffset === 'string') {
    encoding = byteOffset;
    byteOffset = undefined;
  } else if (byteOffset > 0x7fffffff) {
    byteOffset = 0x7fffffff;
  } else if (byteOffset < -0x80000000) {
    byteOffset = -0x80000000;
  }
  byteOffset = Math.trunc(+byteOffset);
  // An offset that is not a number means "from the beginning", or the end when searching back.
  if (Number.isNaN(byteOffset)) byteOffset = forward ? 0 : buffer.length || byteLengthOf(buffer);
  if (typeof value === 'number') return indexOfNumber(buffer, value & 0xff, byteOffset, 0, forward);
  const ops = encoding === undefined ? opsTable.utf8 : getEncodingOps(encoding);
  if (typeof value === 'string') {
    if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
    return ops.indexOf(buffer, value, byteOffset, forward);
  }
  if (isUint8Array(value)) {
    return indexOfBuffer(buffer, value, byteOffset, (ops ?? opsTable.utf8).encodingVal, forward);
  }
  throw new ERR_INVALID_ARG_TYPE('value', ['number', 'string', 'Buffer', 'Uint8Array'], value);
}

Buffer.prototype.indexOf = function indexOf(value, byteOffset, encoding) {
  return searchBuffer(this, value, byteOffset, encoding, true);
};

Buffer.prototype.lastIndexOf = function lastIndexOf(value, byteOffset, encoding) {
  return searchBuffer(this, value, byteOffset, encoding, false);
};

Buffer.prototype.includes = function includes(value, byteOffset, encoding) {
  return searchBuffer(this, value, byteOffset, encoding, true) !== -1;
};

Buffer.prototype.fill = function fill(value, offset, end, encoding) {
  return fillRange(this, value, offset, end, encoding);
};

function fillBuffer(buffer, value, encoding) {
  return fillRange(buffer, value, encoding);
}

// A string value as bytes or a byte number; checks its encoding.
function fillString(value, encoding) {
  if (typeof encoding === 'string') {
    const ops = getEncodingOps(encoding);
    if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
    encoding = ops;
  } else if (encoding !== undefined) {
    throw new ERR_INVALID_ARG_TYPE('encoding', 'string', encoding);
  } else {
    encoding = opsTable.utf8;
  }
  if (value.length === 0) return 0;
  if (value.length === 1) {
    const code = value.charCodeAt(0);
    if (encoding === opsTable.utf8 ? code < 0x80 : encoding === opsTable.latin1) {
      if (code <= 0xff) return code;
    }
  }
  return encoding;
}

function fillRange(buffer, value, offset, end, encoding) {
  let ops;
  if (typeof value === 'string') {
    if (offset === undefined || typeof offset === 'string') {
      encoding = offset;
      offset = undefined;
    } else if (typeof end === 'string') {
      encoding = end;
      end = undefined;
    }
    const result = fillString(value, encoding);
    if (typeof result === 'number') value = result;
    else ops = result;
  } else if (typeof value === 'boolean') {
    value = +value;
  } else if (typeof offset === 'string') {
    offset = undefined;  // Buffer.alloc(size, bytes, 'utf8')
  }
  if (offset === undefined) {
    offset = 0;
    end = buffer.length;
  } else {
    validateNumber(offset, 'offset', 0);
    if (end === undefined) end = buffer.length;
    else validateNumber(end, 'end', 0, buffer.length);
    if (offset >= end) return buffer;
  }
  if (typeof value === 'number') {
    const length = byteLengthOf(buffer);
    const span = end - offset;
    if (offset > end || span + offset > length) throw new ERR_BUFFER_OUT_OF_BOUNDS();
    typedArrayFill(buffer, value, offset, end);
    return buffer;
  }
  let status;
  if (typeof value === 'string' || isArrayBufferView(value)) {
    status = nativeFill(buffer, value, offset, end, ops?.encodingVal);
  } else {
    typedArrayFill(buffer, value & 255, offset, end);
  }
  if (status === -1) throw new ERR_INVALID_ARG_VALUE('value', value);
  if (status === -2) throw new ERR_BUFFER_OUT_OF_BOUNDS();
  return buffer;
}

Buffer.prototype.write = function write(string, offset, length, encoding) {
  if (typeof string !== 'string') throw new ERR_INVALID_ARG_TYPE('argument', 'string', string);
  if (offset === undefined) return utf8Write(this, string, 0, this.length);
  if (length === undefined && typeof offset === 'string') {
    encoding = offset;
    length = this.length;
    offset = 0;
  } else {
    validateInteger(offset, 'offset', 0, this.length);
    const remaining = this.length - offset;
    if (length === undefined) {
      length = remaining;
    } else if (typeof length === 'string') {
      encoding = length;
      length = remaining;
    } else {
      validateInteger(length, 'length', 0, this.length);
      if (length > remaining) length = remaining;
    }
  }
  if (!encoding || encoding === 'utf8') return utf8Write(this, string, offset, length);
  const ops = getEncodingOps(encoding);
  if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  return ops.write(this, string, offset, length);
};

Buffer.prototype.toJSON = function toJSON() {
  const data = new Array(this.length);
  for (let i = 0; i < data.length; i++) data[i] = this[i];
  return { type: 'Buffer', data };
};

function clampOffset(offset, length) {
  offset = Math.trunc(offset);
  if (offset === 0 || Number.isNaN(offset)) return 0;
  if (offset < 0) return Math.max(0, offset + length);
  return Math.min(offset, length);
}

Buffer.prototype.subarray = function subarray(start, end) {
  return subarrayOf(this, start, end);
};

Buffer.prototype.slice = function slice(start, end) {
  return this.subarray(start, end);
};

function swapPairs(buffer, from, to) {
  const byte = buffer[from];
  buffer[from] = buffer[to];
  buffer[to] = byte;
}

function makeSwap(size, native) {
  const text = `${size * 8}-bits`;
  return function() {
    const { length } = this;
    if (length % size !== 0) throw new ERR_INVALID_BUFFER_SIZE(text);
    if (length >= 64) return native(this);
    for (let i = 0; i < length; i += size) {
      for (let j = 0; j < size / 2; j++) swapPairs(this, i + j, i + size - 1 - j);
    }
    return this;
  };
}

const swaps = {
  swap16: makeSwap(2, nativeSwap16),
  swap32: makeSwap(4, nativeSwap32),
  swap64: makeSwap(8, nativeSwap64),
};
for (const name of Object.keys(swaps)) {
  Object.defineProperty(swaps[name], 'name', { __proto__: null, value: name });
  Buffer.prototype[name] = swaps[name];
}

const kTranscodable = ['utf8', 'utf16le', 'latin1', 'ascii'];

function transcode(source, fromEncoding, toEncoding) {
  if (!isUint8Array(source)) {
    throw new ERR_INVALID_ARG_TYPE('source', ['Buffer', 'Uint8Array'], source);
  }
  if (source.length === 0) return Buffer.alloc(0);
  const from = normalizeEncoding(fromEncoding);
  const to = normalizeEncoding(toEncoding);
  if (!kTranscodable.includes(from) || !kTranscodable.includes(to)) {
    const error = new Error('Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]');
    error.code = 'U_ILLEGAL_ARGUMENT_ERROR';
    error.errno = 1;
    throw error;
  }
  const text = opsTable[from].slice(source, 0, source.length);
  if (to === 'utf8' || to === 'utf16le') return fromStringFast(text, opsTable[to]);
  const most = to === 'ascii' ? 0x7f : 0xff;
  const bytes = [];
  for (const character of text) {
    const code = character.codePointAt(0);
    bytes.push(code <= most ? code : 0x3f);
  }
  return Buffer.from(bytes);
}

function checkBase64Input(input, count) {
  if (count === 0) throw new ERR_MISSING_ARGS('input');
  return `${input}`;
}

function invalidCharacter(message) {
  const { DOMException } = require('internal/dom_exception');
  return new DOMException(message, 'InvalidCharacterError');
}

function btoa(input) {
  const result = nativeBtoa(checkBase64Input(input, arguments.length));
  if (result === -1) throw invalidCharacter('Invalid character');
  return result;
}

function atob(input) {
  const result = nativeAtob(checkBase64Input(input, arguments.length));
  if (result === -1) throw invalidCharacter('Invalid character');
  if (result === -2) {
    throw invalidCharacter('The string to be decoded is not correctly encoded.');
  }
  return result;
}

function checkReadable(input, check) {
  if (isTypedArray(input) || isAnyArrayBuffer(input)) {
    if (isDetached(input)) throw new ERR_INVALID_STATE('Cannot validate on a detached buffer');
    return check(input);
  }
  throw new ERR_INVALID_ARG_TYPE('input', ['ArrayBuffer', 'Buffer', 'TypedArray'], input);
}

function isDetached(input) {
  const buffer = isAnyArrayBuffer(input) ? input : input.buffer;
  if (buffer.byteLength !== 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

function isUtf8(input) {
  return checkReadable(input, nativeIsUtf8);
}

function isAscii(input) {
  return checkReadable(input, nativeIsAscii);
}

internalBinding('env').setSlot('bufferPrototype', FastBuffer.prototype);

module.exports = {
  Buffer,
  SlowBuffer: deprecate(SlowBuffer,
                        'SlowBuffer() is deprecated. Please use Buffer.allocUnsafeSlow()',
                        'DEP0030'),
  transcode,
  isUtf8,
  isAscii,
  kMaxLength,
  kStringMaxLength,
  btoa,
  atob,
};

Object.defineProperties(module.exports, {
  constants: { __proto__: null, configurable: false, enumerable: true, value: constants },
  INSPECT_MAX_BYTES: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() { return inspectMaxBytes; },
    set(value) {
      validateNumber(value, 'INSPECT_MAX_BYTES', 0);
      inspectMaxBytes = value;
    },
  },
});

function exposeLazily(name, id) {
  Object.defineProperty(module.exports, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      const value = require(id)[name];
      Object.defineProperty(module.exports, name, {
        __proto__: null, configurable: true, enumerable: true, writable: true, value,
      });
      return value;
    },
  });
}
exposeLazily('Blob', 'internal/blob');
exposeLazily('resolveObjectURL', 'internal/blob');
exposeLazily('File', 'internal/file');
