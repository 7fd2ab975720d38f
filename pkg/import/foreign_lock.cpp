#include "pkg/import/foreign_lock.hpp"

#include <algorithm>

#include "pkg/files.hpp"
#include "pkg/git/refs.hpp"
#include "pkg/import/foreign_builder.hpp"
#include "pkg/semver/version.hpp"
#include "pkg/spec/spec.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

constexpr size_t kMostShown = 120;

std::string shortened(const std::string& text) {
  return text.size() <= kMostShown ? text : text.substr(0, kMostShown) + "…";
}

size_t line_of(std::string_view text, size_t offset) {
  return 1 + static_cast<size_t>(
                 std::count(text.begin(), text.begin() + static_cast<long>(offset), '\n'));
}

}  // namespace

const char* format_name(ForeignFormat format) {
  switch (format) {
    case ForeignFormat::kYarnClassic:
      return "yarn.lock (v1)";
    case ForeignFormat::kYarnBerry:
      return "yarn.lock (berry)";
    case ForeignFormat::kPnpm:
      return "pnpm-lock.yaml";
    case ForeignFormat::kBun:
      return "bun.lock";
  }
  return "";
}

Error foreign_error(const std::string& path, const std::string& what, size_t line) {
  return Error(Code::ELOCKPARSE,
               path + " cannot be read: " + what + " (line " + std::to_string(line) + ")",
               "Restore the file from version control, or write it anew with its own tool.");
}

Error foreign_version_error(const std::string& path, const std::string& version,
                            const std::string& known) {
  return Error(Code::ELOCKVERSION,
               path + " has version \"" + shortened(version) + "\"; " + known + " are known",
               "Write it with a version of its tool that uses one of these.");
}

Status check_foreign_text(std::string_view text, const std::string& path) {
  for (size_t at = text.find("<<<<<<<"); at != std::string_view::npos;
       at = text.find("<<<<<<<", at + 1)) {
    if (at == 0 || text[at - 1] == '\n')
      return Error(
          Code::ELOCKPARSE,
          path + " cannot be read: merge conflict at line " + std::to_string(line_of(text, at)),
          "Settle the conflict, or take one side and import again.");
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return foreign_error(path, "the file is empty", 1);
  return ok();
}

std::pair<std::string, std::string> split_descriptor(std::string_view descriptor) {
  const size_t at = descriptor.find('@', 1);
  if (at == std::string_view::npos) return {std::string(descriptor), {}};
  return {std::string(descriptor.substr(0, at)), std::string(descriptor.substr(at + 1))};
}

bool is_exact_version(const std::string& text) {
  return semver::parse(text, semver::Mode::kStrict).has_value();
}

std::string commit_pin(std::string_view text) {
  constexpr size_t kLength = 40;
  if (text.size() < kLength) return {};
  const std::string commit(text.substr(text.size() - kLength));
  const bool stands_alone =
      text.size() == kLength ||
      std::string_view("#/=:").find(text[text.size() - kLength - 1]) != std::string_view::npos;
  return stands_alone && git::is_commit(commit) ? "#" + commit : std::string();
}

bool is_fixed_kind(SpecKind kind) {
  return kind == SpecKind::kFolder || kind == SpecKind::kFile || kind == SpecKind::kRemote;
}

void ForeignBuilder::add(const std::string& name, const std::string& version,
                         const std::string& integrity) {
  if (!is_valid_package_name(name) || !is_exact_version(version))
    return unsupported(name + "@" + version + " is not a package of a registry");
  std::string& known = packages_[{name, version}];
  if (known.empty()) known = integrity;
}

void ForeignBuilder::resolve(const std::string& request, const std::string& version) {
  lock_.resolutions.emplace(request, version);
}

void ForeignBuilder::link(const std::string& dependent, const std::string& name,
                          const std::string& pin) {
  auto [entry, is_new] = lock_.dependents[dependent].emplace(name, pin);
  if (!is_new && entry->second != pin) entry->second.clear();
}

void ForeignBuilder::imply(const std::string& name, const std::string& version) {
  implied_.emplace(name, version);
}

void ForeignBuilder::unsupported(const std::string& what) {
  if (said_.insert(what).second) lock_.unsupported.push_back(shortened(what));
}

ForeignLock ForeignBuilder::finish() {
  for (auto& [key, integrity] : packages_)
    lock_.packages.push_back({key.first, key.second, std::move(integrity), implied_.contains(key)});
  packages_.clear();
  return std::move(lock_);
}

Result<ForeignLock> parse_foreign_lock(std::string_view text, const std::string& path) {
  const std::string_view name = path::basename(path);
  if (name.ends_with(".yaml") || name.ends_with(".yml")) return parse_pnpm(text, path);
  if (name == "bun.lock") return parse_bun(text, path);
  if (name == "bun.lockb")
    return Error(Code::ELOCKPARSE, path + " is bun's binary lockfile",
                 "Write a text one with bun install --save-text-lockfile, then import bun.lock.");
  const bool is_berry =
      text.find("\n__metadata:") != std::string_view::npos || text.starts_with("__metadata:");
  return is_berry ? parse_yarn_berry(text, path) : parse_yarn_classic(text, path);
}

Result<std::string> find_foreign_lock(const std::string& project_dir, const std::string& named) {
  if (!named.empty()) {
    const std::string path = path::resolve(project_dir, named);
    if (!path_exists(path)) return Error(Code::EUSAGE, "there is no file " + path);
    return path;
  }
  std::vector<std::string> found;
  for (const char* name : {"yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"}) {
    if (path_exists(project_dir + "/" + name)) found.emplace_back(name);
  }
  if (found.size() > 1 && found.back() == "bun.lockb" && found[found.size() - 2] == "bun.lock")
    found.pop_back();
  if (found.size() == 1) return project_dir + "/" + found[0];
  if (found.empty())
    return Error(Code::EUSAGE, "there is no lockfile to import in " + project_dir,
                 "yarn.lock, pnpm-lock.yaml and bun.lock can be imported");
  return Error(Code::EUSAGE,
               "there are several lockfiles in " + project_dir + ": " + found[0] + ", " + found[1],
               "name the one that counts: gyre import " + found[0]);
}

}  // namespace gyre::pkg
