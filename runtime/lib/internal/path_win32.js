'use strict';

// path.win32: drive letters, UNC names, device paths and both slashes.

const { validateString } = require('internal/validators');
const { globMatch, normalizeSegments } = require('internal/path_shared');

const kBackslash = 92;
const kSlash = 47;
const kColon = 58;
const kQuestion = 63;
const kDot = 46;

function isSeparator(code) {
  return code === kSlash || code === kBackslash;
}

function isDriveLetter(code) {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

const kReserved = new Set([
  'CON', 'PRN', 'AUX', 'NUL', 'COM1', 'COM2', 'COM3', 'COM4', 'COM5', 'COM6', 'COM7', 'COM8',
  'COM9', 'LPT1', 'LPT2', 'LPT3', 'LPT4', 'LPT5', 'LPT6', 'LPT7', 'LPT8', 'LPT9',
  'COM\xb9', 'COM\xb2', 'COM\xb3', 'LPT\xb9', 'LPT\xb2', 'LPT\xb3',
]);

function isReservedName(path, colonIndex) {
  return kReserved.has(path.slice(0, colonIndex).toUpperCase());
}

// The device (drive or UNC share), whether a root follows, and how long both are.
function splitRoot(path) {
  const { length } = path;
  const result = { device: '', rootEnd: 0, isAbsolute: false, isUnc: false };
  if (length === 0) return result;
  const code = path.charCodeAt(0);
  if (length === 1) {
    if (isSeparator(code)) {
      result.rootEnd = 1;
      result.isAbsolute = true;
    }
    return result;
  }
  if (isSeparator(code)) {
    result.isAbsolute = true;
    result.rootEnd = 1;
    if (!isSeparator(path.charCodeAt(1))) return result;
    let j = 2;
    let last = j;
    while (j < length && !isSeparator(path.charCodeAt(j))) j++;
    if (j >= length || j === last) return result;
    const server = path.slice(last, j);
    last = j;
    while (j < length && isSeparator(path.charCodeAt(j))) j++;
    if (j >= length || j === last) return result;
    last = j;
    while (j < length && !isSeparator(path.charCodeAt(j))) j++;
    if (j !== length && j === last) return result;
    if (server === '.' || server === '?') {
      // \\.\device and \\?\device.
      result.device = `\\\\${server}`;
      result.rootEnd = 4;
      result.isDevice = true;
      return result;
    }
    result.isUnc = true;
    result.server = server;
    result.share = path.slice(last, j);
    result.device = `\\\\${server}\\${result.share}`;
    result.rootEnd = j;
    result.atEnd = j === length;
    return result;
  }
  if (isDriveLetter(code) && path.charCodeAt(1) === kColon) {
    result.device = path.slice(0, 2);
    result.rootEnd = 2;
    if (length > 2 && isSeparator(path.charCodeAt(2))) {
      result.isAbsolute = true;
      result.rootEnd = 3;
    }
  }
  return result;
}

function resolve(...args) {
  let device = '';
  let tail = '';
  let isAbsolute = false;
  for (let i = args.length - 1; i >= -1; i--) {
    let path;
    if (i >= 0) {
      path = args[i];
      validateString(path, `paths[${i}]`);
      if (path.length === 0) continue;
    } else if (device.length === 0) {
      path = process.cwd();
      if (args.length === 0 || (args.length === 1 && (args[0] === '' || args[0] === '.') &&
          isSeparator(path.charCodeAt(0)))) {
        return path.replaceAll('/', '\\');
      }
    } else {
      // Windows keeps a current directory for each drive.
      path = process.env[`=${device}`] || process.cwd();
      if (path === undefined || (path.slice(0, 2).toLowerCase() !== device.toLowerCase() &&
          path.charCodeAt(2) === kBackslash)) {
        path = `${device}\\`;
      }
    }
    const root = splitRoot(path);
    if (root.device.length > 0) {
      if (device.length > 0) {
        if (root.device.toLowerCase() !== device.toLowerCase()) continue;
      } else {
        device = root.device;
      }
    }
    if (isAbsolute) {
      if (device.length > 0) break;
    } else {
      tail = `${path.slice(root.rootEnd)}\\${tail}`;
      isAbsolute = root.isAbsolute;
      if (root.isAbsolute && device.length > 0) break;
    }
  }
  tail = normalizeSegments(tail, !isAbsolute, '\\', isSeparator);
  return isAbsolute ? `${device}\\${tail}` : `${device}${tail}` || '.';
}

function normalize(path) {
  validateString(path, 'path');
  const { length } = path;
  if (length === 0) return '.';
  const code = path.charCodeAt(0);
  if (length === 1) return code === kSlash ? '\\' : path;
  const root = splitRoot(path);
  const { device, rootEnd, isAbsolute } = root;
  if (root.isUnc && root.atEnd) return `${device}\\`;
  if (root.isDevice) {
    const reserved = path.indexOf(':');
    const name = path.slice(4, reserved + 1);
    if (isReservedName(name, name.length - 1)) return `${device}\\${path.slice(4)}`;
  }
  const colon = path.indexOf(':');
  if (device === '' && colon > 0 && isReservedName(path, colon)) {
    const rest = path.slice(colon + 1).length > 0
      ? normalizeSegments(path.slice(colon + 1), !isAbsolute, '\\', isSeparator)
      : '';
    return `.\\${path.slice(0, colon + 1)}${rest}`;
  }
  let tail = rootEnd < length
    ? normalizeSegments(path.slice(rootEnd), !isAbsolute, '\\', isSeparator)
    : '';
  if (tail.length === 0 && !isAbsolute) tail = '.';
  if (tail.length > 0 && isSeparator(path.charCodeAt(length - 1))) tail += '\\';
  if (!isAbsolute && device === '' && path.includes(':')) {
    // A relative result must not turn into one with a drive or a stream.
    if (tail.length >= 2 && isDriveLetter(tail.charCodeAt(0)) && tail.charCodeAt(1) === kColon) {
      return `.\\${tail}`;
    }
    let index = path.indexOf(':');
    do {
      if (index === length - 1 || isSeparator(path.charCodeAt(index + 1))) return `.\\${tail}`;
    } while ((index = path.indexOf(':', index + 1)) !== -1);
  }
  if (colon > 0 && isReservedName(path, colon)) return `.\\${device}${tail}`;
  if (device === '') return isAbsolute ? `\\${tail}` : tail;
  return isAbsolute ? `${device}\\${tail}` : `${device}${tail}`;
}

function isAbsolute(path) {
  validateString(path, 'path');
  const { length } = path;
  if (length === 0) return false;
  const code = path.charCodeAt(0);
  return isSeparator(code) || (length > 2 && isDriveLetter(code) &&
    path.charCodeAt(1) === kColon && isSeparator(path.charCodeAt(2)));
}

function join(...args) {
  if (args.length === 0) return '.';
  const parts = [];
  for (let i = 0; i < args.length; i++) {
    validateString(args[i], 'path');
    if (args[i].length > 0) parts.push(args[i]);
  }
  if (parts.length === 0) return '.';
  const first = parts[0];
  let joined = parts.join('\\');
  // Two leading slashes mean a UNC path only if the first part was one itself.
  let needsReplace = true;
  let slashes = 0;
  if (isSeparator(first.charCodeAt(0))) {
    ++slashes;
    if (first.length > 1 && isSeparator(first.charCodeAt(1))) {
      ++slashes;
      if (first.length > 2) {
        if (isSeparator(first.charCodeAt(2))) ++slashes;
        else needsReplace = false;
      }
    }
  }
  if (needsReplace) {
    while (slashes < joined.length && isSeparator(joined.charCodeAt(slashes))) slashes++;
    if (slashes >= 2) joined = `\\${joined.slice(slashes)}`;
  }
  // Reserved names are not split at their colon.
  const segments = [];
  let part = '';
  for (let i = 0; i < joined.length; i++) {
    if (joined[i] === '\\') {
      if (part) segments.push(part);
      part = '';
      while (i + 1 < joined.length && joined[i + 1] === '\\') i++;
    } else {
      part += joined[i];
    }
  }
  if (part) segments.push(part);
  if (segments.some((segment) => {
    const colon = segment.indexOf(':');
    return colon !== -1 && isReservedName(segment, colon);
  })) {
    return joined.replaceAll('/', '\\');
  }
  return normalize(joined);
}

function relative(from, to) {
  validateString(from, 'from');
  validateString(to, 'to');
  if (from === to) return '';
  const fromOriginal = resolve(from);
  const toOriginal = resolve(to);
  if (fromOriginal === toOriginal) return '';
  const fromLower = fromOriginal.toLowerCase();
  const toLower = toOriginal.toLowerCase();
  if (fromLower === toLower) return '';
  if (fromOriginal.length !== fromLower.length || toOriginal.length !== toLower.length) {
    return relativeBySegments(fromOriginal, toOriginal);
  }
  const trim = (text) => {
    let start = 0;
    while (start < text.length && text.charCodeAt(start) === kBackslash) start++;
    let end = text.length;
    while (end - 1 > start && text.charCodeAt(end - 1) === kBackslash) end--;
    return [start, end];
  };
  const [fromStart, fromEnd] = trim(fromLower);
  const [toStart, toEnd] = trim(toLower);
  const fromLength = fromEnd - fromStart;
  const toLength = toEnd - toStart;
  const length = Math.min(fromLength, toLength);
  let lastSeparator = -1;
  let i = 0;
  for (; i < length; i++) {
    const code = fromLower.charCodeAt(fromStart + i);
    if (code !== toLower.charCodeAt(toStart + i)) break;
    if (code === kBackslash) lastSeparator = i;
  }
  if (i !== length) {
    if (lastSeparator === -1) return toOriginal;
  } else {
    if (toLength > length) {
      if (toLower.charCodeAt(toStart + i) === kBackslash) return toOriginal.slice(toStart + i + 1);
      if (i === 2) return toOriginal.slice(toStart + i);
    }
    if (fromLength > length) {
      if (fromLower.charCodeAt(fromStart + i) === kBackslash) lastSeparator = i;
      else if (i === 2) lastSeparator = 3;
    }
    if (lastSeparator === -1) lastSeparator = 0;
  }
  let out = '';
  for (i = fromStart + lastSeparator + 1; i <= fromEnd; ++i) {
    if (i === fromEnd || fromLower.charCodeAt(i) === kBackslash) {
      out += out.length === 0 ? '..' : '\\..';
    }
  }
  let start = toStart + lastSeparator;
  if (out.length > 0) return `${out}${toOriginal.slice(start, toEnd)}`;
  if (toOriginal.charCodeAt(start) === kBackslash) ++start;
  return toOriginal.slice(start, toEnd);
}

// Lower case may have another length; then compare part by part.
function relativeBySegments(from, to) {
  const split = (text) => {
    const parts = text.split('\\');
    if (parts[parts.length - 1] === '') parts.pop();
    return parts;
  };
  const fromParts = split(from);
  const toParts = split(to);
  const length = Math.min(fromParts.length, toParts.length);
  let i = 0;
  while (i < length && fromParts[i].toLowerCase() === toParts[i].toLowerCase()) i++;
  if (i === 0) return to;
  if (i === length) {
    if (toParts.length > length) return toParts.slice(i).join('\\');
    if (fromParts.length > length) return '..\\'.repeat(fromParts.length - 1 - i) + '..';
    return '';
  }
  return '..\\'.repeat(fromParts.length - i) + toParts.slice(i).join('\\');
}

function toNamespacedPath(path) {
  if (typeof path !== 'string' || path.length === 0) return path;
  const resolved = resolve(path);
  if (resolved.length <= 2) return path;
  if (resolved.charCodeAt(0) === kBackslash) {
    if (resolved.charCodeAt(1) === kBackslash) {
      const code = resolved.charCodeAt(2);
      if (code !== kQuestion && code !== kDot) return `\\\\?\\UNC\\${resolved.slice(2)}`;
    }
  } else if (isDriveLetter(resolved.charCodeAt(0)) && resolved.charCodeAt(1) === kColon &&
      resolved.charCodeAt(2) === kBackslash) {
    return `\\\\?\\${resolved}`;
  }
  return resolved;
}

// Where the root of a path ends, for dirname and parse: a UNC root includes its trailing slash.
function rootLength(path) {
  const { length } = path;
  const code = path.charCodeAt(0);
  if (length === 1) return isSeparator(code) ? 1 : 0;
  if (isSeparator(code)) {
    if (!isSeparator(path.charCodeAt(1))) return 1;
    let j = 2;
    let last = j;
    while (j < length && !isSeparator(path.charCodeAt(j))) j++;
    if (j >= length || j === last) return 1;
    last = j;
    while (j < length && isSeparator(path.charCodeAt(j))) j++;
    if (j >= length || j === last) return 1;
    last = j;
    while (j < length && !isSeparator(path.charCodeAt(j))) j++;
    if (j === length) return j;
    return j !== last ? j + 1 : 1;
  }
  if (isDriveLetter(code) && path.charCodeAt(1) === kColon) {
    return length > 2 && isSeparator(path.charCodeAt(2)) ? 3 : 2;
  }
  return 0;
}

function dirname(path) {
  validateString(path, 'path');
  const { length } = path;
  if (length === 0) return '.';
  if (length === 1) return isSeparator(path.charCodeAt(0)) ? path : '.';
  const rootEnd = rootLength(path);
  // A bare UNC root is its own directory.
  if (rootEnd === length && isSeparator(path.charCodeAt(0)) && rootEnd > 1) return path;
  let end = -1;
  let matchedSlash = true;
  for (let i = length - 1; i >= rootEnd; --i) {
    if (isSeparator(path.charCodeAt(i))) {
      if (!matchedSlash) {
        end = i;
        break;
      }
    } else {
      matchedSlash = false;
    }
  }
  if (end === -1) {
    if (rootEnd === 0) return '.';
    end = rootEnd;
  }
  return path.slice(0, end);
}

function create(posix, tools) {
  const hasDrive = (path) => path.length >= 2 && isDriveLetter(path.charCodeAt(0)) &&
    path.charCodeAt(1) === kColon;
  const win32 = {
    resolve,
    normalize,
    isAbsolute,
    join,
    relative,
    toNamespacedPath,
    dirname,
    basename(path, suffix) {
      if (suffix !== undefined) validateString(suffix, 'suffix');
      validateString(path, 'path');
      return tools.baseName(path, hasDrive(path) ? 2 : 0, suffix, isSeparator);
    },
    extname(path) {
      validateString(path, 'path');
      return tools.extensionOf(path, hasDrive(path) ? 2 : 0, isSeparator);
    },
    format: tools.formatWith.bind(null, '\\'),
    parse(path) {
      validateString(path, 'path');
      const result = { root: '', dir: '', base: '', ext: '', name: '' };
      const { length } = path;
      if (length === 0) return result;
      const rootEnd = rootLength(path);
      if (rootEnd > 0) result.root = path.slice(0, rootEnd);
      if (length === 1) {
        if (rootEnd === 1) result.dir = path;
        else result.base = result.name = path;
        return result;
      }
      const parts = tools.splitName(path, rootEnd, isSeparator);
      if (parts.startPart < rootEnd) parts.startPart = rootEnd;
      if (parts.end !== -1) tools.fillNames(result, path, parts.startPart, parts);
      if (parts.startPart > 0 && parts.startPart !== rootEnd) {
        result.dir = path.slice(0, parts.startPart - 1);
      } else {
        result.dir = result.root;
      }
      return result;
    },
    matchesGlob(path, pattern) {
      return globMatch(path, pattern, true);
    },
    sep: '\\',
    delimiter: ';',
    win32: null,
    posix,
  };
  win32.win32 = win32;
  win32._makeLong = toNamespacedPath;
  Object.defineProperty(win32.format, 'name', { __proto__: null, value: 'format' });
  return win32;
}

module.exports = { create };
