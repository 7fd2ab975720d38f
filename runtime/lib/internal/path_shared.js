'use strict';

// What the POSIX and Windows halves of node:path share.

const kDot = 46;

// Resolves "." and ".." in a path whose root has been cut off.
function normalizeSegments(path, allowAboveRoot, separator, isSeparator) {
  let result = '';
  let lastSegmentLength = 0;
  let lastSlash = -1;
  let dots = 0;
  let code = 0;
  for (let i = 0; i <= path.length; ++i) {
    if (i < path.length) code = path.charCodeAt(i);
    else if (isSeparator(code)) break;
    else code = 47;
    if (isSeparator(code)) {
      if (lastSlash === i - 1 || dots === 1) {
        // An empty part or ".".
      } else if (dots === 2) {
        if (result.length < 2 || lastSegmentLength !== 2 ||
            result.charCodeAt(result.length - 1) !== kDot ||
            result.charCodeAt(result.length - 2) !== kDot) {
          if (result.length > 2) {
            const last = result.lastIndexOf(separator);
            if (last === -1) {
              result = '';
              lastSegmentLength = 0;
            } else {
              result = result.slice(0, last);
              lastSegmentLength = result.length - 1 - result.lastIndexOf(separator);
            }
            lastSlash = i;
            dots = 0;
            continue;
          } else if (result.length !== 0) {
            result = '';
            lastSegmentLength = 0;
            lastSlash = i;
            dots = 0;
            continue;
          }
        }
        if (allowAboveRoot) {
          result += result.length > 0 ? `${separator}..` : '..';
          lastSegmentLength = 2;
        }
      } else {
        if (result.length > 0) result += separator + path.slice(lastSlash + 1, i);
        else result = path.slice(lastSlash + 1, i);
        lastSegmentLength = i - lastSlash - 1;
      }
      lastSlash = i;
      dots = 0;
    } else if (code === kDot && dots !== -1) {
      ++dots;
    } else {
      dots = -1;
    }
  }
  return result;
}

// path.win32, made when first asked for: few programs on Linux do.
function lazyWin32(posix, tools) {
  let win32;
  return {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      win32 ??= require('internal/path_win32').create(posix, tools);
      return win32;
    },
    set(value) { win32 = value; },
  };
}

function globMatch(path, pattern, isWindows) {
  const { validateString } = require('internal/validators');
  validateString(path, 'path');
  validateString(pattern, 'pattern');
  const { matchGlobPattern } = require('internal/glob');
  return matchGlobPattern(path, pattern, isWindows);
}

module.exports = { globMatch, lazyWin32, normalizeSegments };
