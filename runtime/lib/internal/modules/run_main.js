'use strict';

// Starts the program: a file, -e text, or standard input. Chooses the loader as Node does.

const path = require('path');
const { getResolver } = require('internal/modules/helpers');
const { getOptions } = require('internal/modules/options');

const kUnsettledExitCode = 13;

function resolveMain(entry) {
  const { Module } = require('internal/modules/cjs/loader');
  const absolute = path.resolve(entry) + (entry.endsWith('/') ? '/' : '');
  const found = Module._findPath(absolute, null, true);
  if (!found) return undefined;
  return getOptions().preserveSymlinksMain ? found : getResolver().realPath(found) ?? found;
}

function startsAsEsm(filename) {
  if (filename === undefined) return false;
  if (filename.endsWith('.mjs') || filename.endsWith('.wasm')) return true;
  if (filename.endsWith('.cjs')) return false;
  return getResolver().scopeType(filename) === 2;
}

// Runs `load` (which returns a promise) as the program's main: if the loop runs empty before it
// settles, the exit code says so.
function runAsMain(load) {
  const { setUnsettledCheck } = require('internal/process/uncaught');
  setUnsettledCheck(() => {
    if (!require('internal/process/warning').isSilent()) {
      internalBinding('program').writeSync(2, 'Warning: Detected unsettled top-level await\n');
    }
    return kUnsettledExitCode;
  });
  const done = () => setUnsettledCheck(undefined);
  // Begun in a microtask, so that promises settle before nextTick callbacks run, as ES modules see
  // it. A failure is the program's own: an uncaught error, which 'unhandledRejection' does not hear
  // of and --unhandled-rejections does not change.
  Promise.resolve().then(load).then(done, (error) => {
    done();
    internalBinding('env').reportUncaught(error, true);
  });
}

function runEsmMain(filename) {
  const { pathToFileURL } = require('internal/url');
  const loader = require('internal/modules/esm/loader');
  const url = pathToFileURL(filename).href;
  runAsMain(() => loader.importMain(url));
}

function executeUserEntryPoint(entry = process.argv[1]) {
  const filename = resolveMain(entry);
  if (startsAsEsm(filename)) return runEsmMain(filename);
  const { Module } = require('internal/modules/cjs/loader');
  // Module._load is looked up now: preloaded modules may have replaced it.
  Module._load(filename ?? path.resolve(entry), null, true);
}

function prepare(request) {
  internalBinding('module_wrap').installCallbacks();
  require('internal/modules/esm/loader').setup();
  const { Module } = require('internal/modules/cjs/loader');
  Module._initPaths();
  Module._preloadModules(request.requireModules);
}

// --import modules come before the entry and may use top-level await.
function afterImports(request, start) {
  const { importModules } = request;
  if (importModules === undefined || importModules.length === 0) return start();
  const loader = require('internal/modules/esm/loader');
  const { pathToFileURL } = require('internal/url');
  const base = pathToFileURL(`${process.cwd()}/`).href;
  runAsMain(async () => {
    for (const specifier of importModules) await loader.importModule(specifier, base);
    start();
  });
}

// request: { kind, entry, print, check, requireModules, importModules, inputType }
function run(request) {
  if (request.kind === 'file' && request.inputType) {
    const { codes: { ERR_INPUT_TYPE_NOT_ALLOWED } } = require('internal/errors');
    throw new ERR_INPUT_TYPE_NOT_ALLOWED();
  }
  if (request.kind === 'file' && !request.check) {
    process.argv[1] = resolveArgv(request.entry);
  }
  prepare(request);
  afterImports(request, () => start(request));
  scheduleCacheFlush();
}

function start(request) {
  const evaluate = () => require('internal/modules/eval');
  if (request.check) return evaluate().checkSyntax(request.entry);
  switch (request.kind) {
    // Preloaded modules may have replaced it.
    case 'file': return require('internal/modules/cjs/loader').Module.runMain(process.argv[1]);
    case 'eval': return evaluate().evalText(request.entry, '[eval]', request);
    case 'stdin': return evaluate().evalStdin(request);
    case 'repl': return require('repl').start();
  }
  return undefined;
}

// The entry of a worker thread: a file, a URL or a text.
function runWorker(request) {
  prepare(request);
  afterImports(request, () => {
    const { kind, entry } = request;
    if (kind === 'file') return executeUserEntryPoint(entry);
    if (kind === 'eval') {
      return require('internal/modules/eval').evalText(entry, '[worker eval]', request);
    }
    const loader = require('internal/modules/esm/loader');
    return runAsMain(() => loader.importMain(entry));
  });
}

function resolveArgv(entry) {
  return path.resolve(entry);
}

// What was compiled afresh is written to the code cache when the program has started: at the first
// idle moment, or at exit for programs that end before.
function scheduleCacheFlush() {
  const { flushCache } = internalBinding('module_wrap');
  require('timers').setTimeout(flushCache, 500).unref();
  require('internal/process/flush').flushers.add(flushCache);
}

module.exports = { executeUserEntryPoint, prepare, run, runAsMain, runEsmMain, runWorker };
