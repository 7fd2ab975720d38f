// What the parsers of foreign lockfiles share: collecting packages, judging descriptors, errors
// with lines. Internal to pkg/import.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "pkg/import/foreign_lock.hpp"
#include "pkg/spec/spec.hpp"

namespace gyre::pkg {

Error foreign_error(const std::string& path, const std::string& what, size_t line);
Error foreign_version_error(const std::string& path, const std::string& version,
                            const std::string& known);
// A conflict marker at the start of a line, or an empty file.
Status check_foreign_text(std::string_view text, const std::string& path);
// "@s/name@rest" -> name, rest; rest is empty where there is no "@".
std::pair<std::string, std::string> split_descriptor(std::string_view descriptor);
bool is_exact_version(const std::string& text);
// "#" and the commit that the text ends with; empty if it ends with none.
std::string commit_pin(std::string_view text);

// A folder or an archive of its own: the request leads to the same, whatever was locked.
bool is_fixed_kind(SpecKind kind);

class ForeignBuilder {
 public:
  explicit ForeignBuilder(ForeignFormat format) { lock_.format = format; }
  // Invalid names and versions are left out and said.
  void add(const std::string& name, const std::string& version, const std::string& integrity);
  // The first answer stays.
  void resolve(const std::string& request, const std::string& version);
  // What `dependent` (see ForeignLock) gets for its dependency `name`: a version or "#commit".
  void link(const std::string& dependent, const std::string& name, const std::string& pin);
  void imply(const std::string& name, const std::string& version);
  void unsupported(const std::string& what);
  ForeignLock finish();

 private:
  ForeignLock lock_;
  std::map<std::pair<std::string, std::string>, std::string> packages_;
  std::set<std::pair<std::string, std::string>> implied_;
  std::set<std::string> said_;
};

}  // namespace gyre::pkg
