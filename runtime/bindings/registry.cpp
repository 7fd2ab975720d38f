#include "runtime/bindings/registry.hpp"

#include "runtime/bindings/bootstrap.hpp"
#include "runtime/engine/external_refs.hpp"

namespace gyre::bindings {

std::span<const BindingView> all_bindings() {
  static const BindingView views[] = {
#define GYRE_BINDING(name) name(),
#include "runtime/bindings/registry.def"
#undef GYRE_BINDING
  };
  return views;
}

const BindingView* find_binding(std::string_view name) {
  for (const BindingView& view : all_bindings()) {
    if (view.name == name) return &view;
  }
  return nullptr;
}

void register_all() {
  engine::assign_class_ids(all_bindings());
  engine::register_external_references(all_bindings(), bootstrap_references());
}

}  // namespace gyre::bindings
