'use strict';

// The text side of util.inspect: escaping, numbers, colours, widths and the layout of entries.

const { removeColors } = require('internal/util');
const { addNumericalSeparator } = require('internal/error_messages');

const kObjectType = 0;
const kArrayType = 1;
const kArrayExtrasType = 2;

const colors = {
  __proto__: null,
  reset: [0, 0],
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  blink: [5, 25],
  inverse: [7, 27],
  hidden: [8, 28],
  strikethrough: [9, 29],
  doubleunderline: [21, 24],
};
const kColorNames = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
kColorNames.forEach((name, i) => { colors[name] = [30 + i, 39]; });
kColorNames.forEach((name, i) => {
  colors[`bg${name[0].toUpperCase()}${name.slice(1)}`] = [40 + i, 49];
});
colors.framed = [51, 54];
colors.overlined = [53, 55];
colors.gray = [90, 39];
kColorNames.slice(1).forEach((name, i) => { colors[`${name}Bright`] = [91 + i, 39]; });
colors.bgGray = [100, 49];
kColorNames.slice(1).forEach((name, i) => {
  colors[`bg${name[0].toUpperCase()}${name.slice(1)}Bright`] = [101 + i, 49];
});

// Older and other spellings read and write the same entry.
function alias(target, name) {
  Object.defineProperty(colors, name, {
    __proto__: null,
    get() { return this[target]; },
    set(value) { this[target] = value; },
    configurable: true,
    enumerable: false,
  });
}
alias('gray', 'grey');
alias('gray', 'blackBright');
alias('bgGray', 'bgGrey');
alias('bgGray', 'bgBlackBright');
alias('dim', 'faint');
alias('strikethrough', 'crossedout');
alias('strikethrough', 'strikeThrough');
alias('strikethrough', 'crossedOut');
alias('hidden', 'conceal');
alias('inverse', 'swapColors');
alias('inverse', 'swapcolors');
alias('doubleunderline', 'doubleUnderline');

const styles = Object.assign({ __proto__: null }, {
  special: 'cyan',
  number: 'yellow',
  bigint: 'yellow',
  boolean: 'yellow',
  undefined: 'grey',
  null: 'bold',
  string: 'green',
  symbol: 'green',
  date: 'magenta',
  regexp: 'red',
  module: 'underline',
});

function stylizeWithColor(text, styleType) {
  const style = styles[styleType];
  if (style !== undefined) {
    const color = colors[style];
    if (color !== undefined) return `\u001b[${color[0]}m${text}\u001b[${color[1]}m`;
  }
  return text;
}

function stylizeNoColor(text) {
  return text;
}

const kLone = '[\\uD800-\\uDBFF](?![\\uDC00-\\uDFFF])|(?<![\\uD800-\\uDBFF])[\\uDC00-\\uDFFF]';
const kNeedsEscape = new RegExp(`[\\x00-\\x1f\\x27\\x5c\\x7f-\\x9f]|${kLone}`);
const kEscapeSingle = new RegExp(`[\\x00-\\x1f\\x27\\x5c\\x7f-\\x9f]|${kLone}`, 'g');
const kEscapeOther = new RegExp(`[\\x00-\\x1f\\x5c\\x7f-\\x9f]|${kLone}`, 'g');
const kNamedEscapes = {
  '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', "'": "\\'", '\\': '\\\\',
};

function escapeOne(text) {
  const named = kNamedEscapes[text];
  if (named !== undefined) return named;
  const code = text.charCodeAt(0);
  if (code > 0xFF) return `\\u${code.toString(16)}`;
  return `\\x${code < 16 ? '0' : ''}${code.toString(16).toUpperCase()}`;
}

// The text as a JavaScript literal, in the quotes that need the fewest escapes.
function strEscape(text) {
  if (text.length < 5000 && !kNeedsEscape.test(text)) return `'${text}'`;
  let quote = "'";
  if (text.includes("'")) {
    if (!text.includes('"')) quote = '"';
    else if (!text.includes('`') && !text.includes('${')) quote = '`';
  }
  const pattern = quote === "'" ? kEscapeSingle : kEscapeOther;
  return `${quote}${text.replace(pattern, escapeOne)}${quote}`;
}

// Inside names the surrounding quotes are not wanted.
function escapeName(text) {
  return text.replace(kEscapeSingle, escapeOne);
}

function formatNumber(stylize, number, numericSeparator) {
  if (!numericSeparator) {
    return stylize(Object.is(number, -0) ? '-0' : `${number}`, 'number');
  }
  const text = String(number);
  const integer = Math.trunc(number);
  if (integer === number) {
    if (!Number.isFinite(number) || text.includes('e')) return stylize(text, 'number');
    return stylize(Object.is(number, -0) ? '-0' : addNumericalSeparator(text), 'number');
  }
  if (Number.isNaN(number) || text.includes('e')) return stylize(text, 'number');
  const point = text.indexOf('.');
  const whole = addNumericalSeparator(text.slice(0, point));
  return stylize(`${whole}.${separateFraction(text.slice(point + 1))}`, 'number');
}

function separateFraction(digits) {
  let result = '';
  let i = 0;
  for (; i < digits.length - 3; i += 3) result += `${digits.slice(i, i + 3)}_`;
  return `${result}${digits.slice(i)}`;
}

function formatBigInt(stylize, value, numericSeparator) {
  const text = String(value);
  return stylize(`${numericSeparator ? addNumericalSeparator(text) : text}n`, 'bigint');
}

const kMinLineWidth = 16;

function formatPrimitive(stylize, value, ctx) {
  switch (typeof value) {
    case 'string': {
      let trailer = '';
      if (value.length > ctx.maxStringLength) {
        const remaining = value.length - ctx.maxStringLength;
        value = value.slice(0, ctx.maxStringLength);
        trailer = `... ${remaining} more character${remaining > 1 ? 's' : ''}`;
      }
      if (ctx.compact !== true && value.length > kMinLineWidth &&
          value.length > ctx.breakLength - ctx.indentationLvl - 4) {
        const lines = value.split(/(?<=\n)/).map((line) => stylize(strEscape(line), 'string'));
        return lines.join(` +\n${' '.repeat(ctx.indentationLvl + 2)}`) + trailer;
      }
      return stylize(strEscape(value), 'string') + trailer;
    }
    case 'number': return formatNumber(stylize, value, ctx.numericSeparator);
    case 'bigint': return formatBigInt(stylize, value, ctx.numericSeparator);
    case 'boolean': return stylize(`${value}`, 'boolean');
    case 'undefined': return stylize('undefined', 'undefined');
    default: return stylize(Symbol.prototype.toString.call(value), 'symbol');
  }
}

// Escape sequences: OSC strings up to their terminator, CSI and the short ones.
const kAnsi = new RegExp(
  '[\\u001B\\u009B][[\\]()#;?]*' +
  '(?:(?:(?:(?:;[-a-zA-Z\\d\\/\\#&.:=?%@~_]+)*' +
  '|[a-zA-Z\\d]+(?:;[-a-zA-Z\\d\\/\\#&.:=?%@~_]*)*)?' +
  '(?:\\u0007|\\u001B\\u005C|\\u009C))' +
  '|(?:(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PR-TZcf-ntqry=><~]))', 'g');

function stripVTControlCharacters(text) {
  require('internal/validators').validateString(text, 'str');
  if (!text.includes('\u001B') && !text.includes('\u009B')) return text;
  return text.replace(kAnsi, '');
}

function isZeroWidth(code) {
  return code <= 0x1F || (code >= 0x7F && code <= 0x9F) ||
    (code >= 0x300 && code <= 0x36F) || (code >= 0x200B && code <= 0x200F) ||
    (code >= 0x20D0 && code <= 0x20FF) || (code >= 0xFE00 && code <= 0xFE0F) ||
    (code >= 0xFE20 && code <= 0xFE2F) || (code >= 0xE0100 && code <= 0xE01EF);
}

// East Asian wide and fullwidth forms, and emoji.
function isFullWidth(code) {
  return code >= 0x1100 && (
    code <= 0x115f || code === 0x2329 || code === 0x232a ||
    (code >= 0x2e80 && code <= 0x3247 && code !== 0x303f) ||
    (code >= 0x3250 && code <= 0x4dbf) || (code >= 0x4e00 && code <= 0xa4c6) ||
    (code >= 0xa960 && code <= 0xa97c) || (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe10 && code <= 0xfe19) ||
    (code >= 0xfe30 && code <= 0xfe6b) || (code >= 0xff01 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1b000 && code <= 0x1b001) ||
    (code >= 0x1f200 && code <= 0x1f251) || (code >= 0x1f300 && code <= 0x1f64f) ||
    (code >= 0x1f900 && code <= 0x1f9ff) || (code >= 0x20000 && code <= 0x3fffd));
}

// Columns a terminal needs for the text.
function getStringWidth(text, removeControlChars = true) {
  if (removeControlChars) text = stripVTControlCharacters(text);
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 127) {
      for (const char of text.slice(i).normalize('NFC')) {
        const point = char.codePointAt(0);
        if (isFullWidth(point)) width += 2;
        else if (!isZeroWidth(point)) width++;
      }
      return width;
    }
    if (code >= 32) width++;
  }
  return width;
}

function shownLength(ctx, text) {
  return ctx.colors ? removeColors(text).length : text.length;
}

// Aligns the entries of long arrays in columns: a nearly square table, at most 15 or compact * 4
// wide, if the entries are of similar length.
function groupArrayElements(ctx, output, value) {
  let totalLength = 0;
  let maxLength = 0;
  // "... n more items" stays out of the table.
  const rows = output.length - (ctx.maxArrayLength < output.length ? 1 : 0);
  const separatorSpace = 2;
  const lengths = new Array(rows);
  for (let i = 0; i < rows; i++) {
    lengths[i] = getStringWidth(output[i], ctx.colors);
    totalLength += lengths[i] + separatorSpace;
    maxLength = Math.max(maxLength, lengths[i]);
  }
  const actualMax = maxLength + separatorSpace;
  const similar = totalLength / actualMax > 5 || maxLength <= 6;
  if (actualMax * 3 + ctx.indentationLvl >= ctx.breakLength || !similar) return output;

  const averageBias = Math.sqrt(actualMax - totalLength / output.length);
  const biasedMax = Math.max(actualMax - 3 - averageBias, 1);
  const columns = Math.min(
    Math.round(Math.sqrt(2.5 * biasedMax * rows) / biasedMax),
    Math.floor((ctx.breakLength - ctx.indentationLvl) / actualMax),
    ctx.compact * 4,
    15,
  );
  if (columns <= 1) return output;
  const widths = [];
  for (let i = 0; i < columns; i++) {
    let width = 0;
    for (let j = i; j < rows; j += columns) width = Math.max(width, lengths[j]);
    widths.push(width + separatorSpace);
  }
  const rightAligned = value === undefined || isNumeric(value, output.length);
  const result = [];
  for (let i = 0; i < rows; i += columns) {
    const end = Math.min(i + columns, rows);
    let line = '';
    let j = i;
    for (; j < end - 1; j++) {
      const cell = `${output[j]}, `;
      const width = widths[j - i] + output[j].length - lengths[j];
      line += rightAligned ? cell.padStart(width) : cell.padEnd(width);
    }
    const width = widths[j - i] + output[j].length - lengths[j] - separatorSpace;
    line += rightAligned ? output[j].padStart(width) : output[j];
    result.push(line);
  }
  if (rows < output.length) result.push(output[rows]);
  return result;
}

function isNumeric(value, length) {
  for (let i = 0; i < length; i++) {
    if (typeof value[i] !== 'number' && typeof value[i] !== 'bigint') return false;
  }
  return true;
}

function isBelowBreakLength(ctx, output, start, base) {
  let totalLength = output.length + start;
  if (totalLength + output.length > ctx.breakLength) return false;
  for (let i = 0; i < output.length; i++) {
    totalLength += shownLength(ctx, output[i]);
    if (totalLength > ctx.breakLength) return false;
  }
  return base === '' || !base.includes('\n');
}

// Joins the entries on one line where they fit, else one line each.
function reduceToSingleString(ctx, output, base, braces, extrasType, recurseTimes, value) {
  const lead = base ? `${base} ` : '';
  if (ctx.compact !== true) {
    if (typeof ctx.compact === 'number' && ctx.compact >= 1) {
      const entries = output.length;
      if (extrasType === kArrayExtrasType && entries > 6) {
        output = groupArrayElements(ctx, output, value);
      }
      // Only the innermost `compact` levels are combined, and never a grouped array.
      if (ctx.currentDepth - recurseTimes < ctx.compact && entries === output.length) {
        const start = output.length + ctx.indentationLvl + braces[0].length + base.length + 10;
        if (isBelowBreakLength(ctx, output, start, base)) {
          const joined = output.join(', ');
          if (!joined.includes('\n')) return `${lead}${braces[0]} ${joined} ${braces[1]}`;
        }
      }
    }
    const indentation = `\n${' '.repeat(ctx.indentationLvl)}`;
    return `${lead}${braces[0]}${indentation}  ${output.join(`,${indentation}  `)}` +
      `${indentation}${braces[1]}`;
  }
  if (isBelowBreakLength(ctx, output, 0, base)) {
    return `${braces[0]}${base ? ` ${base}` : ''} ${output.join(', ')} ${braces[1]}`;
  }
  const indentation = ' '.repeat(ctx.indentationLvl);
  const start = base === '' && braces[0].length === 1
    ? ' '
    : `${base ? ` ${base}` : ''}\n${indentation}  `;
  return `${braces[0]}${start}${output.join(`,\n${indentation}  `)} ${braces[1]}`;
}

function remainingText(remaining) {
  return `... ${remaining} more item${remaining > 1 ? 's' : ''}`;
}

module.exports = {
  colors,
  escapeName,
  formatBigInt,
  formatNumber,
  formatPrimitive,
  getStringWidth,
  kArrayExtrasType,
  kArrayType,
  kObjectType,
  reduceToSingleString,
  remainingText,
  strEscape,
  stripVTControlCharacters,
  styles,
  stylizeNoColor,
  stylizeWithColor,
};
