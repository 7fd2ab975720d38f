#include "runtime/engine/external_refs.hpp"

#include <vector>

#include "runtime/engine/builtins.hpp"

namespace gyre::engine {
namespace {

std::vector<intptr_t>& references() {
  static std::vector<intptr_t> list;
  return list;
}

}  // namespace

void register_external_references(std::span<const BindingView> tables,
                                  std::span<const intptr_t> extra) {
  std::vector<intptr_t>& list = references();
  list.clear();
  for (const BindingView& table : tables) {
    for (const Entry& entry : table.entries) {
      if (entry.callback) list.push_back(reinterpret_cast<intptr_t>(entry.callback));
    }
  }
  for (const intptr_t address : extra) list.push_back(address);
  append_source_references(list);
  list.push_back(0);
}

const intptr_t* external_references() { return references().data(); }

}  // namespace gyre::engine
