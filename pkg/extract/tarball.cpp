#include "pkg/extract/tarball.hpp"

#include <memory>
#include <optional>

#include "pkg/extract/archive_api.hpp"
#include "pkg/extract/guard.hpp"
#include "pkg/extract/inflate.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::pkg {
namespace {

std::string quoted(std::string_view name) { return "\"" + printable_text(name, 200) + "\""; }

class Reader {
 public:
  Reader(const ArchiveReading& api, ByteSource& source, const TarballLimits& limits,
         TarballVisitor& visitor)
      : api_(api), source_(source), limits_(limits), visitor_(visitor) {}

  Status read_all() {
    const std::unique_ptr<archive, int (*)(archive*)> holder(api_.read_new(), api_.read_free);
    archive_ = holder.get();
    if (archive_ == nullptr)
      return Error(Code::ERR_OPERATION_FAILED, "libarchive is out of memory");
    api_.read_support_format_tar(archive_);
    if (api_.read_open(archive_, this, nullptr, &Reader::on_read, nullptr) != ARCHIVE_OK) {
      return failure();
    }
    for (uint32_t count = 0;; ++count) {
      archive_entry* entry = nullptr;
      const int code = api_.read_next_header(archive_, &entry);
      if (code == ARCHIVE_EOF) return source_error_ ? failure() : ok();
      if (code < ARCHIVE_WARN) return failure();
      if (count >= limits_.entries) {
        return Error(Code::ETARFORMAT,
                     "the archive has more than " + std::to_string(limits_.entries) + " entries");
      }
      GYRE_TRY(read_entry(entry));
    }
  }

 private:
  static la_ssize_t on_read(archive*, void* self, const void** bytes) {
    auto& reader = *static_cast<Reader*>(self);
    auto piece = reader.source_.next();
    if (!piece) {
      reader.source_error_.emplace(std::move(piece).error());
      return -1;
    }
    *bytes = piece->data();
    return static_cast<la_ssize_t>(piece->size());
  }

  // The source's own error explains more than what libarchive makes of it.
  Error failure() {
    if (source_error_) return std::move(*source_error_);
    const char* text = api_.error_string(archive_);
    const std::string reason = text ? printable_text(text, 200) : "not a tar archive";
    const bool is_short = reason.find("runcated") != std::string::npos;
    return Error(is_short ? Code::ETARTRUNC : Code::ETARFORMAT,
                 is_short ? "the archive ends in the middle of " + quoted(current_)
                          : "the archive cannot be read: " + reason);
  }

  Status read_entry(archive_entry* entry) {
    const char* name = api_.entry_pathname(entry);
    if (name == nullptr) name = api_.entry_pathname_utf8(entry);
    if (name == nullptr) return Error(Code::ETARFORMAT, "the archive has an unreadable entry name");
    current_ = name;
    GYRE_ASSIGN(const std::string path, checked_entry_path(current_));
    if (api_.entry_hardlink(entry) != nullptr || api_.entry_symlink(entry) != nullptr) {
      return Error(Code::ETARLINK, "the archive entry " + quoted(current_) + " is a link");
    }
    const auto type = api_.entry_filetype(entry);
    if (type == AE_IFDIR) return ok();  // folders are made for the files in them
    if (type == AE_IFLNK) {
      return Error(Code::ETARLINK, "the archive entry " + quoted(current_) + " is a link");
    }
    if (type != AE_IFREG) {
      return Error(Code::ETARTYPE, "the archive entry " + quoted(current_) + " is a special file");
    }
    if (path.empty()) return ok();  // beside the package folder: npm leaves it out too
    GYRE_TRY(visitor_.begin_file(path, (api_.entry_perm(entry) & 0111) != 0));
    GYRE_TRY(read_data());
    return visitor_.end_file();
  }

  Status read_data() {
    while (true) {
      const void* bytes = nullptr;
      size_t size = 0;
      la_int64_t offset = 0;
      const int code = api_.read_data_block(archive_, &bytes, &size, &offset);
      if (code == ARCHIVE_EOF) return ok();
      if (code < ARCHIVE_WARN) return failure();
      unpacked_ += size;
      if (unpacked_ > limits_.unpacked_bytes) {
        return Error(Code::ETARFORMAT, "the archive unpacks to more than " +
                                           std::to_string(limits_.unpacked_bytes) + " bytes");
      }
      GYRE_TRY(visitor_.write({static_cast<const uint8_t*>(bytes), size}));
    }
  }

  const ArchiveReading& api_;
  ByteSource& source_;
  const TarballLimits& limits_;
  TarballVisitor& visitor_;
  archive* archive_ = nullptr;
  std::optional<Error> source_error_;
  std::string current_;
  uint64_t unpacked_ = 0;
};

}  // namespace

Status read_tarball(ByteView compressed, const TarballLimits& limits, TarballVisitor& visitor,
                    GzipChecksum checksum) {
  GYRE_ASSIGN(const ArchiveReading* api, load_archive_reading());
  GYRE_ASSIGN(const std::unique_ptr<ByteSource> source, open_archive(compressed, checksum));
  return Reader(*api, *source, limits, visitor).read_all();
}

}  // namespace gyre::pkg
