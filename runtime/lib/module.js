'use strict';

// node:module. The Module class itself is the module's exports.

const { codes: { ERR_METHOD_NOT_IMPLEMENTED } } = require('internal/errors');
const { Module } = require('internal/modules/cjs/loader');

const compileCacheStatus = {
  __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3,
};

// The code cache is on by default; a folder of the caller's own is used instead of the user's.
function enableCompileCache(options) {
  const binding = internalBinding('module_wrap');
  const wanted = typeof options === 'string' ? options : options?.directory;
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return { status: compileCacheStatus.DISABLED };
  const folder = binding.cacheFolder();
  if (folder !== undefined && wanted === undefined) {
    return { status: compileCacheStatus.ALREADY_ENABLED, directory: folder };
  }
  const directory = wanted ?? require('path').join(require('os').tmpdir(), 'node-compile-cache');
  binding.enableCache(require('path').resolve(directory));
  return { status: compileCacheStatus.ENABLED, directory: binding.cacheFolder() };
}

function notImplemented(name) {
  const method = {
    [name]() {
      throw new ERR_METHOD_NOT_IMPLEMENTED(`module.${name}()`);
    },
  }[name];
  return method;
}

Module.enableCompileCache = enableCompileCache;
Module.flushCompileCache = function flushCompileCache() {
  internalBinding('module_wrap').flushCache();
};
Module.getCompileCacheDir = function getCompileCacheDir() {
  return internalBinding('module_wrap').cacheFolder();
};
Module.constants = Object.freeze({
  __proto__: null, compileCacheStatus: Object.freeze(compileCacheStatus),
});
Module.register = notImplemented('register');
Module.registerHooks = notImplemented('registerHooks');
Module.stripTypeScriptTypes = notImplemented('stripTypeScriptTypes');
Module.findSourceMap = function findSourceMap() {
  return undefined;  // source maps are not read, so there is never one
};
Module.setSourceMapsSupport = notImplemented('setSourceMapsSupport');
Module.getSourceMapsSupport = function getSourceMapsSupport() {
  return Object.freeze({
    __proto__: null, enabled: false, nodeModules: false, generatedCode: false,
  });
};
Module.SourceMap = class SourceMap {
  constructor() {
    throw new ERR_METHOD_NOT_IMPLEMENTED('module.SourceMap');
  }
};

module.exports = Module;
