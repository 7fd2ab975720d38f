'use strict';

// MessagePort, MessageChannel, MessageEvent and BroadcastChannel over native ports. What arrives
// comes through deliver(); a port with a direct receiver (the workers' own channels) bypasses events.

const {
  codes: {
    ERR_INVALID_THIS,
    ERR_MISSING_ARGS,
  },
} = require('internal/errors');
const {
  Event,
  EventTarget,
  NodeEventTarget,
  defineEventHandler,
  initNodeEventTarget,
  kCreateEvent,
  kHybridDispatch,
  kNewListener,
  kRemoveListener,
} = require('internal/event_target');
const { customInspectSymbol, kEnumerableProperty } = require('internal/util');
const binding = internalBinding('messaging');
const { MessagePort } = binding;
// Sets what the serializer needs: the class of its errors, and how objects of scripts are cloned.
require('internal/structured_clone');
const { setSlot } = internalBinding('env');

const kDirect = Symbol('kDirect');
const kPorts = Symbol('kPorts');
const kClosed = Symbol('kClosed');

const native = {};
for (const name of ['postMessage', 'start', 'stop', 'close', 'ref', 'unref', 'hasRef', 'drain']) {
  const method = MessagePort.prototype[name];
  native[name] = (port, ...args) => Reflect.apply(method, port, args);
}
const nativePost = MessagePort.prototype.postMessage;

function inspect(value, options) {
  return require('internal/util/inspect').inspect(value, options);
}

const kData = Symbol('kData');
const kOrigin = Symbol('kOrigin');
const kLastEventId = Symbol('kLastEventId');
const kSource = Symbol('kSource');
const kEventPorts = Symbol('kEventPorts');

function readPorts(ports) {
  if (typeof ports?.[Symbol.iterator] !== 'function') {
    throw typeError(
      `MessageEvent constructor: eventInitDict.ports (${inspect(ports)}) is not iterable.`);
  }
  const list = [...ports];
  for (let i = 0; i < list.length; i++) {
    if (!binding.isPort(list[i])) throw notAPort(`ports[${i}]`, list[i]);
  }
  return list;
}

function typeError(message) {
  const error = new TypeError(message);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}

function notAPort(name, value) {
  const shown = typeof value === 'object' && value !== null ? inspect(value) : `${value}`;
  return typeError(`MessageEvent constructor: Expected eventInitDict.${name} ("${shown}") ` +
                   'to be an instance of MessagePort.');
}

class MessageEvent extends Event {
  constructor(type, init = undefined) {
    super(type, init);
    const { data, origin, lastEventId, source, ports } = init ?? {};
    if (source !== null && source !== undefined && !binding.isPort(source)) {
      throw notAPort('source', source);
    }
    this[kEventPorts] = ports === undefined ? [] : readPorts(ports);
    this[kData] = data ?? null;
    this[kOrigin] = origin === undefined ? '' : `${origin}`;
    this[kLastEventId] = lastEventId === undefined ? '' : `${lastEventId}`;
    this[kSource] = source ?? null;
  }

  get data() { return read(this, kData); }
  get origin() { return read(this, kOrigin); }
  get lastEventId() { return read(this, kLastEventId); }
  get source() { return read(this, kSource); }
  get ports() { return read(this, kEventPorts); }

  // Old initialiser of the standard.
  initMessageEvent(type, bubbles = false, cancelable = false, data = null, origin = '',
                   lastEventId = '', source = null, ports = []) {
    this.initEvent(type, bubbles, cancelable);
    this[kData] = data;
    this[kOrigin] = `${origin}`;
    this[kLastEventId] = `${lastEventId}`;
    this[kSource] = source;
    this[kEventPorts] = ports;
  }
}

function read(event, key) {
  if (typeof event !== 'object' || event === null || !(key in event)) {
    throw new ERR_INVALID_THIS('MessageEvent');
  }
  return event[key];
}

Object.defineProperties(MessageEvent.prototype, {
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'MessageEvent' },
  data: kEnumerableProperty,
  origin: kEnumerableProperty,
  lastEventId: kEnumerableProperty,
  source: kEnumerableProperty,
  ports: kEnumerableProperty,
});

// An array, undefined, an iterable, or { transfer } → array or undefined.
function transferList(options) {
  if (options === undefined || options === null) return undefined;
  if (Array.isArray(options)) return options;
  if (typeof options !== 'object' && typeof options !== 'function') {
    throw typeError('Optional transferList argument must be an iterable');
  }
  if (typeof options[Symbol.iterator] === 'function') {
    return listOf(options, 'Optional transferList argument must be an iterable');
  }
  const { transfer } = options;
  if (transfer === undefined) return undefined;
  if (Array.isArray(transfer)) return transfer;
  return listOf(transfer, 'Optional options.transfer argument must be an iterable');
}

function listOf(value, refusal) {
  const isObject = typeof value === 'object' || typeof value === 'function';
  const iterator = isObject ? value?.[Symbol.iterator]?.() : undefined;
  if (typeof iterator?.next !== 'function') throw typeError(refusal);
  const { next } = iterator;
  return [...{ [Symbol.iterator]: () => ({ next: () => Reflect.apply(next, iterator, []) }) }];
}

// The public surface of the native class.
function defineMethods(methods) {
  for (const name of Object.keys(methods)) {
    Object.defineProperty(MessagePort.prototype, name, {
      __proto__: null, value: methods[name], writable: true, enumerable: true, configurable: true,
    });
  }
}

Object.setPrototypeOf(MessagePort, NodeEventTarget);
Object.setPrototypeOf(MessagePort.prototype, NodeEventTarget.prototype);
delete MessagePort.prototype.stop;
defineMethods({
  postMessage(message, options) {
    if (arguments.length === 0) {
      const error = new TypeError('Not enough arguments to MessagePort.postMessage');
      error.code = 'ERR_MISSING_ARGS';
      throw error;
    }
    if (options === undefined) return Reflect.apply(nativePost, this, [message]);
    return Reflect.apply(nativePost, this, [message, transferList(options)]);
  },
  start() { native.start(this); },
  close(callback) {
    if (typeof callback === 'function') this.once('close', callback);
    native.close(this);
  },
  ref() { native.ref(this); },
  unref() { native.unref(this); },
  hasRef() { return native.hasRef(this); },
});
// For owners inside the runtime only.
delete MessagePort.prototype.drain;

Object.defineProperties(MessagePort.prototype, {
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'MessagePort' },
  // The first listener for messages makes the port run and hold the thread, the last one lets go.
  [kNewListener]: {
    __proto__: null,
    writable: true,
    configurable: true,
    value(size, type, ...rest) {
      NodeEventTarget.prototype[kNewListener].call(this, size, type, ...rest);
      if (type === 'message' && size === 1) {
        native.ref(this);
        native.start(this);
      }
    },
  },
  [kRemoveListener]: {
    __proto__: null,
    writable: true,
    configurable: true,
    value(size, type) {
      if (type !== 'message' || size !== 0) return;
      // What comes now waits for the next listener.
      native.stop(this);
      native.unref(this);
    },
  },
  [kCreateEvent]: {
    __proto__: null,
    writable: true,
    configurable: true,
    value(data, type) {
      if (type === 'close') return new Event(type);
      if (type !== 'message' && type !== 'messageerror') {
        return NodeEventTarget.prototype[kCreateEvent].call(this, data, type);
      }
      return new MessageEvent(type, { data, ports: this[kPorts] });
    },
  },
  [customInspectSymbol]: {
    __proto__: null,
    writable: true,
    configurable: true,
    value(depth, options) {
      const { name } = this.constructor;
      const state = { active: this[kClosed] !== true, refed: native.hasRef(this) };
      return depth < 0 ? name : `${name} ${inspect(state, {
        ...options, depth: options.depth == null ? null : options.depth - 1,
      })}`;
    },
  },
});
defineEventHandler(MessagePort.prototype, 'message');
defineEventHandler(MessagePort.prototype, 'messageerror');

function define(port, key, value) {
  Object.defineProperty(port, key, { __proto__: null, value, configurable: true });
}

// Called by the native port: 'init' once, then 'message', 'messageerror', 'close'.
function deliver(port, type, data, ports) {
  const direct = port[kDirect];
  if (direct !== undefined) {
    direct(type, data, ports);
    return;
  }
  if (type === 'init') {
    initNodeEventTarget(port);
    return;
  }
  if (type === 'close') define(port, kClosed, true);
  if (ports === undefined) {
    port[kHybridDispatch](data, type);
    return;
  }
  port[kPorts] = ports;
  try {
    port[kHybridDispatch](data, type);
  } finally {
    port[kPorts] = undefined;
  }
}

// Everything that comes goes to `receiver(type, data, ports)` from now on.
function setDirectReceiver(port, receiver) {
  define(port, kDirect, receiver);
}

// Not a class: a call without `new` has an error code of its own.
function MessageChannel() {
  if (new.target === undefined) {
    const { codes: { ERR_CONSTRUCT_CALL_REQUIRED } } = require('internal/errors');
    throw new ERR_CONSTRUCT_CALL_REQUIRED('MessageChannel');
  }
  const [port1, port2] = binding.channel();
  this.port1 = port1;
  this.port2 = port2;
}

// [message] or undefined, consumed synchronously.
function receiveMessageOnPort(port) {
  const source = broadcastPorts.get(port) ?? port;
  if (!binding.isPort(source)) {
    throw typeError('The "port" argument must be a MessagePort instance');
  }
  const received = binding.receive(source);
  return received === undefined ? undefined : { message: received[0] };
}

const broadcastPorts = new WeakMap();

class BroadcastChannel extends EventTarget {
  #name;
  #port;

  constructor(name) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    super();
    this.#name = `${name}`;
    this.#port = binding.broadcast(this.#name);
    broadcastPorts.set(this, this.#port);
    setDirectReceiver(this.#port, (type, data, ports) => {
      // What was under way when a listener closed the channel is dropped.
      if (this.#port === undefined) return;
      if (type === 'message' || type === 'messageerror') {
        this.dispatchEvent(new MessageEvent(type, { data, ports: ports ?? [] }));
      }
    });
    native.ref(this.#port);
    native.start(this.#port);
  }

  static #check(channel) {
    if (typeof channel !== 'object' || channel === null || !(#name in channel)) {
      throw new ERR_INVALID_THIS('BroadcastChannel');
    }
  }

  get name() {
    BroadcastChannel.#check(this);
    return this.#name;
  }

  close() {
    BroadcastChannel.#check(this);
    if (this.#port === undefined) return;
    native.close(this.#port);
    broadcastPorts.delete(this);
    this.#port = undefined;
  }

  postMessage(message) {
    BroadcastChannel.#check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('message');
    if (this.#port === undefined) {
      const { DOMException } = require('internal/dom_exception');
      throw new DOMException('BroadcastChannel is closed.', 'InvalidStateError');
    }
    native.postMessage(this.#port, message);
  }

  ref() {
    BroadcastChannel.#check(this);
    if (this.#port !== undefined) native.ref(this.#port);
    return this;
  }

  unref() {
    BroadcastChannel.#check(this);
    if (this.#port !== undefined) native.unref(this.#port);
    return this;
  }

  [customInspectSymbol](depth, options) {
    BroadcastChannel.#check(this);
    if (depth < 0) return 'BroadcastChannel';
    return `BroadcastChannel ${inspect({
      name: this.#name,
      active: this.#port !== undefined,
    }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}
Object.defineProperties(BroadcastChannel.prototype, {
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'BroadcastChannel' },
  name: kEnumerableProperty,
  close: kEnumerableProperty,
  postMessage: kEnumerableProperty,
});
defineEventHandler(BroadcastChannel.prototype, 'message');
defineEventHandler(BroadcastChannel.prototype, 'messageerror');

setSlot('messageEvent', deliver);

module.exports = {
  BroadcastChannel,
  MessageChannel,
  MessageEvent,
  MessagePort,
  nativePort: native,
  receiveMessageOnPort,
  setDirectReceiver,
  transferList,
};
