'use strict';

// Stands for the data files of regenerate-unicode-properties: what the engine's own \p{...}
// matches is asked of the engine, so only properties of strings need data.

const kPrefix = 'regenerate-unicode-properties/';
const kLastCodePoint = 0x10FFFF;
const known = new Map();

function codePointsMatching(expression, requireNpm) {
  const pattern = new RegExp(`^\\p{${expression}}$`, 'u');
  const set = requireNpm('npm:regenerate')();
  let start = -1;
  for (let point = 0; point <= kLastCodePoint; point++) {
    const matches = pattern.test(String.fromCodePoint(point));
    if (matches && start < 0) start = point;
    if (!matches && start >= 0) {
      set.addRange(start, point - 1);
      start = -1;
    }
  }
  if (start >= 0) set.addRange(start, kLastCodePoint);
  return set;
}

// The exports of "regenerate-unicode-properties/<kind>/<value>.js". Throws for unknown ones.
function load(request, requireNpm) {
  const { 0: kind, 1: value } = request.slice(kPrefix.length).replace(/\.js$/, '').split('/');
  if (kind === 'Property_of_Strings') return requireNpm(`npm:${request}`);
  const expression = kind === 'Binary_Property' ? value : `${kind}=${value}`;
  let data = known.get(expression);
  if (data === undefined) {
    data = { characters: codePointsMatching(expression, requireNpm) };
    known.set(expression, data);
  }
  return data;
}

module.exports = load;
