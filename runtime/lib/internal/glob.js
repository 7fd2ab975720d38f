'use strict';

// Glob patterns as regular expressions: *, ?, [...], {a,b}, ** and extglobs @(..) !(..) ?(..) *(..)
// +(..). Used by path.matchesGlob and fs.glob.

const kSpecial = /[.*+?^${}()|[\]\\/]/g;

function escape(text) {
  return text.replace(kSpecial, '\\$&');
}

// "{a,b}c" -> ["ac", "bc"]; "{1..3}" -> ["1", "2", "3"].
function expandBraces(pattern) {
  let depth = 0;
  let start = -1;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === '\\') {
      i++;
    } else if (char === '{') {
      if (depth++ === 0) start = i;
    } else if (char === '}' && depth > 0 && --depth === 0) {
      const body = pattern.slice(start + 1, i);
      const items = splitAlternatives(body, ',') ?? expandRange(body);
      if (items === undefined) continue;
      const head = pattern.slice(0, start);
      const tails = expandBraces(pattern.slice(i + 1));
      return items.flatMap((item) => expandBraces(item)
        .flatMap((middle) => tails.map((tail) => head + middle + tail)));
    }
  }
  return [pattern];
}

function splitAlternatives(body, separator) {
  const items = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < body.length; i++) {
    const char = body[i];
    if (char === '\\') i++;
    else if (char === '{' || char === '(') depth++;
    else if (char === '}' || char === ')') depth--;
    else if (char === separator && depth === 0) {
      items.push(body.slice(from, i));
      from = i + 1;
    }
  }
  if (items.length === 0) return undefined;
  items.push(body.slice(from));
  return items;
}

function expandRange(body) {
  const match = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(body);
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2]);
  const step = Math.max(1, Math.abs(Number(match[3] ?? 1))) * (from <= to ? 1 : -1);
  const items = [];
  for (let i = from; from <= to ? i <= to : i >= to; i += step) {
    items.push(String(i));
    if (items.length > 10_000) break;
  }
  return items;
}

// One character class; returns [source, index after it], or undefined if it does not end.
function parseClass(pattern, at) {
  let i = at + 1;
  let negated = false;
  if (pattern[i] === '!' || pattern[i] === '^') {
    negated = true;
    i++;
  }
  let body = '';
  for (const first = i; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === ']' && i > first) return [`[${negated ? '^/' : ''}${body}]`, i + 1];
    if (char === '[' && pattern[i + 1] === ':') {
      const end = pattern.indexOf(':]', i);
      const named = end === -1 ? undefined : kNamedClasses[pattern.slice(i + 2, end)];
      if (named !== undefined) {
        body += named;
        i = end + 1;
        continue;
      }
    }
    body += char === '\\' || char === '[' || char === '^' || char === ']' ? `\\${char}` : char;
  }
  return undefined;
}

const kNamedClasses = {
  __proto__: null,
  alpha: 'a-zA-Z', digit: '0-9', alnum: 'a-zA-Z0-9', upper: 'A-Z', lower: 'a-z',
  space: '\\s', xdigit: '0-9a-fA-F', word: '\\w', punct: '!-/:-@\\[-`{-~',
};

function closingParenthesis(pattern, at) {
  let depth = 0;
  for (let i = at; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '(') depth++;
    else if (pattern[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

const kNotDot = '(?!\\.)';

// The regular expression source of one path segment (no slash in it).
function segmentSource(segment, separatorClass, isWindows, nested = false) {
  let source = '';
  const any = `[^${separatorClass}]`;
  for (let i = 0; i < segment.length;) {
    const char = segment[i];
    if ('@!?*+'.includes(char) && segment[i + 1] === '(') {
      const end = closingParenthesis(segment, i + 1);
      if (end !== -1) {
        const body = segment.slice(i + 2, end);
        const parts = (splitAlternatives(body, '|') ?? [body])
          .map((part) => segmentSource(part, separatorClass, isWindows, true)).join('|');
        if (char === '!') {
          const rest = segmentSource(segment.slice(end + 1), separatorClass, isWindows, true);
          source += `(?!(?:${parts})${rest}${nested ? '' : '$'})${any}*?`;
        } else {
          source += `(?:${parts})${char === '@' ? '' : char}`;
        }
        i = end + 1;
        continue;
      }
    }
    if (char === '*') {
      while (segment[i] === '*') i++;
      source += source === '' && !nested ? `${kNotDot}${any}*?` : `${any}*?`;
    } else if (char === '?') {
      source += source === '' && !nested ? `${kNotDot}${any}` : any;
      i++;
    } else if (char === '[') {
      const parsed = parseClass(segment, i);
      source += parsed === undefined ? '\\[' : parsed[0];
      i = parsed === undefined ? i + 1 : parsed[1];
    } else if (char === '\\' && !isWindows && i + 1 < segment.length) {
      source += escape(segment[i + 1]);
      i += 2;
    } else {
      source += escape(char);
      i++;
    }
  }
  return source;
}

const cache = new Map();

function patternToRegExp(pattern, isWindows = false) {
  const key = `${isWindows ? 'w' : 'p'}${pattern}`;
  let result = cache.get(key);
  if (result !== undefined) return result;
  const separator = isWindows ? '[\\\\/]' : '/';
  const separatorClass = isWindows ? '\\\\/' : '/';
  const sources = expandBraces(pattern).map((one) => {
    const segments = (isWindows ? one.replaceAll('\\', '/') : one).split('/');
    let source = '';
    segments.forEach((segment, i) => {
      const isLast = i === segments.length - 1;
      if (segment === '**') {
        const visible = `(?!\\.)[^${separatorClass}]+`;
        if (isLast) source += `(?:${visible}(?:${separator}${visible})*)?`;
        else source += `(?:${visible}${separator})*`;
        return;
      }
      source += segmentSource(segment, separatorClass, isWindows);
      if (isLast) return;
      // "a/**" matches "a" itself as well.
      if (segments[i + 1] === '**' && i + 2 === segments.length) {
        source += `(?:${separator}|$)`;
      } else {
        source += separator;
      }
    });
    return source;
  });
  result = new RegExp(`^(?:${sources.join('|')})$`, isWindows ? 'i' : '');
  if (cache.size > 500) cache.clear();
  cache.set(key, result);
  return result;
}

function matchGlobPattern(path, pattern, isWindows = false) {
  const trim = isWindows ? /(?<=.)[\\/]+$/ : /(?<=.)\/+$/;
  return patternToRegExp(pattern, isWindows).test(path.replace(trim, ''));
}

module.exports = { expandBraces, matchGlobPattern, patternToRegExp };
