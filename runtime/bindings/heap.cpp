// What V8 counts about its heap, for node:v8. The isolate's thread.
#include <string>
#include <vector>

#include "runtime/bindings/registry.hpp"

namespace gyre::bindings {
namespace {

using engine::Env;
using engine::fn;

double number(size_t value) { return static_cast<double>(value); }

// In the order of node:v8's list of names.
std::vector<double> heap_statistics(Env& env) {
  v8::HeapStatistics heap;
  env.isolate()->GetHeapStatistics(&heap);
  return {number(heap.total_heap_size()),
          number(heap.total_heap_size_executable()),
          number(heap.total_physical_size()),
          number(heap.total_available_size()),
          number(heap.used_heap_size()),
          number(heap.heap_size_limit()),
          number(heap.malloced_memory()),
          number(heap.peak_malloced_memory()),
          number(heap.does_zap_garbage()),
          number(heap.number_of_native_contexts()),
          number(heap.number_of_detached_contexts()),
          number(heap.total_global_handles_size()),
          number(heap.used_global_handles_size()),
          number(heap.external_memory())};
}

std::vector<double> heap_code_statistics(Env& env) {
  v8::HeapCodeStatistics code;
  env.isolate()->GetHeapCodeAndMetadataStatistics(&code);
  return {number(code.code_and_metadata_size()), number(code.bytecode_and_metadata_size()),
          number(code.external_script_source_size()), number(code.cpu_profiler_metadata_size())};
}

std::vector<std::string> heap_space_names(Env& env) {
  std::vector<std::string> names;
  for (size_t i = 0; i < env.isolate()->NumberOfHeapSpaces(); ++i) {
    v8::HeapSpaceStatistics space;
    if (env.isolate()->GetHeapSpaceStatistics(&space, i)) names.emplace_back(space.space_name());
  }
  return names;
}

// Size, used, available and physical size of the space `index`; empty when there is none.
std::vector<double> heap_space_statistics(Env& env, int32_t index) {
  v8::HeapSpaceStatistics space;
  if (index < 0 || !env.isolate()->GetHeapSpaceStatistics(&space, static_cast<size_t>(index))) {
    return {};
  }
  return {number(space.space_size()), number(space.space_used_size()),
          number(space.space_available_size()), number(space.physical_space_size())};
}

constexpr auto kTable = engine::binding(
    "heap", fn<heap_statistics>("heapStatistics"), fn<heap_code_statistics>("heapCodeStatistics"),
    fn<heap_space_names>("heapSpaceNames"), fn<heap_space_statistics>("heapSpaceStatistics"));

}  // namespace

engine::BindingView heap() { return kTable; }

}  // namespace gyre::bindings
