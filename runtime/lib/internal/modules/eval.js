'use strict';

// Program texts without a file (-e, -p, standard input), and --check.

const path = require('path');
const { addBuiltinGlobals, defineLazyBuiltin } = require('internal/modules/helpers');
const { runScript } = internalBinding('module_wrap');

function printResult(value) {
  require('console').log(value);
}

// Runs `text` as a script whose top level sees module, require, __filename as globals.
function evalScript(text, name, print) {
  const { Module } = require('internal/modules/cjs/loader');
  const { makeRequireFunction } = require('internal/modules/helpers');
  const cwd = process.cwd();
  const module = new Module(name);
  module.filename = path.join(cwd, name);
  module.paths = Module._nodeModulePaths(cwd);
  addBuiltinGlobals(globalThis);
  // -e and -p see the module where programs see the web's object.
  if (name === '[eval]') defineLazyBuiltin(globalThis, 'crypto', true);
  const values = {
    __filename: name, __dirname: '.', exports: module.exports, module,
    require: makeRequireFunction(module),
  };
  for (const key of Object.keys(values)) {
    Object.defineProperty(globalThis, key, {
      __proto__: null, value: values[key], writable: true, configurable: true, enumerable: true,
    });
  }
  const result = runScript(text, name);
  if (print) printResult(result);
}

function evalModule(text, print) {
  const { pathToFileURL } = require('internal/url');
  const { runAsMain } = require('internal/modules/run_main');
  const loader = require('internal/modules/esm/loader');
  const url = pathToFileURL(`${process.cwd()}/[eval1]`).href;
  runAsMain(async () => {
    const namespace = await loader.importText(text, url);
    if (print) printResult(namespace);
  });
}

function isModuleText(text, name, inputType) {
  if (inputType === 'module') return true;
  if (inputType === 'commonjs') return false;
  return require('internal/modules/esm/formats').hasModuleSyntax(text, name);
}

function evalText(text, name, { inputType, print }) {
  if (isModuleText(text, name, inputType)) return evalModule(text, print);
  return evalScript(text, name, print);
}

function readStdin() {
  // By its descriptor: a socket has no path that could be opened.
  return require('fs').readFileSync(0, 'utf8');
}

function evalStdin(request) {
  evalText(readStdin(), '[stdin]', request);
}

// --check: an error if the file does not parse; nothing is run.
function checkSyntax(entry) {
  const { Module, compileText, formatOf } = require('internal/modules/cjs/loader');
  const filename = Module._resolveFilename(path.resolve(entry), null, true);
  const source = internalBinding('modules').readSource(filename);
  const format = formatOf(filename);
  if (format !== 'module' && compileText(filename, source, format !== 'commonjs') !== undefined) {
    return;
  }
  const { pathToFileURL } = require('internal/url');
  require('internal/modules/esm/translators').translate(pathToFileURL(filename).href, 'module',
                                                        source);
}

module.exports = { checkSyntax, evalModule, evalScript, evalStdin, evalText };
