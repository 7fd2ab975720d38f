#include "pkg/extract/archive_api.hpp"

#include <mutex>
#include <optional>

#include "pkg/shared_library.hpp"

namespace gyre::pkg {
namespace {

Result<SharedLibrary> open_library() { return SharedLibrary::open("libarchive.so.13"); }

Error incomplete() {
  return Error(Code::ERR_OPERATION_FAILED, "libarchive lacks functions gyre needs");
}

Status bind(ArchiveReading& api) {
#ifdef GYRE_LINKED_ARCHIVE
#define GYRE_ARCHIVE_BIND(name) api.name = &::archive_##name;
  GYRE_ARCHIVE_READING(GYRE_ARCHIVE_BIND)
#undef GYRE_ARCHIVE_BIND
  return ok();
#else
  GYRE_ASSIGN(const SharedLibrary library, open_library());
  bool complete = true;
#define GYRE_ARCHIVE_BIND(name) complete = library.bind(api.name, "archive_" #name) && complete;
  GYRE_ARCHIVE_READING(GYRE_ARCHIVE_BIND)
#undef GYRE_ARCHIVE_BIND
  return complete ? ok() : Status(incomplete());
#endif
}

Status bind(ArchiveWriting& api) {
  GYRE_ASSIGN(const SharedLibrary library, open_library());
  bool complete = true;
#define GYRE_ARCHIVE_BIND(name) complete = library.bind(api.name, "archive_" #name) && complete;
  GYRE_ARCHIVE_WRITING(GYRE_ARCHIVE_BIND)
#undef GYRE_ARCHIVE_BIND
  return complete ? ok() : Status(incomplete());
}

template <typename Api>
Result<const Api*> bound_once() {
  static std::mutex mutex;
  static std::optional<Api> bound;
  std::lock_guard lock(mutex);
  if (!bound) {
    Api api;
    GYRE_TRY(bind(api));
    bound = api;
  }
  return &*bound;
}

}  // namespace

Result<const ArchiveReading*> load_archive_reading() { return bound_once<ArchiveReading>(); }
Result<const ArchiveWriting*> load_archive_writing() { return bound_once<ArchiveWriting>(); }

}  // namespace gyre::pkg
