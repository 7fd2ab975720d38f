'use strict';

// gyre:offload. offload(fn, ...args) runs a self-contained function on a pool that the whole thread
// shares; new Pool(options) makes one of your own.

const { Pool } = require('internal/pool');

let shared;

function sharedPool() {
  shared ??= new Pool();
  return shared;
}

// A promise of what fn returns. fn sees its arguments and the globals, nothing of the code around it.
function offload(fn, ...args) {
  return sharedPool().offload(fn, ...args);
}

// The same with options: { signal, transfer }.
function offloadWith(options, fn, ...args) {
  return sharedPool().offloadWith(options, fn, ...args);
}

Object.defineProperty(offload, 'pool', { __proto__: null, get: sharedPool, enumerable: true });

module.exports = { Pool, offload, offloadWith };
