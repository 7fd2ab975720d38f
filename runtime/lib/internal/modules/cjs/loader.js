'use strict';

// CommonJS modules: the Module class with the members that packages know and patch (_load,
// _resolveFilename, _extensions, _cache, prototype._compile ...), as Node documents and orders
// them.

const {
  codes: {
    ERR_INVALID_ARG_VALUE,
    ERR_UNKNOWN_BUILTIN_MODULE,
  },
} = require('internal/errors');
const { builtinModules } = require('internal/realm');
const { validateString } = require('internal/validators');
const path = require('path');
const {
  getResolver,
  isBuiltin,
  loadBuiltin,
  makeRequireFunction,
  stripBom,
} = require('internal/modules/helpers');
const { getOptions } = require('internal/modules/options');
const { nodeModulesPaths, readSource } = internalBinding('modules');
const { compileCommonJs, runScript } = internalBinding('module_wrap');

const kParent = Symbol('kModuleParent');
const kIsMain = Symbol('kIsMainSymbol');
const kIsEsm = Symbol('kIsEsm');

// Kinds of answers of the native resolver other than a path; see Found in resolution/lookup.hpp.
const kFoundFile = 1;
const kFoundBuiltin = 2;
const kFoundBadMain = 3;

let requireDepth = 0;
let modulePaths = [];
let isPreloading = false;
let wrapperPatched = false;
// "<directory of the requirer>\0<request>" -> file name.
const relativeResolveCache = { __proto__: null };

function updateChildren(parent, child, scan) {
  const children = parent?.children;
  if (children && !(scan && children.includes(child))) children.push(child);
}

function Module(id = '', parent) {
  this.id = id;
  this.path = path.dirname(id);
  define(this, 'exports', {}, true);
  define(this, kParent, parent, false);
  updateChildren(parent, this, false);
  this.filename = null;
  this.loaded = false;
  this.children = [];
}

function define(target, key, value, enumerable) {
  Object.defineProperty(target, key, {
    __proto__: null, value, writable: true, configurable: true, enumerable,
  });
}

Module._cache = { __proto__: null };
Module._pathCache = { __proto__: null };
Module._extensions = { __proto__: null };
Module.globalPaths = [];
Module.Module = Module;

const kWrapper = ['(function (exports, require, module, __filename, __dirname) { ', '\n});'];
function wrap(script) {
  return Module.wrapper[0] + script + Module.wrapper[1];
}
let wrapFunction = wrap;
let wrapperPair = kWrapper;
// Tools of old replace these; then the text is wrapped and run as a script instead.
Object.defineProperties(Module, {
  wrap: {
    __proto__: null,
    get: () => wrapFunction,
    set(value) {
      wrapperPatched = true;
      wrapFunction = value;
    },
    enumerable: true,
    configurable: true,
  },
  wrapper: {
    __proto__: null,
    get: () => new Proxy(wrapperPair, {
      __proto__: null,
      set(target, key, value, receiver) {
        wrapperPatched = true;
        return Reflect.set(target, key, value, receiver);
      },
    }),
    set(value) {
      wrapperPatched = true;
      wrapperPair = value;
    },
    configurable: true,
    enumerable: true,
  },
  builtinModules: {
    __proto__: null,
    get() {
      const list = Object.freeze(builtinModules());
      define(Module, 'builtinModules', list, true);
      return list;
    },
    configurable: true,
    enumerable: true,
  },
});

function warnParent() {
  require('internal/process/warning').warnPending(
    'module.parent is deprecated due to accuracy issues. Please use require.main to find program ' +
    'entry point instead.', 'DEP0144');
}
Object.defineProperty(Module.prototype, 'parent', {
  __proto__: null,
  get() {
    warnParent();
    return this[kParent];
  },
  set(value) {
    warnParent();
    this[kParent] = value;
  },
  configurable: true,
});
Object.defineProperty(Module.prototype, 'isPreloading', {
  __proto__: null,
  get() { return isPreloading; },
  configurable: true,
});
define(Module.prototype, 'constructor', Module, false);

// ---- Cycles: a module that is still loading warns about properties it does not have yet. ----

function warnCircular(property) {
  process.emitWarning(
    `Accessing non-existent property '${String(property)}' of module exports inside circular ` +
    'dependency');
}
const circularProxy = new Proxy({}, {
  get(target, property) {
    // Inherited members of Object are there; the flag that transpilers test is no mistake.
    if (property in target || property === '__esModule') return target[property];
    warnCircular(property);
    return undefined;
  },
  getOwnPropertyDescriptor(target, property) {
    if (Object.hasOwn(target, property) || property === '__esModule') {
      return Object.getOwnPropertyDescriptor(target, property);
    }
    warnCircular(property);
    return undefined;
  },
});

function circularExports(module) {
  const { exports } = module;
  const { isProxy } = require('internal/util/types');
  if (exports && !isProxy(exports) && Object.getPrototypeOf(exports) === Object.prototype &&
      !exports.__esModule) {
    Object.setPrototypeOf(exports, circularProxy);
  }
  return exports;
}

function restorePrototype(module) {
  const { exports } = module;
  if (typeof exports !== 'object' || exports === null) return;
  const { isProxy } = require('internal/util/types');
  if (!isProxy(exports) && Object.getPrototypeOf(exports) === circularProxy) {
    Object.setPrototypeOf(exports, Object.prototype);
  }
}

// ---- Resolution ----

function notFound(request, message, extra) {
  const error = new Error(message);
  error.code = 'MODULE_NOT_FOUND';
  Object.assign(error, extra);
  return error;
}

// What to do with a native answer that is not a plain path.
function interpretFound(found, request) {
  if (typeof found === 'string' || found === undefined) return found;
  const { 0: kind, 1: target, 2: packageFile } = found;
  if (kind === kFoundBuiltin) return target;
  if (kind === kFoundFile) {
    process.emitWarning(
      `Invalid 'main' field in '${packageFile}' of '${readMain(packageFile)}'. ` +
      'Please either fix that or report it to the module author', 'DeprecationWarning', 'DEP0128');
    return target;
  }
  if (kind === kFoundBadMain) {
    throw notFound(request, `Cannot find module '${target}'. ` +
      'Please verify that the package.json has a valid "main" entry',
                   { path: packageFile, requestPath: request });
  }
  throw notFound(request, `Cannot find module '${target}'`, { path: packageFile });
}

function readMain(packageFile) {
  return getResolver().package(path.dirname(packageFile))?.main;
}

Module._nodeModulePaths = function(from) {
  return nodeModulesPaths(path.resolve(from));
};

Module._findPath = function(request, paths, isMain) {
  const isAbsolute = request.charCodeAt(0) === 47;
  if (!isAbsolute && (!paths || paths.length === 0)) return false;
  const places = isAbsolute ? [] : paths;
  const cacheKey = `${request}\0${places.join('\0')}`;
  const cached = Module._pathCache[cacheKey];
  if (cached) return cached;
  const { preserveSymlinks, preserveSymlinksMain } = getOptions();
  const isPlain = places.every((place) => typeof place === 'string' && place.charCodeAt(0) === 47);
  const directories = isPlain ? places : places.map((place) => path.resolve(place));
  const filename = interpretFound(
    getResolver().find(request, directories, Object.keys(Module._extensions),
                       isMain ? preserveSymlinksMain : preserveSymlinks), request);
  if (filename === undefined) return false;
  Module._pathCache[cacheKey] = filename;
  return filename;
};

Module._resolveLookupPaths = function(request, parent) {
  if (isBuiltin(request)) return null;
  const isRelative = request.charCodeAt(0) === 46 &&
    (request.length === 1 || request[1] === '.' || request[1] === '/');
  if (!isRelative) {
    const paths = parent?.paths?.length ? [...parent.paths, ...modulePaths] : modulePaths;
    return paths.length > 0 ? paths : null;
  }
  // In the REPL and with -e there is no file: the working directory stands for its folder.
  if (!parent?.id || !parent.filename) return ['.'];
  return [path.dirname(parent.filename)];
};

function lookupPathsFromOptions(request, parent, options) {
  if (options.paths === undefined) return Module._resolveLookupPaths(request, parent);
  if (!Array.isArray(options.paths)) {
    throw new ERR_INVALID_ARG_VALUE('options.paths', options.paths);
  }
  if (request.startsWith('./') || request.startsWith('../') || request === '.' ||
      request === '..') {
    return options.paths;
  }
  const fakeParent = new Module('', null);
  const paths = new Set();
  for (const start of options.paths) {
    fakeParent.paths = Module._nodeModulePaths(start);
    for (const place of Module._resolveLookupPaths(request, fakeParent) ?? []) paths.add(place);
  }
  return [...paths];
}

function requireStackOf(parent) {
  const stack = [];
  for (let cursor = parent; cursor; cursor = cursor[kParent]) {
    stack.push(cursor.filename || cursor.id);
  }
  return stack;
}

Module._resolveFilename = function(request, parent, isMain, options) {
  if (isBuiltin(request)) return request;
  const paths = typeof options === 'object' && options !== null
    ? lookupPathsFromOptions(request, parent, options)
    : Module._resolveLookupPaths(request, parent);
  const parentFile = parent?.filename ||
    (parent?.id === '<repl>' || parent?.id === 'internal/preload'
      ? path.join(process.cwd(), 'noop.js') : undefined);
  const first = request.charCodeAt(0);
  if (parentFile) {
    // "#name", unless the package has no imports: then it may be a package of old.
    if (first === 35 && getResolver().scope(parentFile)?.imports !== undefined) {
      return interpretFound(getResolver().findImport(request, parentFile), request);
    }
    if (first !== 46 && first !== 47) {
      const own = interpretFound(getResolver().findSelf(request, parentFile), request);
      if (own !== undefined) return own;
    }
  }
  const filename = Module._findPath(request, paths, isMain);
  if (filename) return filename;
  const requireStack = requireStackOf(parent);
  let message = `Cannot find module '${request}'`;
  if (requireStack.length > 0) message += '\nRequire stack:\n- ' + requireStack.join('\n- ');
  throw notFound(request, message, { requireStack });
};

// ---- Loading ----

// The module of an earlier request for the same name from the same folder.
function loadFromRelativeCache(key, parent) {
  const filename = relativeResolveCache[key];
  if (filename === undefined) return undefined;
  const cached = Module._cache[filename];
  if (cached === undefined) {
    delete relativeResolveCache[key];
    return undefined;
  }
  updateChildren(parent, cached, true);
  return cached;
}

function exportsOfCached(cached, parent) {
  if (cached.loaded) return cached.exports;
  if (cached[kIsEsm]) {
    const { requiredModuleCycle } = require('internal/modules/esm/loader');
    throw requiredModuleCycle(cached.filename, parent);
  }
  return circularExports(cached);
}

Module._load = function(request, parent, isMain) {
  let relativeKey;
  if (parent) {
    relativeKey = `${parent.path}\0${request}`;
    const cached = loadFromRelativeCache(relativeKey, parent);
    if (cached !== undefined) return exportsOfCached(cached, parent);
  }
  if (request.startsWith('node:')) {
    const exports = loadBuiltin(request);
    if (exports === undefined) throw new ERR_UNKNOWN_BUILTIN_MODULE(request);
    return exports;
  }
  const filename = Module._resolveFilename(request, parent, isMain);
  const cached = Module._cache[filename];
  if (cached !== undefined) {
    updateChildren(parent, cached, true);
    return exportsOfCached(cached, parent);
  }
  const builtin = loadBuiltin(filename);
  if (builtin !== undefined) return builtin;

  const module = new Module(filename, parent);
  if (isMain) {
    process.mainModule = module;
    module.id = '.';
    define(module, kIsMain, true, false);
  }
  Module._cache[filename] = module;
  if (relativeKey !== undefined) relativeResolveCache[relativeKey] = filename;
  let threw = true;
  try {
    module.load(filename);
    threw = false;
  } finally {
    if (threw) {
      forget(module, filename, relativeKey, parent);
    } else {
      restorePrototype(module);
    }
  }
  return module.exports;
};

function forget(module, filename, relativeKey, parent) {
  delete Module._cache[filename];
  if (relativeKey === undefined) return;
  delete relativeResolveCache[relativeKey];
  const index = parent?.children?.indexOf(module) ?? -1;
  if (index !== -1) parent.children.splice(index, 1);
}

// The longest of the extensions of "a.b.c" that has a handler, else ".js".
function registeredExtension(filename) {
  const name = path.basename(filename);
  let start = 0;
  let index;
  while ((index = name.indexOf('.', start)) !== -1) {
    start = index + 1;
    if (index === 0) continue;
    const extension = name.slice(index);
    if (Module._extensions[extension]) return extension;
  }
  return '.js';
}

Module.prototype.load = function(filename) {
  this.filename ??= filename;
  this.paths ??= Module._nodeModulePaths(path.dirname(filename));
  Module._extensions[registeredExtension(filename)](this, filename);
  this.loaded = true;
};

let requireChannel;
Module.prototype.require = function(id) {
  validateString(id, 'id');
  if (id === '') throw new ERR_INVALID_ARG_VALUE('id', id, 'must be a non-empty string');
  requireDepth++;
  try {
    requireChannel ??= require('diagnostics_channel').tracingChannel('module.require');
    if (!requireChannel.hasSubscribers) return Module._load(id, this, false);
    const context = { parentFilename: this.filename, id };
    return requireChannel.traceSync(Module._load, context, Module, id, this, false);
  } finally {
    if (--requireDepth === 0) getResolver().forget();
  }
};

// What the name of the file and its package say: 'module', 'commonjs', or undefined (look inside).
function formatOf(filename) {
  if (filename.endsWith('.mjs')) return 'module';
  if (filename.endsWith('.cjs')) return 'commonjs';
  const extension = path.extname(filename);
  if (extension !== '.js' && extension !== '') return 'commonjs';
  const type = getResolver().scopeType(filename);
  if (type === 2) return extension === '.js' ? 'module' : undefined;
  return type === 1 ? 'commonjs' : undefined;
}

function compileWrapped(filename, content) {
  const compiled = runScript(Module.wrap(content), filename);
  return typeof compiled === 'function' ? compiled : undefined;
}

// import or export in a file that is CommonJS by its name or its package.
function noteModuleSyntax(filename, content) {
  if (!require('internal/modules/esm/formats').hasModuleSyntax(content, filename)) return;
  require('internal/process/warning').emitWarningSync(
    `Failed to load the ES module: ${filename}. Make sure to set "type": "module" in the nearest ` +
    'package.json file or use the .mjs extension.');
}

// The function of a CommonJS text; undefined when it may be and is an ES module.
function compileText(filename, content, mayBeModule) {
  if (wrapperPatched) return compileWrapped(filename, content);
  let changed;
  try {
    return compileCommonJs(content, filename, mayBeModule);
  } catch (error) {
    changed = require('internal/modules/transform').afterSyntaxError(content, error, 'script');
  }
  if (changed === undefined && !mayBeModule) noteModuleSyntax(filename, content);
  // Compiled again outside of the catch: the error then points at the file's own line.
  return compileCommonJs(changed ?? content, filename, mayBeModule);
}

Module.prototype._compile = function(content, filename, format) {
  if (format === 'module') return loadEsmFromCjs(this, filename, content);
  const compiled = compileText(filename, content, format !== 'commonjs');
  if (compiled === undefined) return loadEsmFromCjs(this, filename, content);
  const require = makeRequireFunction(this);
  const { exports } = this;
  const dirname = path.dirname(filename);
  // Counted as one burst of loading, also for the main module.
  requireDepth++;
  try {
    return Reflect.apply(compiled, exports, [exports, require, this, filename, dirname]);
  } finally {
    if (--requireDepth === 0) getResolver().forget();
  }
};

function loadEsmFromCjs(module, filename, content) {
  const loader = require('internal/modules/esm/loader');
  if (module[kIsMain]) {
    // The main module turned out to be an ES module: it is run as one, not required.
    define(process, 'mainModule', undefined, true);
    require('internal/modules/run_main').runEsmMain(filename);
    return undefined;
  }
  define(module, kIsEsm, true, false);
  module.exports = loader.requireEsm(filename, content, module[kParent]);
  return undefined;
}

Module._extensions['.js'] = function(module, filename) {
  module._compile(readSource(filename), filename, formatOf(filename));
};

Module._extensions['.json'] = function(module, filename) {
  const content = readSource(filename);
  try {
    module.exports = JSON.parse(stripBom(content));
  } catch (error) {
    error.message = `${filename}: ${error.message}`;
    throw error;
  }
};

Module._extensions['.node'] = function(module, filename) {
  if (typeof process.dlopen !== 'function') {
    const { codes: { ERR_METHOD_NOT_IMPLEMENTED } } = require('internal/errors');
    throw new ERR_METHOD_NOT_IMPLEMENTED('process.dlopen()');
  }
  return process.dlopen(module, filename);
};

// ---- Entry points and the public functions of node:module ----

// NODE_PATH and the folders of old; after the snapshot, when the environment is known.
Module._initPaths = function() {
  const { HOME, NODE_PATH } = process.env;
  const paths = [path.resolve(process.execPath, '..', '..', 'lib', 'node')];
  if (HOME) {
    paths.unshift(path.resolve(HOME, '.node_modules'), path.resolve(HOME, '.node_libraries'));
  }
  if (NODE_PATH) paths.unshift(...NODE_PATH.split(':').filter(Boolean));
  modulePaths = paths;
  Module.globalPaths = [...paths];
};

// -r/--require: loaded before the entry, resolved from the working directory.
Module._preloadModules = function(requests) {
  if (!Array.isArray(requests) || requests.length === 0) return;
  isPreloading = true;
  const parent = new Module('internal/preload', null);
  parent.paths = Module._nodeModulePaths(process.cwd());
  for (const request of requests) parent.require(request);
  isPreloading = false;
};

function createRequireFromPath(filename) {
  // A trailing slash makes it a folder: resolution then starts inside.
  const proxyPath = filename.endsWith('/') ? path.join(filename, 'noop.js') : filename;
  const module = new Module(proxyPath);
  module.filename = proxyPath;
  module.paths = Module._nodeModulePaths(module.path);
  return makeRequireFunction(module);
}

const kCreateRequireError =
  'must be a file URL object, file URL string, or absolute path string';
Module.createRequire = function createRequire(filename) {
  const { fileURLToPath, isURL } = require('internal/url');
  if (isURL(filename)) {
    if (filename.protocol !== 'file:') {
      throw new ERR_INVALID_ARG_VALUE('filename', filename, kCreateRequireError);
    }
    return createRequireFromPath(fileURLToPath(filename));
  }
  if (typeof filename !== 'string') {
    throw new ERR_INVALID_ARG_VALUE('filename', filename, kCreateRequireError);
  }
  if (path.isAbsolute(filename)) return createRequireFromPath(filename);
  if (!filename.startsWith('file:')) {
    throw new ERR_INVALID_ARG_VALUE('filename', filename, kCreateRequireError);
  }
  return createRequireFromPath(fileURLToPath(filename));
};

Module.isBuiltin = isBuiltin;

Module._debug = function() {};

Module.syncBuiltinESMExports = function syncBuiltinESMExports() {
  require('internal/modules/esm/translators').syncBuiltins();
};

Module.findPackageJSON = function findPackageJSON(specifier, base = 'data:') {
  return require('internal/modules/package_json').findPackageJson(specifier, base);
};

function runMain(main = process.argv[1]) {
  return require('internal/modules/run_main').executeUserEntryPoint(main);
}
Module.runMain = runMain;

module.exports = {
  Module,
  compileText,
  formatOf,
  initializePaths: Module._initPaths,
  kIsMain,
  requireStackOf,
  loadAsMain: (filename) => Module._load(filename, null, true),
};
