'use strict';
// Figures of the heap, under the names that monitoring packages read.
const assert = require('assert');
const v8 = require('v8');

const heap = v8.getHeapStatistics();
assert.deepStrictEqual(Object.keys(heap), [
  'total_heap_size', 'total_heap_size_executable', 'total_physical_size', 'total_available_size',
  'used_heap_size', 'heap_size_limit', 'malloced_memory', 'peak_malloced_memory',
  'does_zap_garbage', 'number_of_native_contexts', 'number_of_detached_contexts',
  'total_global_handles_size', 'used_global_handles_size', 'external_memory',
]);
for (const name of Object.keys(heap)) assert.ok(heap[name] >= 0, name);
assert.ok(heap.heap_size_limit > heap.total_heap_size);
assert.ok(heap.used_heap_size > 0 && heap.number_of_native_contexts >= 1);

const keep = Array.from({ length: 200_000 }, (_, i) => ({ i }));
assert.ok(v8.getHeapStatistics().used_heap_size > heap.used_heap_size, `${keep.length} objects`);

const spaces = v8.getHeapSpaceStatistics();
for (const space of spaces) {
  assert.deepStrictEqual(Object.keys(space), [
    'space_name', 'space_size', 'space_used_size', 'space_available_size', 'physical_space_size',
  ]);
}
const names = spaces.map((space) => space.space_name);
for (const name of ['new_space', 'old_space', 'code_space', 'large_object_space']) {
  assert.ok(names.includes(name), name);
}
assert.ok(spaces.find(({ space_name: name }) => name === 'old_space').space_used_size > 0);

const code = v8.getHeapCodeStatistics();
assert.ok(code.code_and_metadata_size > 0 && code.bytecode_and_metadata_size > 0);
assert.deepStrictEqual(Object.keys(code), [
  'code_and_metadata_size', 'bytecode_and_metadata_size', 'external_script_source_size',
  'cpu_profiler_metadata_size',
]);
assert.throws(() => new v8.GCProfiler(), { code: 'ERR_NOT_IMPLEMENTED', message: /GCProfiler/ });
assert.throws(() => v8.promiseHooks.onInit(() => {}),
  { code: 'ERR_NOT_IMPLEMENTED', message: /v8\.promiseHooks\.onInit/ });
assert.throws(() => v8.queryObjects(), { code: 'ERR_NOT_IMPLEMENTED', message: /queryObjects/ });
