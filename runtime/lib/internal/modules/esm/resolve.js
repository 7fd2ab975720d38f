'use strict';

// From a specifier to a URL, as the ES module loader resolves: relative and absolute URLs,
// builtins, bare names and "#imports" through the native resolver, the existence check and the
// real path.

const {
  codes: {
    ERR_INVALID_MODULE_SPECIFIER,
    ERR_UNSUPPORTED_RESOLVE_REQUEST,
  },
} = require('internal/errors');
const { builtinUrl, getResolver, isBuiltin } = require('internal/modules/helpers');
const { getOptions } = require('internal/modules/options');
const { encodePath } = internalBinding('modules');

const kFoundBuiltin = 2;
const kEncodedSeparator = /%2F|%5C/i;

let lazyUrl;
function urlModule() {
  lazyUrl ??= require('internal/url');
  return lazyUrl;
}

function isRelativeOrAbsolute(specifier) {
  const first = specifier.charCodeAt(0);
  if (first === 47) return true;
  if (first !== 46) return false;
  if (specifier.length === 1 || specifier[1] === '/') return true;
  return specifier[1] === '.' && (specifier.length === 2 || specifier[2] === '/');
}

function parseUrl(text, base) {
  const { URL } = urlModule();
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

// How the importer is named in messages: its path, or its URL if it has no path.
function parentName(parentUrl) {
  if (parentUrl === undefined) return '';
  return parentUrl.startsWith('file:') ? urlModule().fileURLToPath(parentUrl) : parentUrl;
}

// Where bare names are looked up for modules that are not files.
function parentPath(parentUrl, specifier) {
  if (parentUrl.startsWith('file:')) return urlModule().fileURLToPath(parentUrl);
  throw new ERR_UNSUPPORTED_RESOLVE_REQUEST(specifier, parentUrl);
}

// The file behind a file: URL: it must exist; links are followed. Returns the final URL's text.
function finishFile(url, parentUrl) {
  const base = parentName(parentUrl);
  if (kEncodedSeparator.test(url.pathname)) {
    throw new ERR_INVALID_MODULE_SPECIFIER(
      url.pathname, 'must not include encoded "/" or "\\" characters', base);
  }
  return finishPath(urlModule().fileURLToPath(url), url.search + url.hash, base, url.href);
}

function finishPath(path, suffix, base, exactUrl) {
  try {
    const real = getResolver().finishImport(path, base, getOptions().preserveSymlinks);
    return `file://${encodePath(real)}${suffix}`;
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'ERR_UNSUPPORTED_DIR_IMPORT') {
      error.url = exactUrl ?? `file://${encodePath(path)}${suffix}`;
      addHint(error, path, base);
    }
    throw error;
  }
}

// "Did you mean": what require() would have found under the same name.
function addHint(error, path, base) {
  if (error.code === 'ERR_UNSUPPORTED_DIR_IMPORT' || error.code === 'ERR_MODULE_NOT_FOUND') {
    const found = getResolver().find(path, [], ['.js', '.json', '.node'], true);
    if (typeof found !== 'string') return;
    const { relative, dirname } = require('path');
    let hint = base.startsWith('/') ? relative(dirname(base), found) : found;
    if (!hint.startsWith('.') && !hint.startsWith('/')) hint = `./${hint}`;
    const line = `\nDid you mean to import ${JSON.stringify(hint)}?`;
    const { stack, message } = error;
    error.message = message + line;
    if (typeof stack === 'string') error.stack = stack.replace(message, () => message + line);
  }
}

function resolveBare(specifier, parentUrl, conditions) {
  const parent = parentPath(parentUrl, specifier);
  const found = getResolver().importBare(specifier, parent, conditions);
  const { 0: kind, 1: target, 3: suffix } = found;
  if (kind === kFoundBuiltin) return builtinUrl(target);
  return finishPath(target, suffix, parent);
}

// The URL of `specifier` seen from the module `parentUrl`. `conditions` replaces the default ones.
// Whether there is a way to load it is asked when it is loaded.
function resolve(specifier, parentUrl, conditions) {
  if (isBuiltin(specifier)) return builtinUrl(specifier);
  if (isRelativeOrAbsolute(specifier)) {
    const url = parseUrl(specifier, parentUrl);
    if (url === undefined) throw new ERR_UNSUPPORTED_RESOLVE_REQUEST(specifier, parentUrl);
    return url.protocol === 'file:' ? finishFile(url, parentUrl) : url.href;
  }
  if (specifier.charCodeAt(0) === 35) return resolveBare(specifier, parentUrl, conditions);
  if (specifier.includes(':')) {
    const url = parseUrl(specifier);
    if (url !== undefined) {
      return url.protocol === 'file:' ? finishFile(url, parentUrl) : url.href;
    }
  }
  return resolveBare(specifier, parentUrl, conditions);
}

module.exports = { resolve };
