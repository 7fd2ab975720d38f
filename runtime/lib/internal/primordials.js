'use strict';

// Copies of the language's own functions, taken before any user code runs, for the few places where
// a patched prototype must not change what the runtime does. Names follow Node's:
// ArrayPrototypePush, ObjectDefineProperty, SafeMap...

const { apply } = Reflect;
const { bind, call } = Function.prototype;
const uncurryThis = bind.bind(call);
const applyBind = bind.bind(Function.prototype.apply);

const copies = { __proto__: null, uncurryThis, applyBind };

function keyName(key) {
  return typeof key === 'symbol'
    ? `Symbol${key.description[7].toUpperCase()}${key.description.slice(8)}`
    : `${key[0].toUpperCase()}${key.slice(1)}`;
}

function copy(source, prefix, wrap) {
  for (const key of Reflect.ownKeys(source)) {
    if (typeof key === 'symbol' && !key.description.startsWith('Symbol.')) continue;
    const descriptor = Reflect.getOwnPropertyDescriptor(source, key);
    const name = keyName(key);
    if (descriptor.get !== undefined) {
      copies[`${prefix}Get${name}`] = uncurryThis(descriptor.get);
    } else if (typeof descriptor.value === 'function') {
      copies[`${prefix}${name}`] = wrap(descriptor.value);
    } else {
      copies[`${prefix}${name}`] = descriptor.value;
    }
  }
}

for (const name of ['Atomics', 'JSON', 'Math', 'Proxy', 'Reflect']) {
  const source = globalThis[name];
  // V8 adds Atomics only after the start-up snapshot is loaded.
  if (source === undefined) continue;
  copy(source, name, (fn) => fn);
}
for (const name of [
  'Array', 'ArrayBuffer', 'BigInt', 'Boolean', 'DataView', 'Date', 'Error', 'Function', 'Map',
  'Number', 'Object', 'Promise', 'RegExp', 'Set', 'String', 'Symbol', 'Uint8Array', 'WeakMap',
  'WeakRef', 'WeakSet', 'FinalizationRegistry',
]) {
  const Class = globalThis[name];
  copies[name] = Class;
  copy(Class, name, (fn) => (name === 'Promise' ? fn.bind(Class) : fn));
  copy(Class.prototype, `${name}Prototype`, uncurryThis);
}
const TypedArray = Reflect.getPrototypeOf(Uint8Array);
copies.TypedArray = TypedArray;
copy(TypedArray.prototype, 'TypedArrayPrototype', uncurryThis);
copies.Proxy = Proxy;
copies.AggregateError = AggregateError;
copies.ReflectApply = apply;

// A subclass whose methods are its own, so that patching Map.prototype does not reach it.
function makeSafe(Unsafe, Safe) {
  for (const key of Reflect.ownKeys(Unsafe.prototype)) {
    if (Object.hasOwn(Safe.prototype, key)) continue;
    const descriptor = Reflect.getOwnPropertyDescriptor(Unsafe.prototype, key);
    Reflect.defineProperty(Safe.prototype, key, descriptor);
  }
  Object.setPrototypeOf(Safe.prototype, null);
  Object.freeze(Safe.prototype);
  return Safe;
}
copies.makeSafe = makeSafe;
copies.SafeMap = makeSafe(Map, class SafeMap extends Map {});
copies.SafeSet = makeSafe(Set, class SafeSet extends Set {});
copies.SafeWeakMap = makeSafe(WeakMap, class SafeWeakMap extends WeakMap {});
copies.SafeWeakSet = makeSafe(WeakSet, class SafeWeakSet extends WeakSet {});
copies.SafeWeakRef = WeakRef;
copies.SafeFinalizationRegistry = FinalizationRegistry;
copies.hardenRegExp = (pattern) => pattern;

module.exports = Object.freeze(copies);
