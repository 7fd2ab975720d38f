'use strict';

// node:net. Sockets and servers live in internal/net/.

const { Socket } = require('internal/net/socket');
const { Server } = require('internal/net/server');
const { isIP, isIPv4, isIPv6 } = require('internal/net/ip');
const common = require('internal/net/common');

function createServer(options, connectionListener) {
  return new Server(options, connectionListener);
}

// connect(options[, cb]), connect(path[, cb]), connect(port[, host][, cb])
function connect(...args) {
  const normalized = common.normalizeArgs(args);
  const [options] = normalized;
  const socket = new Socket(options);
  if (options.blockList !== undefined) socket.blockList = options.blockList;
  if (options.timeout) socket.setTimeout(options.timeout);
  return socket.connect(normalized);
}

module.exports = {
  _normalizeArgs: common.normalizeArgs,
  connect,
  createConnection: connect,
  createServer,
  isIP,
  isIPv4,
  isIPv6,
  Server,
  Socket,
  Stream: Socket,
  getDefaultAutoSelectFamily: common.getDefaultAutoSelectFamily,
  getDefaultAutoSelectFamilyAttemptTimeout: common.getDefaultAutoSelectFamilyAttemptTimeout,
  setDefaultAutoSelectFamily: common.setDefaultAutoSelectFamily,
  setDefaultAutoSelectFamilyAttemptTimeout: common.setDefaultAutoSelectFamilyAttemptTimeout,
};

for (const [name, id] of [
  ['BlockList', 'internal/net/block_list'],
  ['SocketAddress', 'internal/net/socket_address'],
]) {
  Object.defineProperty(module.exports, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get: () => require(id)[name],
  });
}
