'use strict';
// fs.glob: patterns with *, **, ?, [sets], {alternatives} and extended groups, matched one path
// segment at a time while walking, so that only folders a pattern can reach are read.

const {
  codes: { ERR_INVALID_ARG_TYPE },
} = require('internal/errors');
const { isAbsolute, join, resolve, sep } = require('path');
const {
  validateBoolean, validateObject, validateString, validateStringArray,
} = require('internal/validators');
const { toPathIfFileURL } = require('internal/url');
const { Dirent } = require('internal/fs/stats');
const pathOps = require('internal/fs/path_ops');

const kGlobstar = Symbol('**');
const kDirectory = 2;

// "a{b,c}d" → ["abd", "acd"]; "{1..3}" → 1, 2, 3.
function expandBraces(pattern) {
  const open = findUnescaped(pattern, '{', 0);
  if (open === -1) return [pattern];
  let depth = 0;
  let close = -1;
  const commas = [];
  for (let i = open; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === '\\') i++;
    else if (c === '{') depth++;
    else if (c === '}' && --depth === 0) {
      close = i;
      break;
    } else if (c === ',' && depth === 1) commas.push(i);
  }
  if (close === -1) return [pattern];
  const head = pattern.slice(0, open);
  const tails = expandBraces(pattern.slice(close + 1));
  const body = pattern.slice(open + 1, close);
  let options;
  const range = /^(-?\d+)\.\.(-?\d+)$/.exec(body);
  if (range) {
    const from = Number(range[1]);
    const to = Number(range[2]);
    const step = from <= to ? 1 : -1;
    options = [];
    for (let n = from; step > 0 ? n <= to : n >= to; n += step) options.push(String(n));
  } else if (commas.length === 0) {
    return tails.map((tail) => `${head}\\{${body}\\}${tail}`);
  } else {
    const edges = [open, ...commas, close];
    options = [];
    for (let i = 0; i + 1 < edges.length; i++) {
      options.push(...expandBraces(pattern.slice(edges[i] + 1, edges[i + 1])));
    }
  }
  return options.flatMap((option) => tails.map((tail) => head + option + tail));
}

function findUnescaped(text, character, from) {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === character) return i;
  }
  return -1;
}

const special = /[.*+?^${}()|[\]\\/]/g;
const escapeText = (text) => text.replace(special, '\\$&');

// The source of a regular expression for one segment, from `i` up to `end` characters.
function translate(segment) {
  let source = '';
  const groups = [];
  for (let i = 0; i < segment.length; i++) {
    const c = segment[i];
    if ('?*+@!'.includes(c) && segment[i + 1] === '(') {
      groups.push(c);
      source += c === '!' ? '(?:(?!(?:' : '(?:';
      i++;
    } else if (c === ')' && groups.length > 0) {
      const kind = groups.pop();
      source += kind === '!' ? ')$)[^/]*?)' : kind === '@' ? ')' : `)${kind}`;
    } else if (c === '|' && groups.length > 0) {
      source += '|';
    } else if (c === '*') {
      source += '[^/]*?';
    } else if (c === '?') {
      source += '[^/]';
    } else if (c === '[') {
      const end = segment.indexOf(']', i + 2);
      if (end === -1) {
        source += '\\[';
      } else {
        let set = segment.slice(i + 1, end).replace(/\\/g, '\\\\');
        if (set[0] === '!') set = `^${set.slice(1)}`;
        set = set.replace(/\[:alpha:\]?/g, 'A-Za-z').replace(/\[:digit:\]?/g, '0-9');
        source += `[${set}]`;
        i = end;
      }
    } else if (c === '\\' && i + 1 < segment.length) {
      source += escapeText(segment[++i]);
    } else {
      source += escapeText(c);
    }
  }
  return source;
}

// One segment: a literal name, ** or a test.
function compileSegment(segment) {
  if (segment === '**') return kGlobstar;
  if (!/[*?[\]{}()!+@\\]/.test(segment)) return segment;
  const expression = new RegExp(`^${translate(segment)}$`);
  // Names that begin with a dot are matched only by patterns that do.
  const takesHidden = segment[0] === '.';
  return (name) => (takesHidden || name[0] !== '.') && expression.test(name);
}

function compilePattern(pattern) {
  return expandBraces(pattern).map((each) => {
    const absolute = isAbsolute(each);
    const parts = each.split('/').filter((part, i, all) => part !== '' || i === all.length - 1);
    const wantsDirectory = parts.length > 1 && parts[parts.length - 1] === '';
    if (wantsDirectory || parts[parts.length - 1] === '') parts.pop();
    const segments = [];
    for (const part of parts) {
      if (part === '.') continue;
      if (part === '**' && segments[segments.length - 1] === kGlobstar) continue;
      segments.push(compileSegment(part));
    }
    return { absolute, segments, wantsDirectory, isDot: segments.length === 0 };
  });
}

function matchesSegments(segments, names, s = 0, n = 0) {
  while (s < segments.length) {
    const segment = segments[s];
    if (segment === kGlobstar) {
      for (let skip = n; skip <= names.length; skip++) {
        if (matchesSegments(segments, names, s + 1, skip)) return true;
        if (names[skip]?.[0] === '.') break;
      }
      return false;
    }
    if (n >= names.length) return false;
    if (typeof segment === 'string' ? segment !== names[n] : !segment(names[n])) return false;
    s++;
    n++;
  }
  return n === names.length;
}

function matchesAny(patterns, path) {
  const names = path.split('/').filter(Boolean);
  return patterns.some(({ segments }) => matchesSegments(segments, names));
}

class Glob {
  #root;
  #patterns;
  #excluded = () => false;
  #withFileTypes = false;
  #directories = new Map();

  constructor(pattern, options = {}) {
    validateObject(options, 'options');
    const { cwd, exclude, withFileTypes } = options;
    if (withFileTypes != null) {
      validateBoolean(withFileTypes, 'options.withFileTypes');
      this.#withFileTypes = withFileTypes;
    }
    this.#root = resolve(toPathIfFileURL(cwd) ?? '.');
    if (exclude != null) {
      if (Array.isArray(exclude)) {
        validateStringArray(exclude, 'options.exclude');
        const patterns = exclude.flatMap(compilePattern);
        this.#excluded = (path) => matchesAny(patterns, path);
      } else if (typeof exclude === 'function') {
        this.#excluded = (path, type) => exclude(this.#withFileTypes ?
          this.#entry(path, type) : path);
      } else {
        throw new ERR_INVALID_ARG_TYPE('options.exclude', ['function', 'string[]'], exclude);
      }
    }
    if (Array.isArray(pattern)) validateStringArray(pattern, 'patterns');
    else validateString(pattern, 'patterns');
    const all = Array.isArray(pattern) ? pattern : [pattern];
    this.#patterns = all.flatMap(compilePattern);
  }

  #entry(path, type) {
    const at = path.lastIndexOf('/');
    const folder = at === -1 ? this.#root : join(this.#full(path.slice(0, at) || '/'));
    return new Dirent(at === -1 ? path : path.slice(at + 1), folder, type);
  }
  #full(path) { return isAbsolute(path) ? path : join(this.#root, path); }

  // The walk asks for [path] to be listed ('list') or looked at ('type'); a generator, so that the
  // sync and the async form share it.
  * #walk() {
    const seen = new Set();
    for (const pattern of this.#patterns) {
      const start = pattern.absolute ? '/' : '';
      if (pattern.isDot) {
        const found = pattern.absolute ? '/' : '.';
        if (!seen.has(found) && !this.#excluded(found, kDirectory)) {
          seen.add(found);
          yield ['match', found, kDirectory];
        }
        continue;
      }
      yield* this.#step(pattern, 0, start, seen, new Set());
    }
  }

  * #emit(pattern, path, type, seen) {
    if (pattern.wantsDirectory && type !== kDirectory) return;
    const shown = pattern.wantsDirectory ? `${path}/` : path;
    if (seen.has(shown)) return;
    seen.add(shown);
    yield ['match', shown, type];
  }

  * #step(pattern, index, base, seen, visited) {
    const key = `${index}:${base}`;
    if (visited.has(key)) return;
    visited.add(key);
    const { segments } = pattern;
    const segment = segments[index];
    const isLast = index === segments.length - 1;
    if (typeof segment === 'string') {
      const path = this.#child(base, segment);
      const type = yield ['type', this.#full(path)];
      if (type === null || this.#excluded(path, type)) return;
      if (isLast) yield* this.#emit(pattern, path, type, seen);
      else yield* this.#step(pattern, index + 1, path, seen, visited);
      return;
    }
    if (segment === kGlobstar) {
      // Zero folders...
      if (!isLast) yield* this.#step(pattern, index + 1, base, seen, visited);
      else if (base !== '' && base !== '/') yield* this.#emit(pattern, base, kDirectory, seen);
      else if (base === '') yield* this.#emit(pattern, '.', kDirectory, seen);
    }
    const entries = yield ['list', this.#full(base || '.')];
    for (const [name, type] of entries) {
      const path = this.#child(base, name);
      if (segment === kGlobstar) {
        // ...or this one and more. Links are not followed, or the walk might never end.
        if (name[0] === '.' || this.#excluded(path, type)) continue;
        if (type === kDirectory) yield* this.#step(pattern, index, path, seen, visited);
        else if (isLast) yield* this.#emit(pattern, path, type, seen);
        continue;
      }
      if (!segment(name) || this.#excluded(path, type)) continue;
      if (isLast) {
        yield* this.#emit(pattern, path, type, seen);
      } else if (type === kDirectory || type === 3 || type === 0) {
        yield* this.#step(pattern, index + 1, path, seen, visited);
      }
    }
  }

  #child(base, name) {
    if (base === '') return name;
    return base === '/' ? `/${name}` : `${base}${sep}${name}`;
  }

  #present(path, type) {
    if (!this.#withFileTypes) return path;
    return this.#entry(path.endsWith('/') ? path.slice(0, -1) : path, type);
  }

  #listSync(path) {
    let entries = this.#directories.get(path);
    if (entries !== undefined) return entries;
    try {
      entries = toPairs(pathOps.readdirSync(path, { withFileTypes: true }));
    } catch {
      entries = [];
    }
    this.#directories.set(path, entries);
    return entries;
  }

  collectSync() {
    const found = [];
    const walk = this.#walk();
    let answer;
    for (;;) {
      const { done, value } = walk.next(answer);
      if (done) return found;
      const [kind, path, type] = value;
      if (kind === 'match') found.push(this.#present(path, type));
      else if (kind === 'list') answer = this.#listSync(path);
      else answer = typeFromStats(pathOps.lstatSync(path, { throwIfNoEntry: false }));
    }
  }

  async* iterate() {
    const promises = require('internal/fs/promises');
    const walk = this.#walk();
    let answer;
    for (;;) {
      const { done, value } = walk.next(answer);
      if (done) return;
      const [kind, path, type] = value;
      if (kind === 'match') {
        yield this.#present(path, type);
      } else if (kind === 'list') {
        answer = this.#directories.get(path);
        if (answer === undefined) {
          answer = await promises.readdir(path, { withFileTypes: true }).then(toPairs, () => []);
          this.#directories.set(path, answer);
        }
      } else {
        answer = await promises.lstat(path).then(typeFromStats, () => null);
      }
    }
  }

  async collect() {
    const found = [];
    for await (const match of this.iterate()) found.push(match);
    return found;
  }
}

function typeFromStats(stats) {
  if (!stats) return null;
  if (stats.isDirectory()) return kDirectory;
  return stats.isSymbolicLink() ? 3 : 1;
}
function toPairs(entries) {
  return entries.map((entry) => [
    entry.name, entry.isDirectory() ? kDirectory : entry.isSymbolicLink() ? 3 : 1,
  ]);
}

// path.matchesGlob() asks the same question of a path alone.
function matchGlobPattern(path, pattern) {
  return matchesAny(compilePattern(pattern), path);
}

module.exports = { Glob, matchGlobPattern };
