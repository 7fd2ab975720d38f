'use strict';

// node:vm: scripts and functions from text, and contexts whose global object is an object of the
// program. vm.Module (behind a flag in Node.js) and measureMemory are not built.

const {
  Script: NativeScript, compileFunction: nativeCompile, isContext: nativeIsContext, makeContext,
} = internalBinding('contextify');
const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED },
} = require('internal/errors');
const {
  validateArray,
  validateBoolean,
  validateBuffer,
  validateFunction,
  validateInt32,
  validateObject,
  validateOneOf,
  validateString,
  validateStringArray,
  validateUint32,
} = require('internal/validators');
const { emitExperimentalWarning } = require('internal/util');
const { kDefaultLoader, kImportMissing, kImportNeedsFlag } = require('internal/modules/import_ids');

const DONT_CONTEXTIFY = Symbol('vm_context_no_contextify');
const kNative = Symbol('kNative');

// Which loader import() in the text gets.
function importId(importModuleDynamically) {
  if (importModuleDynamically === undefined) return kImportMissing;
  if (importModuleDynamically === kDefaultLoader) {
    emitExperimentalWarning('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER');
    return kDefaultLoader;
  }
  validateFunction(importModuleDynamically, 'options.importModuleDynamically');
  return kImportNeedsFlag;
}

function readPlace(options, fallbackName) {
  const { filename = fallbackName, lineOffset = 0, columnOffset = 0 } = options;
  validateString(filename, 'options.filename');
  validateInt32(lineOffset, 'options.lineOffset');
  validateInt32(columnOffset, 'options.columnOffset');
  return [filename, lineOffset, columnOffset];
}

function asBytes(cachedData, name) {
  if (cachedData === undefined) return undefined;
  if (!ArrayBuffer.isView(cachedData)) {
    throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], cachedData);
  }
  return cachedData;
}

function readRunOptions(options = {}) {
  validateObject(options, 'options');
  const { breakOnSigint = false, displayErrors = true, timeout } = options;
  if (timeout !== undefined) validateUint32(timeout, 'options.timeout', true);
  validateBoolean(displayErrors, 'options.displayErrors');
  validateBoolean(breakOnSigint, 'options.breakOnSigint');
  return [timeout ?? 0, breakOnSigint, displayErrors];
}

class Script {
  constructor(code, options = {}) {
    code = `${code}`;
    if (typeof options === 'string') options = { filename: options };
    else validateObject(options, 'options');
    const place = readPlace(options, 'evalmachine.<anonymous>');
    const { cachedData, importModuleDynamically, produceCachedData = false } = options;
    asBytes(cachedData, 'options.cachedData');
    validateBoolean(produceCachedData, 'options.produceCachedData');
    const native =
      new NativeScript(code, ...place, cachedData, importId(importModuleDynamically));
    Object.defineProperty(this, kNative, { __proto__: null, value: native });
    if (cachedData !== undefined) this.cachedDataRejected = native.cachedDataRejected;
    this.sourceURL = native.sourceURL;
    this.sourceMapURL = native.sourceMapURL;
    if (produceCachedData) {
      this.cachedData = this.createCachedData();
      this.cachedDataProduced = true;
    }
  }

  createCachedData() {
    const { Buffer } = require('buffer');
    const bytes = this[kNative].createCachedData();
    return bytes === undefined ? Buffer.alloc(0) : Buffer.from(bytes);
  }

  runInThisContext(options) {
    return this[kNative].run(null, ...readRunOptions(options));
  }

  runInContext(contextifiedObject, options) {
    validateContext(contextifiedObject);
    return this[kNative].run(contextifiedObject, ...readRunOptions(options));
  }

  runInNewContext(contextObject, options) {
    const context = createContext(contextObject, contextOptions(options));
    return this.runInContext(context, options);
  }
}

function validateContext(object) {
  if (!isContext(object)) {
    throw new ERR_INVALID_ARG_TYPE('contextifiedObject', 'vm.Context', object);
  }
}

function isContext(object) {
  const isObject = typeof object === 'object' && object !== null;
  if (!isObject && typeof object !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('object', 'Object', object);
  }
  return nativeIsContext(object);
}

// The options of createContext among those of runInNewContext.
function contextOptions(options = {}) {
  validateObject(options, 'options');
  const { contextCodeGeneration, contextName, contextOrigin, microtaskMode } = options;
  if (contextName !== undefined) validateString(contextName, 'options.contextName');
  if (contextOrigin !== undefined) validateString(contextOrigin, 'options.contextOrigin');
  if (contextCodeGeneration !== undefined) {
    validateObject(contextCodeGeneration, 'options.contextCodeGeneration');
    const { strings, wasm } = contextCodeGeneration;
    if (strings !== undefined) validateBoolean(strings, 'options.contextCodeGeneration.strings');
    if (wasm !== undefined) validateBoolean(wasm, 'options.contextCodeGeneration.wasm');
  }
  return {
    name: contextName, origin: contextOrigin, codeGeneration: contextCodeGeneration, microtaskMode,
  };
}

let contexts = 0;

function createContext(contextObject = {}, options = {}) {
  if (contextObject !== DONT_CONTEXTIFY && isContext(contextObject)) return contextObject;
  validateObject(options, 'options');
  const {
    codeGeneration, importModuleDynamically, microtaskMode, name = `VM Context ${++contexts}`,
    origin,
  } = options;
  validateString(name, 'options.name');
  if (origin !== undefined) validateString(origin, 'options.origin');
  if (codeGeneration !== undefined) validateObject(codeGeneration, 'options.codeGeneration');
  const { strings = true, wasm = true } = codeGeneration ?? {};
  validateBoolean(strings, 'options.codeGeneration.strings');
  validateBoolean(wasm, 'options.codeGeneration.wasm');
  validateOneOf(microtaskMode, 'options.microtaskMode', ['afterEvaluate', undefined]);
  importId(importModuleDynamically);
  const sandbox = contextObject === DONT_CONTEXTIFY ? undefined : contextObject;
  return makeContext(sandbox, strings, wasm, microtaskMode === 'afterEvaluate');
}

function createScript(code, options) {
  return new Script(code, options);
}

function namedFile(options) {
  return typeof options === 'string' ? { filename: options } : options;
}

function runInContext(code, contextifiedObject, options) {
  validateContext(contextifiedObject);
  options = namedFile(options);
  return createScript(code, options).runInContext(contextifiedObject, options);
}

function runInNewContext(code, contextObject, options) {
  options = namedFile(options);
  const context = createContext(contextObject, contextOptions(options));
  return createScript(code, options).runInContext(context, options);
}

function runInThisContext(code, options) {
  options = namedFile(options);
  return createScript(code, options).runInThisContext(options);
}

function checkFunctionOptions(options) {
  const { cachedData, contextExtensions = [], parsingContext, produceCachedData = false } = options;
  validateBoolean(produceCachedData, 'options.produceCachedData');
  if (cachedData !== undefined) validateBuffer(cachedData, 'options.cachedData');
  if (parsingContext !== undefined &&
      (typeof parsingContext !== 'object' || parsingContext === null ||
       !isContext(parsingContext))) {
    throw new ERR_INVALID_ARG_TYPE('options.parsingContext', 'Context', parsingContext);
  }
  validateArray(contextExtensions, 'options.contextExtensions');
  for (let i = 0; i < contextExtensions.length; i++) {
    validateObject(contextExtensions[i], `options.contextExtensions[${i}]`, { nullable: true });
  }
  return { cachedData, contextExtensions, parsingContext, produceCachedData };
}

function compileFunction(code, params, options = {}) {
  validateString(code, 'code');
  if (params !== undefined) validateStringArray(params, 'params');
  validateObject(options, 'options');
  const place = readPlace(options, '');
  const {
    cachedData, contextExtensions, parsingContext, produceCachedData,
  } = checkFunctionOptions(options);
  const id = importId(options.importModuleDynamically);
  const answer = nativeCompile(code, params ?? [], ...place, cachedData, produceCachedData,
                               parsingContext, contextExtensions, id);
  const { function: compiled } = answer;
  if (produceCachedData) {
    const { Buffer } = require('buffer');
    compiled.cachedDataProduced = answer.cachedData !== undefined;
    if (compiled.cachedDataProduced) compiled.cachedData = Buffer.from(answer.cachedData);
  }
  if (cachedData !== undefined) compiled.cachedDataRejected = answer.cachedDataRejected;
  return compiled;
}

function measureMemory() {
  throw new ERR_METHOD_NOT_IMPLEMENTED('vm.measureMemory()');
}

module.exports = {
  Script,
  createContext,
  createScript,
  runInContext,
  runInNewContext,
  runInThisContext,
  isContext,
  compileFunction,
  measureMemory,
  constants: Object.freeze({
    __proto__: null,
    USE_MAIN_CONTEXT_DEFAULT_LOADER: kDefaultLoader,
    DONT_CONTEXTIFY,
  }),
};
