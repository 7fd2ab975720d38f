// stat and lstat, sync and async: the calls programs make most. Env's thread.
#pragma once

#include "runtime/engine/binding.hpp"
#include "runtime/io/fs_calls.hpp"

namespace gyre::bindings {

// (path, bigint, throwIfNoEntry): the shared numbers, or undefined for what is not there.
template <io::fs::Follow kFollow>
void stat_now(const v8::FunctionCallbackInfo<v8::Value>& info);
// (path, bigint, callback)
template <io::fs::Follow kFollow>
void stat_later(const v8::FunctionCallbackInfo<v8::Value>& info);

}  // namespace gyre::bindings
