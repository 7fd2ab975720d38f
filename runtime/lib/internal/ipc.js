'use strict';
// The channel between a process and the child it forked: messages as lines of JSON, or as
// length-prefixed serialised values ('advanced'). Adds send(), disconnect(), channel and the
// 'message' and 'disconnect' events to a ChildProcess, or to process in the child.

const {
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_HANDLE_TYPE, ERR_IPC_CHANNEL_CLOSED,
    ERR_IPC_DISCONNECTED, ERR_MISSING_ARGS, ERR_NOT_IMPLEMENTED,
  },
} = require('internal/errors');
const { validateObject, validateString } = require('internal/validators');
const { Buffer } = require('buffer');
const { EventEmitter } = require('events');

const { sendNow } = internalBinding('spawn');

const kInternalPrefix = 'NODE_';

const json = {
  encode: (message) => Buffer.from(`${JSON.stringify(message)}\n`),
  // Messages of the bytes so far; what is left over stays in state.rest.
  decode(state, chunk) {
    state.rest = state.rest ? Buffer.concat([state.rest, chunk]) : chunk;
    const end = state.rest.lastIndexOf(10);
    if (end === -1) return [];
    const lines = state.rest.toString('utf8', 0, end).split('\n');
    state.rest = end + 1 < state.rest.length ? state.rest.subarray(end + 1) : null;
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  },
};

const advanced = {
  encode(message) {
    const body = require('v8').serialize(message);
    const head = Buffer.allocUnsafe(4);
    head.writeUInt32BE(body.length);
    return Buffer.concat([head, body]);
  },
  decode(state, chunk) {
    const { deserialize } = require('v8');
    let bytes = state.rest ? Buffer.concat([state.rest, chunk]) : chunk;
    const messages = [];
    while (bytes.length >= 4) {
      const size = bytes.readUInt32BE(0);
      if (bytes.length < 4 + size) break;
      messages.push(deserialize(bytes.subarray(4, 4 + size)));
      bytes = bytes.subarray(4 + size);
    }
    state.rest = bytes.length > 0 ? bytes : null;
    return messages;
  },
};

// What process.channel and child.channel show.
class Control extends EventEmitter {
  #socket;
  #references = 0;
  #explicit = undefined;
  constructor(socket) {
    super();
    this.#socket = socket;
  }
  // Listeners of 'message' and 'disconnect' keep a child running.
  refCounted() {
    if (++this.#references === 1 && this.#explicit === undefined) this.#socket.ref();
  }
  unrefCounted() {
    if (--this.#references === 0 && this.#explicit === undefined) {
      this.#socket.unref();
      this.emit('unref');
    }
  }
  ref() {
    this.#explicit = true;
    this.#socket.ref();
  }
  unref() {
    this.#explicit = false;
    this.#socket.unref();
  }
  hasRef() { return this.#explicit ?? this.#references > 0; }
}

function isInternal(message) {
  return message !== null && typeof message === 'object' && typeof message.cmd === 'string' &&
    message.cmd.length > kInternalPrefix.length && message.cmd.startsWith(kInternalPrefix);
}

function checkMessage(message, handle, options) {
  if (message === undefined) throw new ERR_MISSING_ARGS('message');
  if (typeof message !== 'string' && typeof message !== 'object' && typeof message !== 'number' &&
      typeof message !== 'boolean') {
    throw new ERR_INVALID_ARG_TYPE('message', ['string', 'object', 'number', 'boolean'], message);
  }
  if (options !== undefined) validateObject(options, 'options');
  if (handle === undefined || handle === null) return;
  const { Server, Socket } = require('net');
  if (handle instanceof Socket || handle instanceof Server) {
    throw new ERR_NOT_IMPLEMENTED('Sending a handle over the IPC channel');
  }
  throw new ERR_INVALID_HANDLE_TYPE();
}

function setupChannel(target, fd, serialization) {
  const { Socket } = require('net');
  const socket = new Socket({ fd, readable: true, writable: true });
  const isChild = target === process;
  let queued = 0;
  const codec = serialization === 'advanced' ? advanced : json;
  const state = { rest: null };
  const control = new Control(socket);
  // Messages that came before anybody listened.
  let waiting = null;

  const deliver = (message) => {
    const event = isInternal(message) ? 'internalMessage' : 'message';
    if (event === 'message' && waiting !== null) {
      waiting.push(message);
      return;
    }
    process.nextTick(() => target.emit(event, message, undefined));
  };

  const finish = () => {
    if (!target.channel) return;
    target.channel = null;
    target._channel = null;
    target.connected = false;
    process.nextTick(() => target.emit('disconnect'));
  };

  target.channel = control;
  target._channel = control;
  target.connected = true;

  target._send = function(message, handle, options, callback) {
    if (typeof handle === 'function') {
      callback = handle;
      handle = undefined;
      options = undefined;
    } else if (typeof options === 'function') {
      callback = options;
      options = undefined;
    }
    checkMessage(message, handle, options);
    let bytes = codec.encode(message);
    const done = (error) => {
      if (typeof callback === 'function') process.nextTick(callback, error ?? null);
      else if (error && !options?.swallowErrors && target.connected) {
        process.nextTick(() => target.emit('error', error));
      }
    };
    if (queued === 0) {
      const sent = sendNow(fd, bytes);
      if (sent === bytes.length) {
        done(null);
        return true;
      }
      bytes = bytes.subarray(sent);
    }
    // What waits to be sent keeps the process running, whatever the channel does.
    if (queued++ === 0) socket.ref();
    return socket.write(bytes, (error) => {
      if (--queued === 0 && isChild && !control.hasRef()) socket.unref();
      done(error);
    });
  };

  target.send = function(message, handle, options, callback) {
    if (target.connected) return target._send(message, handle, options, callback);
    const error = new ERR_IPC_CHANNEL_CLOSED();
    const done = [handle, options, callback].find((value) => typeof value === 'function');
    if (done) process.nextTick(done, error);
    else process.nextTick(() => target.emit('error', error));
    return false;
  };

  target.disconnect = function() {
    if (!target.connected) {
      target.emit('error', new ERR_IPC_DISCONNECTED());
      return;
    }
    target._disconnect();
  };
  target._disconnect = function() {
    target.connected = false;
    // What was sent before goes out first.
    socket.end(() => socket.destroy());
    finish();
  };

  socket.on('data', (chunk) => {
    let messages;
    try {
      messages = codec.decode(state, chunk);
    } catch (error) {
      target.emit('error', error);
      return;
    }
    for (const message of messages) deliver(message);
  });
  socket.on('error', () => {});
  socket.on('end', finish);
  socket.on('close', finish);
  return {
    control,
    socket,
    // Until the first listener: keep messages.
    hold() { waiting = []; },
    release() {
      const held = waiting;
      waiting = null;
      for (const message of held ?? []) deliver(message);
    },
  };
}

// In a child: NODE_CHANNEL_FD names the descriptor.
function setupChild() {
  const { NODE_CHANNEL_FD: text, NODE_CHANNEL_SERIALIZATION_MODE: mode } = process.env;
  delete process.env.NODE_CHANNEL_FD;
  delete process.env.NODE_CHANNEL_SERIALIZATION_MODE;
  const fd = Number.parseInt(text, 10);
  validateString(text, 'NODE_CHANNEL_FD');
  const channel = setupChannel(process, fd, mode || 'json');
  channel.socket.unref();
  channel.hold();
  let holding = true;
  const counts = (event) => event === 'message' || event === 'disconnect';
  process.on('newListener', (event) => {
    if (counts(event)) channel.control.refCounted();
    if (event === 'message' && holding) {
      holding = false;
      process.nextTick(() => channel.release());
    }
  });
  process.on('removeListener', (event) => {
    if (counts(event)) channel.control.unrefCounted();
  });
}

module.exports = { setupChannel, setupChild };
