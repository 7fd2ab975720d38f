'use strict';

// util.inspect: walks a value and decides how each kind of object is shown. The formatters of the
// single kinds are in inspect_types, errors in inspect_errors, text and layout in inspect_text.

const {
  ALL_PROPERTIES,
  ONLY_ENUMERABLE,
  getConstructorName: nativeConstructorName,
  getProxyDetails,
} = internalBinding('util');
const { customInspectSymbol } = require('internal/util');
const { isStackOverflowError } = require('internal/errors');
const types = require('internal/util/types');
const text = require('internal/util/inspect_text');
const {
  escapeName,
  formatPrimitive,
  kArrayExtrasType,
  kArrayType,
  kObjectType,
  reduceToSingleString,
  strEscape,
  stylizeNoColor,
  stylizeWithColor,
} = text;

const inspectDefaultOptions = Object.seal({
  showHidden: false,
  depth: 2,
  colors: false,
  customInspect: true,
  showProxy: false,
  maxArrayLength: 100,
  maxStringLength: 10000,
  breakLength: 80,
  compact: 3,
  sorted: false,
  getters: false,
  numericSeparator: false,
});

// The formatter modules below use these while they load.
Object.assign(exports, {
  className,
  formatProperty,
  formatValue,
  getKeys,
  getPrefix,
  inspect,
  inspectDefaultOptions,
});
const kinds = require('internal/util/inspect_types');

// Names of the language's own classes; their prototypes end the list of inherited properties.
const builtInObjects = new Set(
  Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z][a-zA-Z0-9]+$/.test(name)));

const { keys: objectKeys, getOwnPropertyNames, getOwnPropertySymbols } = Object;
const kIdentifier = /^[a-zA-Z_][a-zA-Z_0-9]*$/;

function inspect(value, options) {
  const ctx = {
    written: 0,
    indentationLvl: 0,
    seen: [],
    currentDepth: 0,
    stylize: stylizeNoColor,
    ...inspectDefaultOptions,
  };
  if (arguments.length > 1) {
    // The old form: inspect(value, showHidden, depth, colors).
    if (arguments.length > 2) {
      if (arguments[2] !== undefined) ctx.depth = arguments[2];
      if (arguments.length > 3 && arguments[3] !== undefined) ctx.colors = arguments[3];
    }
    if (typeof options === 'boolean') {
      ctx.showHidden = options;
    } else if (options) {
      for (const key of Object.keys(options)) {
        // Options of custom inspect functions travel along.
        if (Object.hasOwn(inspectDefaultOptions, key) || key === 'stylize') {
          ctx[key] = options[key];
        } else {
          ctx.userOptions ??= options;
        }
      }
    }
  }
  if (ctx.colors) ctx.stylize = stylizeWithColor;
  if (ctx.maxArrayLength === null) ctx.maxArrayLength = Infinity;
  if (ctx.maxStringLength === null) ctx.maxStringLength = Infinity;
  return formatValue(ctx, value, 0);
}
inspect.custom = customInspectSymbol;

Object.defineProperty(inspect, 'defaultOptions', {
  __proto__: null,
  get() { return inspectDefaultOptions; },
  set(options) {
    require('internal/validators').validateObject(options, 'options');
    Object.assign(inspectDefaultOptions, options);
  },
});
inspect.colors = text.colors;
inspect.styles = text.styles;

// What a custom inspect function gets as its options. Values of another realm must not receive
// functions or objects of this one.
function getUserOptions(ctx, isCrossContext) {
  const options = { stylize: ctx.stylize };
  for (const key of Object.keys(inspectDefaultOptions)) options[key] = ctx[key];
  Object.assign(options, ctx.userOptions);
  if (!isCrossContext) return options;
  Object.setPrototypeOf(options, null);
  for (const key of Object.keys(options)) {
    const value = options[key];
    if ((typeof value === 'object' || typeof value === 'function') && value !== null) {
      delete options[key];
    }
  }
  options.stylize = Object.setPrototypeOf((value, flavour) => {
    let stylized;
    try {
      stylized = `${ctx.stylize(value, flavour)}`;
    } catch {
      // A throwing stylize function means: no style.
    }
    return typeof stylized === 'string' ? stylized : value;
  }, null);
  return options;
}

function formatValue(ctx, value, recurseTimes, typedArray) {
  if (typeof value !== 'object' && typeof value !== 'function') {
    return formatPrimitive(ctx.stylize, value, ctx);
  }
  if (value === null) return ctx.stylize('null', 'null');

  const context = value;
  const proxy = getProxyDetails(value, !!ctx.showProxy);
  if (proxy !== undefined) {
    if (proxy === null || (ctx.showProxy && proxy[0] === null)) {
      return ctx.stylize('<Revoked Proxy>', 'special');
    }
    if (ctx.showProxy) return kinds.formatProxy(ctx, proxy, recurseTimes);
    value = proxy;
  }

  if (ctx.customInspect) {
    const custom = value[customInspectSymbol];
    if (typeof custom === 'function' && custom !== inspect && !isPrototypeObject(value)) {
      const depth = ctx.depth === null ? null : ctx.depth - recurseTimes;
      const isCrossContext = proxy !== undefined || !(context instanceof Object);
      const result = Reflect.apply(custom, context,
                                   [depth, getUserOptions(ctx, isCrossContext), inspect]);
      // Returning itself asks for the usual form.
      if (result !== context) {
        const shown = typeof result !== 'object'
          ? `${result}`
          : formatValue(ctx, result, recurseTimes);
        return shown.replaceAll('\n', `\n${' '.repeat(ctx.indentationLvl)}`);
      }
    }
  }

  if (ctx.seen.includes(value)) {
    let index = 1;
    if (ctx.circular === undefined) {
      ctx.circular = new Map([[value, index]]);
    } else {
      index = ctx.circular.get(value);
      if (index === undefined) {
        index = ctx.circular.size + 1;
        ctx.circular.set(value, index);
      }
    }
    return ctx.stylize(`[Circular *${index}]`, 'special');
  }
  return formatRaw(ctx, value, recurseTimes, typedArray);
}

// A class's prototype carries the class's inspect method without being an instance.
function isPrototypeObject(value) {
  const constructor = Object.hasOwn(value, 'constructor') ? value.constructor : undefined;
  return constructor && constructor.prototype === value;
}

function getKeys(value, showHidden) {
  const symbols = getOwnPropertySymbols(value);
  if (showHidden) return [...getOwnPropertyNames(value), ...symbols];
  let keys;
  try {
    keys = objectKeys(value);
  } catch (error) {
    // A module namespace with a binding that is not initialised yet.
    if (!types.isModuleNamespaceObject(value)) throw error;
    keys = getOwnPropertyNames(value);
  }
  if (symbols.length !== 0) {
    for (const symbol of symbols) {
      if (Object.prototype.propertyIsEnumerable.call(value, symbol)) keys.push(symbol);
    }
  }
  return keys;
}

// "Foo(2) [tag] ", "[Foo: null prototype] ".
function getPrefix(constructor, tag, fallback, size = '') {
  if (constructor === null) {
    return tag !== '' && fallback !== tag
      ? `[${fallback}${size}: null prototype] [${tag}] `
      : `[${fallback}${size}: null prototype] `;
  }
  return tag !== '' && !namesTag(constructor, tag)
    ? `${constructor}${size} [${tag}] `
    : `${constructor}${size} `;
}

// "Set" tells nothing new about a SetSubclass or a MySet.
function namesTag(constructor, tag) {
  let at = constructor.indexOf(tag);
  while (at !== -1) {
    const next = constructor[at + tag.length];
    if (next === undefined || (next >= 'A' && next <= 'Z')) return true;
    at = constructor.indexOf(tag, at + 1);
  }
  return false;
}

// Without a prototype, the engine may still know what made the object.
function className(value, constructor, tag) {
  if (constructor !== null) return 'Object';
  const name = nativeConstructorName(value);
  // V8 10 takes the tag for the name where it finds one.
  return name === tag ? 'Object' : name;
}

function isInstanceof(object, constructor) {
  try {
    return object instanceof constructor;
  } catch {
    return false;
  }
}

function getConstructorName(object, ctx, recurseTimes, protoProps) {
  let firstProto;
  const start = object;
  while (object) {
    const descriptor = Object.getOwnPropertyDescriptor(object, 'constructor');
    if (descriptor !== undefined && typeof descriptor.value === 'function' &&
        descriptor.value.name !== '' && isInstanceof(start, descriptor.value)) {
      if (protoProps !== undefined &&
          (firstProto !== object || !builtInObjects.has(descriptor.value.name))) {
        addPrototypeProperties(ctx, start, firstProto || start, recurseTimes, protoProps);
      }
      return String(descriptor.value.name);
    }
    object = Object.getPrototypeOf(object);
    if (firstProto === undefined) firstProto = object;
  }
  if (firstProto === null) return null;
  const name = nativeConstructorName(start);
  if (recurseTimes > ctx.depth && ctx.depth !== null) return `${name} <Complex prototype>`;
  const parent = getConstructorName(firstProto, ctx, recurseTimes + 1, protoProps);
  if (parent === null) {
    return `${name} <${inspect(firstProto, { ...ctx, customInspect: false, depth: -1 })}>`;
  }
  return `${name} <${parent}>`;
}

// With showHidden, what instances inherit from up to three non-builtin prototypes.
function addPrototypeProperties(ctx, main, object, recurseTimes, output) {
  let depth = 0;
  let keys;
  let keySet;
  do {
    if (depth !== 0 || main === object) {
      object = Object.getPrototypeOf(object);
      if (object === null) break;
      const descriptor = Object.getOwnPropertyDescriptor(object, 'constructor');
      if (descriptor !== undefined && typeof descriptor.value === 'function' &&
          builtInObjects.has(descriptor.value.name)) {
        break;
      }
    }
    if (depth === 0) keySet = new Set();
    else for (const key of keys) keySet.add(key);
    keys = Reflect.ownKeys(object);
    ctx.seen.push(main);
    for (const key of keys) {
      if (key === 'constructor' || Object.hasOwn(main, key) || (depth !== 0 && keySet.has(key))) {
        continue;
      }
      const descriptor = Object.getOwnPropertyDescriptor(object, key);
      if (typeof descriptor.value === 'function') continue;
      const shown = formatProperty(
        ctx, object, recurseTimes, key, kObjectType, descriptor, main);
      output.push(ctx.colors ? `\u001b[2m${shown}\u001b[22m` : shown);
    }
    ctx.seen.pop();
  } while (++depth !== 3);
}

function formatRaw(ctx, value, recurseTimes, typedArray) {
  let protoProps;
  if (ctx.showHidden && (recurseTimes <= ctx.depth || ctx.depth === null)) protoProps = [];
  const constructor = getConstructorName(value, ctx, recurseTimes, protoProps);
  if (protoProps !== undefined && protoProps.length === 0) protoProps = undefined;

  let tag;
  try {
    tag = value[Symbol.toStringTag];
  } catch {
    // A throwing getter gives no tag.
  }
  // A tag that is a visible property of its own is listed there.
  if (typeof tag !== 'string' || (tag !== '' && (ctx.showHidden
    ? Object.hasOwn(value, Symbol.toStringTag)
    : Object.prototype.propertyIsEnumerable.call(value, Symbol.toStringTag)))) {
    tag = '';
  }
  const filter = ctx.showHidden ? ALL_PROPERTIES : ONLY_ENUMERABLE;
  const shape = { base: '', braces: ['{', '}'], keys: undefined, formatter: undefined,
                  inherited: undefined, extrasType: kObjectType };
  const done = kinds.describe(ctx, value, {
    constructor, tag, filter, recurseTimes, typedArray, bare: protoProps === undefined,
  }, shape);
  if (done !== undefined) return done;

  if (recurseTimes > ctx.depth && ctx.depth !== null) {
    const name = getPrefix(constructor, tag, className(value, constructor, tag)).slice(0, -1);
    return ctx.stylize(constructor !== null ? `[${name}]` : name, 'special');
  }
  return formatEntries(ctx, value, recurseTimes + 1, constructor, tag, protoProps, shape);
}

function formatEntries(ctx, value, recurseTimes, constructor, tag, protoProps, shape) {
  const { keys, braces, extrasType } = shape;
  let { base } = shape;
  let output;
  ctx.seen.push(value);
  ctx.currentDepth = recurseTimes;
  const { indentationLvl } = ctx;
  try {
    output = shape.formatter === undefined ? [] : shape.formatter(ctx, value, recurseTimes);
    if (shape.inherited !== undefined) {
      for (const key of shape.inherited) {
        output.push(formatInherited(ctx, value, recurseTimes, key));
      }
    }
    for (let i = 0; i < keys.length; i++) {
      output.push(formatProperty(ctx, value, recurseTimes, keys[i], extrasType));
    }
    if (protoProps !== undefined) output.push(...protoProps);
  } catch (error) {
    if (!isStackOverflowError(error)) throw error;
    const name = getPrefix(constructor, tag, className(value, constructor, tag)).slice(0, -1);
    ctx.seen.pop();
    ctx.indentationLvl = indentationLvl;
    return ctx.stylize(`[${name}: Inspection interrupted prematurely. ` +
                       'Maximum call stack size exceeded.]', 'special');
  }
  if (ctx.circular !== undefined) {
    const index = ctx.circular.get(value);
    if (index !== undefined) {
      const reference = ctx.stylize(`<ref *${index}>`, 'special');
      if (ctx.compact !== true) base = base === '' ? reference : `${reference} ${base}`;
      else braces[0] = `${reference} ${braces[0]}`;
    }
  }
  ctx.seen.pop();

  if (ctx.sorted) sortEntries(ctx, output, keys.length, extrasType);

  const result = reduceToSingleString(ctx, output, base, braces, extrasType, recurseTimes, value);
  // Very large results stop going deeper.
  ctx.written += result.length;
  if (ctx.written > 2 ** 27) ctx.depth = -1;
  return result;
}

// A getter of the prototype that is worth showing, in brackets as hidden properties are.
function formatInherited(ctx, value, recurseTimes, key) {
  ctx.indentationLvl += 2;
  let property;
  try {
    property = value[key];
  } catch {
    // A view on a detached buffer has no offset and no length.
    property = key === 'byteLength' ? 0 : undefined;
  }
  const shown = formatValue(ctx, property, recurseTimes);
  ctx.indentationLvl -= 2;
  return `${ctx.stylize(`[${key}]`, 'string')}: ${shown}`;
}

function sortEntries(ctx, output, keyCount, extrasType) {
  const comparator = ctx.sorted === true ? undefined : ctx.sorted;
  if (extrasType === kObjectType) {
    output.sort(comparator);
  } else if (keyCount > 1) {
    const sorted = output.slice(output.length - keyCount).sort(comparator);
    output.splice(output.length - keyCount, keyCount, ...sorted);
  }
}

function formatProperty(ctx, value, recurseTimes, key, type, descriptor, original = value) {
  let extra = ' ';
  descriptor ??= Object.getOwnPropertyDescriptor(value, key) ??
    { value: value[key], configurable: true, enumerable: true };
  let shown;
  if (descriptor.value !== undefined) {
    const diff = ctx.compact !== true || type !== kObjectType ? 2 : 3;
    ctx.indentationLvl += diff;
    shown = formatValue(ctx, descriptor.value, recurseTimes);
    if (diff === 3 && ctx.breakLength < text.getStringWidth(shown, ctx.colors)) {
      extra = `\n${' '.repeat(ctx.indentationLvl)}`;
    }
    ctx.indentationLvl -= diff;
  } else if (descriptor.get !== undefined) {
    shown = formatGetter(ctx, descriptor, original, recurseTimes);
  } else if (descriptor.set !== undefined) {
    shown = ctx.stylize('[Setter]', 'special');
  } else {
    shown = ctx.stylize('undefined', 'undefined');
  }
  if (type === kArrayType) return shown;
  return `${formatKey(ctx, key, descriptor)}:${extra}${shown}`;
}

function formatKey(ctx, key, descriptor) {
  let name;
  if (typeof key === 'symbol') {
    name = ctx.stylize(escapeName(Symbol.prototype.toString.call(key)), 'symbol');
  } else if (key === '__proto__') {
    name = "['__proto__']";
  } else if (kIdentifier.test(key)) {
    name = ctx.stylize(key, 'name');
  } else {
    name = ctx.stylize(strEscape(key), 'string');
  }
  return descriptor.enumerable === false ? `[${name}]` : name;
}

function formatGetter(ctx, descriptor, original, recurseTimes) {
  const { stylize } = ctx;
  const label = descriptor.set !== undefined ? 'Getter/Setter' : 'Getter';
  const wanted = ctx.getters === true ||
    (ctx.getters === 'get' && descriptor.set === undefined) ||
    (ctx.getters === 'set' && descriptor.set !== undefined);
  if (!wanted) return stylize(`[${label}]`, 'special');
  const open = stylize(`[${label}:`, 'special');
  const close = stylize(']', 'special');
  const { indentationLvl } = ctx;
  try {
    const value = Reflect.apply(descriptor.get, original, []);
    if (value === null) return `${open} ${stylize('null', 'null')}${close}`;
    ctx.indentationLvl += 2;
    const shown = typeof value === 'object'
      ? `${stylize(`[${label}]`, 'special')} ${formatValue(ctx, value, recurseTimes)}`
      : `${open} ${formatPrimitiveOrFunction(ctx, value, recurseTimes)}${close}`;
    ctx.indentationLvl -= 2;
    return shown;
  } catch (error) {
    ctx.indentationLvl = indentationLvl + 2;
    const shown = formatValue(ctx, error, recurseTimes);
    ctx.indentationLvl = indentationLvl;
    return `${open} <Inspection threw (${shown})>${close}`;
  }
}

function formatPrimitiveOrFunction(ctx, value, recurseTimes) {
  return typeof value === 'function'
    ? formatValue(ctx, value, recurseTimes)
    : formatPrimitive(ctx.stylize, value, ctx);
}

function identicalSequenceRange(a, b) {
  return require('internal/util/inspect_errors').identicalSequenceRange(a, b);
}

Object.assign(exports, {
  builtInObjects,
  colors: text.colors,
  escapeName,
  getStringWidth: text.getStringWidth,
  identicalSequenceRange,
  kArrayExtrasType,
  strEscape,
  stripVTControlCharacters: text.stripVTControlCharacters,
  stylizeNoColor,
  stylizeWithColor,
  // util.format lives beside; both names are wanted together.
  format(...args) {
    return require('internal/util/format').formatWithOptionsInternal(undefined, args);
  },
  formatWithOptions(options, ...args) {
    return require('internal/util/format').formatWithOptions(options, ...args);
  },
});
