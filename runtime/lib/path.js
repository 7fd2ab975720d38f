'use strict';

// node:path: text operations on paths, for POSIX and for Windows, with no look at any file system.
// The Windows half stays apart in internal/path_win32; both share what is here.

const { validateObject, validateString } = require('internal/validators');
const { globMatch, lazyWin32, normalizeSegments } = require('internal/path_shared');

const kDot = 46;
const kSlash = 47;

function isSlash(code) {
  return code === kSlash;
}

const posix = {
  resolve(...args) {
    if (args.length === 0 || (args.length === 1 && (args[0] === '' || args[0] === '.'))) {
      const directory = process.cwd();
      if (directory.charCodeAt(0) === kSlash) return directory;
    }
    let resolved = '';
    let isAbsolute = false;
    for (let i = args.length - 1; i >= 0 && !isAbsolute; i--) {
      const path = args[i];
      validateString(path, `paths[${i}]`);
      if (path.length === 0) continue;
      resolved = `${path}/${resolved}`;
      isAbsolute = path.charCodeAt(0) === kSlash;
    }
    if (!isAbsolute) {
      const directory = process.cwd();
      resolved = `${directory}/${resolved}`;
      isAbsolute = directory.charCodeAt(0) === kSlash;
    }
    resolved = normalizeSegments(resolved, !isAbsolute, '/', isSlash);
    if (isAbsolute) return `/${resolved}`;
    return resolved.length > 0 ? resolved : '.';
  },

  normalize(path) {
    validateString(path, 'path');
    if (path.length === 0) return '.';
    const isAbsolute = path.charCodeAt(0) === kSlash;
    const trailing = path.charCodeAt(path.length - 1) === kSlash;
    path = normalizeSegments(path, !isAbsolute, '/', isSlash);
    if (path.length === 0) {
      if (isAbsolute) return '/';
      return trailing ? './' : '.';
    }
    if (trailing) path += '/';
    return isAbsolute ? `/${path}` : path;
  },

  isAbsolute(path) {
    validateString(path, 'path');
    return path.length > 0 && path.charCodeAt(0) === kSlash;
  },

  join(...args) {
    if (args.length === 0) return '.';
    const parts = [];
    for (let i = 0; i < args.length; i++) {
      validateString(args[i], 'path');
      if (args[i].length > 0) parts.push(args[i]);
    }
    return parts.length === 0 ? '.' : posix.normalize(parts.join('/'));
  },

  relative(from, to) {
    validateString(from, 'from');
    validateString(to, 'to');
    if (from === to) return '';
    from = posix.resolve(from);
    to = posix.resolve(to);
    if (from === to) return '';
    // The part both have in common ends at the last slash before they differ.
    const fromLength = from.length - 1;
    const toLength = to.length - 1;
    const length = Math.min(fromLength, toLength);
    let lastSlash = -1;
    let i = 0;
    for (; i < length; i++) {
      const code = from.charCodeAt(1 + i);
      if (code !== to.charCodeAt(1 + i)) break;
      if (code === kSlash) lastSlash = i;
    }
    if (i === length) {
      if (toLength > length) {
        if (to.charCodeAt(1 + i) === kSlash) return to.slice(1 + i + 1);
        if (i === 0) return to.slice(1 + i);
      } else if (fromLength > length) {
        if (from.charCodeAt(1 + i) === kSlash) lastSlash = i;
        else if (i === 0) lastSlash = 0;
      }
    }
    let out = '';
    for (i = 1 + lastSlash + 1; i <= from.length; ++i) {
      if (i === from.length || from.charCodeAt(i) === kSlash) {
        out += out.length === 0 ? '..' : '/..';
      }
    }
    return `${out}${to.slice(1 + lastSlash)}`;
  },

  toNamespacedPath(path) {
    return path;
  },

  dirname(path) {
    validateString(path, 'path');
    if (path.length === 0) return '.';
    const hasRoot = path.charCodeAt(0) === kSlash;
    let end = -1;
    let matchedSlash = true;
    for (let i = path.length - 1; i >= 1; --i) {
      if (path.charCodeAt(i) === kSlash) {
        if (!matchedSlash) {
          end = i;
          break;
        }
      } else {
        matchedSlash = false;
      }
    }
    if (end === -1) return hasRoot ? '/' : '.';
    if (hasRoot && end === 1) return '//';
    return path.slice(0, end);
  },

  basename(path, suffix) {
    if (suffix !== undefined) validateString(suffix, 'suffix');
    validateString(path, 'path');
    return baseName(path, 0, suffix, isSlash);
  },

  extname(path) {
    validateString(path, 'path');
    return extensionOf(path, 0, isSlash);
  },

  format: formatWith.bind(null, '/'),

  parse(path) {
    validateString(path, 'path');
    const result = { root: '', dir: '', base: '', ext: '', name: '' };
    if (path.length === 0) return result;
    const isAbsolute = path.charCodeAt(0) === kSlash;
    const start = isAbsolute ? 1 : 0;
    if (isAbsolute) result.root = '/';
    const parts = splitName(path, start, isSlash);
    if (parts.end !== -1) {
      const from = parts.startPart === 0 && isAbsolute ? 1 : parts.startPart;
      fillNames(result, path, from, parts);
    }
    if (parts.startPart > 0) result.dir = path.slice(0, parts.startPart - 1);
    else if (isAbsolute) result.dir = '/';
    return result;
  },

  matchesGlob(path, pattern) {
    return globMatch(path, pattern, false);
  },

  sep: '/',
  delimiter: ':',
  win32: null,
  posix: null,
};

// "a/b/c.txt" -> where the last part starts and ends and where its last dot is.
function splitName(path, start, isSeparator) {
  let startDot = -1;
  let startPart = start === 1 && path.length === 1 ? 0 : start > 1 ? start : 0;
  let end = -1;
  let matchedSlash = true;
  // 0: nothing but dots so far; 1: one dot; -1: other characters before the dot.
  let preDotState = 0;
  for (let i = path.length - 1; i >= start; --i) {
    const code = path.charCodeAt(i);
    if (isSeparator(code)) {
      if (!matchedSlash) {
        startPart = i + 1;
        break;
      }
      continue;
    }
    if (end === -1) {
      matchedSlash = false;
      end = i + 1;
    }
    if (code === kDot) {
      if (startDot === -1) startDot = i;
      else if (preDotState !== 1) preDotState = 1;
    } else if (startDot !== -1) {
      preDotState = -1;
    }
  }
  return { startDot, startPart, end, preDotState };
}

// No dot, a leading dot, or the name "..": no extension.
function hasNoExtension({ startDot, startPart, end, preDotState }) {
  return startDot === -1 || preDotState === 0 ||
    (preDotState === 1 && startDot === end - 1 && startDot === startPart + 1);
}

function fillNames(result, path, from, parts) {
  const { startDot, end } = parts;
  result.base = path.slice(from, end);
  if (hasNoExtension(parts)) {
    result.name = result.base;
  } else {
    result.name = path.slice(from, startDot);
    result.ext = path.slice(startDot, end);
  }
}

function extensionOf(path, start, isSeparator) {
  const parts = splitName(path, start, isSeparator);
  if (parts.end === -1 || hasNoExtension(parts)) return '';
  return path.slice(parts.startDot, parts.end);
}

function baseName(path, start, suffix, isSeparator) {
  let end = path.length;
  while (end > start && isSeparator(path.charCodeAt(end - 1))) end--;
  let begin = end;
  while (begin > start && !isSeparator(path.charCodeAt(begin - 1))) begin--;
  if (begin === end) return '';
  const base = path.slice(begin, end);
  if (suffix !== undefined && suffix.length > 0 && suffix.length <= path.length) {
    if (suffix === path) return '';
    if (base.endsWith(suffix) && base !== suffix) return base.slice(0, -suffix.length);
  }
  return base;
}

function formatExtension(extension) {
  return extension ? `${extension[0] === '.' ? '' : '.'}${extension}` : '';
}

function formatWith(separator, pathObject) {
  validateObject(pathObject, 'pathObject');
  const directory = pathObject.dir || pathObject.root;
  const base = pathObject.base || `${pathObject.name || ''}${formatExtension(pathObject.ext)}`;
  if (!directory) return base;
  return directory === pathObject.root ? `${directory}${base}` : `${directory}${separator}${base}`;
}

posix.posix = posix;
Object.defineProperty(posix, 'win32', lazyWin32(posix, {
  baseName, extensionOf, fillNames, formatWith, splitName,
}));
// The old name of toNamespacedPath.
posix._makeLong = posix.toNamespacedPath;
Object.defineProperty(posix.format, 'name', { __proto__: null, value: 'format' });

module.exports = posix;
