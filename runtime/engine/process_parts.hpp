// ProcessParts: what every Env of the process is made from. Filled by the library's door before the
// first Env, constant afterwards; any thread may read.
#pragma once

#include "runtime/base/result.hpp"

namespace gyre::workers {
class ThreadPool;
}

namespace gyre::engine {

class Env;
class Platform;
class Snapshot;

struct ProcessParts {
  Platform* platform = nullptr;
  const Snapshot* snapshot = nullptr;
  workers::ThreadPool* pool = nullptr;
  // Brings a fresh context to the state of the snapshot; used where there is none.
  Status (*bootstrap)(Env&) = nullptr;
  // Runs an entry builtin ("bootstrap/worker").
  void (*run_entry)(Env&, const char* id) = nullptr;
};

ProcessParts& process_parts();

}  // namespace gyre::engine
