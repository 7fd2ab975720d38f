'use strict';
// Lines added to a message keep what its headers were set to.
const assert = require('assert');
const { IncomingMessage } = require('http');

const message = new IncomingMessage();
message.headers = { first: 'set' };
message._addHeaderLines(['Second', 'added', 'FIRST', 'ignored'], 4);
assert.deepStrictEqual(message.headers, { first: 'set, ignored', second: 'added' });
message.complete = true;
message.trailers = { sum: '1' };
message._addHeaderLines(['More', '2'], 2);
assert.deepStrictEqual(message.trailers, { sum: '1', more: '2' });
