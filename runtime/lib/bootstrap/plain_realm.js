'use strict';

// First code of the context that node:vm's contexts begin as: no builtin modules, only what the
// engine lacks of the language. It lies in the snapshot. Parameters: getBinding(name).

const { compile } = getBinding('builtins');
const loaded = new Map();
let requireNpm;

function requireBuiltin(id) {
  if (id.startsWith('npm:')) return requireNpm(id);
  const module = { id, exports: {} };
  compile(id)(module.exports, requireBuiltin, module, {}, getBinding, {});
  return module.exports;
}

loaded.set('internal/realm', { exports: { requireBuiltin } });
requireNpm = requireBuiltin('internal/modules/npm').createRequire(loaded);
requireBuiltin('internal/polyfills');
