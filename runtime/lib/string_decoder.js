'use strict';

// node:string_decoder. Holds back the bytes of a character that is not complete yet: UTF-8
// sequences, UTF-16 pairs, base64 groups. Other encodings pass straight through.

const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_UNKNOWN_ENCODING },
} = require('internal/errors');
const { normalizeEncoding } = require('internal/util');
const { Buffer } = require('buffer');

const kHeld = Symbol('kHeld');        // Buffer(4): bytes held back
const kHeldCount = Symbol('kHeldCount');
const kNeeded = Symbol('kNeeded');    // bytes still missing for the held character
const kDecode = Symbol('kDecode');

function encodingOf(encoding) {
  const name = normalizeEncoding(encoding);
  if (name === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  return name;
}

// Length of the sequence a UTF-8 lead byte announces, valid or not; 0 for bytes that open none.
function sequenceLength(byte) {
  if ((byte & 0xe0) === 0xc0) return 2;
  if ((byte & 0xf0) === 0xe0) return 3;
  if ((byte & 0xf8) === 0xf0) return 4;
  return 0;
}

// Whether `second` may follow `lead`: overlong forms, surrogates and values past U+10FFFF may not.
function isSecondByte(lead, second) {
  if ((second & 0xc0) !== 0x80) return false;
  if (lead === 0xe0) return second >= 0xa0;
  if (lead === 0xed) return second < 0xa0;
  if (lead === 0xf0) return second >= 0x90;
  if (lead === 0xf4) return second < 0x90;
  return true;
}

// How many bytes at the end belong to a sequence that could still be completed.
function incompleteTail(buffer, end) {
  const most = Math.min(3, end);
  for (let back = 1; back <= most; back++) {
    const byte = buffer[end - back];
    if ((byte & 0xc0) === 0x80) continue;
    if (sequenceLength(byte) <= back) return 0;
    return back === 1 || isSecondByte(byte, buffer[end - back + 1]) ? back : 0;
  }
  return 0;
}

function hold(decoder, buffer, start, end, whole) {
  const count = end - start;
  for (let i = 0; i < count; i++) decoder[kHeld][i] = buffer[start + i];
  decoder[kHeldCount] = count;
  decoder[kNeeded] = whole - count;
}

function takeHeld(decoder, slice) {
  const text = decoder[kHeld][slice](0, decoder[kHeldCount]);
  decoder[kHeldCount] = 0;
  decoder[kNeeded] = 0;
  return text;
}

function decodeUtf8(decoder, buffer) {
  let text = '';
  let start = 0;
  const end = buffer.length;
  while (decoder[kHeldCount] > 0) {
    if (start === end) return text;
    const byte = buffer[start];
    const held = decoder[kHeld];
    const fits = decoder[kHeldCount] === 1
      ? isSecondByte(held[0], byte)
      : (byte & 0xc0) === 0x80;
    if (!fits) {
      text += takeHeld(decoder, 'utf8Slice');  // U+FFFD for the broken part
      break;
    }
    held[decoder[kHeldCount]++] = byte;
    start++;
    if (--decoder[kNeeded] === 0) text += takeHeld(decoder, 'utf8Slice');
  }
  const tail = incompleteTail(buffer, end);
  const stop = Math.max(start, end - tail);
  if (stop < end) hold(decoder, buffer, stop, end, sequenceLength(buffer[stop]));
  return stop > start ? text + buffer.utf8Slice(start, stop) : text;
}

function decodeUtf16(decoder, buffer) {
  let text = '';
  let start = 0;
  const end = buffer.length;
  while (decoder[kHeldCount] > 0) {
    if (start === end) return text;
    const held = decoder[kHeld];
    held[decoder[kHeldCount]++] = buffer[start++];
    if (--decoder[kNeeded] > 0) continue;
    if (decoder[kHeldCount] === 2 && (held[1] & 0xfc) === 0xd8) {
      decoder[kNeeded] = 2;  // a high surrogate: its partner decides
      continue;
    }
    text += takeHeld(decoder, 'ucs2Slice');
  }
  // An odd byte is held alone; a high surrogate only where it ends the chunk.
  let stop = end - ((end - start) % 2);
  let whole = 2;
  if (stop === end && stop - 2 >= start && (buffer[stop - 1] & 0xfc) === 0xd8) {
    stop -= 2;
    whole = 4;
  }
  if (stop < end) hold(decoder, buffer, stop, end, whole);
  return stop > start ? text + buffer.ucs2Slice(start, stop) : text;
}

function makeBase64(slice) {
  return (decoder, buffer) => {
    let text = '';
    let start = 0;
    const end = buffer.length;
    while (decoder[kHeldCount] > 0) {
      if (start === end) return text;
      decoder[kHeld][decoder[kHeldCount]++] = buffer[start++];
      if (--decoder[kNeeded] === 0) text += takeHeld(decoder, slice);
    }
    const stop = end - ((end - start) % 3);
    if (stop < end) hold(decoder, buffer, stop, end, 3);
    return stop > start ? text + buffer[slice](start, stop) : text;
  };
}

const decoders = {
  __proto__: null,
  utf8: decodeUtf8,
  utf16le: decodeUtf16,
  base64: makeBase64('base64Slice'),
  base64url: makeBase64('base64urlSlice'),
};
const slices = {
  __proto__: null,
  utf8: 'utf8Slice',
  utf16le: 'ucs2Slice',
  base64: 'base64Slice',
  base64url: 'base64urlSlice',
  ascii: 'asciiSlice',
  latin1: 'latin1Slice',
  hex: 'hexSlice',
};

function StringDecoder(encoding) {
  this.encoding = encodingOf(encoding);
  this[kHeld] = Buffer.alloc(4);
  this[kHeldCount] = 0;
  this[kNeeded] = 0;
  this[kDecode] = decoders[this.encoding];
}

function asBuffer(value) {
  if (value instanceof Buffer) return value;
  if (!ArrayBuffer.isView(value)) {
    throw new ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray', 'DataView'], value);
  }
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

StringDecoder.prototype.write = function write(buffer) {
  if (typeof buffer === 'string') return buffer;
  buffer = asBuffer(buffer);
  if (this[kHeld] === undefined) throw new ERR_INVALID_THIS('StringDecoder');
  const decode = this[kDecode];
  if (decode !== undefined) return decode(this, buffer);
  return buffer[slices[this.encoding]](0, buffer.length);
};

StringDecoder.prototype.end = function end(buffer) {
  let text = '';
  if (buffer !== undefined) text = this.write(buffer);
  if (this[kHeldCount] > 0) {
    // Half a UTF-16 unit has no text.
    if (this.encoding === 'utf16le') this[kHeldCount] &= ~1;
    text += takeHeld(this, slices[this.encoding]);
  }
  return text;
};

StringDecoder.prototype.text = function text(buffer, offset) {
  this[kHeldCount] = 0;
  this[kNeeded] = 0;
  return this.write(buffer.slice(offset));
};

Object.defineProperties(StringDecoder.prototype, {
  lastChar: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() { return this[kHeld]; },
  },
  lastNeed: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() { return this[kNeeded]; },
  },
  lastTotal: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() { return this[kHeldCount] + this[kNeeded]; },
  },
});

module.exports = { StringDecoder };
