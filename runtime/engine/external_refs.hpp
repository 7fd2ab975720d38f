// The native addresses the start-up snapshot may hold, derived from the binding tables and the
// embedded sources; never listed by hand twice.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/engine/binding.hpp"

namespace gyre::engine {

// Once per process, before the first isolate: the tables, and addresses outside any table
// (interceptors and the like).
void register_external_references(std::span<const BindingView> tables,
                                  std::span<const intptr_t> extra);
// Null-terminated, as V8 wants it.
const intptr_t* external_references();

}  // namespace gyre::engine
