'use strict';

// Features of the language that the engine lacks, from core-js, each only if it is missing. Runs
// once, when the start-up snapshot is made, before anything else keeps references to the
// originals.

const native = internalBinding('language');

const { prototype: typedArray } = Object.getPrototypeOf(Uint8Array);
const arrayIterator = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

// [is it there?, modules of core-js]
const features = [
  [() => Array.prototype.toSorted, 'array.to-reversed', 'array.to-sorted', 'array.to-spliced',
   'array.with'],
  [() => typedArray.toSorted, 'typed-array.to-reversed', 'typed-array.to-sorted',
   'typed-array.with'],
  [() => Symbol.dispose, 'symbol.dispose', 'symbol.async-dispose'],
  [() => Array.fromAsync, 'array.from-async'],
  [() => Object.groupBy, 'object.group-by', 'map.group-by'],
  [() => Set.prototype.union, 'set.difference.v2', 'set.intersection.v2',
   'set.is-disjoint-from.v2', 'set.is-subset-of.v2', 'set.is-superset-of.v2',
   'set.symmetric-difference.v2', 'set.union.v2'],
  [() => arrayIterator.map, 'iterator.constructor', 'iterator.drop', 'iterator.every',
   'iterator.filter', 'iterator.find', 'iterator.flat-map', 'iterator.for-each', 'iterator.from',
   'iterator.map', 'iterator.reduce', 'iterator.some', 'iterator.take', 'iterator.to-array'],
  [() => globalThis.DisposableStack, 'suppressed-error.constructor',
   'disposable-stack.constructor', 'async-disposable-stack.constructor', 'iterator.dispose',
   'async-iterator.async-dispose'],
  [() => Promise.withResolvers, 'promise.with-resolvers'],
  [() => Promise.try, 'promise.try'],
  [() => RegExp.escape, 'regexp.escape'],
  [() => String.prototype.isWellFormed, 'string.is-well-formed', 'string.to-well-formed'],
  [() => Uint8Array.fromBase64, 'uint8-array.from-base64', 'uint8-array.from-hex',
   'uint8-array.set-from-base64', 'uint8-array.set-from-hex', 'uint8-array.to-base64',
   'uint8-array.to-hex'],
  [() => Math.f16round, 'math.f16round', 'data-view.get-float16', 'data-view.set-float16'],
];

function defineMethod(target, name, method) {
  Object.defineProperty(target, name, {
    __proto__: null, value: method, writable: true, configurable: true, enumerable: false,
  });
}

// Native work: core-js can only copy where the engine can hand the memory over.
function defineBufferTransfer() {
  const { prototype } = ArrayBuffer;
  if (prototype.transfer !== undefined) return;
  const methods = {
    transfer(newLength) {
      return transferBuffer(this, newLength, 'transfer');
    },
    transferToFixedLength(newLength) {
      return transferBuffer(this, newLength, 'transferToFixedLength');
    },
    get detached() {
      return native.isDetached(this);
    },
  };
  // Optional parameters do not count: transfer.length is 0.
  for (const name of ['transfer', 'transferToFixedLength']) {
    Object.defineProperty(methods[name], 'length', {
      __proto__: null, value: 0, configurable: true,
    });
    defineMethod(prototype, name, methods[name]);
  }
  Object.defineProperty(prototype, 'detached', {
    __proto__: null,
    get: Object.getOwnPropertyDescriptor(methods, 'detached').get,
    configurable: true,
    enumerable: false,
  });
}

function transferBuffer(buffer, newLength, name) {
  let length;
  if (newLength !== undefined) {
    length = Math.trunc(Number(newLength)) || 0;
    if (length < 0 || length > Number.MAX_SAFE_INTEGER) {
      throw new RangeError('Invalid array buffer length');
    }
  }
  if (native.isDetached(buffer)) {
    throw new TypeError(`Cannot perform ArrayBuffer.prototype.${name} on a detached ArrayBuffer`);
  }
  return native.transferBuffer(buffer, length);
}

// JSON.rawJSON needs a JSON.stringify written in JavaScript, much slower than the engine's. The
// engine's stays in use until the first raw value is made.
function defineRawJson() {
  if (JSON.rawJSON !== undefined) return;
  const { stringify: nativeStringify } = JSON;
  let current = nativeStringify;
  const install = () => {
    delete JSON.rawJSON;
    delete JSON.isRawJSON;
    const { stringify: wrapper } = JSON;
    JSON.stringify = nativeStringify;
    for (const name of ['raw-json', 'is-raw-json', 'stringify']) {
      require(`npm:core-js/modules/es.json.${name}`);
    }
    current = JSON.stringify;
    JSON.stringify = wrapper;
  };
  const { isRawJSON, rawJSON, stringify } = {
    isRawJSON(value) {
      return false;  // nothing has made one yet
    },
    rawJSON(text) {
      install();
      return JSON.rawJSON(text);
    },
    stringify(value, replacer, space) {
      return current(value, replacer, space);
    },
  };
  defineMethod(JSON, 'isRawJSON', isRawJSON);
  defineMethod(JSON, 'rawJSON', rawJSON);
  defineMethod(JSON, 'stringify', stringify);
}

if (Error.isError === undefined) {
  const { isError } = { isError(value) { return native.isError(value); } };
  defineMethod(Error, 'isError', isError);
}
defineBufferTransfer();
defineRawJson();

const { has } = internalBinding('builtins');
for (const [isPresent, ...modules] of features) {
  if (isPresent()) continue;
  for (const name of modules) {
    // A build without the npm packages still starts: tools that make the snapshot need it.
    if (has(`npm:core-js/modules/es.${name}`)) require(`npm:core-js/modules/es.${name}`);
  }
}
// core-js's own registry; an application's copy of core-js then has one of its own.
delete globalThis['__core-js_shared__'];
