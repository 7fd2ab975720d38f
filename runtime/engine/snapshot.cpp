#include "runtime/engine/snapshot.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string_view>

#include "runtime/base/defer.hpp"
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

// The main context is context 0 of the blob; the default one is what vm's contexts begin as.
Status bootstrap_into(v8::SnapshotCreator& creator, SnapshotContents contents) {
  v8::Isolate* isolate = creator.GetIsolate();
  configure_isolate(isolate);
  v8::HandleScope handles(isolate);
  v8::Local<v8::Context> plain = v8::Context::New(isolate);
  GYRE_TRY(bootstrap_context(plain, contents.plain));
  Env::forget(plain);
  creator.SetDefaultContext(plain);
  v8::Local<v8::Context> context = v8::Context::New(isolate);
  GYRE_TRY(bootstrap_context(context, contents.main));
  creator.AddContext(context);
  return ok();
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
                       SnapshotContents contents) {
  v8::SnapshotCreator creator(external_references());
  GYRE_TRY(bootstrap_into(creator, contents));
  v8::StartupData blob = creator.CreateBlob(v8::SnapshotCreator::FunctionCodeHandling::kKeep);
  if (blob.data == nullptr) return Error(Code::ERR_INTERNAL_ASSERTION, "the snapshot is empty");
  Defer free_blob([&blob] { delete[] blob.data; });
  return write_file(path, header(fingerprint), blob);
}

}  // namespace gyre::engine
