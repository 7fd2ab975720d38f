'use strict';

// The connecting half of net.Socket: argument checks, name look-up, and trying the addresses of a
// name one after another ("happy eyeballs", RFC 8305) when autoSelectFamily is on.

const {
  codes: { ERR_INVALID_IP_ADDRESS, ERR_SOCKET_CONNECTION_TIMEOUT, ERR_IP_BLOCKED },
  ExceptionWithHostPort,
  NodeAggregateError,
} = require('internal/errors');
const {
  validateBoolean, validateFunction, validateInt32, validateNumber, validatePort, validateString,
} = require('internal/validators');
const { isIP } = require('internal/net/ip');
const {
  getDefaultAutoSelectFamily,
  getDefaultAutoSelectFamilyAttemptTimeout,
  kSetKeepAlive,
  kSetKeepAliveInitialDelay,
  kSetNoDelay,
  kSmallestAttemptTimeout,
} = require('internal/net/common');
const { attachHandle, reinitialize, Socket } = require('internal/net/socket');
const diagnosticsChannel = require('diagnostics_channel');

const { nextTick } = process;
const clientSocketChannel = diagnosticsChannel.channel('net.client.socket');
const kTimedOut = -110;

function connect(socket, options, callback) {
  if (socket.write !== Socket.prototype.write) socket.write = Socket.prototype.write;
  if (socket.destroyed) reinitialize(socket);
  if (clientSocketChannel.hasSubscribers) clientSocketChannel.publish({ socket });

  const { path } = options;
  if (path) validateString(path, 'options.path');
  if (!socket._handle) {
    socket._handle = path
      ? new (internalBinding('pipe').Pipe)()
      : new (internalBinding('tcp').TCP)();
    attachHandle(socket, socket._handle);
  }
  if (callback !== null && callback !== undefined) socket.once('connect', callback);
  socket._unrefTimer();
  socket.connecting = true;
  if (path) {
    start(socket, { path });
  } else {
    lookupAndConnect(socket, options);
  }
  return socket;
}

function checkOptions(options) {
  const { localAddress, localPort, port } = options;
  if (localAddress && !isIP(localAddress)) throw new ERR_INVALID_IP_ADDRESS(localAddress);
  if (localPort) validateNumber(localPort, 'options.localPort');
  if (port !== undefined) {
    if (typeof port !== 'number' && typeof port !== 'string') {
      const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
      throw new ERR_INVALID_ARG_TYPE('options.port', ['number', 'string'], port);
    }
    validatePort(port);
  }
}

function lookupAndConnect(socket, options) {
  checkOptions(options);
  const { localAddress, localPort } = options;
  const host = options.host || 'localhost';
  validateString(host, 'options.host');
  const port = options.port | 0;
  const autoSelect = readAutoSelect(options);
  const timeout = readAttemptTimeout(options);

  const family = isIP(host);
  if (family !== 0) {
    nextTick(() => {
      if (socket.connecting) start(socket, { address: host, port, family, localAddress, localPort });
    });
    return;
  }
  if (options.lookup !== undefined) validateFunction(options.lookup, 'options.lookup');
  const dnsOptions = { family: readFamily(options.family), hints: options.hints || 0 };
  const lookup = options.lookup || require('dns').lookup;
  socket._host = host;
  if (autoSelect && dnsOptions.family !== 4 && dnsOptions.family !== 6 && !localAddress) {
    dnsOptions.all = true;
    lookup(host, dnsOptions, (error, addresses) => {
      onAddresses(socket, error, addresses, { host, port, localAddress, localPort, timeout });
    });
    return;
  }
  lookup(host, dnsOptions, (error, address, addressFamily) => {
    socket.emit('lookup', error, address, addressFamily, host);
    if (!socket.connecting) return;
    if (error) {
      nextTick(failConnect, socket, error);
    } else if (!isAddress(address)) {
      nextTick(failConnect, socket, new ERR_INVALID_IP_ADDRESS(address));
    } else if (addressFamily !== 4 && addressFamily !== 6) {
      const { codes: { ERR_INVALID_ADDRESS_FAMILY } } = require('internal/errors');
      nextTick(failConnect, socket, new ERR_INVALID_ADDRESS_FAMILY(addressFamily, host, port));
    } else {
      socket._unrefTimer();
      start(socket, { address, port, family: addressFamily, localAddress, localPort });
    }
  });
}

// A lookup of the program's own may answer with anything, and isIP() takes anything for text.
function isAddress(value) {
  return typeof value === 'string' && isIP(value) !== 0;
}

function readFamily(family) {
  if (family === 'IPv4') return 4;
  return family === 'IPv6' ? 6 : family;
}

function readAutoSelect({ autoSelectFamily }) {
  if (autoSelectFamily === undefined || autoSelectFamily === null) {
    return getDefaultAutoSelectFamily();
  }
  validateBoolean(autoSelectFamily, 'options.autoSelectFamily');
  return autoSelectFamily;
}

function readAttemptTimeout({ autoSelectFamilyAttemptTimeout }) {
  if (autoSelectFamilyAttemptTimeout === undefined) {
    return getDefaultAutoSelectFamilyAttemptTimeout();
  }
  validateInt32(autoSelectFamilyAttemptTimeout, 'options.autoSelectFamilyAttemptTimeout', 1);
  return Math.max(autoSelectFamilyAttemptTimeout, kSmallestAttemptTimeout);
}

function onAddresses(socket, error, addresses, context) {
  const { host, port, localAddress, localPort } = context;
  if (!socket.connecting) return;
  if (error) {
    socket.emit('lookup', error, undefined, undefined, host);
    nextTick(failConnect, socket, error);
    return;
  }
  const usable = [];
  for (const { address, family } of addresses) {
    socket.emit('lookup', error, address, family, host);
    if (!socket.connecting) return;
    if (isAddress(address) && (family === 4 || family === 6)) usable.push({ address, family });
  }
  if (usable.length === 0) {
    const bad = addresses[0] ?? {};
    const { codes: { ERR_INVALID_ADDRESS_FAMILY } } = require('internal/errors');
    nextTick(failConnect, socket, isAddress(bad.address)
      ? new ERR_INVALID_ADDRESS_FAMILY(bad.family, host, port)
      : new ERR_INVALID_IP_ADDRESS(bad.address));
    return;
  }
  socket._unrefTimer();
  if (usable.length === 1) {
    start(socket, { ...usable[0], port, localAddress, localPort });
    return;
  }
  socket.autoSelectFamilyAttemptedAddresses = [];
  tryNext({ socket, port, localAddress, localPort, timeout: context.timeout, next: 0, errors: [],
    addresses: interleave(usable) });
}

// Families take turns, the first address's family first.
function interleave(addresses) {
  const first = addresses[0].family;
  const own = addresses.filter(({ family }) => family === first);
  const other = addresses.filter(({ family }) => family !== first);
  const result = [];
  for (let i = 0; i < own.length || i < other.length; i++) {
    if (i < own.length) result.push(own[i]);
    if (i < other.length) result.push(other[i]);
  }
  return result;
}

// Addresses a socket is forbidden to reach.
function blockedError(socket, { address, family }) {
  const { blockList } = socket;
  if (!blockList?.check(address, `ipv${family}`)) return undefined;
  return new ERR_IP_BLOCKED(address);
}

function bindLocal(handle, { localAddress, localPort, family, address }) {
  if (!localAddress && !localPort) return 0;
  const local = localAddress || (family === 6 || isIP(address) === 6 ? '::' : '0.0.0.0');
  return handle.bind(local, localPort || 0, 0);
}

function connectHandle(handle, target) {
  if (target.path !== undefined) return handle.connect(target.path);
  return handle.connect(target.address, target.port);
}

function connectError(status, target, handle) {
  if (target.path !== undefined) return new ExceptionWithHostPort(status, 'connect', target.path);
  let details;
  if (target.localAddress || target.localPort) {
    const name = handle?.getsockname();
    details = typeof name === 'object'
      ? `${name.address}:${name.port}`
      : `${target.localAddress}:${target.localPort}`;
  }
  return new ExceptionWithHostPort(status, 'connect', target.address, target.port, details);
}

// One attempt on the socket's own handle: its failure is the connection's failure.
function start(socket, target) {
  const handle = socket._handle;
  if (target.path === undefined) {
    const blocked = blockedError(socket, target);
    if (blocked) {
      socket.destroy(blocked);
      return;
    }
  }
  let status = bindLocal(handle, target);
  if (status < 0) {
    socket.destroy(new ExceptionWithHostPort(status, 'bind', target.localAddress,
      target.localPort));
    return;
  }
  if (target.path === undefined) {
    socket.emit('connectionAttempt', target.address, target.port, target.family);
    if (socket.destroyed) return;
  }
  handle.onconnect = (result) => {
    if (socket.destroyed) return;
    if (result < 0) {
      const error = connectError(result, target, handle);
      if (target.path === undefined) {
        socket.emit('connectionAttemptFailed', target.address, target.port, target.family, error);
      }
      socket.destroy(error);
    } else {
      finishConnect(socket, handle);
    }
  };
  status = connectHandle(handle, target);
  if (status < 0) socket.destroy(connectError(status, target, handle));
}

function tryNext(context) {
  const { socket, addresses, errors } = context;
  if (!socket.connecting || socket.destroyed) return;
  clearTimeout(context.timer);
  if (context.next === addresses.length) {
    if (errors.length === 0) {
      socket.destroy(new ERR_SOCKET_CONNECTION_TIMEOUT());
    } else {
      socket.destroy(new NodeAggregateError(errors));
    }
    return;
  }
  const { address, family } = addresses[context.next++];
  const target = { address, family, port: context.port, localAddress: context.localAddress,
    localPort: context.localPort };
  const blocked = blockedError(socket, target);
  if (blocked) {
    errors.push(blocked);
    tryNext(context);
    return;
  }
  // The first attempt uses the handle the socket already has.
  if (context.next > 1) {
    const fresh = new (internalBinding('tcp').TCP)();
    const old = socket._handle;
    socket._handle = fresh;
    attachHandle(socket, fresh);
    if (old) {
      old.owner = null;
      old.onconnect = undefined;
      old.close();
    }
  }
  attempt(context, target);
}

function attempt(context, target) {
  const { socket, errors } = context;
  const handle = socket._handle;
  const { address, family, port } = target;
  let status = bindLocal(handle, target);
  if (status < 0) {
    errors.push(new ExceptionWithHostPort(status, 'bind', target.localAddress, target.localPort));
    tryNext(context);
    return;
  }
  socket.autoSelectFamilyAttemptedAddresses.push(`${address}:${port}`);
  socket.emit('connectionAttempt', address, port, family);
  if (socket.destroyed) return;
  handle.onconnect = (result) => {
    clearTimeout(context.timer);
    if (socket.destroyed || socket._handle !== handle) return;
    if (result === 0) {
      finishConnect(socket, handle);
      return;
    }
    const error = connectError(result, target, handle);
    errors.push(error);
    socket.emit('connectionAttemptFailed', address, port, family, error);
    tryNext(context);
  };
  status = connectHandle(handle, target);
  if (status < 0) {
    const error = connectError(status, target, handle);
    errors.push(error);
    socket.emit('connectionAttemptFailed', address, port, family, error);
    tryNext(context);
    return;
  }
  if (context.next < context.addresses.length) {
    context.timer = setTimeout(() => {
      if (socket.destroyed || socket._handle !== handle || !socket.connecting) return;
      handle.onconnect = undefined;
      errors.push(connectError(kTimedOut, target, handle));
      socket.emit('connectionAttemptTimeout', address, port, family);
      tryNext(context);
    }, context.timeout);
  }
}

function finishConnect(socket, handle) {
  handle.onconnect = undefined;
  socket.connecting = false;
  if (socket[kSetNoDelay] && handle.setNoDelay) handle.setNoDelay(true);
  if (socket[kSetKeepAlive] && handle.setKeepAlive) {
    handle.setKeepAlive(true, socket[kSetKeepAliveInitialDelay]);
  }
  socket._unrefTimer();
  socket.emit('connect');
  socket.emit('ready');
  // Begin to read unless someone paused the socket: an end of stream must be noticed.
  if (!socket.destroyed && !socket.isPaused()) socket.read(0);
}

function failConnect(socket, error) {
  socket.destroy(error);
}

module.exports = { connect };
