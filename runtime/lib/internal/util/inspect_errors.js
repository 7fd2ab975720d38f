'use strict';

// Errors in util.inspect: the stack, made to name the real class, without the frames an error
// shares with its cause, and properties only where the stack does not tell them already.

const { isStackOverflowError } = require('internal/errors');
const { isError } = require('internal/util');
const { formatValue, getPrefix } = require('internal/util/inspect');

function getStackString(ctx, error) {
  if (!error.stack) return Error.prototype.toString.call(error);
  if (typeof error.stack === 'string') return error.stack;
  // Someone put another value there.
  ctx.seen.push(error);
  ctx.indentationLvl += 4;
  const shown = formatValue(ctx, error.stack);
  ctx.indentationLvl -= 4;
  ctx.seen.pop();
  return `${Error.prototype.toString.call(error)}\n    ${shown}`;
}

// The longest run of equal lines: where it starts in `a` and how long it is.
function identicalSequenceRange(a, b) {
  for (let i = 0; i < a.length - 3; i++) {
    const position = b.indexOf(a[i]);
    if (position === -1) continue;
    const rest = b.length - position;
    if (rest <= 3) continue;
    let length = 1;
    const max = Math.min(a.length - i, rest);
    while (max > length && a[i + length] === b[position + length]) length++;
    if (length > 3) return { len: length, offset: i };
  }
  return { len: 0, offset: 0 };
}

function getStackFrames(ctx, error, stack) {
  const frames = stack.split('\n');
  let cause;
  try {
    ({ cause } = error);
  } catch {
    // A throwing getter: there is no cause to compare with.
  }
  if (cause != null && isError(cause)) {
    const causeStack = getStackString(ctx, cause);
    const start = causeStack.indexOf('\n    at');
    if (start !== -1) {
      const causeFrames = causeStack.slice(start + 1).split('\n');
      const { len, offset } = identicalSequenceRange(frames, causeFrames);
      if (len > 3) {
        const skipped = len - 2;
        frames.splice(offset + 1, skipped, ctx.stylize(
          `    ... ${skipped} lines matching cause stack trace ...`, 'undefined'));
      }
    }
  }
  return frames;
}

const kClassInStack = /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n\s+at)/;
const kErrorNameOnly = /^([a-z_A-Z0-9-]*Error)$/;

// A stack's first line was written when the error was made; subclasses and renamed errors are
// recognised by adding the class.
function improveStack(stack, constructor, name, tag) {
  if (typeof name !== 'string') {
    const className = getPrefix(constructor, tag, 'Error').slice(0, -1);
    return stack.replace(`${name}`, () => `${name} [${className}]`);
  }
  const { length } = name;
  const startsWithName = name.endsWith('Error') && stack.startsWith(name) &&
    (stack.length === length || stack[length] === ':' || stack[length] === '\n');
  if (constructor !== null && !startsWithName) return stack;
  if (constructor === null) {
    const start = kClassInStack.exec(stack) ?? kErrorNameOnly.exec(stack);
    const found = start?.[1] ?? '';
    const prefix = getPrefix(constructor, tag, found || 'Error').slice(0, -1);
    return found === '' ? `${prefix}: ${stack}` : `${prefix}${stack.slice(found.length)}`;
  }
  const className = getPrefix(constructor, tag, 'Error').slice(0, -1);
  if (name === className) return stack;
  if (className.includes(name)) {
    return length === 0 ? `${className}: ${stack}` : `${className}${stack.slice(length)}`;
  }
  return `${className} [${name}]${stack.slice(length)}`;
}

function removeDuplicateKeys(ctx, keys, error, stack) {
  if (ctx.showHidden || keys.length === 0) return;
  for (const name of ['name', 'message', 'stack']) {
    const index = keys.indexOf(name);
    if (index === -1) continue;
    const value = error[name];
    if (typeof value !== 'string' || stack.includes(value)) keys.splice(index, 1);
  }
}

const kCoreFrame = /^ {4}at (?:[^/\\(]+ \(|)node:(.+):\d+:\d+(?:\)|$)/;
const kNodeModulesPart = /[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)(?=[/\\])/g;

function currentDirectory() {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

// The working directory in one frame, as a path or as a URL, with the parenthesis around it.
function dimDirectory(ctx, line, directory) {
  for (const text of [directory, `file://${encodeURI(directory)}`]) {
    const prefix = line[line.indexOf(text) - 1] === '(' ? '(' : '';
    const start = line.indexOf(`${prefix}${text}/`);
    if (start === -1 || (text === directory && line.slice(0, start).endsWith('file://'))) continue;
    const end = start + prefix.length + text.length + 1;
    const dimmed = ctx.stylize(line.slice(start, end), 'undefined');
    const rest = prefix !== '' && line.endsWith(')')
      ? line.slice(end, -1) + ctx.stylize(')', 'undefined')
      : line.slice(end);
    return line.slice(0, start) + dimmed + rest;
  }
  return line;
}

// Dims frames of the runtime, underlines package names, dims the working directory.
function colorFrames(ctx, lines) {
  const directory = currentDirectory();
  const { has } = internalBinding('builtins');
  return lines.map((line) => {
    const core = kCoreFrame.exec(line);
    if (core !== null && has(core[1])) return ctx.stylize(line, 'undefined');
    const result = directory === undefined ? line : dimDirectory(ctx, line, directory);
    return result.replace(kNodeModulesPart, (match, name) => {
      return match.replace(name, () => ctx.stylize(name, 'module'));
    });
  });
}

// Its own getters may throw; then nothing is known but that it is an error.
function formatError(error, constructor, tag, ctx, keys) {
  try {
    return describeError(error, constructor, tag, ctx, keys);
  } catch (failure) {
    if (isStackOverflowError(failure)) throw failure;
    return '[object Error]';
  }
}

function describeError(error, constructor, tag, ctx, keys) {
  let stack = getStackString(ctx, error);
  const name = error.name ?? 'Error';
  removeDuplicateKeys(ctx, keys, error, stack);
  if (Object.hasOwn(error, 'cause') && !keys.includes('cause')) keys.push('cause');
  // AggregateError and the like.
  if (Object.hasOwn(error, 'errors') && Array.isArray(error.errors) && !keys.includes('errors')) {
    keys.push('errors');
  }
  stack = improveStack(stack, constructor, name, tag);

  // The message may hold text that looks like a frame.
  let position = (error.message && stack.indexOf(error.message)) || -1;
  if (position !== -1) position += error.message.length;
  const framesAt = stack.indexOf('\n    at', position);
  if (framesAt === -1) {
    stack = `[${stack}]`;
  } else {
    let lines = getStackFrames(ctx, error, stack.slice(framesAt + 1));
    if (ctx.colors) lines = colorFrames(ctx, lines);
    stack = `${stack.slice(0, framesAt)}\n${lines.join('\n')}`;
  }
  if (ctx.indentationLvl !== 0) {
    stack = stack.replaceAll('\n', `\n${' '.repeat(ctx.indentationLvl)}`);
  }
  return stack;
}

module.exports = { formatError, identicalSequenceRange };
