#include "runtime/engine/snapshot.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string_view>
#include <utility>

#include "runtime/base/fd.hpp"
#include "runtime/engine/external_refs.hpp"
#include "runtime/engine/isolate.hpp"

namespace gyre::engine {
namespace {

constexpr size_t kHeaderSize = 256;
constexpr char kMagic[] = "gyre snapshot 1 ";

std::string header(const std::string& fingerprint) {
  std::string text = kMagic + std::string(v8::V8::GetVersion()) + " " + fingerprint;
  text.resize(kHeaderSize, '\0');
  return text;
}

Status write_file(const std::string& path, const std::string& head, const v8::StartupData& blob) {
  std::string partial = path + ".partial";
  FILE* file = std::fopen(partial.c_str(), "wb");
  if (file == nullptr) return Error::from_errno("open", partial);
  bool written = std::fwrite(head.data(), 1, head.size(), file) == head.size() &&
                 std::fwrite(blob.data, 1, static_cast<size_t>(blob.raw_size), file) ==
                     static_cast<size_t>(blob.raw_size);
  written = std::fclose(file) == 0 && written;
  if (!written) return Error::from_errno("write", partial);
  if (std::rename(partial.c_str(), path.c_str()) != 0) {
    return Error::from_errno("rename", partial, path);
  }
  return ok();
}

Status bootstrap_context(v8::Local<v8::Context> context, Bootstrap bootstrap) {
  v8::Isolate* isolate = context->GetIsolate();
  Env env(isolate, nullptr, nullptr, {});
  env.adopt_context(context);
  v8::Context::Scope scope(context);
  GYRE_TRY(bootstrap(env));
  env.drain_ticks();
  return ok();
}

class Blob {
 public:
  Blob() = default;
  explicit Blob(v8::StartupData data) : data_(data) {}
  Blob(Blob&& other) noexcept : data_(std::exchange(other.data_, {nullptr, 0})) {}
  Blob& operator=(Blob&&) = delete;
  ~Blob() { delete[] data_.data; }
  v8::StartupData* get() { return &data_; }

 private:
  v8::StartupData data_{nullptr, 0};
};

// One snapshot out of the one before it (none: V8's own). `fill` makes the contexts.
template <typename Fill>
Result<Blob> make_blob(Blob before, Fill fill) {
  v8::StartupData* existing = before.get()->data != nullptr ? before.get() : nullptr;
  v8::SnapshotCreator creator(external_references(), existing);
  v8::Isolate* isolate = creator.GetIsolate();
  configure_isolate(isolate);
  GYRE_TRY(fill(creator));
  v8::StartupData data = creator.CreateBlob(v8::SnapshotCreator::FunctionCodeHandling::kKeep);
  if (data.data == nullptr) return Error(Code::ERR_INTERNAL_ASSERTION, "the snapshot is empty");
  return Blob(data);
}

// The default context is what node:vm's contexts begin as, and programs' too: what both have exists
// once, in the part of the snapshot that all contexts share.
Status make_plain(v8::SnapshotCreator& creator, Bootstrap bootstrap) {
  v8::Isolate* isolate = creator.GetIsolate();
  v8::HandleScope handles(isolate);
  v8::Local<v8::Context> plain = v8::Context::New(isolate);
  GYRE_TRY(bootstrap_context(plain, bootstrap));
  Env::forget(plain);
  creator.SetDefaultContext(plain);
  return ok();
}

// Context 0 is the one for programs.
Status make_main(v8::SnapshotCreator& creator, Bootstrap bootstrap) {
  v8::Isolate* isolate = creator.GetIsolate();
  v8::HandleScope handles(isolate);
  creator.SetDefaultContext(v8::Context::New(isolate));
  v8::Local<v8::Context> main = v8::Context::New(isolate);
  GYRE_TRY(bootstrap_context(main, bootstrap));
  creator.AddContext(main);
  return ok();
}

Status copy_contexts(v8::SnapshotCreator& creator) {
  v8::Isolate* isolate = creator.GetIsolate();
  v8::HandleScope handles(isolate);
  v8::Local<v8::Context> main;
  if (!v8::Context::FromSnapshot(isolate, 0).ToLocal(&main)) {
    return Error(Code::ERR_INTERNAL_ASSERTION, "no context in the snapshot");
  }
  creator.SetDefaultContext(v8::Context::New(isolate));
  creator.AddContext(main);
  return ok();
}

// The context used for it becomes garbage; what it compiled stays with the functions' shared part.
void warm(v8::SnapshotCreator& creator, const WarmUp& run) {
  v8::Isolate* isolate = creator.GetIsolate();
  v8::HandleScope handles(isolate);
  v8::Local<v8::Context> used;
  if (v8::Context::FromSnapshot(isolate, 0).ToLocal(&used)) run(isolate, used);
}

}  // namespace

Snapshot::~Snapshot() {
  if (mapping_ != nullptr) ::munmap(mapping_, mapping_size_);
}

void Snapshot::load(const std::string& path, const std::string& fingerprint) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) return;
  auto size = static_cast<size_t>(info.st_size);
  if (size <= kHeaderSize) return;
  void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (mapping == MAP_FAILED) return;
  if (std::memcmp(mapping, header(fingerprint).data(), kHeaderSize) != 0) {
    ::munmap(mapping, size);
    return;
  }
  mapping_ = mapping;
  mapping_size_ = size;
  blob_ = {static_cast<const char*>(mapping) + kHeaderSize, static_cast<int>(size - kHeaderSize)};
}

uint64_t Snapshot::identity() const {
  if (!is_loaded()) return 0;
  // The blob begins with V8's header, which holds a checksum of the rest.
  constexpr size_t kHeaderBytes = 128;
  const size_t size = std::min(size_t(blob_.raw_size), kHeaderBytes);
  return std::hash<std::string_view>()({blob_.data, size}) ^ uint64_t(blob_.raw_size);
}

v8::MaybeLocal<v8::Context> Snapshot::new_context(v8::Isolate* isolate) const {
  if (!is_loaded()) return v8::Context::New(isolate);
  return v8::Context::FromSnapshot(isolate, 0);
}

Status create_snapshot(const std::string& path, const std::string& fingerprint,
                       const SnapshotContents& contents) {
  GYRE_ASSIGN(Blob plain, make_blob({}, [&](v8::SnapshotCreator& creator) {
                return make_plain(creator, contents.plain);
              }));
  GYRE_ASSIGN(Blob cold, make_blob(std::move(plain), [&](v8::SnapshotCreator& creator) {
                return make_main(creator, contents.main);
              }));
  GYRE_ASSIGN(Blob blob, make_blob(std::move(cold), [&](v8::SnapshotCreator& creator) {
                warm(creator, contents.warm_up);
                return copy_contexts(creator);
              }));
  return write_file(path, header(fingerprint), *blob.get());
}

}  // namespace gyre::engine
