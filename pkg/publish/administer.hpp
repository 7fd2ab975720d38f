// What maintainers change in a registry after publishing: withdrawn versions, deprecation messages,
// dist-tags, owners. Blocking requests; one thread.
#pragma once

#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "pkg/registry/request.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

enum class Effect : uint8_t { kApply, kDryRun };

struct UnpublishRequest {
  std::string name;
  std::string version;  // empty: the whole package
  bool force = false;
  Effect effect = Effect::kApply;
};
// What went: "name@1.0.0", or "name" where nothing is left of it. EUSAGE: it is the last version
// and `force` was not given.
Result<std::string> unpublish(RegistryApi& api, const UnpublishRequest& request);

// The versions within `range` get `message`; an empty one takes the deprecation back. The versions
// that changed. EINVALIDTAG: not a range.
Result<std::vector<std::string>> deprecate(RegistryApi& api, const std::string& name,
                                           const std::string& range, const std::string& message,
                                           Effect effect);

using DistTags = std::vector<std::pair<std::string, std::string>>;
// By name. E404 when there are none.
Result<DistTags> dist_tags(RegistryApi& api, const std::string& name);
// False: it was so already.
Result<bool> set_dist_tag(RegistryApi& api, const std::string& name, const std::string& version,
                          const std::string& tag);
// The version it pointed at.
Result<std::string> remove_dist_tag(RegistryApi& api, const std::string& name,
                                    const std::string& tag);

struct Person {
  std::string name, email;
};
Result<std::vector<Person>> owners(RegistryApi& api, const std::string& name);
enum class OwnerChange : uint8_t { kAdd, kRemove };
// False: nothing to change. EOWNERRM: nobody would be left.
Result<bool> change_owners(RegistryApi& api, const std::string& name, const std::string& user,
                           OwnerChange change);

}  // namespace gyre::pkg
