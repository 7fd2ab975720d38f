'use strict';

// First code of every context: the loader of builtin modules, then the start-up set. All of this
// lies in the snapshot. Parameters: getBinding(name).

const bindings = new Map();

function internalBinding(name) {
  let binding = bindings.get(name);
  if (binding === undefined) {
    binding = getBinding(name);
    if (binding === undefined) throw new Error(`No such binding: ${name}`);
    bindings.set(name, binding);
  }
  return binding;
}

const { compile, has } = internalBinding('builtins');
const { setSlot } = internalBinding('env');

const loaded = new Map();
const process = {};
let primordials = {};
let requireNpm;

// A module that throws while loading is forgotten, so that the next require reports it again.
function requireBuiltin(id) {
  const cached = loaded.get(id);
  if (cached !== undefined) return cached.exports;
  if (id.startsWith('npm:')) {
    requireNpm ??= requireBuiltin('internal/modules/npm').createRequire(loaded);
    return requireNpm(id);
  }
  const module = { id, exports: {}, loaded: false };
  loaded.set(id, module);
  try {
    compile(id)(module.exports, requireBuiltin, module, process, internalBinding, primordials);
    module.loaded = true;
  } finally {
    if (!module.loaded) loaded.delete(id);
  }
  return module.exports;
}

// What user code may ask for. A module in this list that is not built yet is unknown to users.
const publicIds = [
  '_http_agent', '_http_client', '_http_common', '_http_incoming', '_http_outgoing', '_http_server',
  '_stream_duplex', '_stream_passthrough', '_stream_readable', '_stream_transform',
  '_stream_writable', '_tls_common', '_tls_wrap', 'assert', 'assert/strict', 'async_hooks',
  'buffer', 'child_process', 'cluster', 'console', 'constants', 'crypto', 'dgram',
  'diagnostics_channel', 'dns', 'dns/promises', 'domain', 'events', 'fs', 'fs/promises', 'http',
  'http2', 'https', 'inspector', 'inspector/promises', 'module', 'net', 'os', 'path', 'path/posix',
  'path/win32', 'perf_hooks', 'process', 'punycode', 'querystring', 'readline',
  'readline/promises', 'repl', 'stream', 'stream/consumers', 'stream/promises', 'stream/web',
  'string_decoder', 'sys', 'timers', 'timers/promises', 'tls', 'trace_events', 'tty', 'url',
  'util', 'util/types', 'v8', 'vm', 'wasi', 'worker_threads', 'zlib',
];
// Only with their scheme.
const schemeOnly = new Map([
  ['node:sea', 'sea'], ['node:sqlite', 'sqlite'], ['node:test', 'test'],
  ['node:test/reporters', 'test/reporters'], ['gyre:offload', 'gyre/offload'],
]);
const publicSet = new Set(publicIds.filter((id) => has(id)));

// The id behind what a user asked for ("fs", "node:fs", "gyre:offload"), or undefined.
function publicId(specifier) {
  if (publicSet.has(specifier)) return specifier;
  if (specifier.startsWith('node:')) {
    const id = specifier.slice(5);
    if (publicSet.has(id)) return id;
  }
  const id = schemeOnly.get(specifier);
  return id !== undefined && has(id) ? id : undefined;
}

function builtinModules() {
  const list = [...publicSet];
  for (const [specifier, id] of schemeOnly) {
    if (specifier.startsWith('node:') && has(id)) list.push(specifier);
  }
  return list;
}

// Gone again below: programs get the engine's own.
const stopgaps = requireBuiltin('bootstrap/stopgaps');
stopgaps.add();

loaded.set('internal/realm', {
  id: 'internal/realm',
  exports: { builtinModules, internalBinding, loaded, publicId, requireBuiltin },
  loaded: true,
});

if (has('internal/primordials')) primordials = requireBuiltin('internal/primordials');
setSlot('require', requireBuiltin);
setSlot('process', process);
requireBuiltin('bootstrap/node');
requireBuiltin('snapshot_entry');
stopgaps.remove();
