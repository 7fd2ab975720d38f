#include "registry-mock/tarball.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "registry-mock/files.hpp"
#include "registry-mock/text.hpp"

namespace gyre::registry_mock {
namespace fs = std::filesystem;
namespace {

constexpr time_t kPackedTime = 499162500;  // npm's: 1985-10-26T08:15:00Z

struct WriterFree {
  void operator()(archive* writer) const { ::archive_write_free(writer); }
};
struct ReaderFree {
  void operator()(archive* reader) const { ::archive_read_free(reader); }
};
struct EntryFree {
  void operator()(archive_entry* entry) const { ::archive_entry_free(entry); }
};

la_ssize_t append(archive*, void* text, const void* bytes, size_t size) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

Error archive_failure(archive* handle) {
  const char* text = ::archive_error_string(handle);
  return Error(Code::EPKGJSON, std::string("archive: ") + (text ? text : "unknown failure"));
}

Result<std::vector<std::string>> files_below(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  for (auto at = fs::recursive_directory_iterator(folder, failure);
       !failure && at != fs::recursive_directory_iterator(); at.increment(failure)) {
    std::error_code unknown;
    if (at->is_symlink(unknown) || !at->is_regular_file(unknown)) continue;
    names.push_back(at->path().lexically_relative(folder).string());
  }
  if (failure) return Error::from_errno_number(failure.value(), "scandir", folder);
  std::sort(names.begin(), names.end());
  return names;
}

Status add_file(archive* writer, const fs::path& path, const std::string& name) {
  GYRE_ASSIGN(const std::string content, read_file(path));
  std::error_code failure;
  const bool is_program =
      (fs::status(path, failure).permissions() & fs::perms::owner_exec) != fs::perms::none;
  const std::unique_ptr<archive_entry, EntryFree> entry(::archive_entry_new());
  ::archive_entry_set_pathname(entry.get(), ("package/" + name).c_str());
  ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
  ::archive_entry_set_filetype(entry.get(), AE_IFREG);
  ::archive_entry_set_perm(entry.get(), is_program ? 0755 : 0644);
  ::archive_entry_set_mtime(entry.get(), kPackedTime, 0);
  if (::archive_write_header(writer, entry.get()) != ARCHIVE_OK ||
      ::archive_write_data(writer, content.data(), content.size()) < 0) {
    return archive_failure(writer);
  }
  return ok();
}

struct Entry {
  std::string name, content, link;
  char type = '0';
  unsigned mode = 0644;
  std::optional<uint64_t> claimed_size;
};

// The header as asked for, without the sanity libarchive would insist on.
void append_entry(std::string& tar, const Entry& entry) {
  char header[512] = {};
  const uint64_t size = entry.claimed_size.value_or(entry.content.size());
  std::memcpy(header, entry.name.data(), std::min<size_t>(100, entry.name.size()));
  std::snprintf(header + 100, 8, "%07o", entry.mode & 07777777u);
  std::snprintf(header + 108, 8, "%07o", 0);
  std::snprintf(header + 116, 8, "%07o", 0);
  std::snprintf(header + 124, 12, "%011llo",
                static_cast<unsigned long long>(size & 077777777777ull));
  std::snprintf(header + 136, 12, "%011llo", static_cast<unsigned long long>(kPackedTime));
  std::memset(header + 148, ' ', 8);
  header[156] = entry.type;
  std::memcpy(header + 157, entry.link.data(), std::min<size_t>(100, entry.link.size()));
  std::memcpy(header + 257,
              "ustar\0"
              "00",
              8);
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::snprintf(header + 148, 8, "%06o", sum & 0777777u);
  tar.append(header, sizeof header);
  tar += entry.content;
  tar.append((512 - entry.content.size() % 512) % 512, '\0');
}

char type_flag(const std::string& type) {
  if (type == "link") return '1';
  if (type == "symlink") return '2';
  if (type == "char") return '3';
  if (type == "block") return '4';
  if (type == "dir") return '5';
  if (type == "fifo") return '6';
  return type.size() == 1 ? type[0] : '0';
}

Result<Entry> entry_from(const json::Value& value) {
  Entry entry;
  entry.name = text_of(value, "name");
  entry.link = text_of(value, "link");
  entry.type = type_flag(text_of(value, "type"));
  for (uint64_t n = number_of(value, "repeat").value_or(1); n > 0; --n) {
    entry.content += text_of(value, "content");
  }
  if (const std::string mode = text_of(value, "mode"); !mode.empty()) {
    entry.mode = static_cast<unsigned>(std::strtoul(mode.c_str(), nullptr, 8));
  }
  entry.claimed_size = number_of(value, "size");
  if (entry.name.empty()) return Error(Code::EPKGJSON, "a recipe's entry needs a name");
  return entry;
}

Result<std::string> tar_of(const json::Value& recipe, const json::Object& manifest) {
  std::string tar;
  bool has_manifest = is_false(recipe, "packageJson");
  std::vector<Entry> entries;
  const json::Value* listed = recipe.get("entries");
  if (listed != nullptr && listed->as_array() != nullptr) {
    for (const json::Value& item : *listed->as_array()) {
      GYRE_ASSIGN(Entry entry, entry_from(item));
      has_manifest = has_manifest || entry.name == "package/package.json";
      entries.push_back(std::move(entry));
    }
  }
  if (!has_manifest) {
    append_entry(tar, {.name = "package/package.json",
                       .content = json::write(json::Value(manifest), 2) + "\n",
                       .link = {},
                       .claimed_size = {}});
  }
  for (const Entry& entry : entries) append_entry(tar, entry);
  if (!is_false(recipe, "end")) tar.append(1024, '\0');
  return tar;
}

// Bytes that no format begins with; the same each time.
std::string noise(size_t size) {
  std::string bytes;
  uint32_t state = 0x9e3779b9;
  for (size_t i = 0; i < size; ++i) {
    state = state * 1664525 + 1013904223;
    bytes += static_cast<char>(state >> 24);
  }
  return bytes;
}

}  // namespace

Result<std::string> pack_folder(const std::string& folder) {
  GYRE_ASSIGN(const std::vector<std::string> names, files_below(folder));
  std::string tar;
  const std::unique_ptr<archive, WriterFree> writer(::archive_write_new());
  ::archive_write_set_format_pax_restricted(writer.get());
  ::archive_write_set_bytes_per_block(writer.get(), 512);
  if (::archive_write_open(writer.get(), &tar, nullptr, append, nullptr) != ARCHIVE_OK) {
    return archive_failure(writer.get());
  }
  for (const std::string& name : names) {
    GYRE_TRY(add_file(writer.get(), fs::path(folder) / name, name));
  }
  if (::archive_write_close(writer.get()) != ARCHIVE_OK) return archive_failure(writer.get());
  return gzip(tar);
}

Result<std::string> pack_recipe(const json::Value& recipe, const json::Object& manifest) {
  std::string bytes;
  if (const json::Value* text = recipe.get("text"); text && text->as_string()) {
    bytes = *text->as_string();
  } else if (const auto size = number_of(recipe, "random")) {
    bytes = noise(*size);
  } else {
    GYRE_ASSIGN(bytes, tar_of(recipe, manifest));
    if (!is_false(recipe, "gzip")) bytes = gzip(bytes);
  }
  if (const auto kept = number_of(recipe, "cut"))
    bytes.resize(std::min<size_t>(bytes.size(), *kept));
  return bytes;
}

Result<json::Value> manifest_in(std::string_view bytes) {
  const std::unique_ptr<archive, ReaderFree> reader(::archive_read_new());
  ::archive_read_support_filter_gzip(reader.get());
  ::archive_read_support_format_tar(reader.get());
  if (::archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    return archive_failure(reader.get());
  }
  archive_entry* entry = nullptr;
  while (::archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
    const char* name = ::archive_entry_pathname(entry);
    const std::string_view path(name ? name : "");
    const bool is_manifest =
        path.ends_with("/package.json") && std::count(path.begin(), path.end(), '/') == 1;
    if (!is_manifest) continue;
    std::string text;
    char chunk[8192];
    for (la_ssize_t size; (size = ::archive_read_data(reader.get(), chunk, sizeof chunk)) > 0;) {
      text.append(chunk, static_cast<size_t>(size));
    }
    return json::parse(text);
  }
  return Error(Code::EPKGJSON, "the archive has no package.json");
}

}  // namespace gyre::registry_mock
