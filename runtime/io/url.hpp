// The WHATWG URL parser: text → UrlRecord → serialised href with the offsets of its parts, and the
// setters of the URL class. Pure functions on bytes of UTF-8, no state; any thread. Bad input is
// answered with nullopt or false, never with an abort.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gyre::io {

enum class UrlScheme : uint32_t {
  kHttp = 0,
  kOther = 1,
  kHttps = 2,
  kWs = 3,
  kFtp = 4,
  kWss = 5,
  kFile = 6
};

inline constexpr uint32_t kUrlOmitted = 0xffffffff;

struct UrlRecord {
  std::string scheme;  // lower case, without ':'
  UrlScheme type = UrlScheme::kOther;
  bool opaque_path = false;
  std::string username;
  std::string password;
  std::optional<std::string> host;  // serialised
  std::optional<uint16_t> port;     // absent when it is the scheme's default
  std::string path;                 // serialised: "" or "/a/b"; anything when opaque
  std::optional<std::string> query;
  std::optional<std::string> fragment;

  bool is_special() const { return type != UrlScheme::kOther; }
  bool has_credentials() const { return !username.empty() || !password.empty(); }
  bool cannot_have_credentials_or_port() const {
    return !host || host->empty() || type == UrlScheme::kFile;
  }
};

// Offsets into the href. kUrlOmitted for an absent port, search or hash.
//   https://user:pass@example.com:1234/foo/bar?baz#quux
//         |     |    |          | ^^^^|       |   |
//         |     |    |          | |   |       |   `----- hash_start
//         |     |    |          | |   |       `--------- search_start
//         |     |    |          | |   `----------------- pathname_start
//         |     |    |          | `--------------------- port
//         |     |    |          `----------------------- host_end
//         |     |    `---------------------------------- host_start (at the '@')
//         |     `--------------------------------------- username_end
//         `--------------------------------------------- protocol_end
struct UrlComponents {
  uint32_t protocol_end = 0;
  uint32_t username_end = 0;
  uint32_t host_start = 0;
  uint32_t host_end = 0;
  uint32_t port = kUrlOmitted;
  uint32_t pathname_start = 0;
  uint32_t search_start = kUrlOmitted;
  uint32_t hash_start = kUrlOmitted;
  uint32_t scheme_type = 0;
};
inline constexpr size_t kUrlComponentCount = 9;

std::optional<UrlRecord> parse_url(std::string_view input, const UrlRecord* base = nullptr);
std::string serialize_url(const UrlRecord& url, UrlComponents* components = nullptr);

enum class UrlPart : uint32_t {
  kProtocol = 0,
  kHost,
  kHostname,
  kPort,
  kUsername,
  kPassword,
  kPathname,
  kSearch,
  kHash,
  kHref
};
// What assigning to the URL class's property does; false leaves the record as it was (for kHref
// the caller throws, for the others an invalid value is ignored).
bool set_url_part(UrlRecord& url, UrlPart part, std::string_view value);

// Host names by UTS #46; nullopt when the name is not valid.
std::optional<std::string> domain_to_ascii(std::string_view domain);
std::string domain_to_unicode(std::string_view domain);

}  // namespace gyre::io
