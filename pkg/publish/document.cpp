#include "pkg/publish/document.hpp"

#include <strings.h>
#include <cstdlib>

#include <algorithm>

#include "pkg/files.hpp"
#include "pkg/manifest/json_members.hpp"
#include "pkg/registry/request.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/semver/range.hpp"

namespace gyre::pkg {
namespace {

// The commit that is checked out in `folder`; empty if it is no repository.
std::string git_head(const std::string& folder) {
  auto head = read_file(folder + "/.git/HEAD");
  if (!head) return {};
  std::string text = *head;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (!text.starts_with("ref: ")) return text.size() >= 40 ? text : std::string();
  const std::string name = text.substr(5);
  if (name.find("..") != std::string::npos || !name.starts_with("refs/")) return {};
  auto commit = read_file(folder + "/.git/" + name);
  if (commit) return commit->substr(0, commit->find_first_of("\r\n"));
  auto packed = read_file(folder + "/.git/packed-refs");
  if (!packed) return {};
  const size_t at = packed->find(" " + name + "\n");
  if (at == std::string::npos) return {};
  const size_t line = packed->rfind('\n', at);
  const size_t begin = line == std::string::npos ? 0 : line + 1;
  return packed->substr(begin, at - begin);
}

void add_readme(const std::string& folder, OrderedJson& manifest) {
  auto names = list_directory(folder);
  if (!names) return;
  std::string chosen;
  for (const std::string& name : *names) {
    if (::strncasecmp(name.c_str(), "readme", 6) != 0) continue;
    if (name.size() > 6 && name[6] != '.') continue;
    // Markdown is what registries show.
    const bool is_markdown = name.ends_with(".md") || name.ends_with(".markdown");
    if (chosen.empty() || is_markdown) chosen = name;
  }
  if (chosen.empty()) return;
  auto text = read_file(folder + "/" + chosen);
  if (!text) return;
  manifest["readme"] = *text;
  manifest["readmeFilename"] = chosen;
}

// "user/repo" and "github:user/repo" -> a git URL; others stay.
std::string repository_url(const std::string& text) {
  static const std::pair<const char*, const char*> hosts[] = {
      {"github:", "github.com"}, {"gitlab:", "gitlab.com"}, {"bitbucket:", "bitbucket.org"}};
  for (const auto& [prefix, host] : hosts) {
    if (text.starts_with(prefix)) {
      return "git+https://" + std::string(host) + "/" + text.substr(std::string(prefix).size()) +
             ".git";
    }
  }
  const bool is_short = std::count(text.begin(), text.end(), '/') == 1 &&
                        text.find(':') == std::string::npos && text[0] != '.' && text[0] != '/';
  if (is_short) return "git+https://github.com/" + text + ".git";
  if (text.starts_with("https://github.com/")) {
    return "git+" + text + (text.ends_with(".git") ? "" : ".git");
  }
  return text;
}

void fix_repository(OrderedJson& manifest) {
  const auto found = manifest.find("repository");
  if (found == manifest.end()) return;
  if (found->is_string() && !found->get<std::string>().empty()) {
    OrderedJson object;
    object["type"] = "git";
    object["url"] = repository_url(found->get<std::string>());
    *found = std::move(object);
  } else if (found->is_object() && !text_at(*found, "url").empty()) {
    (*found)["url"] = repository_url(text_at(*found, "url"));
  }
}

bool given_or_configured(const std::map<std::string, std::string>& given, const Manifest& manifest,
                         const std::string& key, std::string& value) {
  const auto flag = given.find(key);
  if (flag != given.end()) {
    value = flag->second;
    return true;
  }
  const auto config = manifest.json.find("publishConfig");
  if (config == manifest.json.end() || !config->is_object()) return false;
  const auto entry = config->find(key);
  if (entry == config->end()) return false;
  if (entry->is_boolean())
    value = entry->get<bool>() ? "true" : "false";
  else if (entry->is_string())
    value = entry->get<std::string>();
  else
    return false;
  return true;
}

Result<std::string> registry_of(const Manifest& manifest, const Options& options,
                                const std::map<std::string, std::string>& given) {
  const std::string& name = manifest.meta.name;
  const std::string scope = name.starts_with('@') ? name.substr(0, name.find('/')) : std::string();
  std::string url = options.registry_for(name);
  std::string chosen;
  if (!scope.empty() && given_or_configured(given, manifest, scope + ":registry", chosen)) {
    url = chosen;
  } else if (scope.empty() || !options.scope_registries.contains(scope)) {
    if (given_or_configured(given, manifest, "registry", chosen)) url = chosen;
  }
  if (!is_http_url(url)) {
    return Error(Code::EUSAGE, "\"" + printable_url(url) + "\" is no registry URL");
  }
  if (!url.ends_with('/')) url += '/';
  return url;
}

// A provenance statement is signed with the identity that the build service vouches for.
Error refuse_provenance() {
  for (const auto& [variable, service] :
       {std::pair("GITHUB_ACTIONS", "GitHub Actions"), std::pair("GITLAB_CI", "GitLab CI/CD")}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || std::string_view(value) != "true") continue;
    return Error(
        Code::ERR_NOT_IMPLEMENTED,
        std::string("publishing with provenance from ") + service + " is not implemented in gyre",
        "publish without --provenance, or with npm");
  }
  return Error(Code::EUSAGE,
               "provenance can be stated from GitHub Actions and GitLab CI/CD only, and this is "
               "neither",
               "publish without --provenance");
}

}  // namespace

Result<PublishSettings> publish_settings(const Manifest& manifest, const Options& options,
                                         const AllSettings& all,
                                         const std::map<std::string, std::string>& given) {
  PublishSettings settings;
  GYRE_ASSIGN(settings.registry, registry_of(manifest, options, given));
  settings.tag = options.default_tag;
  settings.has_tag = options.default_tag != "latest";
  if (given_or_configured(given, manifest, "tag", settings.tag)) settings.has_tag = true;
  settings.access = all.get("access");
  given_or_configured(given, manifest, "access", settings.access);
  if (!settings.access.empty() && settings.access != "public" && settings.access != "restricted") {
    return Error(Code::EUSAGE,
                 "access must be public or restricted, not \"" + settings.access + "\"");
  }
  std::string provenance = all.get("provenance");
  given_or_configured(given, manifest, "provenance", provenance);
  settings.wants_provenance = provenance == "true";
  settings.npm_version = "11";
  return settings;
}

Status check_publishable(const Manifest& manifest, const PublishSettings& settings, bool force) {
  if (manifest.is_private) {
    return Error::with_code_name("EPRIVATE", manifest.meta.name + " has been marked as private")
        .with_hint("remove the \"private\" field from package.json to publish it");
  }
  if (settings.wants_provenance) return refuse_provenance();
  if (semver::Range::parse(settings.tag, {semver::Mode::kLoose})) {
    return Error(Code::EINVALIDTAG, "tag name must not be a valid semver range: " + settings.tag,
                 "choose a name such as \"next\"");
  }
  if (encode_component(settings.tag) != settings.tag) {
    return Error(Code::EINVALIDTAG, "\"" + printable_text(settings.tag, 80) + "\" is no valid tag",
                 "tags may not have characters that are encoded in a URL");
  }
  if (settings.access == "restricted" && !manifest.meta.name.starts_with('@')) {
    return Error::with_code_name("EUNSCOPED", "unscoped packages cannot be restricted");
  }
  const auto version = semver::parse(manifest.meta.version, semver::Mode::kLoose);
  if (version && version->is_prerelease() && !settings.has_tag && !force) {
    return Error(Code::EUSAGE,
                 "you must specify a tag using --tag when publishing a prerelease "
                 "version (" +
                     version->text() + ")",
                 "for example --tag next");
  }
  return ok();
}

Status check_not_published(const OrderedJson& packument, const std::string& version,
                           const PublishSettings& settings) {
  if (!packument.is_object()) return ok();
  const auto versions = packument.find("versions");
  if (versions == packument.end() || !versions->is_object()) return ok();
  const auto ours = semver::parse(version, semver::Mode::kLoose);
  std::optional<semver::Version> highest;
  for (const auto& [text, manifest] : versions->items()) {
    const auto known = semver::parse(text, semver::Mode::kLoose);
    if (!known) continue;
    if (ours && *known == *ours) {
      return Error::with_code_name(
                 "EPUBLISHCONFLICT",
                 "you cannot publish over the previously published versions: " + version)
          .with_hint("raise the version in package.json");
    }
    const bool counts = !known->is_prerelease() && text_at(manifest, "deprecated").empty();
    if (counts && (!highest || *highest < *known)) highest = known;
  }
  if (highest && ours && *ours < *highest && !settings.has_tag) {
    return Error(
        Code::EUSAGE,
        "cannot implicitly apply the \"latest\" tag because previously published version " +
            highest->text() + " is higher than the new version " + version,
        "you must specify a tag using --tag");
  }
  return ok();
}

OrderedJson published_manifest(const Manifest& manifest, const std::string& folder) {
  OrderedJson json = manifest.json;
  if (!manifest.meta.bins.empty()) {
    OrderedJson bins;
    for (const Bin& bin : manifest.meta.bins) bins[bin.name] = bin.path;
    json["bin"] = std::move(bins);
  }
  if (const auto old = json.find("bundledDependencies"); old != json.end()) {
    if (!json.contains("bundleDependencies")) json["bundleDependencies"] = *old;
    json.erase("bundledDependencies");
  }
  fix_repository(json);
  if (folder.empty()) return json;
  add_readme(folder, json);
  const std::string commit = git_head(folder);
  if (!commit.empty()) json["gitHead"] = commit;
  return json;
}

OrderedJson publish_document(OrderedJson manifest, const PackedPackage& package,
                             const PublishSettings& settings) {
  const std::string archive = package.name + "-" + package.version + ".tgz";
  manifest["name"] = package.name;
  manifest["version"] = package.version;
  manifest["_id"] = package.id();
  manifest["_nodeVersion"] = GYRE_NODE_API_VERSION;
  manifest["_npmVersion"] = settings.npm_version;
  OrderedJson& dist = manifest["dist"];
  dist = OrderedJson::object();
  dist["integrity"] = package.sha512.to_sri();
  dist["shasum"] = package.sha1.to_hex();
  std::string tarball = settings.registry + package.name + "/-/" + archive;
  // Registries replace it by what they serve; npm always says http.
  if (tarball.starts_with("https://")) tarball.erase(4, 1);
  dist["tarball"] = std::move(tarball);
  OrderedJson root;
  root["_id"] = package.name;
  root["name"] = package.name;
  if (manifest.contains("description")) root["description"] = manifest["description"];
  root["dist-tags"][settings.tag] = package.version;
  root["versions"][package.version] = std::move(manifest);
  root["access"] = settings.access.empty() ? OrderedJson(nullptr) : OrderedJson(settings.access);
  OrderedJson& attachment = root["_attachments"][archive];
  attachment["content_type"] = "application/octet-stream";
  attachment["data"] = base64_encode(as_bytes(package.bytes));
  attachment["length"] = package.bytes.size();
  return root;
}

}  // namespace gyre::pkg
