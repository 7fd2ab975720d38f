'use strict';

// Deep comparison for assert and util.isDeepStrictEqual: loose (==), strict (Object.is, prototypes
// and tags) and partial (all that is expected must be there). `a` is actual, `b` expected.

const { ONLY_ENUMERABLE, getOwnNonIndexProperties } = internalBinding('util');
const types = require('internal/util/types');

const kStrict = 1;
const kLoose = 0;
const kPartial = 2;
// Strict, but blind to prototypes and constructors.
const kStrictWithoutPrototypes = 3;

// v8::PropertyFilter::SKIP_SYMBOLS.
const kSkipSymbols = 16;

const kNoIterator = 0;
const kIsArray = 1;
const kIsSet = 2;
const kIsMap = 3;

const { hasOwn } = Object;
const isEnumerable = (object, key) => Object.prototype.propertyIsEnumerable.call(object, key);
const tagOf = (value) => Object.prototype.toString.call(value);

function isDeepEqual(a, b) {
  return innerDeepEqual(a, b, kLoose);
}

function isDeepStrictEqual(a, b, skipPrototype) {
  return innerDeepEqual(a, b, skipPrototype ? kStrictWithoutPrototypes : kStrict);
}

function isPartialStrictEqual(a, b) {
  return innerDeepEqual(a, b, kPartial);
}

function innerDeepEqual(a, b, mode, memos) {
  if (a === b) return a !== 0 || mode === kLoose || Object.is(a, b);
  if (mode !== kLoose) {
    if (typeof a === 'number') return typeof b === 'number' && a !== a && b !== b;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    if (mode === kStrict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  } else {
    if (a === null || typeof a !== 'object') {
      return (b === null || typeof b !== 'object') &&
        (a == b || (a !== a && b !== b)); // eslint-disable-line eqeqeq
    }
    if (b === null || typeof b !== 'object') return false;
  }
  return compareObjects(a, b, mode, memos);
}

function compareObjects(a, b, mode, memos) {
  if (tagOf(a) !== tagOf(b)) return false;
  if (Array.isArray(a)) return compareArrays(a, b, mode, memos);
  if (tagOf(a) === '[object Object]' && !isSpecial(a) && !isSpecial(b)) {
    return checkKeys(a, b, mode, memos, kNoIterator);
  }
  if (types.isDate(a)) {
    if (!types.isDate(b)) return false;
    const x = Date.prototype.getTime.call(a);
    const y = Date.prototype.getTime.call(b);
    if (x !== y && (x === x || y === y)) return false;
  } else if (types.isRegExp(a)) {
    if (!types.isRegExp(b) || !sameRegExps(a, b)) return false;
  } else if (ArrayBuffer.isView(a)) {
    return compareViews(a, b, mode, memos);
  } else if (types.isSet(a)) {
    if (!types.isSet(b) || !sizesFit(a.size, b.size, mode)) return false;
    return checkKeys(a, b, mode, memos, kIsSet);
  } else if (types.isMap(a)) {
    if (!types.isMap(b) || !sizesFit(a.size, b.size, mode)) return false;
    return checkKeys(a, b, mode, memos, kIsMap);
  } else if (types.isAnyArrayBuffer(a)) {
    if (!types.isAnyArrayBuffer(b) || !sameBuffers(a, b, mode)) return false;
  } else if (isError(a)) {
    if (!isError(b) || !sameErrors(a, b, mode, memos)) return false;
  } else if (types.isBoxedPrimitive(a)) {
    if (!sameBoxed(a, b)) return false;
  } else if (isSpecial(b)) {
    return false;
  } else if (types.isWeakMap(a) || types.isWeakSet(a) || types.isPromise(a)) {
    return false;
  } else if (isUrl(a)) {
    if (!isUrl(b) || a.href !== b.href) return false;
  }
  return checkKeys(a, b, mode, memos, kNoIterator);
}

function sizesFit(actual, expected, mode) {
  return mode === kPartial ? actual >= expected : actual === expected;
}

function isError(value) {
  return types.isNativeError(value) || value instanceof Error;
}

function isUrl(value) {
  return typeof value.href === 'string' && value.constructor?.name === 'URL' &&
    value instanceof globalThis.URL;
}

// Objects whose content is not in their properties.
function isSpecial(value) {
  return Array.isArray(value) || ArrayBuffer.isView(value) || types.isSet(value) ||
    types.isMap(value) || types.isDate(value) || types.isRegExp(value) ||
    types.isAnyArrayBuffer(value) || types.isBoxedPrimitive(value) || isError(value);
}

function compareArrays(a, b, mode, memos) {
  if (!Array.isArray(b) || !sizesFit(a.length, b.length, mode)) return false;
  const filter = mode !== kLoose ? ONLY_ENUMERABLE : ONLY_ENUMERABLE | kSkipSymbols;
  const keysB = getOwnNonIndexProperties(b, filter);
  if (mode !== kPartial && getOwnNonIndexProperties(a, filter).length !== keysB.length) {
    return false;
  }
  return checkKeys(a, b, mode, memos, kIsArray, keysB);
}

const typedArrayTag = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get);

function compareViews(a, b, mode, memos) {
  if (!ArrayBuffer.isView(b)) return false;
  if (typedArrayTag(a) !== typedArrayTag(b)) return false;
  if (types.isDataView(a) !== types.isDataView(b)) return false;
  if (mode === kPartial) {
    if (!isPartialView(a, b)) return false;
  } else if (mode === kLoose && (types.isFloat32Array(a) || types.isFloat64Array(a))) {
    if (!sameFloats(a, b)) return false;
  } else if (!sameBytes(a, b)) {
    return false;
  }
  const filter = mode !== kLoose ? ONLY_ENUMERABLE : ONLY_ENUMERABLE | kSkipSymbols;
  const keysB = getOwnNonIndexProperties(b, filter);
  if (mode !== kPartial && getOwnNonIndexProperties(a, filter).length !== keysB.length) {
    return false;
  }
  return checkKeys(a, b, mode, memos, kNoIterator, keysB);
}

// Loosely, 0 and -0 are equal.
function sameFloats(a, b) {
  if (a.byteLength !== b.byteLength) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && (a[i] === a[i] || b[i] === b[i])) return false;
  }
  return true;
}

function bytesOf(view) {
  return view instanceof Uint8Array
    ? view
    : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function sameBytes(a, b) {
  if (a.byteLength !== b.byteLength) return false;
  const x = bytesOf(a);
  const y = bytesOf(b);
  for (let i = 0; i < x.length; i++) {
    if (x[i] !== y[i]) return false;
  }
  return true;
}

// The expected elements appear in this order.
function isPartialView(a, b) {
  let x = a;
  let y = b;
  if (types.isDataView(a)) {
    x = bytesOf(a);
    y = bytesOf(b);
  }
  let at = 0;
  for (let i = 0; i < y.length; i++, at++) {
    while (at < x.length && x[at] !== y[i]) at++;
    if (at === x.length) return false;
  }
  return true;
}

function sameBuffers(a, b, mode) {
  const x = new Uint8Array(a);
  const y = new Uint8Array(b);
  return mode === kPartial ? isPartialView(x, y) : sameBytes(x, y);
}

function sameRegExps(a, b) {
  return a.source === b.source && a.flags === b.flags && a.lastIndex === b.lastIndex;
}

// A property that is hidden on one side must be equal and hidden on both.
function hiddenOrSame(a, b, key, mode, memos) {
  return isEnumerable(b, key) ||
    (mode === kPartial && b[key] === undefined) ||
    innerDeepEqual(a[key], b[key], mode, memos);
}

function sameErrors(a, b, mode, memos) {
  return hiddenOrSame(a, b, 'message', mode, memos) && hiddenOrSame(a, b, 'name', mode, memos) &&
    (mode === kPartial || hasOwn(a, 'cause') === hasOwn(b, 'cause')) &&
    hiddenOrSame(a, b, 'cause', mode, memos) && hiddenOrSame(a, b, 'errors', mode, memos);
}

function sameBoxed(a, b) {
  for (const { 0: is, 1: Class } of [
    [types.isNumberObject, Number], [types.isStringObject, String],
    [types.isBooleanObject, Boolean], [types.isBigIntObject, BigInt],
    [types.isSymbolObject, Symbol],
  ]) {
    if (!is(a)) continue;
    const { valueOf } = Class.prototype;
    return is(b) && Object.is(valueOf.call(a), valueOf.call(b));
  }
  return false;
}

function enumerableSymbols(object) {
  return Object.getOwnPropertySymbols(object).filter((key) => isEnumerable(object, key));
}

function checkKeys(a, b, mode, memos, iteration, keysB) {
  const isList = keysB !== undefined;
  if (!isList) keysB = Object.keys(b);
  if (keysB.length > 0) {
    for (const key of keysB) {
      if (!isEnumerable(a, key)) return false;
    }
  }
  if (!isList && mode !== kPartial && Object.keys(a).length !== keysB.length) return false;
  if (mode !== kLoose) {
    const symbolsB = enumerableSymbols(b);
    if (symbolsB.length !== 0) {
      for (const key of symbolsB) {
        if (!isEnumerable(a, key)) return false;
        if (!isList) keysB.push(key);
        else if (!keysB.includes(key)) keysB.push(key);
      }
    }
    if (mode !== kPartial && enumerableSymbols(a).length !== symbolsB.length) return false;
  }
  if (keysB.length === 0 && (iteration === kNoIterator ||
      (iteration === kIsArray && b.length === 0) || b.size === 0)) {
    return true;
  }
  return withMemo(a, b, mode, memos, iteration, keysB);
}

// Circular structures: objects being compared are remembered. Coming round to one of them on one
// side only is a difference, on both sides it is none.
function withMemo(a, b, mode, memo, iteration, keys) {
  if (memo === undefined) {
    memo = { a, b, c: undefined, d: undefined, deep: false, set: undefined };
    return compareContents(a, b, mode, memo, iteration, keys);
  }
  if (memo.set === undefined) {
    if (!memo.deep) {
      if (memo.a === a) return memo.b === b;
      if (memo.b === b) return false;
      memo.c = a;
      memo.d = b;
      memo.deep = true;
      const equal = compareContents(a, b, mode, memo, iteration, keys);
      memo.deep = false;
      return equal;
    }
    memo.set = new Set([memo.a, memo.b, memo.c, memo.d]);
  }
  const { set } = memo;
  const before = set.size;
  set.add(a);
  set.add(b);
  if (before !== set.size - 2) return before === set.size;
  const equal = compareContents(a, b, mode, memo, iteration, keys);
  set.delete(a);
  set.delete(b);
  return equal;
}

function compareContents(a, b, mode, memos, iteration, keys) {
  if (iteration === kIsSet) {
    if (!(mode === kPartial ? partialSets(a, b, memos) : equalSets(a, b, mode, memos))) {
      return false;
    }
  } else if (iteration === kIsMap) {
    if (!(mode === kPartial ? partialMaps(a, b, memos) : equalMaps(a, b, mode, memos))) {
      return false;
    }
  } else if (iteration === kIsArray) {
    if (!(mode === kPartial ? partialArrays(a, b, memos) : equalArrays(a, b, mode, memos))) {
      return false;
    }
  }
  for (const key of keys) {
    if (!innerDeepEqual(a[key], b[key], mode, memos)) return false;
  }
  return true;
}

function equalArrays(a, b, mode, memos) {
  for (let i = 0; i < b.length; i++) {
    if (hasOwn(a, i)) {
      if (!hasOwn(b, i) || !innerDeepEqual(a[i], b[i], mode, memos)) return false;
    } else if (hasOwn(b, i)) {
      return false;
    } else {
      return equalSparseArrays(a, b, mode, memos, i);
    }
  }
  return true;
}

function equalSparseArrays(a, b, mode, memos, from) {
  const keysA = Object.keys(a);
  const keysB = Object.keys(b);
  if (keysA.length !== keysB.length) return false;
  for (let i = from; i < keysA.length; i++) {
    const key = keysA[i];
    if (!hasOwn(b, key) || !innerDeepEqual(a[key], b[key], mode, memos)) return false;
  }
  return true;
}

// All expected elements in the expected order, others between them.
function partialArrays(a, b, memos) {
  let at = 0;
  for (let i = 0; i < b.length; i++, at++) {
    if (b[i] === undefined && !hasOwn(b, i)) return partialSparseArrays(a, b, memos, i);
    while (at < a.length && !innerDeepEqual(a[at], b[i], kPartial, memos)) at++;
    if (at === a.length) return false;
  }
  return true;
}

// Holes are not expected to be anywhere.
function partialSparseArrays(a, b, memos, from) {
  const keysA = Object.keys(a).slice(from);
  const keysB = Object.keys(b).slice(from);
  let at = 0;
  for (let i = 0; i < keysB.length; i++, at++) {
    while (at < keysA.length && !innerDeepEqual(a[keysA[at]], b[keysB[i]], kPartial, memos)) at++;
    if (at >= keysA.length) return false;
  }
  return true;
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

// Whether another primitive can loosely equal this one: true or false, or, for undefined and null,
// the one other value that does.
function looseAlternative(primitive) {
  switch (typeof primitive) {
    case 'undefined': return null;
    case 'object': return undefined;
    case 'symbol': return false;
    case 'string':
      return !Number.isNaN(+primitive);
    case 'number':
      return !Number.isNaN(primitive);
    default:
      return true;
  }
}

function mayHaveLooseElement(a, b, primitive) {
  const alternative = looseAlternative(primitive);
  if (alternative != null) return alternative;
  return b.has(alternative) && !a.has(alternative);
}

function equalSets(a, b, mode, memos) {
  let rest;
  for (const value of a) {
    if (!isObject(value)) {
      if (b.has(value)) continue;
      if (mode !== kLoose || !mayHaveLooseElement(a, b, value)) return false;
    }
    (rest ??= new Set()).add(value);
  }
  if (rest === undefined) return true;
  for (const value of b) {
    if (isObject(value) || (mode === kLoose && !a.has(value))) {
      if (!takeEqual(rest, value, mode, memos)) return false;
    }
  }
  return rest.size === 0;
}

// Removes one element of `set` that is equal to `expected`.
function takeEqual(set, expected, mode, memos) {
  if (isObject(expected) && set.has(expected)) {
    set.delete(expected);
    return true;
  }
  for (const value of set) {
    if (innerDeepEqual(value, expected, mode, memos)) {
      set.delete(value);
      return true;
    }
  }
  return false;
}

function partialSets(a, b, memos) {
  let rest;
  for (const value of b) {
    if (!isObject(value)) {
      if (!a.has(value)) return false;
      continue;
    }
    rest ??= new Set([...a].filter(isObject));
    if (!takeEqual(rest, value, kPartial, memos)) return false;
  }
  return true;
}

function mayHaveLooseEntry(a, b, key, value, memos) {
  const alternative = looseAlternative(key);
  if (alternative != null) return alternative;
  const other = b.get(alternative);
  return (other !== undefined || b.has(alternative)) && !a.has(alternative) &&
    innerDeepEqual(value, other, kLoose, memos);
}

function equalMaps(a, b, mode, memos) {
  let rest;
  for (const { 0: key, 1: value } of a) {
    if (!isObject(key)) {
      const other = b.get(key);
      if ((other !== undefined || b.has(key)) && innerDeepEqual(value, other, mode, memos)) {
        continue;
      }
      if (mode !== kLoose || !mayHaveLooseEntry(a, b, key, value, memos)) return false;
    }
    (rest ??= new Set()).add(key);
  }
  if (rest === undefined) return true;
  for (const { 0: key, 1: value } of b) {
    const mustTake = isObject(key) || (mode === kLoose &&
      (!a.has(key) || !innerDeepEqual(a.get(key), value, kLoose, memos)));
    if (mustTake && !takeEqualEntry(rest, a, key, value, mode, memos)) return false;
  }
  return rest.size === 0;
}

function takeEqualEntry(set, map, expectedKey, expectedValue, mode, memos) {
  for (const key of set) {
    if (innerDeepEqual(key, expectedKey, mode, memos) &&
        innerDeepEqual(map.get(key), expectedValue, mode, memos)) {
      set.delete(key);
      return true;
    }
  }
  return false;
}

function partialMaps(a, b, memos) {
  let rest;
  for (const { 0: key, 1: value } of b) {
    if (!isObject(key)) {
      if (!a.has(key) || !innerDeepEqual(a.get(key), value, kPartial, memos)) return false;
      continue;
    }
    rest ??= new Set([...a.keys()].filter(isObject));
    if (!takeEqualEntry(rest, a, key, value, kPartial, memos)) return false;
  }
  return true;
}

module.exports = { isDeepEqual, isDeepStrictEqual, isPartialStrictEqual };
