#include "pkg/publish/administer.hpp"
#include "pkg/manifest/json_members.hpp"

#include <algorithm>

#include "pkg/registry/single_package.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/semver/range.hpp"

namespace gyre::pkg {
namespace {

Error wrong_shape(const std::string& name, const char* field) {
  return Error(Code::EREGISTRYREPLY,
               "the registry's answer for " + name + " has no usable \"" + field + "\"");
}

// The document as it is to be changed: not from a cache on the way.
Result<OrderedJson> editable_packument(RegistryApi& api, const std::string& name) {
  GYRE_TRY(check_package_name(name));
  GYRE_ASSIGN(OrderedJson json, api.json(package_request(api.options(), name, "?write=true")));
  const auto versions = json.find("versions");
  if (!json.is_object() || versions == json.end() || !versions->is_object()) {
    return wrong_shape(name, "versions");
  }
  return json;
}

Result<std::string> revision_of(const OrderedJson& packument, const std::string& name) {
  std::string revision = text_at(packument, "_rev");
  if (revision.empty()) return wrong_shape(name, "_rev");
  return "/-rev/" + encode_component(revision);
}

void drop_version(OrderedJson& packument, const std::string& version) {
  OrderedJson& versions = packument["versions"];
  versions.erase(version);
  OrderedJson& tags = packument["dist-tags"];
  if (!tags.is_object()) tags = OrderedJson::object();
  const bool was_latest = text_at(tags, "latest") == version;
  for (auto tag = tags.begin(); tag != tags.end();) {
    tag = *tag == version ? tags.erase(tag) : std::next(tag);
  }
  if (was_latest) {
    std::optional<semver::Version> highest;
    for (const auto& [text, manifest] : versions.items()) {
      const auto known = semver::parse(text, semver::Mode::kLoose);
      if (!known || (highest && *known < *highest)) continue;
      highest = known;
      tags["latest"] = text;
    }
  }
  packument.erase("_revisions");
  packument.erase("_attachments");
}

// The archive's own entry, where the registry keeps archives on its own host.
Status delete_archive(RegistryApi& api, const std::string& name, const std::string& tarball) {
  const std::string& registry = api.options().registry_for(name);
  if (url_host(tarball) != url_host(registry)) return ok();
  GYRE_ASSIGN(const OrderedJson packument, editable_packument(api, name));
  GYRE_ASSIGN(const std::string revision, revision_of(packument, name));
  RegistryRequest request;
  request.method = "DELETE";
  request.url =
      url_origin(registry) + tarball.substr(tarball.find('/', tarball.find("//") + 2)) + revision;
  request.subject = "the archive of " + name;
  auto reply = api.send(request);
  if (!reply && reply.error().code() != "E404") return std::move(reply).error();
  return ok();
}

Result<bool> was_sent(Result<RegistryReply> reply) {
  if (!reply) return std::move(reply).error();
  return true;
}

}  // namespace

Result<std::string> unpublish(RegistryApi& api, const UnpublishRequest& request) {
  GYRE_ASSIGN(OrderedJson packument, editable_packument(api, request.name));
  const OrderedJson& versions = packument["versions"];
  const bool is_known = versions.contains(request.version);
  const bool is_last = versions.size() == 1 && is_known;
  if (is_last && !request.force) {
    return Error(Code::EUSAGE,
                 "refusing to delete the last version of " + request.name +
                     ": that blocks publishing it again for 24 hours",
                 "--force does it all the same");
  }
  const bool is_whole = request.version.empty() || versions.size() <= 1;
  const std::string label = is_whole ? request.name : request.name + "@" + request.version;
  if (!is_whole && !is_known) {
    return Error(Code::E404, label + " is not in the registry",
                 "gyre view " + request.name + " versions lists what is");
  }
  if (request.effect == Effect::kDryRun) return label;
  GYRE_ASSIGN(const std::string revision, revision_of(packument, request.name));
  if (is_whole) {
    GYRE_TRY(api.send(package_request(api.options(), request.name, revision, "DELETE")));
    return label;
  }
  const OrderedJson& manifest = versions[request.version];
  const auto dist = manifest.is_object() ? manifest.find("dist") : manifest.end();
  const std::string tarball = dist == manifest.end() ? std::string() : text_at(*dist, "tarball");
  drop_version(packument, request.version);
  RegistryRequest change = package_request(api.options(), request.name, revision, "PUT");
  change.body = dumped(packument);
  GYRE_TRY(api.send(change));
  if (is_http_url(tarball)) GYRE_TRY(delete_archive(api, request.name, tarball));
  return label;
}

Result<std::vector<std::string>> deprecate(RegistryApi& api, const std::string& name,
                                           const std::string& range, const std::string& message,
                                           Effect effect) {
  const auto wanted =
      semver::Range::parse(range, {semver::Mode::kLoose, semver::Prereleases::kInclude});
  if (!wanted) {
    return Error(Code::EINVALIDTAG, "invalid version range: " + printable_text(range, 200),
                 "tags cannot be deprecated; name versions");
  }
  GYRE_ASSIGN(OrderedJson packument, editable_packument(api, name));
  std::vector<std::string> changed;
  for (auto& [version, manifest] : packument["versions"].items()) {
    if (!wanted->test(version) || !manifest.is_object()) continue;
    manifest["deprecated"] = message;
    changed.push_back(version);
  }
  if (changed.empty() || effect == Effect::kDryRun) return changed;
  RegistryRequest request = package_request(api.options(), name, {}, "PUT");
  request.body = dumped(packument);
  GYRE_TRY(api.send(request));
  return changed;
}

namespace {

RegistryRequest tag_request(const Options& options, const std::string& name, const std::string& tag,
                            std::string method) {
  RegistryRequest request;
  request.method = std::move(method);
  request.url = options.registry_for(name) + "-/package/" + escape_package_name(name) +
                "/dist-tags" + (tag.empty() ? "" : "/" + encode_component(tag));
  request.subject = "the dist-tags of " + name;
  return request;
}

}  // namespace

Result<DistTags> dist_tags(RegistryApi& api, const std::string& name) {
  GYRE_TRY(check_package_name(name));
  GYRE_ASSIGN(const OrderedJson json, api.json(tag_request(api.options(), name, {}, "GET")));
  DistTags tags;
  for (const auto& [tag, version] : json.items()) {
    if (tag != "_etag" && version.is_string()) tags.emplace_back(tag, version.get<std::string>());
  }
  if (tags.empty()) return Error(Code::E404, "no dist-tags found for " + name);
  std::sort(tags.begin(), tags.end());
  return tags;
}

Result<bool> set_dist_tag(RegistryApi& api, const std::string& name, const std::string& version,
                          const std::string& tag) {
  if (semver::Range::parse(tag, {semver::Mode::kLoose})) {
    return Error(Code::EINVALIDTAG, "tag name must not be a valid semver range: " + tag,
                 "choose a name such as \"next\"");
  }
  GYRE_ASSIGN(const DistTags tags, dist_tags(api, name));
  const auto is_same = [&](const auto& entry) {
    return entry.first == tag && entry.second == version;
  };
  if (std::any_of(tags.begin(), tags.end(), is_same)) return false;
  RegistryRequest request = tag_request(api.options(), name, tag, "PUT");
  request.body = dumped(OrderedJson(version));
  return was_sent(api.send(request));
}

Result<std::string> remove_dist_tag(RegistryApi& api, const std::string& name,
                                    const std::string& tag) {
  GYRE_ASSIGN(const DistTags tags, dist_tags(api, name));
  const auto found = std::find_if(tags.begin(), tags.end(),
                                  [&tag](const auto& entry) { return entry.first == tag; });
  if (found == tags.end()) {
    return Error(Code::E404, tag + " is not a dist-tag on " + name,
                 "gyre dist-tag ls " + name + " lists them");
  }
  GYRE_TRY(api.send(tag_request(api.options(), name, tag, "DELETE")));
  return found->second;
}

namespace {

std::vector<Person> maintainers_of(const OrderedJson& packument) {
  std::vector<Person> people;
  const auto found = packument.find("maintainers");
  if (found == packument.end() || !found->is_array()) return people;
  for (const OrderedJson& person : *found) {
    if (person.is_object()) people.push_back({text_at(person, "name"), text_at(person, "email")});
  }
  return people;
}

Result<Person> ask_user(RegistryApi& api, const std::string& user) {
  RegistryRequest request;
  request.url = api.url("-/user/org.couchdb.user:" + encode_component(user));
  request.subject = "the user " + user;
  GYRE_ASSIGN(const OrderedJson json, api.json(request));
  return Person{text_at(json, "name"), text_at(json, "email")};
}

}  // namespace

Result<std::vector<Person>> owners(RegistryApi& api, const std::string& name) {
  GYRE_ASSIGN(const OrderedJson packument, ask_packument(api, name));
  return maintainers_of(packument);
}

Result<bool> change_owners(RegistryApi& api, const std::string& name, const std::string& user,
                           OwnerChange change) {
  GYRE_ASSIGN(const Person person, ask_user(api, user));
  GYRE_ASSIGN(const OrderedJson packument, ask_packument(api, name));
  std::vector<Person> people = maintainers_of(packument);
  const auto found = std::find_if(people.begin(), people.end(),
                                  [&](const Person& other) { return other.name == person.name; });
  if ((found == people.end()) == (change == OwnerChange::kRemove)) return false;
  if (change == OwnerChange::kAdd)
    people.push_back(person);
  else
    people.erase(found);
  if (people.empty()) {
    return Error::with_code_name("EOWNERRM", "all owners of a package cannot be removed")
        .with_hint("add someone else first");
  }
  GYRE_ASSIGN(const std::string revision, revision_of(packument, name));
  OrderedJson body;
  body["_id"] = packument.value("_id", OrderedJson(name));
  body["_rev"] = packument["_rev"];
  body["maintainers"] = OrderedJson::array();
  for (const Person& owner : people) {
    OrderedJson entry;
    entry["name"] = owner.name;
    entry["email"] = owner.email;
    body["maintainers"].push_back(std::move(entry));
  }
  RegistryRequest request = package_request(api.options(), name, revision, "PUT");
  request.body = dumped(body);
  return was_sent(api.send(request));
}

}  // namespace gyre::pkg
