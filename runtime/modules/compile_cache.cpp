#include "runtime/modules/compile_cache.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "runtime/base/fd.hpp"

namespace gyre::modules {
namespace {

constexpr uint64_t kMagic = 0x3165646f43797267;  // "gryCode1"

struct Header {
  uint64_t magic;
  uint64_t version_tag;
  uint64_t key_high;
  uint64_t key_low;
  uint64_t length;
  uint64_t checksum;
};

uint64_t mix(uint64_t a, uint64_t b) {
  auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

constexpr uint64_t kPrimes[] = {0xa0761d6478bd642f, 0xe7037ed1a0b428db, 0x8ebc6af09c88c6e3,
                                0x589965cc75374cc3};

// A fast 64-bit hash (multiply and fold, 16 bytes a step). Not for secrets: who can choose the
// source text of a file can run code anyway.
uint64_t hash_bytes(ByteView bytes, uint64_t seed) {
  uint64_t state = seed ^ kPrimes[0];
  size_t position = 0;
  auto word = [&bytes](size_t at) {
    uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, std::min<size_t>(8, bytes.size() - at));
    return value;
  };
  for (; position + 16 <= bytes.size(); position += 16) {
    state = mix(word(position) ^ kPrimes[1], word(position + 8) ^ state);
  }
  uint64_t a = position < bytes.size() ? word(position) : 0;
  uint64_t b = position + 8 < bytes.size() ? word(position + 8) : 0;
  state = mix(a ^ kPrimes[2], b ^ state);
  return mix(state ^ kPrimes[3], bytes.size() ^ kPrimes[1]);
}

bool read_all(int fd, void* out, size_t size) {
  auto* at = static_cast<uint8_t*>(out);
  while (size > 0) {
    ssize_t count = ::read(fd, at, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += count;
    size -= static_cast<size_t>(count);
  }
  return true;
}

bool write_all(int fd, const void* data, size_t size) {
  const auto* at = static_cast<const uint8_t*>(data);
  while (size > 0) {
    ssize_t count = ::write(fd, at, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += count;
    size -= static_cast<size_t>(count);
  }
  return true;
}

std::string hex(uint64_t value) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(16, '0');
  for (size_t i = 16; i-- > 0; value >>= 4) out[i] = kDigits[value & 15];
  return out;
}

// Entries in use are marked by their modification time, at most once a day each.
void mark_used(int fd, const struct stat& info) {
  constexpr time_t kDay = 24 * 60 * 60;
  if (::time(nullptr) - info.st_mtime > kDay) ::futimens(fd, nullptr);
}

const char* environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

}  // namespace

CacheKey cache_key(CodeKind kind, std::string_view file_name, ByteView source) {
  uint64_t seed = hash_bytes(as_bytes(file_name), static_cast<uint64_t>(kind));
  return {hash_bytes(source, seed), hash_bytes(source, mix(seed, kPrimes[2]))};
}

CompileCache::CompileCache(std::string folder, uint64_t version_tag)
    : root_(std::move(folder)),
      folder_(root_ + "/" + hex(version_tag)),
      version_tag_(version_tag) {}

std::optional<std::string> CompileCache::folder_from_environment() {
  if (environment("NODE_DISABLE_COMPILE_CACHE")) return std::nullopt;
  if (const char* asked = environment("GYRE_COMPILE_CACHE")) {
    std::string_view text = asked;
    if (text == "off" || text == "0") return std::nullopt;
    return std::string(text);
  }
  if (const char* asked = environment("NODE_COMPILE_CACHE")) return std::string(asked);
  if (const char* cache = environment("XDG_CACHE_HOME")) {
    return std::string(cache) + "/gyre/compile-cache";
  }
  if (const char* home = environment("HOME")) {
    return std::string(home) + "/.cache/gyre/compile-cache";
  }
  return std::nullopt;
}

std::string CompileCache::path_of(const CacheKey& key) const {
  return folder_ + "/" + hex(key.high) + hex(key.low);
}

std::optional<Buffer> CompileCache::read(const CacheKey& key) const {
  UniqueFd fd(::open(path_of(key).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  struct stat info;
  Header header;
  if (::fstat(fd.get(), &info) != 0 || !read_all(fd.get(), &header, sizeof header)) {
    return std::nullopt;
  }
  // Only what this user wrote is run.
  bool is_ours = info.st_uid == ::geteuid() && (info.st_mode & 022) == 0;
  bool is_right = header.magic == kMagic && header.version_tag == version_tag_ &&
                  CacheKey{header.key_high, header.key_low} == key &&
                  header.length == static_cast<uint64_t>(info.st_size) - sizeof header;
  if (!is_ours || !is_right) return std::nullopt;
  Buffer code(header.length);
  if (!read_all(fd.get(), code.data(), code.size())) return std::nullopt;
  if (hash_bytes(code.view(), kMagic) != header.checksum) return std::nullopt;
  mark_used(fd.get(), info);
  return code;
}

Status CompileCache::write(const CacheKey& key, ByteView code) const {
  std::error_code failure;
  std::filesystem::create_directories(folder_, failure);
  if (failure) return Error::from_errno_number(failure.value(), "mkdir", folder_);
  static std::atomic<uint32_t> serial{0};
  std::string place = path_of(key);
  std::string draft = place + "." + std::to_string(::getpid()) + "." +
                      std::to_string(serial.fetch_add(1, std::memory_order_relaxed)) + ".tmp";
  UniqueFd fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return Error::from_errno("open", draft);
  Header header{kMagic, version_tag_, key.high, key.low, code.size(), hash_bytes(code, kMagic)};
  bool written =
      write_all(fd.get(), &header, sizeof header) && write_all(fd.get(), code.data(), code.size());
  if (!written || ::rename(draft.c_str(), place.c_str()) != 0) {
    Error error = Error::from_errno(written ? "rename" : "write", draft, place);
    ::unlink(draft.c_str());
    return error;
  }
  return ok();
}

void CompileCache::trim(uint64_t limit) const {
  namespace fs = std::filesystem;
  struct Entry {
    fs::file_time_type used;
    uint64_t size;
    fs::path path;
  };
  std::vector<Entry> entries;
  uint64_t total = 0;
  std::error_code failure;
  auto now = fs::file_time_type::clock::now();
  for (fs::recursive_directory_iterator it(root_, failure), end; !failure && it != end;
       it.increment(failure)) {
    std::error_code gone;  // another process may remove what we look at
    if (!it->is_regular_file(gone)) continue;
    Entry entry{it->last_write_time(gone), it->file_size(gone), it->path()};
    if (gone) continue;
    if (entry.path.extension() == ".tmp" && now - entry.used > std::chrono::hours(1)) {
      fs::remove(entry.path, gone);
      continue;
    }
    total += entry.size;
    entries.push_back(std::move(entry));
  }
  if (total <= limit) return;
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.used < b.used; });
  // Some room is made at once, so that the next writes do not trim again.
  uint64_t goal = limit / 4 * 3;
  for (const Entry& entry : entries) {
    if (total <= goal) break;
    std::error_code ignored;
    if (fs::remove(entry.path, ignored)) total -= entry.size;
  }
}

}  // namespace gyre::modules
