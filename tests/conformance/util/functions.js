'use strict';

// promisify, callbackify, deprecate, parseArgs, isDeepStrictEqual, aborted.

const assert = require('assert');
const util = require('util');
const { mustCall } = require('../common.js');

function later(value, callback) {
  setImmediate(() => (value instanceof Error ? callback(value) : callback(null, value)));
}
const asPromise = util.promisify(later);
asPromise(5).then(mustCall((value) => assert.strictEqual(value, 5)));
asPromise(new Error('no')).catch(mustCall((error) => assert.strictEqual(error.message, 'no')));
function own() {}
own[util.promisify.custom] = async () => 'custom';
util.promisify(own)().then(mustCall((value) => assert.strictEqual(value, 'custom')));
assert.strictEqual(util.promisify(asPromise), asPromise);
assert.throws(() => util.promisify(1), { code: 'ERR_INVALID_ARG_TYPE' });

const asCallback = util.callbackify(async (x) => {
  if (x === undefined) throw null; // eslint-disable-line no-throw-literal
  return x;
});
asCallback(3, mustCall((error, value) => {
  assert.strictEqual(error, null);
  assert.strictEqual(value, 3);
}));
asCallback(undefined, mustCall((error) => {
  assert.strictEqual(error.code, 'ERR_FALSY_VALUE_REJECTION');
  assert.strictEqual(error.reason, null);
}));

process.on('warning', mustCall((warning) => {
  assert.strictEqual(warning.name, 'DeprecationWarning');
  assert.strictEqual(warning.code, 'DEP_TEST');
}));
const old = util.deprecate((a) => a + 1, 'old is over', 'DEP_TEST');
assert.strictEqual(old(1), 2);
assert.strictEqual(old(2), 3);

const parsed = util.parseArgs({
  args: ['-v', '--name=x', '--no-color', 'file', '--', '-z'],
  options: {
    verbose: { type: 'boolean', short: 'v' },
    name: { type: 'string' },
    color: { type: 'boolean' },
    level: { type: 'string', default: 'low' },
  },
  allowPositionals: true,
  allowNegative: true,
  tokens: true,
});
assert.deepStrictEqual({ ...parsed.values },
                       { verbose: true, name: 'x', color: false, level: 'low' });
assert.deepStrictEqual(parsed.positionals, ['file', '-z']);
// A negated option is known by its name; rawName says how it was written.
assert.deepStrictEqual(parsed.tokens[2], {
  kind: 'option', name: 'color', rawName: '--no-color', index: 2, value: undefined,
  inlineValue: undefined,
});
assert.throws(() => util.styleText('pinkish', ''), { message: /'bgBlackBright', 'faint'/ });
assert.throws(() => util.parseArgs({ args: ['--nope'], options: {} }), {
  code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION',
  message: "Unknown option '--nope'",
});
assert.throws(
  () => util.parseArgs({ args: ['--name'], options: { name: { type: 'string' } } }),
  { code: 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' });

assert.ok(util.isDeepStrictEqual({ a: [1, new Map([[1, 2]])] }, { a: [1, new Map([[1, 2]])] }));
assert.ok(!util.isDeepStrictEqual([0], [-0]));

const controller = new AbortController();
const resource = {};
util.aborted(controller.signal, resource).then(mustCall());
controller.abort();
