'use strict';

// node:v8, as far as it is there: serialization, heap figures of the process and the questions about
// start-up snapshots. The rest throws ERR_NOT_IMPLEMENTED.

const {
  codes: { ERR_NOT_BUILDING_SNAPSHOT, ERR_NOT_IMPLEMENTED },
} = require('internal/errors');
const { validateFunction } = require('internal/validators');
const { heapCodeStatistics, heapSpaceNames, heapSpaceStatistics, heapStatistics } =
  internalBinding('heap');

function missing(name, owner = 'v8') {
  return {
    [name]() {
      throw new ERR_NOT_IMPLEMENTED(`${owner}.${name}()`);
    },
  }[name];
}

// The names of what the engine counts, in the order in which the binding gives the numbers.
const kHeapFigures = [
  'total_heap_size', 'total_heap_size_executable', 'total_physical_size', 'total_available_size',
  'used_heap_size', 'heap_size_limit', 'malloced_memory', 'peak_malloced_memory',
  'does_zap_garbage', 'number_of_native_contexts', 'number_of_detached_contexts',
  'total_global_handles_size', 'used_global_handles_size', 'external_memory',
];
const kCodeFigures = [
  'code_and_metadata_size', 'bytecode_and_metadata_size', 'external_script_source_size',
  'cpu_profiler_metadata_size',
];

function named(names, numbers) {
  return Object.fromEntries(names.map((name, index) => [name, numbers[index]]));
}

function getHeapStatistics() {
  return named(kHeapFigures, heapStatistics());
}

function getHeapCodeStatistics() {
  return named(kCodeFigures, heapCodeStatistics());
}

function getHeapSpaceStatistics() {
  return heapSpaceNames().map((name, index) => {
    const [size, used, available, physical] = heapSpaceStatistics(index);
    return {
      space_name: name,
      space_size: size,
      space_used_size: used,
      space_available_size: available,
      physical_space_size: physical,
    };
  });
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
  getHeapCodeStatistics,
  getHeapSpaceStatistics,
  getHeapStatistics,
  startupSnapshot,
};
for (const name of ['cachedDataVersionTag', 'getCppHeapStatistics', 'getHeapSnapshot',
  'isStringOneByteRepresentation', 'queryObjects', 'setFlagsFromString',
  'setHeapSnapshotNearHeapLimit', 'startCpuProfile', 'stopCoverage', 'takeCoverage',
  'writeHeapSnapshot']) {
  module.exports[name] = missing(name);
}

module.exports.GCProfiler = class GCProfiler {
  constructor() {
    throw new ERR_NOT_IMPLEMENTED('v8.GCProfiler');
  }
};
module.exports.promiseHooks = {};
for (const name of ['createHook', 'onAfter', 'onBefore', 'onInit', 'onSettled']) {
  module.exports.promiseHooks[name] = missing(name, 'v8.promiseHooks');
}
