// libarchive's functions, bound when the first archive is read (see pkg/shared_library.hpp). Any
// thread.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "runtime/base/result.hpp"

namespace gyre::pkg {

#define GYRE_ARCHIVE_FUNCTIONS(X)                                                                \
  X(read_new)                                                                                    \
  X(read_free)                                                                                   \
  X(read_support_format_tar) X(read_open) X(read_next_header) X(read_data_block) X(error_string) \
      X(entry_pathname) X(entry_pathname_utf8) X(entry_filetype) X(entry_hardlink)               \
          X(entry_symlink) X(entry_size) X(entry_perm) X(write_new) X(write_free)                \
              X(write_set_format_pax_restricted) X(write_set_bytes_per_block)                    \
                  X(write_set_bytes_in_last_block) X(write_open) X(write_close) X(write_header)  \
                      X(write_data) X(entry_new) X(entry_free) X(entry_set_pathname)             \
                          X(entry_set_size) X(entry_set_perm) X(entry_set_filetype)              \
                              X(entry_set_mtime)

struct ArchiveApi {
#define GYRE_ARCHIVE_MEMBER(name) decltype(&::archive_##name) name = nullptr;
  GYRE_ARCHIVE_FUNCTIONS(GYRE_ARCHIVE_MEMBER)
#undef GYRE_ARCHIVE_MEMBER
};

// Loads libarchive once; later calls return the same table.
Result<const ArchiveApi*> load_archive();

}  // namespace gyre::pkg
