'use strict';

// ES modules: the map of loaded modules, loading of a whole graph (synchronously: every module is
// a file, a data: URL or a builtin), linking, evaluation, import(), import.meta, require() of ES
// modules.

const {
  codes: {
    ERR_REQUIRE_ASYNC_MODULE,
    ERR_REQUIRE_CYCLE_MODULE,
    ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING,
    ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG,
  },
} = require('internal/errors');
const { getResolver } = require('internal/modules/helpers');
const { kImportMissing, kImportNeedsFlag } = require('internal/modules/import_ids');
const { resolve } = require('internal/modules/esm/resolve');
const { checkAttributeNames, checkAttributes, inspect } = require('internal/modules/esm/formats');
const { translate } = require('internal/modules/esm/translators');
const { setSlot } = internalBinding('env');
const {
  ModuleWrap, kErrored, kEvaluated, kEvaluating, kInstantiated,
} = internalBinding('module_wrap');

// "<url>" or "<url>\0json" -> Job
const jobs = new Map();
const jobOfWrap = new WeakMap();
let mainUrl;

class Job {
  constructor(key, url, format, wrap) {
    this.key = key;
    this.url = url;
    this.format = format;
    this.wrap = wrap;
    this.dependencies = undefined;  // Jobs, in the order of wrap.requests() / 4
    this.evaluation = undefined;    // promise of evaluate()
    this.meta = undefined;          // extra members of import.meta (eval)
  }
}

function addJob(key, url, format, wrap) {
  const job = new Job(key, url, format, wrap);
  jobs.set(key, job);
  jobOfWrap.set(wrap, job);
  return job;
}

// The job of a resolved URL, its own text compiled; dependencies not looked at yet.
function getJob(url, attributes, made) {
  if (attributes !== undefined) checkAttributeNames(url, attributes);
  const type = attributes?.type;
  const key = type === undefined ? url : `${url}\0${type}`;
  const known = jobs.get(key);
  if (known !== undefined) {
    if (attributes !== undefined) checkAttributes(url, known.format, attributes);
    return known;
  }
  const { format, source } = inspect(url);
  checkAttributes(url, format, attributes);
  const job = addJob(key, url, format, translate(url, format, source));
  made.push(job);
  return job;
}

// "<specifier>\0<importer>" -> URL of a module that is loaded: it is found again even if its file
// is gone by now.
const resolved = new Map();

function resolveLoaded(specifier, parentUrl) {
  const key = `${specifier}\0${parentUrl}`;
  const known = resolved.get(key);
  if (known !== undefined && (jobs.has(known) || jobs.has(`${known}\0json`))) return known;
  const url = resolve(specifier, parentUrl);
  resolved.set(key, url);
  return url;
}

function loadDependencies(job, made, isRequired) {
  const requests = job.wrap.requests();
  const dependencies = [];
  for (let i = 0; i < requests.length; i += 4) {
    const { [i]: specifier, [i + 1]: attributes } = requests;
    const url = resolveLoaded(specifier, job.url);
    if (isRequired) checkForCycle(specifier, url, job.url);
    dependencies.push(getJob(url, attributes, made));
  }
  job.wrap.link(dependencies.map((dependency) => dependency.wrap));
  job.dependencies = dependencies;
}

// While a graph is loaded for require(): it is evaluated before require() returns, so it cannot hold
// a module that is being run now.
function checkForCycle(specifier, url, parentUrl) {
  const isRunning = jobs.get(url)?.wrap.status() === kEvaluating;
  if (!isRunning && !isRunningCommonJs(url)) return;
  const { fileURLToPath } = require('internal/url');
  const kind = isRunning ? 'Module' : 'CommonJS Module';
  const from = parentUrl.startsWith('file:') ? fileURLToPath(parentUrl) : parentUrl;
  throw new ERR_REQUIRE_CYCLE_MODULE(
    `Cannot import ${kind} ${specifier} in a cycle. (from ${from})`);
}

function isRunningCommonJs(url) {
  if (!url.startsWith('file:')) return false;
  // A required ES module has an entry in require.cache as well; cycles among ES modules are fine.
  const job = jobs.get(url);
  if (job !== undefined && !job.wrap.isSynthetic()) return false;
  const { Module } = require('internal/modules/cjs/loader');
  const module = Module._cache[require('internal/url').fileURLToPath(url)];
  return module !== undefined && !module.loaded;
}

// Loads `job` and everything it imports. If anything fails, what was loaded for it is forgotten, so
// that a later import starts afresh.
function completeGraph(job, made, isRequired = false) {
  try {
    const queue = job.dependencies === undefined ? [job] : [];
    for (const waiting of made) if (waiting !== job) queue.push(waiting);
    const seen = new Set(queue);
    for (let i = 0; i < queue.length; i++) {
      const current = queue[i];
      if (current.dependencies !== undefined) continue;
      if (current.wrap.isSynthetic()) {
        current.dependencies = [];
        continue;
      }
      loadDependencies(current, made, isRequired);
      for (const dependency of current.dependencies) {
        if (seen.has(dependency)) continue;
        seen.add(dependency);
        queue.push(dependency);
      }
    }
    if (job.wrap.status() < kInstantiated) instantiate(job);
  } catch (error) {
    for (const failed of made) {
      if (failed.wrap.status() < kInstantiated) jobs.delete(failed.key);
    }
    throw error;
  } finally {
    getResolver().forget();
  }
  return job;
}

const kMissingExport = /does not provide an export named '(.+)'$/;
const kRequested = /^The requested module '(.+)' /;

function instantiate(job) {
  try {
    job.wrap.instantiate();
  } catch (error) {
    explainMissingExport(error, job);
    throw error;
  }
}

// An import of a name that the lexer did not find in a CommonJS module: say what to write instead.
function explainMissingExport(error, root) {
  if (!(error instanceof SyntaxError)) return;
  const name = kMissingExport.exec(error.message)?.[1];
  const specifier = kRequested.exec(error.message)?.[1];
  if (name === undefined || specifier === undefined) return;
  if (!importsCommonJs(root, specifier, new Set())) return;
  const { message, stack } = error;
  error.message = `Named export '${name}' not found. The requested module '${specifier}' is a ` +
    'CommonJS module, which may not support all module.exports as named exports.\n' +
    'CommonJS modules can always be imported via the default export, for example using:\n\n' +
    `import pkg from '${specifier}';\n${namesInstead(error)}`;
  if (typeof stack === 'string') error.stack = stack.replace(message, () => error.message);
}

// The import's names as a destructuring; nothing for an import that goes over several lines.
function namesInstead(error) {
  const line = internalBinding('env').errorFrame(error).split('\n')[1] ?? '';
  const names = /^\s*import\b[^{]*(\{[^}]*\})/.exec(line)?.[1];
  return names === undefined ? '' : `const ${names.replace(/\s+as\s+/g, ': ')} = pkg;\n`;
}

function importsCommonJs(job, specifier, seen) {
  if (seen.has(job) || job.dependencies === undefined) return false;
  seen.add(job);
  const requests = job.wrap.isSynthetic() ? [] : job.wrap.requests();
  for (let i = 0; i < requests.length; i += 4) {
    const dependency = job.dependencies[i / 4];
    if (requests[i] === specifier && dependency.format === 'commonjs') return true;
    if (importsCommonJs(dependency, specifier, seen)) return true;
  }
  return false;
}

function evaluate(job) {
  if (job.evaluation === undefined) {
    // A module that starts its own import while it runs: the answer comes when it is through.
    if (job.wrap.status() === kEvaluating) return evaluateLater(job);
    job.evaluation = job.wrap.evaluate();
  }
  return job.evaluation;
}

async function evaluateLater(job) {
  await new Promise((resolve) => { setImmediate(resolve); });
  return evaluate(job);
}

const kCommonJsName = /^(?:require|exports|module|__filename|__dirname) is not defined$/;

// A CommonJS text run as an ES module: say so.
function explainCommonJsName(error, url) {
  if (!(error instanceof ReferenceError) || !kCommonJsName.test(error.message)) return;
  const { message, stack } = error;
  let text = `${message} in ES module scope`;
  if (message.startsWith('require ')) text += ', you can use import instead';
  if (/^file:.*\.js(?:[?#].*)?$/.test(url)) {
    const scope = getResolver().scope(require('internal/url').fileURLToPath(url));
    if (scope?.type === 'module') {
      text += "\nThis file is being treated as an ES module because it has a '.js' file " +
        `extension and '${scope.file}' contains "type": "module". To treat it as a CommonJS ` +
        "script, rename it to use the '.cjs' file extension.";
    }
  }
  error.message = text;
  if (typeof stack === 'string') error.stack = stack.replace(message, () => text);
}

async function evaluateAndExplain(job) {
  try {
    await evaluate(job);
  } catch (error) {
    explainCommonJsName(error, job.url);
    throw error;
  }
  return job.wrap.getNamespace();
}

// Loads, links and starts the module at `url`; a promise of its namespace.
async function importUrl(url, attributes) {
  const made = [];
  return evaluateAndExplain(completeGraph(getJob(url, attributes, made), made));
}

async function importModule(specifier, parentUrl, attributes) {
  return importUrl(resolveLoaded(specifier, parentUrl), attributes);
}

function importMain(url) {
  mainUrl = url;
  return importUrl(url, undefined);
}

// A text without file (eval): it may import, and is known as `url`.
async function importText(source, url) {
  mainUrl = url;
  const made = [];
  const wrap = translate(url, 'module', source);
  const job = addJob(url, url, 'module', wrap);
  made.push(job);
  return evaluateAndExplain(completeGraph(job, made));
}

// ---- import() and import.meta ----

// What V8 names as the importer of import(): the URL of a module, or the file name of a script. A
// text that one of our own modules compiled for the program (an offloaded function) has no place.
function referrerUrl(referrer) {
  const { pathToFileURL } = require('internal/url');
  if (typeof referrer === 'string') {
    if (referrer.charCodeAt(0) === 47) return pathToFileURL(referrer).href;
    if (/^(?:file|data):/.test(referrer)) return referrer;
  }
  return pathToFileURL(`${process.cwd()}/`).href;
}

let importChannel;

// The load never starts inside the import() expression itself. `id`: what node:vm said of the text.
async function importDynamic(referrer, specifier, attributes, id) {
  if (id === kImportMissing) throw new ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING();
  if (id === kImportNeedsFlag) throw new ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG();
  importChannel ??= require('diagnostics_channel').tracingChannel('module.import');
  if (!importChannel.hasSubscribers) {
    await undefined;
    return importModule(specifier, referrerUrl(referrer), attributes);
  }
  const parentURL = referrerUrl(referrer);
  return importChannel.tracePromise(async () => {
    await undefined;
    return importModule(specifier, parentURL, attributes);
  }, { parentURL, url: specifier });
}

function initializeMeta(meta, wrap) {
  const job = jobOfWrap.get(wrap);
  if (job === undefined) return;
  const { url } = job;
  if (url.startsWith('file:')) {
    const { fileURLToPath } = require('internal/url');
    const { dirname } = require('path');
    const filename = fileURLToPath(url);
    meta.dirname = dirname(filename);
    meta.filename = filename;
  }
  meta.main = url === mainUrl;
  meta.resolve = function resolveFromHere(specifier) {
    return resolveToUrl(`${specifier}`, url);
  };
  Object.defineProperty(meta.resolve, 'name', { __proto__: null, value: 'resolve' });
  meta.url = url;
}

// import.meta.resolve() answers for files that do not exist as well.
function resolveToUrl(specifier, parentUrl) {
  try {
    return resolve(specifier, parentUrl);
  } catch (error) {
    const isMissing = error?.code === 'ERR_UNSUPPORTED_DIR_IMPORT' ||
      error?.code === 'ERR_MODULE_NOT_FOUND';
    if (isMissing && error.url !== undefined) return error.url;
    throw error;
  }
}

function setup() {
  setSlot('importDynamic', importDynamic);
  setSlot('importMeta', initializeMeta);
}

// ---- require() of ES modules ----

function reachesEvaluating(job, seen = new Set()) {
  if (seen.has(job)) return false;
  seen.add(job);
  if (job.wrap.status() === kEvaluating) return true;
  if (job.wrap.status() !== kInstantiated) return false;
  return job.dependencies?.some((dependency) => reachesEvaluating(dependency, seen)) ?? false;
}

function requiredModuleCycle(filename, parent, why = '') {
  const from = parent?.filename ? ` (from ${parent.filename})` : '';
  return new ERR_REQUIRE_CYCLE_MODULE(
    `Cannot require() ES Module ${filename} in a cycle.${from}${why}`);
}

const kWhyNoCycle = ' A cycle involving require(esm) is not allowed to maintain invariants ' +
  'mandated by the ECMAScript specification. Try making at least part of the dependency in the ' +
  'graph lazily loaded.';

function asyncModuleError(filename, parent) {
  const requireStack = require('internal/modules/cjs/loader').requireStackOf(parent);
  const error = new ERR_REQUIRE_ASYNC_MODULE(filename, requireStack);
  Object.defineProperty(error, 'requireStack', {
    __proto__: null, value: requireStack, writable: true, configurable: true,
  });
  return error;
}

function evaluateNow(job, filename, parent) {
  const { wrap } = job;
  const status = wrap.status();
  if (status === kErrored) throw wrap.error();
  if (wrap.isGraphAsync()) throw asyncModuleError(filename, parent);
  if (status === kEvaluated) return;
  if (reachesEvaluating(job)) throw requiredModuleCycle(filename, parent, kWhyNoCycle);
  const promise = evaluate(job);
  if (wrap.status() === kErrored) {
    promise.then(undefined, () => {});  // reported here, by throwing
    const error = wrap.error();
    explainCommonJsName(error, job.url);
    throw error;
  }
}

// require(esm): the value of module.exports. `source` is what the CommonJS loader has read.
function requireEsm(filename, source, parent) {
  const { pathToFileURL } = require('internal/url');
  const url = pathToFileURL(filename).href;
  const made = [];
  let job = jobs.get(url);
  if (job === undefined) {
    job = addJob(url, url, 'module', translate(url, 'module', source));
    made.push(job);
  } else if (job.format === 'commonjs') {
    return undefined;
  }
  completeGraph(job, made, true);
  evaluateNow(job, filename, parent);
  return exportsOfNamespace(job);
}

function exportsOfNamespace(job) {
  const namespace = job.wrap.getNamespace();
  if (Object.hasOwn(namespace, 'module.exports')) return namespace['module.exports'];
  if (!Object.hasOwn(namespace, 'default') || Object.hasOwn(namespace, '__esModule')) {
    return namespace;
  }
  return facadeOf(job);
}

// A namespace with `__esModule: true` added, for CommonJS code that transpilers made.
function facadeOf(job) {
  if (job.facade === undefined) {
    const wrap = new ModuleWrap(
      `${job.url}#facade`,
      "export * from 'original'; export { default } from 'original'; " +
      'export const __esModule = true;');
    wrap.link([job.wrap, job.wrap].slice(0, wrap.requests().length / 4));
    wrap.instantiate();
    wrap.evaluate();
    job.facade = wrap.getNamespace();
  }
  return job.facade;
}

module.exports = {
  importMain,
  importModule,
  importText,
  importUrl,
  requireEsm,
  requiredModuleCycle,
  resolveToUrl,
  setup,
};
