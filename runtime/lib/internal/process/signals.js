'use strict';

// Signals as events of process: a handle watches a number while the event has listeners.

const { setSlot } = internalBinding('env');
const binding = internalBinding('signals');

const byName = Object.assign({ __proto__: null }, binding.numbers());
const byNumber = new Map();
for (const name of Object.keys(byName)) {
  if (!byNumber.has(byName[name])) byNumber.set(byName[name], name);
}
const watched = new Set();

function isSignal(event) {
  return typeof event === 'string' && byName[event] !== undefined;
}

function onNewListener(event) {
  if (!isSignal(event) || watched.has(event)) return;
  try {
    binding.start(byName[event]);
  } catch (error) {
    if (error?.code === undefined) throw error;
    const { uvException } = require('internal/errors');
    throw uvException({ errno: error.errno, syscall: 'uv_signal_start' });
  }
  watched.add(event);
}

function onRemoveListener(event) {
  if (!isSignal(event) || !watched.has(event) || process.listenerCount(event) > 0) return;
  watched.delete(event);
  binding.stop(byName[event]);
}

function setup(process) {
  setSlot('signal', (number) => {
    const name = byNumber.get(number);
    process.emit(name, name, number);
  });
  process.on('newListener', onNewListener);
  process.on('removeListener', onRemoveListener);
}

module.exports = { byName, setup };
