// POSIX path algebra on strings: no system call except current_directory(). Paths are bytes; the
// rules are those of node:path's posix functions, so both sides of the runtime agree. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.hpp"

namespace gyre::path {

inline bool is_absolute(std::string_view path) { return path.starts_with('/'); }
// Resolves "." and "..", merges slashes; keeps a trailing slash. "" is ".".
std::string normalize(std::string_view path);
// normalize(a + "/" + b); an empty part is left out.
std::string join(std::string_view a, std::string_view b);
// `to` seen from the absolute directory `from`: absolute, normalized, without trailing slash.
std::string resolve(std::string_view from, std::string_view to);
// The part before the last name: "/a" for "/a/b/", "." for "a", "/" for "/a".
std::string_view dirname(std::string_view path);
// The last name, trailing slashes left out.
std::string_view basename(std::string_view path);
// ".js" for "a/b.test.js"; "" for ".bashrc" and "name".
std::string_view extension(std::string_view path);
// The shortest path from the absolute directory `from` to the absolute path `to`; "" if equal.
std::string relative(std::string_view from, std::string_view to);
// True if `path` is `directory` or below it; both normalized and absolute.
bool is_inside(std::string_view directory, std::string_view path);
Result<std::string> current_directory();

}  // namespace gyre::path
