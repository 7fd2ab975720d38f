// The start-up snapshot: made once at build time by running the builtin modules, loaded by every
// isolate. The file lies beside the library and starts with the V8 version and the library's own
// fingerprint; what does not fit is not loaded, and contexts are then built from the sources.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "runtime/base/result.hpp"
#include "runtime/engine/environment.hpp"

namespace gyre::engine {

class Snapshot {
 public:
  Snapshot() = default;
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  // Maps the file; leaves the snapshot unloaded when it is absent or was made by another build.
  void load(const std::string& path, const std::string& fingerprint);
  bool is_loaded() const { return blob_.data != nullptr; }
  v8::StartupData* blob() const { return &blob_; }
  // Tells snapshots apart (0: none). What V8 caches on disk may refer to read-only objects by their
  // place, and each snapshot has its own: such a cache must not be used with another.
  uint64_t identity() const;
  // The main context: out of the snapshot, or fresh and empty (the caller bootstraps it).
  v8::MaybeLocal<v8::Context> new_context(v8::Isolate* isolate) const;

 private:
  mutable v8::StartupData blob_{nullptr, 0};  // V8 10 wants a pointer to non-const
  void* mapping_ = nullptr;
  size_t mapping_size_ = 0;
};

using Bootstrap = Status (*)(Env&);
using WarmUp = std::function<void(v8::Isolate*, v8::Local<v8::Context>)>;
struct SnapshotContents {
  // Run in the context for programs, and in the one that node:vm's contexts are copied from (the
  // first begins as a copy of the second).
  Bootstrap main;
  Bootstrap plain;
  // Runs a program in a copy of the context for programs, which is thrown away: the functions it
  // compiles are in the snapshot, so that programs need not compile them again. It may do nothing.
  WarmUp warm_up;
};
// Bootstraps fresh contexts, warms them up and writes the result to `path`.
Status create_snapshot(const std::string& path, const std::string& fingerprint,
                       const SnapshotContents& contents);

}  // namespace gyre::engine
