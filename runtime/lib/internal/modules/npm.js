'use strict';

// require('npm:<package>/<file>') of builtin modules: the embedded files of pinned npm packages.
// Bare names follow the table that the build made; names of gyre's own modules lead to those.

const { has, compile } = internalBinding('builtins');

// "core-js/internals/a" + "../internals/b" -> "core-js/internals/b"
function join(from, request) {
  const parts = from.split('/').slice(0, -1);
  for (const part of request.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

// The embedded file that `name` means, without "npm:" and ".js".
function findFile(name) {
  const plain = name.endsWith('.js') ? name.slice(0, -3) : name;
  if (has(`npm:${plain}`)) return plain;
  return has(`npm:${plain}/index`) ? `${plain}/index` : undefined;
}

function ownModule(id, requireBuiltin) {
  if (id === 'process') return process;
  return requireBuiltin(id);
}

function createRequire(loaded) {
  const { exports: { publicId, requireBuiltin } } = loaded.get('internal/realm');
  const bare = has('internal/modules/npm_map') ? requireBuiltin('internal/modules/npm_map') : {};

  function loadFile(file) {
    const id = `npm:${file}`;
    const cached = loaded.get(id);
    if (cached !== undefined) return cached.exports;
    const module = { id, exports: {}, loaded: false };
    loaded.set(id, module);
    const require = (request) => requireFrom(file, request);
    try {
      Reflect.apply(compile(id), module.exports, [module.exports, require, module, process]);
    } catch (error) {
      loaded.delete(id);
      throw error;
    }
    module.loaded = true;
    return module.exports;
  }

  function publicModule(request) {
    const id = publicId(request);
    if (id !== undefined) return requireBuiltin(id);
    throw new (requireBuiltin('internal/errors').codes.ERR_UNKNOWN_BUILTIN_MODULE)(request);
  }

  function requireFrom(from, request) {
    if (request.charCodeAt(0) === 46) {
      const file = findFile(join(from, request));
      if (file !== undefined) return loadFile(file);
    }
    const target = bare[request];
    if (target !== undefined) {
      return target[0] === '=' ? ownModule(target.slice(1), requireBuiltin) : loadFile(target);
    }
    if (request.startsWith('node:')) return publicModule(request);
    if (request.startsWith('regenerate-unicode-properties/')) {
      return requireBuiltin('internal/modules/unicode_sets')(request, (name) => requireNpm(name));
    }
    throw new Error(`Not embedded: ${request} (from ${from})`);
  }

  function requireNpm(id) {
    const name = id.slice('npm:'.length);
    const file = bare[name] ?? findFile(name);
    if (file === undefined) throw new Error(`Not embedded: ${name}`);
    return loadFile(file);
  }
  return requireNpm;
}

module.exports = { createRequire };
