'use strict';

// Makes the native module of each format: source text, CommonJS with the names a lexer finds in it,
// JSON, builtins.

const { codes: { ERR_UNKNOWN_MODULE_FORMAT } } = require('internal/errors');
const { loadBuiltin, stripBom } = require('internal/modules/helpers');
const { readSource } = internalBinding('modules');
const { ModuleWrap } = internalBinding('module_wrap');

function translateModule(url, source) {
  let changed;
  try {
    return new ModuleWrap(url, source);
  } catch (error) {
    changed = require('internal/modules/transform').afterSyntaxError(source, error, 'module');
  }
  // Compiled again outside of the catch: the error then points at the file's own line.
  return new ModuleWrap(url, changed ?? source);
}

function translateJson(url, source) {
  const { Module } = require('internal/modules/cjs/loader');
  // One object for require() and import of the same file, unless the URL has a query.
  const filename = plainPath(url);
  const cached = filename === undefined ? undefined : Module._cache[filename];
  let value;
  if (cached?.loaded) {
    value = cached.exports;
  } else {
    value = parseJson(url, source);
    if (filename !== undefined) {
      const module = new Module(filename);
      module.filename = filename;
      module.paths = Module._nodeModulePaths(module.path);
      module.exports = value;
      module.loaded = true;
      Module._cache[filename] = module;
    }
  }
  return new ModuleWrap(url, ['default'], function() {
    this.setExport('default', value);
  });
}

function parseJson(url, source) {
  try {
    return JSON.parse(stripBom(source));
  } catch (error) {
    const name = url.startsWith('file:') ? require('internal/url').fileURLToPath(url) : url;
    error.message = `${name}: ${error.message}`;
    throw error;
  }
}

function plainPath(url) {
  if (!url.startsWith('file:') || url.includes('?') || url.includes('#')) return undefined;
  return require('internal/url').fileURLToPath(url);
}

// ---- Builtins: default is the module object, the names follow it when asked to. ----

const builtinWraps = new Map();

function copyBuiltinExports(wrap, exports, names) {
  for (const name of names) {
    let value;
    try {
      value = exports[name];
    } catch {
      value = undefined;  // an accessor that refuses here is no export
    }
    wrap.setExport(name, value);
  }
  wrap.setExport('default', exports);
}

function translateBuiltin(url) {
  const exports = loadBuiltin(url);
  const names = Object.keys(exports).filter((name) => name !== 'default');
  const wrap = new ModuleWrap(url, [...names, 'default'], function() {
    copyBuiltinExports(this, exports, names);
  });
  builtinWraps.set(url, { wrap, exports, names });
  return wrap;
}

function syncBuiltins() {
  const { kEvaluated } = internalBinding('module_wrap');
  for (const { wrap, exports, names } of builtinWraps.values()) {
    if (wrap.status() === kEvaluated) copyBuiltinExports(wrap, exports, names);
  }
}

// ---- CommonJS ----

let lexer;
function parseCommonJs(source) {
  lexer ??= require('npm:cjs-module-lexer/lexer.js');
  try {
    return lexer.parse(source);
  } catch {
    return { exports: [], reexports: [] };  // not JavaScript: the error comes when it runs
  }
}

// File name -> Set of names. What a file exports does not change while the process runs.
const exportNamesCache = new Map();

// The names that the file's text assigns to its exports, those of the files it passes on included.
function exportNamesOf(filename, source) {
  const known = exportNamesCache.get(filename);
  if (known !== undefined) return known;
  const names = new Set();
  exportNamesCache.set(filename, names);  // a cycle of re-exports sees what is known so far
  const { exports, reexports } = parseCommonJs(source);
  for (const name of exports) names.add(name);
  for (const request of reexports) {
    for (const name of reexportedNames(filename, request)) names.add(name);
  }
  return names;
}

function reexportedNames(filename, request) {
  const { Module, formatOf } = require('internal/modules/cjs/loader');
  const { isBuiltin } = require('internal/modules/helpers');
  if (isBuiltin(request)) return Object.keys(loadBuiltin(request));
  try {
    const parent = new Module(filename);
    parent.filename = filename;
    parent.paths = Module._nodeModulePaths(parent.path);
    const target = Module._resolveFilename(request, parent, false);
    const isText = /\.c?js$/.test(target) || !/\.\w+$/.test(target);
    if (!isText || formatOf(target) === 'module') return [];
    return exportNamesOf(target, readSource(target));
  } catch {
    return [];  // what cannot be found now fails when the module runs
  }
}

function translateCommonJs(url, source) {
  const { fileURLToPath } = require('internal/url');
  const filename = fileURLToPath(url);
  const names = new Set(exportNamesOf(filename, source));
  names.delete('default');
  names.delete('module.exports');
  const list = [...names];
  return new ModuleWrap(url, [...list, 'default', 'module.exports'], function() {
    const { Module } = require('internal/modules/cjs/loader');
    const exports = Module._load(filename, undefined, false);
    setCommonJsExports(this, exports, list);
  });
}

function setCommonJsExports(wrap, exports, names) {
  const isObject = (typeof exports === 'object' && exports !== null) ||
    typeof exports === 'function';
  for (const name of names) {
    if (!isObject || !Object.hasOwn(exports, name)) continue;
    let value;
    try {
      value = exports[name];
    } catch {
      continue;
    }
    wrap.setExport(name, value);
  }
  wrap.setExport('default', exports);
  wrap.setExport('module.exports', exports);
}

// The main module when it is CommonJS but asked for through import machinery.
function translateAddon(url) {
  const { fileURLToPath } = require('internal/url');
  const filename = fileURLToPath(url);
  return new ModuleWrap(url, ['default', 'module.exports'], function() {
    const { Module } = require('internal/modules/cjs/loader');
    setCommonJsExports(this, Module._load(filename, undefined, false), []);
  });
}

function translate(url, format, source) {
  switch (format) {
    case 'module': return translateModule(url, source);
    case 'commonjs': return translateCommonJs(url, source);
    case 'json': return translateJson(url, source);
    case 'builtin': return translateBuiltin(url);
    case 'addon': return translateAddon(url);
    default: throw new ERR_UNKNOWN_MODULE_FORMAT(format, url);
  }
}

module.exports = { syncBuiltins, translate };
