'use strict';

// node:punycode (deprecated): Bootstring as RFC 3492 defines it, and the label-wise conversions of
// domain names and mail addresses.

const { isInsideNodeModules } = require('internal/util');

if (!isInsideNodeModules()) {
  process.emitWarning(
    'The `punycode` module is deprecated. Please use a userland alternative instead.',
    'DeprecationWarning', 'DEP0040');
}

// Bootstring's parameters for Punycode.
const kBase = 36;
const kTMin = 1;
const kTMax = 26;
const kSkew = 38;
const kDamp = 700;
const kInitialBias = 72;
const kInitialN = 0x80;
const kMaxInt = 0x7fffffff;

// eslint-disable-next-line no-control-regex
const kNonAscii = /[^\0-\x7f]/;
const kSeparators = /[\x2e\u3002\uff0e\uff61]/g;

function fail(message) {
  throw new RangeError(message);
}
const overflow = () => fail('Overflow: input needs wider integers to process');
const invalid = () => fail('Invalid input');
const notBasic = () => fail('Illegal input >= 0x80 (not a basic code point)');

// UCS-2 text <-> code points; lone surrogates are code points of their own.
function ucs2decode(string) {
  const points = [];
  for (let i = 0; i < string.length; i++) {
    const point = string.codePointAt(i);
    points.push(point);
    if (point > 0xffff) i++;
  }
  return points;
}

function ucs2encode(points) {
  return String.fromCodePoint(...points);
}

function digitOf(code) {
  if (code >= 0x30 && code < 0x3a) return code - 0x30 + 26;
  if (code >= 0x41 && code < 0x5b) return code - 0x41;
  if (code >= 0x61 && code < 0x7b) return code - 0x61;
  return kBase;
}

function digitToCode(digit) {
  return digit < 26 ? digit + 0x61 : digit - 26 + 0x30;
}

function adapt(delta, count, isFirst) {
  let k = 0;
  delta = isFirst ? Math.floor(delta / kDamp) : delta >> 1;
  delta += Math.floor(delta / count);
  while (delta > ((kBase - kTMin) * kTMax) >> 1) {
    delta = Math.floor(delta / (kBase - kTMin));
    k += kBase;
  }
  return Math.floor(k + ((kBase - kTMin + 1) * delta) / (delta + kSkew));
}

function threshold(k, bias) {
  return Math.min(Math.max(k - bias, kTMin), kTMax);
}

function decode(input) {
  const output = [];
  const basicEnd = Math.max(input.lastIndexOf('-'), 0);
  for (let i = 0; i < basicEnd; i++) {
    if (input.charCodeAt(i) >= 0x80) notBasic();
    output.push(input.charCodeAt(i));
  }
  let n = kInitialN;
  let i = 0;
  let bias = kInitialBias;
  let at = basicEnd > 0 ? basicEnd + 1 : 0;
  while (at < input.length) {
    const before = i;
    let weight = 1;
    for (let k = kBase; ; k += kBase) {
      if (at >= input.length) invalid();
      const digit = digitOf(input.charCodeAt(at++));
      if (digit >= kBase) invalid();
      if (digit > Math.floor((kMaxInt - i) / weight)) overflow();
      i += digit * weight;
      const limit = threshold(k, bias);
      if (digit < limit) break;
      if (weight > Math.floor(kMaxInt / (kBase - limit))) overflow();
      weight *= kBase - limit;
    }
    const count = output.length + 1;
    bias = adapt(i - before, count, before === 0);
    if (Math.floor(i / count) > kMaxInt - n) overflow();
    n += Math.floor(i / count);
    i %= count;
    output.splice(i++, 0, n);
  }
  return ucs2encode(output);
}

// The digits of one delta.
function encodeDelta(delta, bias) {
  let text = '';
  let rest = delta;
  for (let k = kBase; ; k += kBase) {
    const limit = threshold(k, bias);
    if (rest < limit) break;
    const over = rest - limit;
    text += String.fromCharCode(digitToCode(limit + (over % (kBase - limit))));
    rest = Math.floor(over / (kBase - limit));
  }
  return text + String.fromCharCode(digitToCode(rest));
}

function encode(input) {
  const points = ucs2decode(input);
  let output = '';
  for (const point of points) {
    if (point < 0x80) output += String.fromCharCode(point);
  }
  const basicCount = output.length;
  let handled = basicCount;
  if (basicCount > 0) output += '-';
  let n = kInitialN;
  let delta = 0;
  let bias = kInitialBias;
  while (handled < points.length) {
    let next = kMaxInt;
    for (const point of points) {
      if (point >= n && point < next) next = point;
    }
    if (next - n > Math.floor((kMaxInt - delta) / (handled + 1))) overflow();
    delta += (next - n) * (handled + 1);
    n = next;
    for (const point of points) {
      if (point < n && ++delta > kMaxInt) overflow();
      if (point !== n) continue;
      output += encodeDelta(delta, bias);
      bias = adapt(delta, handled + 1, handled === basicCount);
      delta = 0;
      handled++;
    }
    delta++;
    n++;
  }
  return output;
}

// Applies `convert` to each label of a domain, or of the domain of a mail address.
function mapDomain(text, convert) {
  const parts = text.split('@');
  let prefix = '';
  if (parts.length > 1) {
    prefix = `${parts[0]}@`;
    text = parts[1];
  }
  return prefix + text.replace(kSeparators, '.').split('.').map(convert).join('.');
}

function toUnicode(input) {
  return mapDomain(input, (label) =>
    (label.startsWith('xn--') ? decode(label.slice(4).toLowerCase()) : label));
}

function toASCII(input) {
  return mapDomain(input, (label) => (kNonAscii.test(label) ? `xn--${encode(label)}` : label));
}

module.exports = {
  version: '2.1.0',
  ucs2: { decode: ucs2decode, encode: ucs2encode },
  decode,
  encode,
  toASCII,
  toUnicode,
};
