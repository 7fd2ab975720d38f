// The program's command line as the runtime understands it: which options are V8's, and what the
// main thread's Env is told. Main thread.
#pragma once

#include <string>

#include "runtime/engine/environment.hpp"
#include "runtime/entry.hpp"

namespace gyre {

// Options handed to V8 (--max-old-space-size=..., --expose-gc, --stack-trace-limit=...).
bool is_v8_option(const std::string& option);
engine::EnvOptions make_env_options(const RuntimeRequest& request);

}  // namespace gyre
