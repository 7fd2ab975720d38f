'use strict';

// node:vm in the current context. Contexts of their own (createContext and what runs in them) and
// modules are not built.

const { Script: NativeScript, compileFunction: nativeCompile } = internalBinding('contextify');
const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED, ERR_NOT_IMPLEMENTED },
} = require('internal/errors');
const {
  validateInt32,
  validateObject,
  validateString,
  validateStringArray,
} = require('internal/validators');

const { errorFrame } = internalBinding('env');

const kNative = Symbol('kNative');

function readOptions(options, fallbackName) {
  if (typeof options === 'string') options = { filename: options };
  else if (options === undefined) options = {};
  else validateObject(options, 'options');
  const { filename = fallbackName, lineOffset = 0, columnOffset = 0 } = options;
  validateString(filename, 'options.filename');
  validateInt32(lineOffset, 'options.lineOffset');
  validateInt32(columnOffset, 'options.columnOffset');
  return [filename, lineOffset, columnOffset];
}

function checkRunOptions(options) {
  if (options === undefined || typeof options === 'string') return;
  validateObject(options, 'options');
  if (options.timeout !== undefined) throw new ERR_NOT_IMPLEMENTED('the timeout option of vm');
  if (options.breakOnSigint) throw new ERR_NOT_IMPLEMENTED('the breakOnSigint option of vm');
}

// Errors of the text itself show where in it: file, line and marks stand before the stack.
function showPlace(error) {
  if (error instanceof SyntaxError && typeof error.stack === 'string') {
    const frame = errorFrame(error);
    if (frame !== '' && !error.stack.startsWith(frame)) error.stack = `${frame}\n${error.stack}`;
  }
  return error;
}

class Script {
  constructor(code, options = {}) {
    code = `${code}`;
    const [filename, line, column] = readOptions(options, 'evalmachine.<anonymous>');
    let native;
    try {
      native = new NativeScript(code, filename, line, column);
    } catch (error) {
      throw showPlace(error);
    }
    Object.defineProperty(this, kNative, { __proto__: null, value: native });
    if (options.produceCachedData) this.cachedDataProduced = false;
    if (options.cachedData !== undefined) this.cachedDataRejected = true;
  }

  runInThisContext(options) {
    checkRunOptions(options);
    return this[kNative].run();
  }

  runInContext() {
    throw new ERR_METHOD_NOT_IMPLEMENTED('vm.Script.prototype.runInContext()');
  }

  runInNewContext() {
    throw new ERR_METHOD_NOT_IMPLEMENTED('vm.Script.prototype.runInNewContext()');
  }

  createCachedData() {
    throw new ERR_METHOD_NOT_IMPLEMENTED('vm.Script.prototype.createCachedData()');
  }
}

function runInThisContext(code, options) {
  const script = new Script(code, typeof options === 'string' ? { filename: options } : options);
  return script.runInThisContext(options);
}

function compileFunction(code, params, options = {}) {
  validateString(code, 'code');
  if (params !== undefined) validateStringArray(params, 'params');
  const { parsingContext } = options;
  if (parsingContext !== undefined) throw new ERR_NOT_IMPLEMENTED('options.parsingContext');
  try {
    return nativeCompile(code, params ?? [], ...readOptions(options, ''));
  } catch (error) {
    throw showPlace(error);
  }
}

// No object is a context of its own here.
function isContext(object) {
  if (typeof object !== 'object' || object === null) {
    throw new ERR_INVALID_ARG_TYPE('object', 'Object', object);
  }
  return false;
}

const missing = {};
for (const name of ['createContext', 'createScript', 'measureMemory', 'runInContext',
                    'runInNewContext']) {
  missing[name] = { [name]() { throw new ERR_METHOD_NOT_IMPLEMENTED(`vm.${name}()`); } }[name];
}

module.exports = {
  ...missing,
  Script,
  compileFunction,
  constants: Object.freeze({
    __proto__: null,
    DONT_CONTEXTIFY: Symbol('vm_context_no_contextify'),
    USE_MAIN_CONTEXT_DEFAULT_LOADER: Symbol('vm_dynamic_import_main_context_default'),
  }),
  isContext,
  runInThisContext,
};
