'use strict';

// node:dns/promises.

const {
  getDefaultResultOrder, lookupPromise, lookupServicePromise, setDefaultResultOrder,
} = require('internal/dns/lookup');
const { errorCodes, makeResolver, queries } = require('internal/dns/resolver');

const asynchronous = Object.fromEntries(
  Object.entries(queries).map(([name, query]) => [
    name, name.endsWith('Servers') ? query : async (...args) => query(...args),
  ]));

module.exports = {
  lookup: lookupPromise,
  lookupService: lookupServicePromise,
  Resolver: makeResolver('dns.promises'),
  getDefaultResultOrder,
  setDefaultResultOrder,
  ...asynchronous,
  ...errorCodes,
};
