'use strict';

// net.BlockList: rules over addresses, ranges and subnets. An IPv4-mapped IPv6 address is also
// checked against the IPv4 rules, so that a block cannot be walked around.

const {
  codes: { ERR_INVALID_ARG_VALUE, ERR_INVALID_ADDRESS },
} = require('internal/errors');
const { validateInt32, validateString } = require('internal/validators');
const { customInspectSymbol } = require('internal/util');
const { isIPv4, isIPv6, toInteger, unmapped } = require('internal/net/ip');
const { SocketAddress } = require('internal/net/socket_address');

const kLabels = { ipv4: 'IPv4', ipv6: 'IPv6' };

function normalizeFamily(family) {
  validateString(family, 'family');
  const lower = family.toLowerCase();
  if (lower !== 'ipv4' && lower !== 'ipv6') throw new ERR_INVALID_ARG_VALUE('family', family);
  return lower;
}

// { text, family, value } of an address given as text or as a SocketAddress.
function read(address, family, name) {
  if (SocketAddress.isSocketAddress(address)) {
    return {
      text: address.address,
      family: address.family,
      value: toInteger(address.address, address.family),
    };
  }
  validateString(address, name);
  family = normalizeFamily(family);
  if (!(family === 'ipv4' ? isIPv4(address) : isIPv6(address))) {
    throw new ERR_INVALID_ADDRESS(address);
  }
  return { text: address, family, value: toInteger(address, family) };
}

class BlockList {
  #rules = [];

  static isBlockList(value) {
    return typeof value === 'object' && value !== null && #rules in value;
  }

  #add(family, first, last, text) {
    this.#rules.unshift({ family, first, last, text });
  }

  addAddress(address, family = 'ipv4') {
    const { text, family: kind, value } = read(address, family, 'address');
    this.#add(kind, value, value, `Address: ${kLabels[kind]} ${text}`);
  }

  addRange(start, end, family = 'ipv4') {
    const from = read(start, family, 'start');
    const to = read(end, family, 'end');
    if (from.family !== to.family || from.value > to.value) {
      throw new ERR_INVALID_ARG_VALUE('start', start, `must come before ${to.text}`);
    }
    const text = `Range: ${kLabels[from.family]} ${from.text}-${to.text}`;
    this.#add(from.family, from.value, to.value, text);
  }

  addSubnet(network, prefix, family = 'ipv4') {
    const { text, family: kind, value } = read(network, family, 'network');
    const bits = kind === 'ipv4' ? 32 : 128;
    validateInt32(prefix, 'prefix', 0, bits);
    const hostBits = BigInt(bits - prefix);
    const first = (value >> hostBits) << hostBits;
    const last = first + (1n << hostBits) - 1n;
    this.#add(kind, first, last, `Subnet: ${kLabels[kind]} ${text}/${prefix}`);
  }

  check(address, family = 'ipv4') {
    let target;
    try {
      target = read(address, family, 'address');
    } catch (error) {
      if (error.code === 'ERR_INVALID_ADDRESS') return false;
      throw error;
    }
    const mapped = target.family === 'ipv6' ? unmapped(target.value) : undefined;
    const asMapped = target.family === 'ipv4' ? target.value | (0xffffn << 32n) : undefined;
    return this.#rules.some(({ family: kind, first, last }) => {
      if (kind === target.family) return first <= target.value && target.value <= last;
      const other = mapped ?? asMapped;
      return other !== undefined && first <= other && other <= last;
    });
  }

  get rules() {
    return this.#rules.map((rule) => rule.text);
  }

  toJSON() {
    return this.rules;
  }

  fromJSON(data) {
    const lines = typeof data === 'string' ? JSON.parse(data) : data;
    if (!Array.isArray(lines)) throw new ERR_INVALID_ARG_VALUE('data', data);
    for (const line of lines) {
      const match = /^(Address|Range|Subnet): (IPv[46]) ([^-/\s]+)(?:-(\S+)|\/(\d+))?$/.exec(line);
      if (match === null) throw new ERR_INVALID_ARG_VALUE('data', data);
      const [, type, label, first, last, prefix] = match;
      if (type === 'Address') this.addAddress(first, label);
      else if (type === 'Range') this.addRange(first, last, label);
      else this.addSubnet(first, Number(prefix), label);
    }
  }

  [customInspectSymbol](depth, options, inspect) {
    if (depth < 0) return this;
    return `BlockList ${inspect({ rules: this.rules }, options)}`;
  }
}

module.exports = { BlockList };
