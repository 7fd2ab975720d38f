'use strict';

// net.SocketAddress: an immutable address, port and flow label.

const { codes: { ERR_INVALID_ADDRESS, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const {
  validateObject, validatePort, validateString, validateUint32,
} = require('internal/validators');
const { customInspectSymbol, kEmptyObject } = require('internal/util');
const { formatV4, formatV6, isIPv4, isIPv6, toInteger } = require('internal/net/ip');

class SocketAddress {
  #address;
  #port;
  #family;
  #flowlabel;

  static isSocketAddress(value) {
    return typeof value === 'object' && value !== null && #address in value;
  }

  // "1.2.3.4:80", "[::1]:80", either without a port; undefined when it is neither.
  static parse(input) {
    validateString(input, 'input');
    try {
      const { hostname, port } = new URL(`http://${input}`);
      const options = { port: port === '' ? (input.endsWith(':80') ? 80 : 0) : Number(port) };
      if (hostname.startsWith('[')) {
        return new SocketAddress({ ...options, address: hostname.slice(1, -1), family: 'ipv6' });
      }
      return new SocketAddress({ ...options, address: hostname });
    } catch {
      return undefined;
    }
  }

  constructor(options = kEmptyObject) {
    validateObject(options, 'options');
    let { family = 'ipv4' } = options;
    const { port = 0, flowlabel = 0 } = options;
    if (typeof family?.toLowerCase === 'function') family = family.toLowerCase();
    if (family !== 'ipv4' && family !== 'ipv6') {
      throw new ERR_INVALID_ARG_VALUE('options.family', options.family);
    }
    const { address = family === 'ipv4' ? '127.0.0.1' : '::' } = options;
    validateString(address, 'options.address');
    validatePort(port, 'options.port');
    validateUint32(flowlabel, 'options.flowlabel', false);
    if (!(family === 'ipv4' ? isIPv4(address) : isIPv6(address))) {
      throw new ERR_INVALID_ADDRESS(address);
    }
    const value = toInteger(address, family);
    this.#address = family === 'ipv4' ? formatV4(value) : formatV6(value);
    this.#port = port | 0;
    this.#family = family;
    this.#flowlabel = flowlabel | 0;
  }

  get address() { return this.#address; }
  get port() { return this.#port; }
  get family() { return this.#family; }
  get flowlabel() { return this.#family === 'ipv6' ? this.#flowlabel : 0; }

  toJSON() {
    return {
      address: this.address,
      port: this.port,
      family: this.family,
      flowlabel: this.flowlabel,
    };
  }

  [customInspectSymbol](depth, options, inspect) {
    if (depth < 0) return this;
    return `SocketAddress ${inspect(this.toJSON(), options)}`;
  }
}

module.exports = { SocketAddress };
