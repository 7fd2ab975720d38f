// Metadata cache on disk: replies by URL and accepted type, with what HTTP needs to ask again
// (ETag, Last-Modified) or not to ask (max-age). Files are replaced whole, so processes may share
// it; a damaged file is as good as none. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pkg/registry/transport.hpp"

namespace gyre::pkg {

// What to accept where the short form of metadata will do; part of an entry's key.
inline constexpr const char* kAbbreviatedMetadata =
    "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";

struct CachedReply {
  std::string etag, last_modified, content_type;
  int64_t stored_at = 0;    // seconds since the epoch
  int64_t fresh_until = 0;  // the same
  std::string body;
};

class HttpCache {
 public:
  explicit HttpCache(std::string folder) : folder_(std::move(folder)) {}

  // Whether there is an entry, whatever its state.
  bool has(std::string_view url, std::string_view accept) const;
  std::optional<CachedReply> find(std::string_view url, std::string_view accept) const;
  // Failure to write is not an error of the install: the next run asks again.
  // `body` is kept instead of the reply's own.
  void store(std::string_view url, std::string_view accept, const CachedReply& reply,
             std::string_view body) const;
  // The URL in the text of an entry's file; empty unless the entry is whole.
  static std::string url_of(std::string_view text);
  // The same from the beginning of the file only: whether it is whole is not known.
  static std::string url_of_beginning(std::string_view text);

 private:
  std::string path_of(std::string_view url, std::string_view accept) const;
  std::string folder_;
};

// Seconds a reply stays fresh by its Cache-Control; nothing if it must not be stored.
std::optional<int64_t> freshness_of(std::string_view cache_control);

}  // namespace gyre::pkg
