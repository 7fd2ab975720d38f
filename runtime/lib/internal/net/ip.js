'use strict';

// Textual IP addresses: recognising them, and turning them into integers that can be compared.

const kOctet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const kV4 = `${kOctet}(?:\\.${kOctet}){3}`;
const kGroup = '[0-9a-fA-F]{1,4}';

// Every place the "::" of an IPv6 address can stand, each with an optional IPv4 tail.
const kV6Forms = [
  `(?:${kGroup}:){7}(?:${kGroup}|:)`,
  `(?:${kGroup}:){6}(?:${kV4}|:${kGroup}|:)`,
];
for (let before = 5; before >= 0; before--) {
  const most = 7 - before;
  const upToTail = before === 5 ? '' : `(?::${kGroup}){0,${most - 2}}`;
  kV6Forms.push(
    `${before === 0 ? ':' : `(?:${kGroup}:){${before}}`}(?:${upToTail}:${kV4}|(?::${kGroup}){1,${most}}|:)`);
}

const v4Pattern = new RegExp(`^${kV4}$`);
const v6Pattern = new RegExp(`^(?:${kV6Forms.join('|')})(?:%[0-9a-zA-Z-.:]+)?$`);

function isIPv4(text) {
  return v4Pattern.test(`${text}`);
}

function isIPv6(text) {
  return v6Pattern.test(`${text}`);
}

function isIP(text) {
  if (isIPv4(text)) return 4;
  return isIPv6(text) ? 6 : 0;
}

function parseV4(text) {
  let value = 0;
  for (const part of text.split('.')) value = value * 256 + Number(part);
  return BigInt(value);
}

function groupsOf(text) {
  if (text === '') return [];
  const groups = [];
  for (const part of text.split(':')) {
    if (part.includes('.')) {
      const v4 = parseV4(part);
      groups.push(v4 >> 16n, v4 & 0xffffn);
    } else {
      groups.push(BigInt(`0x${part}`));
    }
  }
  return groups;
}

function parseV6(text) {
  const zone = text.indexOf('%');
  if (zone !== -1) text = text.slice(0, zone);
  const gap = text.indexOf('::');
  let groups;
  if (gap === -1) {
    groups = groupsOf(text);
  } else {
    const head = groupsOf(text.slice(0, gap));
    const tail = groupsOf(text.slice(gap + 2));
    groups = [...head, ...Array(8 - head.length - tail.length).fill(0n), ...tail];
  }
  let value = 0n;
  for (const group of groups) value = (value << 16n) | group;
  return value;
}

// The address as a BigInt of 32 or 128 bits; the text must be valid for the family.
function toInteger(text, family) {
  return family === 'ipv4' || family === 4 ? parseV4(text) : parseV6(text);
}

function formatV4(value) {
  const number = Number(value);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

// The canonical text of RFC 5952: lower case, longest run of zero groups shortened.
function formatV6(value) {
  const groups = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((value >> shift) & 0xffffn));
  if (value >> 32n === 0xffffn) return `::ffff:${formatV4(value & 0xffffffffn)}`;
  let best = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > bestLength) {
      best = start;
      bestLength = end - start;
    }
  }
  const text = (part) => part.map((group) => group.toString(16)).join(':');
  if (best === -1) return text(groups);
  return `${text(groups.slice(0, best))}::${text(groups.slice(best + bestLength))}`;
}

const kMappedPrefix = 0xffffn << 32n;

// An IPv4-mapped IPv6 integer as its IPv4 integer, or undefined.
function unmapped(value) {
  return value >> 32n === 0xffffn ? value & 0xffffffffn : undefined;
}

module.exports = {
  formatV4,
  formatV6,
  isIP,
  isIPv4,
  isIPv6,
  kMappedPrefix,
  toInteger,
  unmapped,
};
