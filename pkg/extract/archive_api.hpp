// libarchive's functions. Those that read are linked in where the build machine has libarchive as
// an archive, for all that reading tar needs of it is in there; else, and those that write always,
// they are bound when they are first asked for (see pkg/shared_library.hpp). Any thread.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "runtime/base/result.hpp"

namespace gyre::pkg {

#define GYRE_ARCHIVE_READING(X) \
  X(read_new)                   \
  X(read_free)                  \
  X(read_support_format_tar)    \
  X(read_open)                  \
  X(read_next_header)           \
  X(read_data_block)            \
  X(error_string)               \
  X(entry_pathname)             \
  X(entry_pathname_utf8)        \
  X(entry_filetype)             \
  X(entry_hardlink)             \
  X(entry_symlink)              \
  X(entry_perm)

#define GYRE_ARCHIVE_WRITING(X)      \
  X(error_string)                    \
  X(write_new)                       \
  X(write_free)                      \
  X(write_set_format_pax_restricted) \
  X(write_set_bytes_per_block)       \
  X(write_set_bytes_in_last_block)   \
  X(write_open)                      \
  X(write_close)                     \
  X(write_header)                    \
  X(write_data)                      \
  X(entry_new)                       \
  X(entry_free)                      \
  X(entry_set_pathname)              \
  X(entry_set_size)                  \
  X(entry_set_perm)                  \
  X(entry_set_filetype)              \
  X(entry_set_mtime)

#define GYRE_ARCHIVE_MEMBER(name) decltype(&::archive_##name) name = nullptr;
struct ArchiveReading {
  GYRE_ARCHIVE_READING(GYRE_ARCHIVE_MEMBER)
};
struct ArchiveWriting {
  GYRE_ARCHIVE_WRITING(GYRE_ARCHIVE_MEMBER)
};
#undef GYRE_ARCHIVE_MEMBER

// Bound once; later calls return the same table. What one table has made the other must not be
// given: they may be those of two copies of the library.
Result<const ArchiveReading*> load_archive_reading();
Result<const ArchiveWriting*> load_archive_writing();

}  // namespace gyre::pkg
