'use strict';

// The global navigator.

const assert = require('assert');
const os = require('os');

assert.strictEqual(navigator.hardwareConcurrency, os.availableParallelism());
assert.strictEqual(navigator.platform, 'linux');
assert.strictEqual(navigator.userAgent, `Node.js/${process.versions.node.split('.')[0]}`);
assert.strictEqual(navigator.languages[0], navigator.language);
assert.ok(Object.isFrozen(navigator.languages));
assert.throws(() => new Navigator(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
assert.throws(() => Navigator.prototype.platform, { code: 'ERR_INVALID_THIS' });
assert.throws(() => navigator.locks, { code: 'ERR_NOT_IMPLEMENTED' });
