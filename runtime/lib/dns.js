'use strict';

// node:dns.

const {
  ADDRCONFIG, ALL, V4MAPPED, getDefaultResultOrder, lookup, lookupService, setDefaultResultOrder,
} = require('internal/dns/lookup');
const { errorCodes, makeResolver, queries } = require('internal/dns/resolver');

module.exports = {
  lookup,
  lookupService,
  Resolver: makeResolver('dns'),
  getDefaultResultOrder,
  setDefaultResultOrder,
  ...queries,
  ADDRCONFIG,
  ALL,
  V4MAPPED,
  ...errorCodes,
};

Object.defineProperty(module.exports, 'promises', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get: () => require('dns/promises'),
});
