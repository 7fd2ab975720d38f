#include "pkg/patch/patch_set.hpp"

#include <unistd.h>

#include "pkg/files.hpp"
#include "pkg/store/integrity.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

constexpr const char* kKey = "patchedDependencies";

std::string state_file(const std::string& project_dir) {
  return project_dir + "/node_modules/.patched-dependencies.json";
}

Error in_patch(const Patch& patch, const Error& error) {
  return Error::with_code_name("EPATCH", patch.key + ": " + patch.file + ": " + error.message())
      .with_hint("make the patch again with gyre patch " + patch.key +
                 ", or take it out of patchedDependencies");
}

}  // namespace

Result<PatchSet> PatchSet::load(const std::string& project_dir, const OrderedJson& manifest) {
  PatchSet set;
  const auto found = manifest.is_object() ? manifest.find(kKey) : manifest.end();
  if (found == manifest.end()) return set;
  if (!found->is_object())
    return Error(Code::EPKGJSON,
                 std::string("\"") + kKey + "\" must be an object of name@version: file");
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string() || key.find('@', 1) == std::string::npos) {
      return Error(Code::EPKGJSON, std::string("\"") + kKey + "\": \"" + key +
                                       "\" must be name@version with the path of a patch");
    }
    auto patch = std::make_shared<Patch>();
    patch->key = key;
    patch->file = value.get<std::string>();
    const std::string path = path::resolve(project_dir, patch->file);
    if (!path::is_inside(project_dir, path)) {
      return in_patch(*patch,
                      Error::with_code_name("EPATCH", "the patch lies outside the project"));
    }
    auto text = read_file(path);
    if (!text) return in_patch(*patch, text.error());
    auto diffs = parse_diff(*text);
    if (!diffs) return in_patch(*patch, diffs.error());
    patch->diffs = std::move(*diffs);
    patch->hash = hash_of(HashAlgorithm::kSha256, as_bytes(*text)).to_hex();
    set.patches_.emplace(key, std::move(patch));
  }
  return set;
}

PatchRef PatchSet::find(const std::string& name, const std::string& version) const {
  const auto found = patches_.find(name + "@" + version);
  return found == patches_.end() ? nullptr : found->second;
}

std::vector<std::string> PatchSet::keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, patch] : patches_) keys.push_back(key);
  return keys;
}

PatchState read_patch_state(const std::string& project_dir) {
  PatchState state;
  auto text = read_file(state_file(project_dir));
  if (!text) return state;
  const OrderedJson json = OrderedJson::parse(*text, nullptr, false);
  if (!json.is_object()) return state;
  for (const auto& [location, hash] : json.items()) {
    if (hash.is_string()) state[location] = hash.get<std::string>();
  }
  return state;
}

Status write_patch_state(const std::string& project_dir, const PatchState& state) {
  const std::string path = state_file(project_dir);
  if (state.empty()) {
    if (path_exists(path) && ::unlink(path.c_str()) != 0) return Error::from_errno("unlink", path);
    return ok();
  }
  OrderedJson json = OrderedJson::object();
  for (const auto& [location, hash] : state) json[location] = hash;
  return write_file_atomically(path, json.dump(2) + "\n", Durability::kNone);
}

std::string patch_file_name(const std::string& name, const std::string& version) {
  std::string plain = name;
  if (const size_t slash = plain.find('/'); slash != std::string::npos)
    plain.replace(slash, 1, "__");
  return "patches/" + plain + "@" + version + ".patch";
}

Status apply_patch(const Patch& patch, const std::string& folder) {
  Status applied = apply_diff(folder, patch.diffs);
  return applied ? ok() : Status(in_patch(patch, applied.error()));
}

}  // namespace gyre::pkg
