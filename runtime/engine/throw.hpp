// Error → JavaScript exception. Env's thread, inside a handle scope and context.
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/engine/environment.hpp"

namespace gyre::engine {

// An instance of the error's class with `code`, and `errno`, `syscall`, `path`, `dest` when it is a
// system error; its stack starts at the JavaScript caller.
v8::Local<v8::Value> to_exception(Env& env, const Error& error);
void throw_error(Env& env, const Error& error);

}  // namespace gyre::engine
