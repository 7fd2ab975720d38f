// All internal modules. registry.def is the only list of them.
#pragma once

#include <span>
#include <string_view>

#include "runtime/engine/binding.hpp"

namespace gyre::bindings {

using engine::BindingView;

#define GYRE_BINDING(name) BindingView name();
#include "runtime/bindings/registry.def"
#undef GYRE_BINDING

std::span<const BindingView> all_bindings();
const BindingView* find_binding(std::string_view name);

// Gives the engine class ids and external references. Once per process, before the first isolate.
void register_all();

}  // namespace gyre::bindings
