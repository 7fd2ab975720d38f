'use strict';

// dns.lookup and lookupService: the system's resolver. One function checks the arguments for the
// callback and the promise forms.

const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS },
  DNSException,
} = require('internal/errors');
const {
  validateBoolean, validateFunction, validateNumber, validateOneOf, validatePort, validateString,
} = require('internal/validators');
const { isIP } = require('internal/net/ip');

const binding = internalBinding('dns');
const { AI_ADDRCONFIG: ADDRCONFIG, AI_ALL: ALL, AI_V4MAPPED: V4MAPPED } = binding;
const kOrders = ['verbatim', 'ipv4first', 'ipv6first'];

let defaultOrder;

function getDefaultResultOrder() {
  if (defaultOrder === undefined) {
    const value = require('internal/process/options').optionValue('--dns-result-order');
    defaultOrder = kOrders.includes(value) ? value : 'verbatim';
  }
  return defaultOrder;
}

function setDefaultResultOrder(value) {
  validateOneOf(value, 'dnsOrder', kOrders);
  defaultOrder = value;
}

function validateHints(hints) {
  if ((hints & ~(ADDRCONFIG | ALL | V4MAPPED)) !== 0) {
    throw new ERR_INVALID_ARG_VALUE('hints', hints);
  }
}

function readFamily(family) {
  switch (family) {
    case 'IPv4':
      return 4;
    case 'IPv6':
      return 6;
    default:
      validateOneOf(family, 'options.family', [0, 4, 6]);
      return family;
  }
}

// { family, hints, all, order } from the options of lookup().
function readOptions(options) {
  const result = { family: 0, hints: 0, all: false, order: getDefaultResultOrder() };
  if (typeof options === 'number') {
    validateOneOf(options, 'family', [0, 4, 6]);
    result.family = options;
    return result;
  }
  if (options === undefined || options === null) return result;
  if (typeof options !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('options', ['integer', 'object'], options);
  }
  if (options.hints !== undefined && options.hints !== null) {
    validateNumber(options.hints, 'options.hints');
    result.hints = options.hints >>> 0;
    validateHints(result.hints);
  }
  if (options.family !== undefined && options.family !== null) {
    result.family = readFamily(options.family);
  }
  if (options.all !== undefined && options.all !== null) {
    validateBoolean(options.all, 'options.all');
    result.all = options.all;
  }
  if (options.verbatim !== undefined && options.verbatim !== null) {
    validateBoolean(options.verbatim, 'options.verbatim');
    result.order = options.verbatim ? 'verbatim' : 'ipv4first';
  }
  if (options.order !== undefined && options.order !== null) {
    validateOneOf(options.order, 'options.order', kOrders);
    result.order = options.order;
  }
  return result;
}

function arrange(flat, order) {
  const addresses = [];
  for (let i = 0; i < flat.length; i += 2) {
    addresses.push({ address: flat[i], family: flat[i + 1] });
  }
  if (order === 'verbatim') return addresses;
  const first = order === 'ipv4first' ? 4 : 6;
  return [
    ...addresses.filter(({ family }) => family === first),
    ...addresses.filter(({ family }) => family !== first),
  ];
}

// The numbers that libuv gives the resolver's failures; programs compare them.
const kResolverErrno = {
  __proto__: null,
  EAI_AGAIN: -3001, EAI_BADFLAGS: -3002, EAI_FAIL: -3004, EAI_FAMILY: -3005, EAI_MEMORY: -3006,
  ENOTFOUND: -3008, EAI_OVERFLOW: -3009, EAI_SERVICE: -3010, EAI_SOCKTYPE: -3011,
};

function resolverError({ code, errno }, syscall, hostname) {
  const error = new DNSException(code, syscall, hostname);
  error.errno = kResolverErrno[code] ?? errno;
  return error;
}

// done(error, addresses | undefined); never called before the caller has returned.
function resolve(hostname, options, done) {
  const literal = isIP(hostname);
  if (!hostname) {
    process.nextTick(done, null, []);
  } else if (literal !== 0) {
    process.nextTick(done, null, [{ address: hostname, family: literal }]);
  } else {
    binding.getaddrinfo(asAscii(hostname), options.family, options.hints, (error, flat) => {
      if (error) done(resolverError(error, 'getaddrinfo', hostname));
      else done(null, arrange(flat, options.order));
    });
  }
}

// International names travel in ASCII.
function asAscii(hostname) {
  for (let i = 0; i < hostname.length; i++) {
    if (hostname.charCodeAt(i) > 127) return require('url').domainToASCII(hostname);
  }
  return hostname;
}

function checkHostname(hostname) {
  if (hostname) validateString(hostname, 'hostname');
  else if (hostname !== undefined && hostname !== null && typeof hostname !== 'string' &&
           typeof hostname !== 'boolean' && typeof hostname !== 'number') {
    validateString(hostname, 'hostname');
  }
}

function lookup(hostname, options, callback) {
  checkHostname(hostname);
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  } else {
    validateFunction(callback, 'callback');
  }
  const settings = readOptions(options);
  if (!hostname) warnEmpty(hostname);
  resolve(hostname, settings, (error, addresses) => {
    if (error) {
      callback(error);
    } else if (settings.all) {
      callback(null, addresses);
    } else if (addresses.length === 0) {
      callback(null, null, settings.family === 6 ? 6 : 4);
    } else {
      callback(null, addresses[0].address, addresses[0].family);
    }
  });
  return {};
}

function warnEmpty(hostname) {
  if (hostname === '' || hostname === undefined || hostname === null) return;
  throw new ERR_INVALID_ARG_VALUE('hostname', hostname, 'must be a non-empty string');
}

function lookupPromise(hostname, options) {
  checkHostname(hostname);
  const settings = readOptions(options);
  return new Promise((fulfil, reject) => {
    resolve(hostname, settings, (error, addresses) => {
      if (error) reject(error);
      else if (settings.all) fulfil(addresses);
      else fulfil(addresses[0] ?? { address: null, family: settings.family === 6 ? 6 : 4 });
    });
  });
}

function checkService(address, port) {
  if (isIP(address) === 0) throw new ERR_INVALID_ARG_VALUE('address', address);
  validatePort(port);
}

function serviceOf(address, port, done) {
  binding.getnameinfo(address, +port, (error, hostname, service) => {
    if (error) done(resolverError(error, 'getnameinfo', address));
    else done(null, hostname, service);
  });
}

function lookupService(address, port, callback) {
  if (arguments.length !== 3) throw new ERR_MISSING_ARGS('address', 'port', 'callback');
  checkService(address, port);
  validateFunction(callback, 'callback');
  serviceOf(address, port, callback);
  return {};
}

function lookupServicePromise(address, port) {
  if (arguments.length !== 2) throw new ERR_MISSING_ARGS('address', 'port');
  checkService(address, port);
  return new Promise((fulfil, reject) => {
    serviceOf(address, port, (error, hostname, service) => {
      if (error) reject(error);
      else fulfil({ hostname, service });
    });
  });
}

Object.defineProperty(lookup, require('internal/util').customPromisifyArgs, {
  __proto__: null, value: ['address', 'family'], enumerable: false,
});
Object.defineProperty(lookupService, require('internal/util').customPromisifyArgs, {
  __proto__: null, value: ['hostname', 'service'], enumerable: false,
});

module.exports = {
  ADDRCONFIG,
  ALL,
  V4MAPPED,
  getDefaultResultOrder,
  lookup,
  lookupPromise,
  lookupService,
  lookupServicePromise,
  setDefaultResultOrder,
};
