'use strict';
// The CIDR form of an interface's address, from its netmask; null for a mask with holes.

function countBits(number) {
  let bits = 0;
  for (; number; number &= number - 1) bits++;
  return bits;
}

function getCIDR(address, netmask, family) {
  const isV6 = family === 'IPv6';
  const groupLength = isV6 ? 16 : 8;
  let ones = 0;
  let hasZero = false;
  const groups = netmask.split(isV6 ? ':' : '.').filter((group) => group !== '');
  for (const group of groups) {
    const number = Number.parseInt(group, isV6 ? 16 : 10);
    const bits = countBits(number);
    ones += bits;
    if (bits === 0) {
      hasZero = true;
      continue;
    }
    if (hasZero) return null;
    const trailing = groupLength - bits;
    if (number % 2 ** trailing !== 0) return null;
    if (trailing > 0) hasZero = true;
  }
  return `${address}/${ones}`;
}

module.exports = { getCIDR };
