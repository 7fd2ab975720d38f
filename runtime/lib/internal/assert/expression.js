'use strict';

// The source text of a failed assert(...) call, for its message: found by the caller's position and
// a scanner that knows strings, templates, comments and brackets.

function callerOf(fn) {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder = {};
  try {
    Error.stackTraceLimit = 1;
    Error.prepareStackTrace = (_, frames) => frames;
    Error.captureStackTrace(holder, fn);
    return holder.stack[0];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function readSource(site) {
  let name = site.getFileName();
  if (typeof name !== 'string') return undefined;
  if (name.startsWith('file://')) name = require('internal/url').fileURLToPath(name);
  if (!name.startsWith('/')) return undefined;
  try {
    return require('fs').readFileSync(name, 'utf8');
  } catch {
    return undefined;
  }
}

function skipQuoted(text, at) {
  const quote = text[at];
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote) return i;
    else if (quote === '`' && text[i] === '$' && text[i + 1] === '{') i = closing(text, i + 1);
  }
  return text.length;
}

// A slash begins a pattern where no value can have ended just before.
const kBeforePattern = /(?:^|[=(,:;!&|?{}[+\-*%<>~^]|\b(?:return|typeof|case|in|of))\s*$/;

function skipPattern(text, at) {
  let inClass = false;
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return i;
    else if (char === '\n') return at;
  }
  return at;
}

// Index of the bracket that closes the one at `at`.
function closing(text, at) {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const char = text[i];
    if (char === '(' || char === '[' || char === '{') {
      depth++;
    } else if (char === ')' || char === ']' || char === '}') {
      if (--depth === 0) return i;
    } else if (char === '"' || char === "'" || char === '`') {
      i = skipQuoted(text, i);
    } else if (char === '/' && text[i + 1] === '/') {
      const end = text.indexOf('\n', i);
      if (end === -1) return text.length;
      i = end;
    } else if (char === '/' && text[i + 1] === '*') {
      const end = text.indexOf('*/', i + 2);
      if (end === -1) return text.length;
      i = end + 1;
    } else if (char === '/' && kBeforePattern.test(text.slice(Math.max(0, i - 20), i))) {
      i = skipPattern(text, i);
    }
  }
  return text.length;
}

// Back over names, dots and [...] to where "a.b['c'](" begins.
function startOfCall(source, position) {
  let start = position;
  while (start > 0) {
    if (/[\p{ID_Continue}$.]/u.test(source[start - 1])) {
      start--;
    } else if (source[start - 1] === ']' || source[start] === '[') {
      const open = source.lastIndexOf('[', start - 1);
      if (source[start - 1] !== ']' || open === -1) break;
      start = open;
    } else {
      break;
    }
  }
  return source[start] === '.' ? start + 1 : start;
}

// The call that starts at the position, e.g. "assert.ok(a === b)". The reported column is that of
// the called name in "assert.ok", so the start of the whole expression is looked for before it.
function callAt(source, line, column) {
  const lines = source.split('\n');
  if (line > lines.length) return undefined;
  let offset = 0;
  for (let i = 0; i < line - 1; i++) offset += lines[i].length + 1;
  const position = offset + column - 1;
  const start = startOfCall(source, position);
  const open = source.indexOf('(', position);
  if (open === -1) return undefined;
  const end = closing(source, open);
  if (end >= source.length) return undefined;
  const text = source.slice(start, end + 1)
    .replace(/[\0-\x08\x0b-\x1f]/g, (char) => {
      return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
  // One line tells enough.
  const newline = text.indexOf('\n');
  return newline === -1 ? text : text.slice(0, newline);
}

const kFallback = 'The expression evaluated to a falsy value';

function describeFailedCall(fn) {
  let text;
  try {
    const site = callerOf(fn);
    const source = site && !site.isEval() ? readSource(site) : undefined;
    if (source !== undefined) {
      text = callAt(source, site.getLineNumber(), site.getColumnNumber());
    }
  } catch {
    // No source, no expression.
  }
  if (text === undefined) return kFallback;
  return `${kFallback}:\n\n  ${text}\n`;
}

module.exports = { describeFailedCall };
