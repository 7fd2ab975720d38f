#include "pkg/extract/archive_api.hpp"

#include <mutex>
#include <optional>

#include "pkg/shared_library.hpp"

namespace gyre::pkg {
namespace {

Result<ArchiveApi> bind_archive() {
  GYRE_ASSIGN(SharedLibrary library, SharedLibrary::open("libarchive.so.13"));
  ArchiveApi api;
  bool complete = true;
#define GYRE_ARCHIVE_BIND(name) complete = library.bind(api.name, "archive_" #name) && complete;
  GYRE_ARCHIVE_FUNCTIONS(GYRE_ARCHIVE_BIND)
#undef GYRE_ARCHIVE_BIND
  if (!complete) return Error(Code::ERR_OPERATION_FAILED, "libarchive lacks functions gyre needs");
  return api;
}

}  // namespace

Result<const ArchiveApi*> load_archive() {
  static std::mutex mutex;
  static std::optional<ArchiveApi> loaded;
  std::lock_guard lock(mutex);
  if (!loaded) {
    GYRE_ASSIGN(loaded, bind_archive());
  }
  return &*loaded;
}

}  // namespace gyre::pkg
