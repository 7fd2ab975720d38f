'use strict';

// How util.inspect shows each kind of object. `describe` fills a shape (braces, base text, keys,
// entry formatter) or returns the finished text of something that has nothing more to show.

const {
  kPending,
  kRejected,
  getExternalValue,
  getOwnNonIndexProperties,
  getPromiseDetails,
  previewEntries,
} = internalBinding('util');
const types = require('internal/util/types');
const {
  className,
  formatProperty,
  formatValue,
  getKeys,
  getPrefix,
} = require('internal/util/inspect');
const {
  formatBigInt,
  formatNumber,
  formatPrimitive,
  kArrayExtrasType,
  kArrayType,
  kObjectType,
  reduceToSingleString,
  remainingText,
  stylizeNoColor,
} = require('internal/util/inspect_text');

const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype);
const typedArrayTag = Object.getOwnPropertyDescriptor(TypedArrayPrototype, Symbol.toStringTag).get;
const typedArrayLength = Object.getOwnPropertyDescriptor(TypedArrayPrototype, 'length').get;
const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, 'size').get;
const setSize = Object.getOwnPropertyDescriptor(Set.prototype, 'size').get;

function describe(ctx, value, facts, shape) {
  if (Symbol.iterator in value || facts.constructor === null) {
    const found = describeIterable(ctx, value, facts, shape);
    if (found !== kNotThis) return found;
  }
  return describeOther(ctx, value, facts, shape);
}

const kNotThis = Symbol('kNotThis');

function describeIterable(ctx, value, facts, shape) {
  const { constructor, tag, filter, bare } = facts;
  if (Array.isArray(value)) {
    const prefix = constructor !== 'Array' || tag !== ''
      ? getPrefix(constructor, tag, 'Array', `(${value.length})`)
      : '';
    shape.keys = getOwnNonIndexProperties(value, filter);
    shape.braces = [`${prefix}[`, ']'];
    if (value.length === 0 && shape.keys.length === 0 && bare) return `${shape.braces[0]}]`;
    shape.extrasType = kArrayExtrasType;
    shape.formatter = formatArray;
    return undefined;
  }
  if (types.isSet(value) || types.isMap(value)) {
    const isSet = types.isSet(value);
    const size = Reflect.apply(isSet ? setSize : mapSize, value, []);
    const prefix = getPrefix(constructor, tag, isSet ? 'Set' : 'Map', `(${size})`);
    shape.keys = getKeys(value, ctx.showHidden);
    shape.formatter = isSet ? formatSet : formatMap;
    if (size === 0 && shape.keys.length === 0 && bare) return `${prefix}{}`;
    shape.braces = [`${prefix}{`, '}'];
    return undefined;
  }
  if (types.isTypedArray(value)) {
    shape.keys = getOwnNonIndexProperties(value, filter);
    const fallback = constructor === null ? Reflect.apply(typedArrayTag, value, []) : '';
    const size = Reflect.apply(typedArrayLength, value, []);
    shape.braces = [`${getPrefix(constructor, tag, fallback, `(${size})`)}[`, ']'];
    if (size === 0 && shape.keys.length === 0 && !ctx.showHidden) return `${shape.braces[0]}]`;
    const bound = constructor === null ? new globalThis[fallback](value) : value;
    shape.formatter = (context, object, recurseTimes) => {
      return formatTypedArray(context, bound, size, recurseTimes);
    };
    shape.extrasType = kArrayExtrasType;
    return undefined;
  }
  const isMapIterator = types.isMapIterator(value);
  if (isMapIterator || types.isSetIterator(value)) {
    shape.keys = getKeys(value, ctx.showHidden);
    shape.braces = getIteratorBraces(isMapIterator ? 'Map' : 'Set', tag);
    shape.formatter = (context, object, recurseTimes) => {
      return formatIterator(shape.braces, context, object, recurseTimes);
    };
    return undefined;
  }
  return kNotThis;
}

function getIteratorBraces(type, tag) {
  if (tag !== `${type} Iterator`) {
    if (tag !== '') tag += '] [';
    tag += `${type} Iterator`;
  }
  return [`[${tag}] {`, '}'];
}

function describeOther(ctx, value, facts, shape) {
  const { constructor, tag, bare, typedArray } = facts;
  const keys = shape.keys = getKeys(value, ctx.showHidden);
  const nothingElse = () => shape.keys.length === 0 && bare;
  const prefixed = (fallback) => [`${getPrefix(constructor, tag, fallback)}{`, '}'];

  if (typeof value === 'function') {
    shape.base = getFunctionBase(ctx, value, constructor, tag);
    if (nothingElse()) return ctx.stylize(shape.base, 'special');
  } else if (types.isArgumentsObject(value)) {
    shape.braces[0] = `${constructor === null ? '[Arguments: null prototype]' : '[Arguments]'} {`;
    if (nothingElse()) return `${shape.braces[0]}}`;
  } else if (constructor === 'Object') {
    if (tag !== '') shape.braces = prefixed('Object');
    if (nothingElse()) return `${shape.braces[0]}}`;
  } else if (types.isRegExp(value)) {
    return describeRegExp(ctx, value, facts, shape);
  } else if (types.isDate(value)) {
    shape.base = getDateBase(value, constructor, tag);
    if (nothingElse()) return ctx.stylize(shape.base, 'date');
  } else if (types.isNativeError(value) || value instanceof Error) {
    const { formatError } = require('internal/util/inspect_errors');
    shape.base = formatError(value, constructor, tag, ctx, keys);
    if (nothingElse()) return shape.base;
  } else if (types.isAnyArrayBuffer(value)) {
    const name = types.isArrayBuffer(value) ? 'ArrayBuffer' : 'SharedArrayBuffer';
    shape.braces = prefixed(name);
    if (typedArray === undefined) {
      shape.formatter = formatArrayBuffer;
    } else if (nothingElse()) {
      const length = formatNumber(ctx.stylize, value.byteLength, false);
      return `${shape.braces[0]} ${ctx.stylize('[byteLength]', 'string')}: ${length} }`;
    }
    shape.inherited = ['byteLength'];
  } else if (types.isDataView(value)) {
    shape.braces = prefixed('DataView');
    shape.inherited = ['byteLength', 'byteOffset', 'buffer'];
  } else if (types.isPromise(value)) {
    shape.braces = prefixed('Promise');
    shape.formatter = formatPromise;
  } else if (types.isWeakSet(value)) {
    shape.braces = prefixed('WeakSet');
    shape.formatter = ctx.showHidden ? formatWeakSet : formatWeakCollection;
  } else if (types.isWeakMap(value)) {
    shape.braces = prefixed('WeakMap');
    shape.formatter = ctx.showHidden ? formatWeakMap : formatWeakCollection;
  } else if (types.isModuleNamespaceObject(value)) {
    shape.braces = prefixed('Module');
    const names = shape.keys;
    shape.keys = [];
    shape.formatter = (context, object, depth) => {
      return names.map((name) => formatNamespaceProperty(context, object, depth, name));
    };
  } else if (types.isBoxedPrimitive(value)) {
    shape.base = getBoxedBase(value, ctx, keys, constructor, tag);
    if (nothingElse()) return shape.base;
  } else if (constructor === 'URL' && tag === 'URL' && typeof value.href === 'string') {
    shape.base = value.href;
    if (nothingElse()) return shape.base;
  } else {
    if (nothingElse()) {
      if (types.isExternal(value)) {
        return ctx.stylize(`[External: ${getExternalValue(value).toString(16)}]`, 'special');
      }
      return `${getPrefix(constructor, tag, className(value, constructor, tag))}{}`;
    }
    shape.braces = prefixed(className(value, constructor, tag));
  }
  return undefined;
}

function describeRegExp(ctx, value, { constructor, tag, bare, recurseTimes }, shape) {
  const source = constructor !== null ? value : new RegExp(value);
  const prefix = getPrefix(constructor, tag, 'RegExp');
  const text = RegExp.prototype.toString.call(source);
  shape.base = prefix !== 'RegExp ' ? `${prefix}${text}` : text;
  const tooDeep = recurseTimes > ctx.depth && ctx.depth !== null;
  if ((shape.keys.length === 0 && bare) || tooDeep) return ctx.stylize(shape.base, 'regexp');
  return undefined;
}

function getDateBase(value, constructor, tag) {
  const text = Number.isNaN(Date.prototype.getTime.call(value))
    ? Date.prototype.toString.call(value)
    : Date.prototype.toISOString.call(value);
  const prefix = getPrefix(constructor, tag, 'Date');
  return prefix !== 'Date ' ? `${prefix}${text}` : text;
}

const kComments = /(\/\/.*?\n)|(\/\*(.|\n)*?\*\/)/g;

function getFunctionBase(ctx, value, constructor, tag) {
  const source = Function.prototype.toString.call(value);
  if (source.startsWith('class') && source.endsWith('}')) {
    const head = source.slice(5, source.indexOf('{')).replace(kComments, '');
    if (!head.includes('(') || /^\s*(?:[^\s(]+\s+)?extends\s/.test(head)) {
      return getClassBase(value, constructor, tag);
    }
  }
  let type = 'Function';
  if (types.isGeneratorFunction(value)) type = `Generator${type}`;
  if (types.isAsyncFunction(value)) type = `Async${type}`;
  let base = `[${type}`;
  if (constructor === null) base += ' (null prototype)';
  if (value.name === '') base += ' (anonymous)';
  else base += `: ${typeof value.name === 'string' ? value.name : formatValue(ctx, value.name)}`;
  base += ']';
  if (constructor !== type && constructor !== null) base += ` ${constructor}`;
  if (tag !== '' && constructor !== tag) base += ` [${tag}]`;
  return base;
}

function getClassBase(value, constructor, tag) {
  let base = `class ${(Object.hasOwn(value, 'name') && value.name) || '(anonymous)'}`;
  if (constructor !== 'Function' && constructor !== null) base += ` [${constructor}]`;
  if (tag !== '' && constructor !== tag) base += ` [${tag}]`;
  if (constructor !== null) {
    const parent = Object.getPrototypeOf(value).name;
    if (parent) base += ` extends ${parent}`;
  } else {
    base += ' extends [null prototype]';
  }
  return `[${base}]`;
}

function getBoxedBase(value, ctx, keys, constructor, tag) {
  let type;
  let Class;
  if (types.isNumberObject(value)) {
    Class = Number;
    type = 'Number';
  } else if (types.isStringObject(value)) {
    Class = String;
    type = 'String';
    // The characters are in the base already.
    keys.splice(0, String.prototype.valueOf.call(value).length);
  } else if (types.isBooleanObject(value)) {
    Class = Boolean;
    type = 'Boolean';
  } else if (types.isBigIntObject(value)) {
    Class = BigInt;
    type = 'BigInt';
  } else {
    Class = Symbol;
    type = 'Symbol';
  }
  let base = `[${type}`;
  if (type !== constructor) {
    base += constructor === null ? ' (null prototype)' : ` (${constructor})`;
  }
  const primitive = Class.prototype.valueOf.call(value);
  base += `: ${formatPrimitive(stylizeNoColor, primitive, ctx)}]`;
  if (tag !== '' && tag !== constructor) base += ` [${tag}]`;
  if (keys.length !== 0 || ctx.stylize === stylizeNoColor) return base;
  return ctx.stylize(base, type.toLowerCase());
}

function limit(ctx, length) {
  return Math.min(Math.max(0, ctx.maxArrayLength), length);
}

function formatArray(ctx, value, recurseTimes) {
  const shown = limit(ctx, value.length);
  const remaining = value.length - shown;
  const output = [];
  for (let i = 0; i < shown; i++) {
    if (!Object.hasOwn(value, i)) return formatSparseArray(ctx, value, recurseTimes, shown, output);
    output.push(formatProperty(ctx, value, recurseTimes, i, kArrayType));
  }
  if (remaining > 0) output.push(remainingText(remaining));
  return output;
}

const kIndex = /^(0|[1-9][0-9]*)$/;

function holes(ctx, count) {
  return ctx.stylize(`<${count} empty item${count > 1 ? 's' : ''}>`, 'undefined');
}

// A run of holes counts as one entry. `output` holds the entries before the first hole.
function formatSparseArray(ctx, value, recurseTimes, maxLength, output) {
  const keys = Object.keys(value);
  let index = output.length;
  for (let i = index; i < keys.length && output.length < maxLength; i++) {
    const key = keys[i];
    // The largest index is 2 ** 32 - 2.
    if (!kIndex.test(key) || Number(key) > 4294967294) break;
    if (`${index}` !== key) {
      output.push(holes(ctx, key - index));
      index = Number(key);
      if (output.length === maxLength) break;
    }
    output.push(formatProperty(ctx, value, recurseTimes, key, kArrayType));
    index++;
  }
  const remaining = value.length - index;
  if (output.length !== maxLength) {
    if (remaining > 0) output.push(holes(ctx, remaining));
  } else if (remaining > 0) {
    output.push(remainingText(remaining));
  }
  return output;
}

function formatSet(ctx, value, recurseTimes) {
  const size = Reflect.apply(setSize, value, []);
  const shown = limit(ctx, size);
  const output = [];
  ctx.indentationLvl += 2;
  let i = 0;
  for (const item of Set.prototype.values.call(value)) {
    if (i++ >= shown) break;
    output.push(formatValue(ctx, item, recurseTimes));
  }
  if (size > shown) output.push(remainingText(size - shown));
  ctx.indentationLvl -= 2;
  return output;
}

function formatMap(ctx, value, recurseTimes) {
  const size = Reflect.apply(mapSize, value, []);
  const shown = limit(ctx, size);
  const output = [];
  ctx.indentationLvl += 2;
  let i = 0;
  for (const { 0: key, 1: item } of Map.prototype.entries.call(value)) {
    if (i++ >= shown) break;
    output.push(`${formatValue(ctx, key, recurseTimes)} => ` +
                formatValue(ctx, item, recurseTimes));
  }
  if (size > shown) output.push(remainingText(size - shown));
  ctx.indentationLvl -= 2;
  return output;
}

function formatTypedArray(ctx, value, length, recurseTimes) {
  const shown = limit(ctx, length);
  const output = new Array(shown);
  const format = value.length > 0 && typeof value[0] === 'number' ? formatNumber : formatBigInt;
  for (let i = 0; i < shown; i++) output[i] = format(ctx.stylize, value[i], ctx.numericSeparator);
  if (length > shown) output.push(remainingText(length - shown));
  if (ctx.showHidden) {
    ctx.indentationLvl += 2;
    for (const key of ['BYTES_PER_ELEMENT', 'length', 'byteLength', 'byteOffset', 'buffer']) {
      const name = ctx.stylize(`[${key}]`, 'string');
      output.push(`${name}: ${formatValue(ctx, value[key], recurseTimes, true)}`);
    }
    ctx.indentationLvl -= 2;
  }
  return output;
}

function formatArrayBuffer(ctx, value) {
  let bytes;
  try {
    bytes = new Uint8Array(value);
  } catch {
    return [ctx.stylize('(detached)', 'special')];
  }
  const shown = limit(ctx, bytes.length);
  const pairs = [];
  for (let i = 0; i < shown; i++) pairs.push((bytes[i] < 16 ? '0' : '') + bytes[i].toString(16));
  let text = pairs.join(' ');
  const remaining = bytes.length - shown;
  if (remaining > 0) text += ` ... ${remaining} more byte${remaining > 1 ? 's' : ''}`;
  return [`${ctx.stylize('[Uint8Contents]', 'special')}: <${text}>`];
}

function formatPromise(ctx, value, recurseTimes) {
  const { 0: state, 1: result } = getPromiseDetails(value);
  if (state === kPending) return [ctx.stylize('<pending>', 'special')];
  ctx.indentationLvl += 2;
  const text = formatValue(ctx, result, recurseTimes);
  ctx.indentationLvl -= 2;
  return [state === kRejected ? `${ctx.stylize('<rejected>', 'special')} ${text}` : text];
}

function formatWeakCollection(ctx) {
  return [ctx.stylize('<items unknown>', 'special')];
}

function formatWeakSet(ctx, value, recurseTimes) {
  return formatSetEntries(ctx, recurseTimes, previewEntries(value));
}

function formatWeakMap(ctx, value, recurseTimes) {
  const entries = previewEntries(value);
  const total = entries.length / 2;
  const shown = limit(ctx, total);
  const output = [];
  ctx.indentationLvl += 2;
  for (let i = 0; i < shown; i++) {
    output.push(`${formatValue(ctx, entries[i * 2], recurseTimes)} => ` +
                formatValue(ctx, entries[i * 2 + 1], recurseTimes));
  }
  ctx.indentationLvl -= 2;
  // The order of a weak collection means nothing, so make it a stable one.
  if (!ctx.sorted) output.sort();
  if (total > shown) output.push(remainingText(total - shown));
  return output;
}

function formatSetEntries(ctx, recurseTimes, entries, isIterator = false) {
  const shown = limit(ctx, entries.length);
  const output = [];
  ctx.indentationLvl += 2;
  for (let i = 0; i < shown; i++) output.push(formatValue(ctx, entries[i], recurseTimes));
  ctx.indentationLvl -= 2;
  if (!isIterator && !ctx.sorted) output.sort();
  if (entries.length > shown) output.push(remainingText(entries.length - shown));
  return output;
}

function formatIterator(braces, ctx, value, recurseTimes) {
  const { 0: entries, 1: isKeyValue } = previewEntries(value, true);
  if (!isKeyValue) return formatSetEntries(ctx, recurseTimes, entries, true);
  braces[0] = braces[0].replace(/ Iterator] {$/, ' Entries] {');
  const total = entries.length / 2;
  const shown = limit(ctx, total);
  const output = [];
  ctx.indentationLvl += 2;
  for (let i = 0; i < shown; i++) {
    const pair = [
      formatValue(ctx, entries[i * 2], recurseTimes),
      formatValue(ctx, entries[i * 2 + 1], recurseTimes),
    ];
    output.push(reduceToSingleString(ctx, pair, '', ['[', ']'], kArrayExtrasType, recurseTimes));
  }
  ctx.indentationLvl -= 2;
  if (total > shown) output.push(remainingText(total - shown));
  return output;
}

function formatNamespaceProperty(ctx, value, recurseTimes, key) {
  try {
    return formatProperty(ctx, value, recurseTimes, key, kObjectType);
  } catch (error) {
    if (!types.isNativeError(error)) throw error;
    // The binding is in its temporal dead zone.
    const text = formatProperty(ctx, { [key]: '' }, recurseTimes, key, kObjectType);
    return text.slice(0, text.lastIndexOf(' ') + 1) + ctx.stylize('<uninitialized>', 'special');
  }
}

function formatProxy(ctx, proxy, recurseTimes) {
  if (recurseTimes > ctx.depth && ctx.depth !== null) {
    return ctx.stylize('Proxy [Array]', 'special');
  }
  recurseTimes += 1;
  ctx.indentationLvl += 2;
  const entries = [
    formatValue(ctx, proxy[0], recurseTimes),
    formatValue(ctx, proxy[1], recurseTimes),
  ];
  ctx.indentationLvl -= 2;
  return reduceToSingleString(
    ctx, entries, '', ['Proxy [', ']'], kArrayExtrasType, recurseTimes);
}

module.exports = { describe, formatProxy };
