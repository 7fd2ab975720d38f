'use strict';

// What kind of module a URL holds, and whether the import's attributes fit it.

const {
  codes: {
    ERR_IMPORT_ATTRIBUTE_MISSING,
    ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE,
    ERR_IMPORT_ATTRIBUTE_UNSUPPORTED,
    ERR_INVALID_URL,
    ERR_UNKNOWN_BUILTIN_MODULE,
    ERR_UNKNOWN_FILE_EXTENSION,
    ERR_UNKNOWN_MODULE_FORMAT,
    ERR_UNSUPPORTED_ESM_URL_SCHEME,
  },
} = require('internal/errors');
const path = require('path');
const { getResolver, isBuiltin } = require('internal/modules/helpers');
const { readSource } = internalBinding('modules');
const { containsModuleSyntax } = internalBinding('module_wrap');

// The `type` attribute each format goes with; '' means none may be given.
const kTypeOfFormat = {
  '__proto__': null,
  'builtin': '', 'commonjs': '', 'module': '', 'addon': '', 'json': 'json',
};

// What can be said of attributes before the module is known.
function checkAttributeNames(url, attributes) {
  for (const key of Object.keys(attributes)) {
    if (key !== 'type') throw new ERR_IMPORT_ATTRIBUTE_UNSUPPORTED(key, attributes[key], url);
  }
}

function checkAttributes(url, format, attributes) {
  const wanted = kTypeOfFormat[format];
  const given = attributes?.type;
  if (given === undefined) {
    if (wanted === '' || wanted === undefined) return;
    throw new ERR_IMPORT_ATTRIBUTE_MISSING(url, 'type', wanted);
  }
  if (given === wanted) return;
  if (given !== 'json') throw new ERR_IMPORT_ATTRIBUTE_UNSUPPORTED('type', given, url);
  throw new ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE(url, given);
}

// import, export and await cannot appear in a module without one of these words.
const kModuleWords = /\b(?:import|export|await)\b/;

function hasModuleSyntax(source, filename) {
  return kModuleWords.test(source) && containsModuleSyntax(source, filename);
}

function unknownExtension(extension, filename) {
  return new ERR_UNKNOWN_FILE_EXTENSION(extension, filename);
}

// {format, source}: the source has been read when the format lies in the text.
function inspectFile(filename) {
  const extension = path.extname(filename);
  switch (extension) {
    case '.mjs': return { format: 'module', source: readSource(filename) };
    case '.cjs': return { format: 'commonjs', source: readSource(filename) };
    case '.json': return { format: 'json', source: readSource(filename) };
    case '.node': return { format: 'addon', source: undefined };
    case '.js': case '': break;
    default: throw unknownExtension(extension, filename);
  }
  const type = getResolver().scopeType(filename);
  const source = readSource(filename);
  if (type === 2) return { format: 'module', source };
  if (type === 1) return { format: 'commonjs', source };
  return { format: hasModuleSyntax(source, filename) ? 'module' : 'commonjs', source };
}

const kDataUrl = /^([^/]+\/[^;,]+)(?:[^,]*?)(;base64)?,([\s\S]*)$/;
const kFormatOfMime = {
  '__proto__': null,
  'application/json': 'json',
  'application/javascript': 'module',
  'text/javascript': 'module',
};

function inspectData(text) {
  const { URL } = require('internal/url');
  const match = kDataUrl.exec(new URL(text).pathname);
  if (match === null) {
    if (!text.includes(',')) throw new ERR_INVALID_URL(text);
    throw new ERR_UNKNOWN_MODULE_FORMAT(null, text);
  }
  const { 1: mime, 2: base64, 3: body } = match;
  const format = kFormatOfMime[mime];
  if (format === undefined) throw new ERR_UNKNOWN_MODULE_FORMAT(mime, text);
  const { Buffer } = require('buffer');
  const decoded = decodeURIComponent(body);
  return { format, source: Buffer.from(decoded, base64 ? 'base64' : 'utf8').toString() };
}

// {format, source} of a resolved URL.
function inspect(url) {
  if (url.startsWith('node:') || url.startsWith('gyre:')) {
    if (!isBuiltin(url)) throw new ERR_UNKNOWN_BUILTIN_MODULE(url);
    return { format: 'builtin', source: undefined };
  }
  if (url.startsWith('data:')) return inspectData(url);
  if (!url.startsWith('file:')) {
    const known = /^https?:/.test(url) ? 'file and data' : 'file, data, and node';
    throw new ERR_UNSUPPORTED_ESM_URL_SCHEME(
      `Only URLs with a scheme in: ${known} are supported by the default ESM loader. ` +
      `Received protocol '${url.slice(0, url.indexOf(':') + 1)}'`);
  }
  return inspectFile(require('internal/url').fileURLToPath(url));
}

module.exports = { checkAttributeNames, checkAttributes, hasModuleSyntax, inspect };
