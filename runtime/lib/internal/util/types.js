'use strict';

// util.types: what a value really is, whatever its prototype or toStringTag says. Exotic objects
// are told apart by the engine; views by their internal slots.

const { kBrand } = require('internal/util');
const native = internalBinding('types');

const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype);
const getTag = Function.prototype.call.bind(
  Object.getOwnPropertyDescriptor(TypedArrayPrototype, Symbol.toStringTag).get);

function isTypedArray(value) {
  return getTag(value) !== undefined;
}

const views = {};
for (const name of [
  'Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'Int8Array', 'Int16Array',
  'Int32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array',
]) {
  views[`is${name}`] = { [`is${name}`](value) { return getTag(value) === name; } }[`is${name}`];
}

const isArrayBufferView = ArrayBuffer.isView;

function isDataView(value) {
  return ArrayBuffer.isView(value) && getTag(value) === undefined;
}

module.exports = {
  ...native,
  isArrayBufferView,
  isDataView,
  isTypedArray,
  ...views,
};

// Classes of ours mark their instances: object[kBrand] = 'KeyObject'.
for (const name of ['KeyObject', 'CryptoKey']) {
  module.exports[`is${name}`] = { [`is${name}`](value) {
    return typeof value === 'object' && value !== null && value[kBrand] === name;
  } }[`is${name}`];
}
