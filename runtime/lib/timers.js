'use strict';

const {
  Immediate,
  Timeout,
  byPrimitive,
  clearImmediate,
  clearTimer,
  insert,
} = require('internal/timers');
const { validateFunction } = require('internal/validators');

function start(callback, delay, args, isRepeat) {
  validateFunction(callback, 'callback');
  const timer = new Timeout(callback, delay, args, isRepeat, true);
  insert(timer, timer._idleTimeout);
  return timer;
}

function setTimeout(callback, after, ...args) {
  return start(callback, after, args.length === 0 ? undefined : args, false);
}

function setInterval(callback, repeat, ...args) {
  return start(callback, repeat, args.length === 0 ? undefined : args, true);
}

function setImmediate(callback, ...args) {
  validateFunction(callback, 'callback');
  return new Immediate(callback, args.length === 0 ? undefined : args);
}

function clearTimeout(timer) {
  if (timer?._onTimeout) {
    clearTimer(timer);
    return;
  }
  if (typeof timer === 'number' || typeof timer === 'string') {
    const found = byPrimitive.get(Number(timer));
    if (found !== undefined) clearTimer(found);
  }
}

function clearInterval(timer) {
  clearTimeout(timer);
}

const { customPromisify } = { customPromisify: Symbol.for('nodejs.util.promisify.custom') };
for (const [fn, name] of [[setTimeout, 'setTimeout'], [setImmediate, 'setImmediate']]) {
  Object.defineProperty(fn, customPromisify, {
    __proto__: null,
    enumerable: true,
    get: () => require('timers/promises')[name],
  });
}

module.exports = {
  clearImmediate,
  clearInterval,
  clearTimeout,
  setImmediate,
  setInterval,
  setTimeout,
};

Object.defineProperty(module.exports, 'promises', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get: () => require('timers/promises'),
});
