#include "runtime/io/url.hpp"

#include <doctest.h>

#include <string>

namespace gyre::io {
namespace {

std::string href(std::string_view input, std::string_view base = {}) {
  std::optional<UrlRecord> base_url;
  if (!base.empty()) base_url = parse_url(base);
  auto url = parse_url(input, base_url ? &*base_url : nullptr);
  return url ? serialize_url(*url) : "invalid";
}

std::string after_set(std::string_view input, UrlPart part, std::string_view value) {
  auto url = parse_url(input);
  REQUIRE(url.has_value());
  set_url_part(*url, part, value);
  return serialize_url(*url);
}

}  // namespace

TEST_CASE("an absolute URL is normalised") {
  CHECK(href("HTTP://EXAMPLE.com:80/a/../b?q#f") == "http://example.com/b?q#f");
  CHECK(href("https:\\\\host\\p") == "https://host/p");
  CHECK(href(" \thttps://ho\nst/ ") == "https://host/");
  CHECK(href("http://u:p@h:8080") == "http://u:p@h:8080/");
  CHECK(href("non-special://H/%41 b") == "non-special://H/%41%20b");
  CHECK(href("data:text/plain,a b#c d") == "data:text/plain,a b#c%20d");
}

TEST_CASE("a reference is resolved against its base") {
  CHECK(href("../x?y", "http://h/a/b/c?q#f") == "http://h/a/x?y");
  CHECK(href("", "http://h/a?q#f") == "http://h/a?q");
  CHECK(href("//o/p", "https://h/a") == "https://o/p");
  CHECK(href("#f", "mailto:x") == "mailto:x#f");
  CHECK(href("x", "mailto:x") == "invalid");
  CHECK(href("x") == "invalid");
}

TEST_CASE("file URLs keep a drive letter and drop localhost") {
  CHECK(href("file:///C|/a/../..") == "file:///C:/");
  CHECK(href("file://localhost/tmp/x") == "file:///tmp/x");
  CHECK(href("/y", "file:///C:/x") == "file:///C:/y");
}

TEST_CASE("hosts are addresses or names by UTS 46") {
  CHECK(href("http://0x7f.1/") == "http://127.0.0.1/");
  CHECK(href("http://256.1.1.1/") == "invalid");
  CHECK(href("http://[1::0:0:5]:80/") == "http://[1::5]/");
  CHECK(href("http://[::ffff:1.2.3.4]/") == "http://[::ffff:102:304]/");
  CHECK(href("http://[1:2]/") == "invalid");
  CHECK(href("http://b\xc3\xbc"
             "cher.example/") == "http://xn--bcher-kva.example/");
  CHECK(href("http://a b/") == "invalid");
  CHECK(href("http://h:99999/") == "invalid");
  CHECK(domain_to_unicode("xn--bcher-kva.example") ==
        "b\xc3\xbc"
        "cher.example");
}

TEST_CASE("components point into the href") {
  auto url = parse_url("https://user:pass@example.com:1234/foo/bar?baz#quux");
  REQUIRE(url.has_value());
  UrlComponents at;
  std::string text = serialize_url(*url, &at);
  CHECK(text.substr(0, at.protocol_end) == "https:");
  CHECK(text.substr(at.username_end, at.host_start - at.username_end) == ":pass");
  CHECK(text.substr(at.host_start, at.host_end - at.host_start) == "@example.com");
  CHECK(at.port == 1234);
  CHECK(text.substr(at.pathname_start, at.search_start - at.pathname_start) == "/foo/bar");
  CHECK(text.substr(at.hash_start) == "#quux");
}

TEST_CASE("setters ignore what is not valid") {
  CHECK(after_set("https://h/p", UrlPart::kProtocol, "foo") == "https://h/p");
  CHECK(after_set("https://h:80/p", UrlPart::kProtocol, "http") == "http://h/p");
  CHECK(after_set("https://h/p", UrlPart::kHost, "o:81x") == "https://o:81/p");
  CHECK(after_set("https://h/p", UrlPart::kHostname, "o:81") == "https://h/p");
  CHECK(after_set("https://h:81/p", UrlPart::kPort, "") == "https://h/p");
  CHECK(after_set("https://h:81/p", UrlPart::kPort, "\n") == "https://h:81/p");
  CHECK(after_set("https://h/p", UrlPart::kPathname, "a?b#c") == "https://h/a%3Fb%23c");
  CHECK(after_set("https://h/p?q", UrlPart::kSearch, "") == "https://h/p");
  CHECK(after_set("https://h/p", UrlPart::kHash, "#x y") == "https://h/p#x%20y");
  CHECK(after_set("mailto:x", UrlPart::kPathname, "y") == "mailto:x");
}

TEST_CASE("parsing a serialised URL gives the same text") {
  for (auto input : {"http://h//a//b", "web+demo:/.//not-a-host/", "x:/a/..//b", "x:  y  ?q",
                     "file:////a", "http://a@:b@h/"}) {
    std::string once = href(input);
    CHECK(href(once) == once);
  }
}

}  // namespace gyre::io
