'use strict';

// node:v8, as far as it is there: serialization, heap figures of the process and the questions about
// start-up snapshots. The rest throws ERR_NOT_IMPLEMENTED.

const {
  codes: { ERR_NOT_BUILDING_SNAPSHOT, ERR_NOT_IMPLEMENTED },
} = require('internal/errors');
const { validateFunction } = require('internal/validators');

function missing(name) {
  return {
    [name]() {
      throw new ERR_NOT_IMPLEMENTED(`v8.${name}()`);
    },
  }[name];
}

function getHeapStatistics() {
  const { heapTotal, heapUsed, external } = process.memoryUsage();
  return {
    total_heap_size: heapTotal,
    total_physical_size: heapTotal,
    used_heap_size: heapUsed,
    external_memory: external,
  };
}

function refuse(callback) {
  validateFunction(callback, 'callback');
  throw new ERR_NOT_BUILDING_SNAPSHOT();
}

// Programs never run while a snapshot is being made.
const startupSnapshot = {
  __proto__: null,
  addDeserializeCallback: (callback) => refuse(callback),
  addSerializeCallback: (callback) => refuse(callback),
  setDeserializeMainFunction: (callback) => refuse(callback),
  isBuildingSnapshot: () => false,
};

module.exports = {
  ...require('internal/v8_serdes'),
  getHeapStatistics,
  startupSnapshot,
};
for (const name of ['cachedDataVersionTag', 'getHeapCodeStatistics',
  'getHeapSnapshot', 'getHeapSpaceStatistics', 'queryObjects', 'setFlagsFromString',
  'setHeapSnapshotNearHeapLimit', 'stopCoverage', 'takeCoverage', 'writeHeapSnapshot']) {
  module.exports[name] = missing(name);
}
