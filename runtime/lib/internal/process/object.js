'use strict';

// The parts of process that do not depend on the machine: versions, exit, feature flags.

const { validateInteger } = require('internal/validators');
const binding = internalBinding('env');
const { has } = internalBinding('builtins');

let exitCode;
let title;

function checkExitCode(value, name) {
  if (value === null || value === undefined) return;
  if (typeof value === 'string' && value !== '') {
    const number = Number(value);
    if (Number.isInteger(number)) return;
  }
  validateInteger(value, name);
}

function exit(code) {
  checkExitCode(code, 'code');
  if (arguments.length > 0 && code !== undefined) process.exitCode = code;
  if (!process._exiting) {
    process._exiting = true;
    process.emit('exit', process.exitCode ?? 0);
  }
  // A function of its own, because test tools replace it.
  process.reallyExit(process.exitCode ?? 0);
}

function reallyExit(code) {
  require('internal/process/flush').flush();
  binding.exit(Number(code) | 0);
  // Only workers come here. Execution ends at the next place where the engine looks; without one
  // the caller's next statements would still run.
  for (;;);
}

function defineExitCode(process) {
  Object.defineProperty(process, 'exitCode', {
    __proto__: null,
    get: () => exitCode,
    set(value) {
      checkExitCode(value, 'code');
      exitCode = value === null || value === undefined ? undefined : Number(value);
    },
    configurable: false,
    enumerable: true,
  });
}

const features = {
  inspector: false,
  debug: false,
  uv: true,
  ipv6: true,
  tls_alpn: false,
  tls_sni: false,
  tls_ocsp: false,
  tls: false,
  openssl_is_boringssl: false,
  get cached_builtins() { return true; },
  get require_module() { return true; },
  get quic() { return false; },
  get typescript() { return false; },
};

function getBuiltinModule(id) {
  const { publicId, requireBuiltin } = require('internal/realm');
  require('internal/validators').validateString(id, 'id');
  const known = publicId(id);
  return known === undefined ? undefined : requireBuiltin(known);
}

function rawDebug(...args) {
  const { formatWithOptions } = require('internal/util/inspect');
  require('internal/process/flush').writeSync(2, `${formatWithOptions({}, ...args)}\n`);
}

function noSuchBinding(name) {
  throw new (require('internal/errors').codes.ERR_ACCESS_DENIED)(`process.binding('${name}')`);
}

function setup(process) {
  const versions = binding.versions();
  process.version = `v${versions.node}`;
  process.versions = Object.freeze(versions);
  process.arch = internalArch();
  process.platform = 'linux';
  process.release = {
    name: 'node',
    lts: 'Krypton',
  };
  process.features = Object.freeze(features);
  process.config = Object.freeze({
    target_defaults: Object.freeze({}),
    variables: Object.freeze({ napi_build_version: '0', v8_enable_i18n_support: 1 }),
  });
  process._exiting = false;
  defineExitCode(process);
  process.exit = exit;
  process.reallyExit = reallyExit;
  process.abort = binding.abort;
  process.getBuiltinModule = getBuiltinModule;
  process._rawDebug = rawDebug;
  process.binding = noSuchBinding;
  process.domain = null;
  process.moduleLoadList = [];
  process.allowedNodeEnvironmentFlags = new Set();
  process.setUncaughtExceptionCaptureCallback =
    (callback) => require('internal/process/uncaught').setCapture(callback);
  process.hasUncaughtExceptionCaptureCallback =
    () => require('internal/process/uncaught').hasCapture();
  process.setSourceMapsEnabled = (value) => {
    require('internal/validators').validateBoolean(value, 'val');
  };
  process.sourceMapsEnabled = false;
  defineExtras(process);
  const warning = require('internal/process/warning');
  process.emitWarning = warning.emitWarning;
  internalBinding('env').setSlot('emitWarning', warning.emitWarning);
  process.on('warning', warning.onWarning);
  if (has('internal/process/per_thread')) {
    require('internal/process/per_thread').setup?.(process);
  }
  if (has('internal/process/signals')) require('internal/process/signals').setup(process);
  if (has('internal/process/stdio')) require('internal/process/stdio').setup?.(process);
}

// Functions whose module loads on the first call.
function defineExtras(process) {
  const late = (name, key = name) => {
    process[name] = {
      [name](...args) { return require('internal/process/extras')[key](...args); },
    }[name];
  };
  for (const name of ['ref', 'unref', 'loadEnvFile', 'getActiveResourcesInfo', 'execve']) {
    late(name);
  }
  late('_getActiveHandles', 'getActiveHandles');
  process._getActiveRequests = () => [];
  Object.defineProperty(process, 'finalization', {
    __proto__: null,
    get: () => require('internal/process/extras').finalization,
    configurable: true,
    enumerable: true,
  });
  Object.defineProperty(process, 'title', {
    __proto__: null,
    get: () => title ?? process.argv0,
    set(value) {
      title = `${value}`;
      binding.setTitle(title);
    },
    configurable: true,
    enumerable: true,
  });
}

function internalArch() {
  return binding.versions().arch ?? 'x64';
}

module.exports = { setup };
