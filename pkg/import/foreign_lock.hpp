// ForeignLock: what another tool's lockfile (yarn.lock, pnpm-lock.yaml, bun.lock) says about
// versions, in one form, and the parsers that make it. Parsing is pure and takes hostile text:
// sizes and depths are bounded, errors are ELOCKPARSE with a line or ELOCKVERSION. Any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.hpp"

namespace gyre::pkg {

enum class ForeignFormat : uint8_t { kYarnClassic, kYarnBerry, kPnpm, kBun };
const char* format_name(ForeignFormat format);

// A package of a registry at one version.
struct ForeignPackage {
  std::string name, version;
  std::string integrity;  // of the archive, where the file has it
  // Brought in by the tool itself (yarn gives packages with native code a node-gyp).
  bool is_implied = false;
};

struct ForeignLock {
  ForeignFormat format = ForeignFormat::kYarnClassic;
  std::vector<ForeignPackage> packages;  // by name, then version; each once
  // "name@range" -> version or "#commit", where the file says what a range was resolved to.
  std::map<std::string, std::string> resolutions;
  // The same by who depends ("name@version", or "./" and the folder of a workspace) and by the
  // dependency's name; empty where the file has several answers.
  std::map<std::string, std::map<std::string, std::string, std::less<>>> dependents;
  // What cannot be held at what was locked: patches, repositories without a commit. One sentence
  // each.
  std::vector<std::string> unsupported;
};

// `path` names the file in errors.
Result<ForeignLock> parse_yarn_classic(std::string_view text, const std::string& path);
Result<ForeignLock> parse_yarn_berry(std::string_view text, const std::string& path);
Result<ForeignLock> parse_pnpm(std::string_view text, const std::string& path);
Result<ForeignLock> parse_bun(std::string_view text, const std::string& path);
// By the file's name and, for yarn.lock, its first lines.
Result<ForeignLock> parse_foreign_lock(std::string_view text, const std::string& path);

// The foreign lockfile of a folder: the one named, else the only one there. EUSAGE: none, several.
Result<std::string> find_foreign_lock(const std::string& project_dir, const std::string& named);

}  // namespace gyre::pkg
