// package-lock.json: v1-v3 and the hidden lockfile, read into a Tree and written as npm does.
// Pure on text; load/save touch one file. Any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pkg/options.hpp"
#include "pkg/resolve/ideal.hpp"
#include "pkg/tree/node.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// How the file on disk is laid out, kept when it is rewritten.
struct TextStyle {
  std::string indent = "  ";
  std::string newline = "\n";
  int version = 3;  // of the format; 1 is not kept
};

struct Lockfile {
  Tree tree;
  TextStyle style;
  std::string text;     // as read
  bool exists = false;  // false: no such file, tree is empty
};

// `path` names the file in errors: ELOCKPARSE (with a line), ELOCKVERSION, ELOCKPATH.
Result<Lockfile> parse_lockfile(std::string text, const std::string& path);
// A missing file is not an error: exists is false.
Result<Lockfile> load_lockfile(const std::string& path);
// ELOCKHOST: an entry that no hash protects and that no configured registry serves (F32).
Status check_lockfile_hosts(const Tree& locked, const Options& options);

// The format write_lockfile uses: the setting, else what `style` says.
int version_to_write(const TextStyle& style, const Options& options);
// Writes the lockfiles of one tree; what both say of a package is laid out once. Refers to the tree
// and the options, which must not change meanwhile. One thread.
class LockfileWriter {
 public:
  LockfileWriter(const Tree& tree, TextStyle style, const Options& options);
  LockfileWriter(LockfileWriter&&) noexcept;
  LockfileWriter& operator=(LockfileWriter&&) noexcept;
  ~LockfileWriter();

  const Tree& tree() const;
  std::string lockfile();
  std::string hidden();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The text of package-lock.json for `tree`; `style` from the previous file, else from package.json.
std::string write_lockfile(const Tree& tree, const TextStyle& style, const Options& options);
// The text of node_modules/.package-lock.json: what is on disk, without root, in format 3; laid out
// like the lockfile.
std::string write_hidden_lockfile(const Tree& tree, const TextStyle& style, const Options& options);

// Differences between manifests and lock, one sentence each, for ELOCKSTALE; empty: they agree.
std::vector<std::string> lock_differences(const PackageMeta& root,
                                          const std::vector<LocalPackage>& workspaces,
                                          const Tree& locked);

}  // namespace gyre::pkg
