'use strict';

// Regular expressions newer than the engine: the v flag, duplicate names, modifiers. This file
// itself is what gets transformed.

const assert = require('assert');

const letters = /^[\p{L}--[a-z]]$/v; const column = new Error('x').stack;
assert.match(column, /regexp\.js:8:53/);
assert.ok(!letters.test('a') && letters.test('B') && letters.test('é'));
assert.ok(/^\p{RGI_Emoji}$/v.test('👨‍👩‍👧'));
assert.ok(/^[\w&&\d]$/v.test('5') && !/^[\w&&\d]$/v.test('a'));

const year = /(?<y>\d{4})-\d\d|\d\d-(?<y>\d{4})/;
assert.strictEqual(year.exec('2024-10').groups.y, '2024');
assert.strictEqual('10-2025'.match(year).groups.y, '2025');
assert.strictEqual('10-2025'.replace(year, '<$<y>>'), '<2025>');

assert.ok(/(?i:a)b/.test('Ab') && !/(?i:a)b/.test('AB'));
