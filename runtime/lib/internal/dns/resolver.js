'use strict';

// dns.Resolver and the resolve*() family. Queries to name servers are not there yet: every one
// throws ERR_NOT_IMPLEMENTED with its name.

const { codes: { ERR_NOT_IMPLEMENTED } } = require('internal/errors');

const kQueries = ['resolve', 'resolve4', 'resolve6', 'resolveAny', 'resolveCaa', 'resolveCname',
  'resolveMx', 'resolveNaptr', 'resolveNs', 'resolvePtr', 'resolveSoa', 'resolveSrv', 'resolveTlsa',
  'resolveTxt', 'reverse', 'getServers', 'setServers'];

function missing(name) {
  const object = {
    [name]() {
      throw new ERR_NOT_IMPLEMENTED(`dns.${name}()`);
    },
  };
  return object[name];
}

const queries = Object.fromEntries(kQueries.map((name) => [name, missing(name)]));

function makeResolver(label) {
  return class Resolver {
    constructor() {
      throw new ERR_NOT_IMPLEMENTED(`${label}.Resolver`);
    }
  };
}

const errorCodes = {
  NODATA: 'ENODATA', FORMERR: 'EFORMERR', SERVFAIL: 'ESERVFAIL', NOTFOUND: 'ENOTFOUND',
  NOTIMP: 'ENOTIMP', REFUSED: 'EREFUSED', BADQUERY: 'EBADQUERY', BADNAME: 'EBADNAME',
  BADFAMILY: 'EBADFAMILY', BADRESP: 'EBADRESP', CONNREFUSED: 'ECONNREFUSED', TIMEOUT: 'ETIMEOUT',
  EOF: 'EOF', FILE: 'EFILE', NOMEM: 'ENOMEM', DESTRUCTION: 'EDESTRUCTION', BADSTR: 'EBADSTR',
  BADFLAGS: 'EBADFLAGS', NONAME: 'ENONAME', BADHINTS: 'EBADHINTS',
  NOTINITIALIZED: 'ENOTINITIALIZED', LOADIPHLPAPI: 'ELOADIPHLPAPI',
  ADDRGETNETWORKPARAMS: 'EADDRGETNETWORKPARAMS', CANCELLED: 'ECANCELLED',
};

module.exports = { errorCodes, makeResolver, queries };
