'use strict';

// http.Agent: keeps sockets per destination, lends free ones to requests and queues requests beyond
// the limits.

const net = require('net');
const EventEmitter = require('events');
const { codes: { ERR_OUT_OF_RANGE } } = require('internal/errors');
const { validateNumber, validateOneOf } = require('internal/validators');

const kOnKeylog = Symbol('onkeylog');
const kRequestOptions = Symbol('requestOptions');

function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  EventEmitter.call(this);
  this.defaultPort = 80;
  this.protocol = 'http:';
  this.options = { __proto__: null, ...options };
  this.options.noDelay ??= true;
  // A path would make net open a unix socket.
  this.options.path = null;
  this.requests = { __proto__: null };
  this.sockets = { __proto__: null };
  this.freeSockets = { __proto__: null };
  this.keepAliveMsecs = this.options.keepAliveMsecs || 1000;
  this.keepAlive = this.options.keepAlive || false;
  this.maxSockets = this.options.maxSockets || Agent.defaultMaxSockets;
  this.maxFreeSockets = this.options.maxFreeSockets || 256;
  this.scheduling = this.options.scheduling || 'lifo';
  this.maxTotalSockets = this.options.maxTotalSockets;
  this.totalSocketCount = 0;
  this.agentKeepAliveTimeoutBuffer =
    typeof this.options.agentKeepAliveTimeoutBuffer === 'number' &&
    this.options.agentKeepAliveTimeoutBuffer >= 0 &&
    Number.isFinite(this.options.agentKeepAliveTimeoutBuffer)
      ? this.options.agentKeepAliveTimeoutBuffer : 1000;
  validateOneOf(this.scheduling, 'scheduling', ['fifo', 'lifo']);
  if (this.maxTotalSockets !== undefined) {
    validateNumber(this.maxTotalSockets, 'maxTotalSockets', 1);
    if (Number.isNaN(this.maxTotalSockets)) {
      throw new ERR_OUT_OF_RANGE('maxTotalSockets', '> 0', this.maxTotalSockets);
    }
  } else {
    this.maxTotalSockets = Infinity;
  }
  this.on('free', onFree);
}
Object.setPrototypeOf(Agent.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Agent, EventEmitter);

Agent.defaultMaxSockets = Infinity;
Agent.prototype.createConnection = net.createConnection;

// A socket has done its request and is still good: `this` is the agent.
function onFree(socket, options) {
  const name = this.getName(options);
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const waiting = this.requests[name];
  if (waiting?.length > 0) {
    const request = waiting.shift();
    const { reusedSocket } = socket;
    if (waiting.length === 0) delete this.requests[name];
    lend(this, request, socket, reusedSocket !== false);
    return;
  }
  const request = socket._httpMessage;
  if (!request?.shouldKeepAlive || !this.keepAlive) {
    socket.destroy();
    return;
  }
  const free = this.freeSockets[name] ?? [];
  const busy = this.sockets[name]?.length ?? 0;
  const count = free.length + busy;
  if (this.totalSocketCount > this.maxTotalSockets || count > this.maxSockets ||
      free.length >= this.maxFreeSockets || !this.keepSocketAlive(socket)) {
    socket.destroy();
    return;
  }
  this.freeSockets[name] = free;
  socket._httpMessage = null;
  this.removeSocket(socket, options);
  socket.once('error', onFreeError);
  free.push(socket);
}

function onFreeError() {
  this.destroy();
  this.emit('agentRemove');
}

// "host:port:localAddress:family": destinations that may share sockets.
Agent.prototype.getName = function(options = {}) {
  let name = `${options.host || 'localhost'}:${options.port || ''}:${options.localAddress || ''}`;
  if (options.family === 4 || options.family === 6) name += `:${options.family}`;
  if (options.socketPath) name += `:${options.socketPath}`;
  return name;
};

function fullOptions(agent, options, port, localAddress) {
  if (typeof options === 'string') options = { host: options, port, localAddress };
  options = { __proto__: null, ...options, ...agent.options };
  if (options.socketPath) options.path = options.socketPath;
  normalizeServerName(options);
  return options;
}

function normalizeServerName(options) {
  if (!options.servername && options.servername !== '') {
    const { host } = options;
    options.servername = host ? String(host) : '';
  }
}

Agent.prototype.addRequest = function(request, options, port, localAddress) {
  options = fullOptions(this, options, port, localAddress);
  const name = this.getName(options);
  this.sockets[name] ??= [];
  const free = this.freeSockets[name];
  let socket;
  while (free?.length > 0) {
    const candidate = this.scheduling === 'fifo' ? free.shift() : free.pop();
    if (!candidate.destroyed && candidate.writable) {
      socket = candidate;
      break;
    }
  }
  if (free?.length === 0) delete this.freeSockets[name];
  if (socket) {
    this.reuseSocket(socket, request);
    lend(this, request, socket, true);
    this.sockets[name].push(socket);
  } else if (this.sockets[name].length < this.maxSockets &&
             this.totalSocketCount < this.maxTotalSockets) {
    this.createSocket(request, options, (error, made) => {
      if (error) request.onSocket(made, error);
      else lend(this, request, made, false);
    });
  } else {
    this.requests[name] ??= [];
    request[kRequestOptions] = options;
    this.requests[name].push(request);
  }
};

Agent.prototype.createSocket = function(request, options, callback) {
  options = fullOptions(this, options);
  const name = this.getName(options);
  options._agentKey = name;
  options.encoding = null;
  let called = false;
  const onMade = (error, socket) => {
    if (called) return;
    called = true;
    if (error) {
      callback(error);
      return;
    }
    this.sockets[name] ??= [];
    this.sockets[name].push(socket);
    this.totalSocketCount++;
    installListeners(this, socket, options);
    callback(null, socket);
  };
  if (this.keepAlive) {
    options.keepAlive = this.keepAlive;
    options.keepAliveInitialDelay = this.keepAliveMsecs;
  }
  const socket = this.createConnection(options, onMade);
  if (socket) onMade(null, socket);
};

function installListeners(agent, socket, options) {
  function onFreeEvent() {
    agent.emit('free', socket, options);
  }
  function onClose() {
    agent.totalSocketCount--;
    agent.removeSocket(socket, options);
  }
  function onTimeout() {
    // Only sockets no one uses: requests look after theirs.
    for (const free of Object.values(agent.freeSockets)) {
      if (free.includes(socket)) {
        socket.destroy();
        return;
      }
    }
  }
  function onRemove() {
    agent.totalSocketCount--;
    agent.removeSocket(socket, options);
    socket.removeListener('close', onClose);
    socket.removeListener('free', onFreeEvent);
    socket.removeListener('timeout', onTimeout);
    socket.removeListener('agentRemove', onRemove);
  }
  socket.on('free', onFreeEvent);
  socket.on('close', onClose);
  socket.on('timeout', onTimeout);
  socket.on('agentRemove', onRemove);
  if (agent[kOnKeylog]) socket.on('keylog', agent[kOnKeylog]);
}

function dropFrom(table, name, socket) {
  const list = table[name];
  const index = list === undefined ? -1 : list.indexOf(socket);
  if (index === -1) return;
  list.splice(index, 1);
  if (list.length === 0) delete table[name];
}

Agent.prototype.removeSocket = function(socket, options) {
  const name = this.getName(options);
  dropFrom(this.sockets, name, socket);
  if (!socket.writable) dropFrom(this.freeSockets, name, socket);
  let request;
  if (this.requests[name]?.length > 0) {
    [request] = this.requests[name];
  } else {
    // The limit over all destinations may have held back one of another destination.
    for (const other of Object.keys(this.requests)) {
      if (this.sockets[other]?.length > 0) break;
      [request] = this.requests[other];
      options = request[kRequestOptions];
      break;
    }
  }
  if (request && options) {
    request[kRequestOptions] = undefined;
    // The socket fetches its request when it is free.
    this.createSocket(request, options, (error, made) => {
      if (error) request.onSocket(made, error);
      else made.emit('free');
    });
  }
};

Agent.prototype.keepSocketAlive = function(socket) {
  socket.setKeepAlive(true, this.keepAliveMsecs);
  socket.unref();
  let agentTimeout = this.options.timeout || 0;
  let canKeep = true;
  const hint = /^timeout=(\d+)/.exec(socket._httpMessage?.res?.headers['keep-alive'] ?? '')?.[1];
  if (hint) {
    // Leave before the server does, or a request could meet the closing connection.
    const serverTimeout = Number.parseInt(hint, 10) * 1000 - this.agentKeepAliveTimeoutBuffer;
    if (serverTimeout <= 0) canKeep = false;
    else if (!agentTimeout || serverTimeout < agentTimeout) agentTimeout = serverTimeout;
  }
  if (socket.timeout !== agentTimeout) socket.setTimeout(agentTimeout);
  return canKeep;
};

Agent.prototype.reuseSocket = function(socket, request) {
  socket.removeListener('error', onFreeError);
  request.reusedSocket = true;
  socket.ref();
};

Agent.prototype.destroy = function() {
  for (const table of [this.freeSockets, this.sockets]) {
    for (const list of Object.values(table)) {
      for (const socket of [...list]) socket.destroy();
    }
  }
};

function lend(agent, request, socket, reused) {
  if (reused) request.reusedSocket = true;
  request.onSocket(socket);
  const timeout = agent.options.timeout || 0;
  if (request.timeout === undefined || request.timeout === timeout) return;
  socket.setTimeout(request.timeout);
}

let globalAgent;
function getGlobalAgent() {
  globalAgent ??= new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 });
  return globalAgent;
}
function setGlobalAgent(agent) {
  globalAgent = agent;
}

module.exports = { Agent, getGlobalAgent, setGlobalAgent };
