// What a module specifier is, from its text alone: relative, a package name with a subpath, or an
// internal import. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gyre::resolution {

struct PackageSpecifier {
  std::string name;     // "express", "@scope/name"
  std::string subpath;  // "." or "./lib/x"
};

// "./x", "../x", "." and "..".
bool is_relative(std::string_view specifier);
// A request that can only mean a directory: it ends with "/", "/." or "/..", or is "." or "..".
bool names_directory(std::string_view specifier);
// By the rules of ES modules; nothing if it is not a valid package specifier.
std::optional<PackageSpecifier> parse_package_specifier(std::string_view specifier);
// By the laxer rules of require(): backslashes and "%" only matter in the name.
std::optional<PackageSpecifier> parse_required_package(std::string_view request);

// "%41" becomes "A"; malformed escapes stay as they are.
std::string percent_decode(std::string_view text);
// The path as it stands in a file: URL (everything the URL standard wants escaped, and "%?#\").
std::string percent_encode_path(std::string_view path);
// True if `text` has an escaped "/" or "\", which no file name may contain.
bool has_encoded_separator(std::string_view text);

}  // namespace gyre::resolution
