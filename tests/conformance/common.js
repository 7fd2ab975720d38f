'use strict';

// Helpers of the conformance files: a file passes when it ends with exit code 0.

const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');

const expected = [];

// The function, which must have been called `times` times when the process ends.
function mustCall(fn = () => {}, times = 1) {
  if (typeof fn === 'number') [fn, times] = [() => {}, fn];
  const record = { times, calls: 0, where: new Error('expected here').stack };
  expected.push(record);
  return function(...args) {
    record.calls++;
    return Reflect.apply(fn, this, args);
  };
}

function mustNotCall(message = 'must not be called') {
  return (...args) => assert.fail(`${message}: ${args.map(String).join(', ')}`);
}

function mustSucceed(fn = () => {}) {
  return mustCall(function(error, ...args) {
    assert.ifError(error);
    return Reflect.apply(fn, this, args);
  });
}

// A callback that must get an error with these properties.
function expectsError(properties) {
  return mustCall((error) => {
    for (const key of Object.keys(properties)) assert.deepStrictEqual(error[key], properties[key]);
  });
}

let temporary;
const tmpdir = {
  get path() {
    if (temporary === undefined) {
      temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-conformance-'));
      process.on('exit', () => fs.rmSync(temporary, { recursive: true, force: true }));
    }
    return temporary;
  },
  resolve: (...parts) => path.join(tmpdir.path, ...parts),
};

process.on('exit', (code) => {
  if (code !== 0) return;
  for (const { times, calls, where } of expected) {
    if (times === calls) continue;
    process.exitCode = 1;
    console.error(`expected ${times} calls, saw ${calls}\n${where}`);
  }
});

module.exports = { expectsError, mustCall, mustNotCall, mustSucceed, tmpdir };
