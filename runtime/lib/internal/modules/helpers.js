'use strict';

// What both loaders share: builtin modules as users name them, the native resolver, export
// conditions, the `require` function of a CommonJS module.

const { builtinModules, publicId, requireBuiltin } = require('internal/realm');
const { validateString } = require('internal/validators');
const { getOptions } = require('internal/modules/options');

// The exports of a public builtin ("fs", "node:fs"), or undefined if there is no such module.
function loadBuiltin(specifier) {
  const id = publicId(specifier);
  return id === undefined ? undefined : requireBuiltin(id);
}

function isBuiltin(specifier) {
  return typeof specifier === 'string' && publicId(specifier) !== undefined;
}

// The URL that a builtin has for the ES module loader.
function builtinUrl(specifier) {
  const id = publicId(specifier);
  return id.startsWith('gyre/') ? `gyre:${id.slice(5)}` : `node:${id}`;
}

// Public names with and without scheme: what the native resolver takes for a builtin.
function builtinNames() {
  const names = [];
  for (const name of builtinModules()) {
    names.push(name);
    if (!name.startsWith('node:')) names.push(`node:${name}`);
  }
  if (isBuiltin('gyre:offload')) names.push('gyre:offload');
  return names;
}

let cjsConditions;
let esmConditions;
function initializeConditions() {
  const { conditions } = getOptions();
  cjsConditions = new Set(['require', 'node', 'node-addons', 'module-sync', ...conditions]);
  esmConditions = new Set(['node', 'import', 'module-sync', 'node-addons', ...conditions]);
}
function getCjsConditions() {
  if (cjsConditions === undefined) initializeConditions();
  return cjsConditions;
}
function getEsmConditions() {
  if (esmConditions === undefined) initializeConditions();
  return esmConditions;
}

let resolver;
function getResolver() {
  if (resolver === undefined) {
    const { ModuleResolver } = internalBinding('modules');
    resolver = new ModuleResolver(builtinNames(), [...getCjsConditions()],
                                  [...getEsmConditions()], getOptions().preserveSymlinks);
  }
  return resolver;
}

function stripBom(text) {
  return text.charCodeAt(0) === 0xFEFF ? text.slice(1) : text;
}

function define(target, key, value) {
  Object.defineProperty(target, key, {
    __proto__: null, value, writable: true, configurable: true, enumerable: true,
  });
}

// The `require` that the code of `mod` sees.
function makeRequireFunction(mod) {
  const Module = mod.constructor;
  const require = function require(path) {
    return mod.require(path);
  };
  function resolve(request, options) {
    validateString(request, 'request');
    return Module._resolveFilename(request, mod, false, options);
  }
  function paths(request) {
    validateString(request, 'request');
    return Module._resolveLookupPaths(request, mod);
  }
  define(resolve, 'paths', paths);
  define(require, 'resolve', resolve);
  define(require, 'main', process.mainModule);
  define(require, 'extensions', Module._extensions);
  define(require, 'cache', Module._cache);
  return require;
}

// target[name] is the builtin module of that name, loaded when it is asked for.
function defineLazyBuiltin(target, name, enumerable) {
  const set = (value) => {
    Object.defineProperty(target, name, {
      __proto__: null, value, writable: true, configurable: true, enumerable: true,
    });
  };
  Object.defineProperty(target, name, {
    __proto__: null,
    get: () => {
      const exports = loadBuiltin(name);
      set(exports);
      return exports;
    },
    set,
    configurable: true,
    enumerable,
  });
}

// Makes each builtin a lazy property of `target`, as `-e` scripts and the REPL expect.
function addBuiltinGlobals(target) {
  for (const name of builtinModules()) {
    if (/^_|[/:]/.test(name) || name in target) continue;
    defineLazyBuiltin(target, name, false);
  }
}

module.exports = {
  addBuiltinGlobals,
  builtinUrl,
  defineLazyBuiltin,
  getCjsConditions,
  getEsmConditions,
  getResolver,
  isBuiltin,
  loadBuiltin,
  makeRequireFunction,
  stripBom,
};
