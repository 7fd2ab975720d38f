'use strict';

// While the snapshot is made V8 hides what is younger than its language baseline, and adds it when
// the snapshot is loaded. The builtin modules may use it all the same, so it stands in for a while.

const added = [];

function addTo(target, name, value) {
  if (name in target) return;
  Object.defineProperty(target, name, {
    __proto__: null, value, configurable: true, writable: true,
  });
  added.push([target, name]);
}

function at(index) {
  index = Math.trunc(index) || 0;
  return this[index < 0 ? this.length + index : index];
}

function add() {
  addTo(Object, 'hasOwn', (object, key) => Object.prototype.hasOwnProperty.call(object, key));
  for (const { prototype } of [Array, String, Object.getPrototypeOf(Uint8Array)]) {
    addTo(prototype, 'at', at);
  }
}

function remove() {
  for (const [target, name] of added) delete target[name];
  added.length = 0;
}

module.exports = { add, remove };
