'use strict';

// module.findPackageJSON(): where the package.json of a module or package lies.

const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const path = require('path');
const { getResolver } = require('internal/modules/helpers');

function toPath(value, name) {
  const { fileURLToPath, isURL } = require('internal/url');
  if (isURL(value)) return fileURLToPath(value);
  if (typeof value !== 'string') {
    const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_TYPE(name, ['string', 'URL'], value);
  }
  return value.startsWith('file:') ? fileURLToPath(value) : value;
}

function isBare(specifier) {
  return typeof specifier === 'string' && !/^(?:\.{0,2}\/|\.{1,2}$|file:)/.test(specifier);
}

function findPackageJson(specifier, base) {
  const resolver = getResolver();
  if (isBare(specifier)) {
    const parent = toPath(base, 'base');
    if (parent === 'data:') throw new ERR_INVALID_ARG_VALUE('base', base, 'must be given');
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    for (const folder of internalBinding('modules').nodeModulesPaths(path.dirname(parent))) {
      const found = resolver.package(path.join(folder, name));
      if (found !== undefined) return found.file;
    }
    return undefined;
  }
  let target = toPath(specifier, 'specifier');
  if (!path.isAbsolute(target)) target = path.resolve(path.dirname(toPath(base, 'base')), target);
  const inside = resolver.kind(target) === 1 ? path.join(target, 'noop.js') : target;
  return resolver.scope(inside)?.file;
}

module.exports = { findPackageJson };
