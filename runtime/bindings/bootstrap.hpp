// Brings a fresh context to the state the start-up snapshot holds: runs bootstrap/realm.js, which
// loads the builtin modules of the start-up set. Env's thread.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/engine/environment.hpp"

namespace gyre::bindings {

Status bootstrap(engine::Env& env);
// For contexts without builtin modules (node:vm): what the engine lacks of the language.
Status bootstrap_plain(engine::Env& env);
// After the snapshot (or bootstrap()): runs one of the entry builtins, "bootstrap/main_thread" or
// "bootstrap/worker", as a builtin module.
v8::MaybeLocal<v8::Value> run_entry(engine::Env& env, const char* id);
// Native addresses that are in no binding table.
std::span<const intptr_t> bootstrap_references();

}  // namespace gyre::bindings
