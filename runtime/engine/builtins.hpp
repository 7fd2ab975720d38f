// The embedded JavaScript: sources that js2c put into the library, found by id and compiled as
// functions. One-byte sources stay outside the heap (external strings). Env's thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/engine/environment.hpp"

namespace gyre::engine {

struct BuiltinSource {
  const char* id;       // "fs/promises", "internal/errors", "npm:readable-stream/lib/ours/index.js"
  const uint8_t* data;  // Latin-1, or UTF-16 in native order
  size_t length;        // in characters
  bool is_one_byte;
};

// Sorted by id. Defined by the generated table.
std::span<const BuiltinSource> builtin_sources();
const BuiltinSource* find_builtin(std::string_view id);

// Compiles the builtin as a function with these parameters. Throws into the isolate when `id` is
// unknown or does not compile.
v8::MaybeLocal<v8::Function> compile_builtin(Env& env, std::string_view id,
                                             std::span<const char* const> parameters);
void append_source_references(std::vector<intptr_t>& list);

}  // namespace gyre::engine
