#include "pkg/scripts/policy.hpp"

#include <algorithm>

#include "pkg/registry/url.hpp"
#include "pkg/semver/range.hpp"
#include "pkg/spec/spec.hpp"

namespace gyre::pkg {
namespace {

constexpr const char* kKey = "trustedDependencies";
constexpr std::string_view kPublicRegistry = "https://registry.npmjs.org/";

const std::string& real_name(const Node& node) {
  return node.meta.name.empty() ? node.name : node.meta.name;
}

void imply_node_gyp(Scripts& scripts) {
  const bool has_own = std::any_of(scripts.begin(), scripts.end(), [](const auto& script) {
    return script.first == "install" || script.first == "preinstall";
  });
  if (!has_own) scripts.insert(scripts.begin(), {"install", "node-gyp rebuild"});
}

// "git+ssh://git@github.com/u/r.git#abc", "git@github.com:u/r" -> "github.com/u/r" and "abc": how
// a repository is reached does not make it another one.
PackageOrigin git_origin(std::string_view url) {
  PackageOrigin origin{PackageOrigin::Kind::kGit, {}, {}};
  if (const size_t hash = url.find('#'); hash != std::string_view::npos) {
    origin.commit = url.substr(hash + 1);
    url = url.substr(0, hash);
  }
  if (const size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
  }
  const size_t at = url.substr(0, url.find('/')).find('@');
  if (at != std::string_view::npos) url.remove_prefix(at + 1);
  origin.place = url;
  std::replace(origin.place.begin(), origin.place.end(), ':', '/');
  if (origin.place.ends_with('/')) origin.place.pop_back();
  if (origin.place.ends_with(".git")) origin.place.resize(origin.place.size() - 4);
  return origin;
}

std::string git_url_of(const Spec& spec) {
  std::string url = spec.git_url.empty() ? spec.raw : spec.git_url;
  if (!spec.git_committish.empty() && url.find('#') == std::string::npos)
    url += "#" + spec.git_committish;
  return url;
}

bool is_git_url(const std::string& resolved) {
  return resolved.starts_with("git+") || resolved.starts_with("git:") ||
         resolved.starts_with("git@") || resolved.starts_with("ssh:");
}

// Registries answer for a name only under that name: "…/esbuild/-/esbuild-1.0.0.tgz".
bool is_registry_archive(const Node& node, const Options& options) {
  const std::string& url = node.resolved;
  if (!url.starts_with(kPublicRegistry) && !options.is_registry_host(url)) return false;
  const std::string& name = real_name(node);
  std::string escaped = name;
  if (const size_t slash = escaped.find('/'); slash != std::string::npos)
    escaped.replace(slash, 1, "%2f");
  for (const std::string& form : {name, escaped}) {
    if (url.find("/" + form + "/") != std::string::npos) return true;
  }
  return false;
}

// The rule that one text stands for; nothing when it names no package or no known source.
std::optional<TrustRule> parse_rule(const std::string& text) {
  // Not a command-line argument: a name always comes first.
  const size_t at = text.find('@', 1);
  const std::string name = text.substr(0, at);
  if (!is_valid_package_name(name)) return std::nullopt;
  const auto spec = parse_spec(name, at == std::string::npos ? "" : text.substr(at + 1));
  if (!spec) return std::nullopt;
  TrustRule rule{spec->name, {}, {}, text};
  switch (spec->kind) {
    case SpecKind::kVersion:
    case SpecKind::kRange:
      rule.range = spec->fetch_spec == "*" ? std::string() : spec->fetch_spec;
      return rule;
    case SpecKind::kGit:
      rule.origin = git_origin(git_url_of(spec.value()));
      return rule;
    case SpecKind::kRemote:
      rule.origin = {PackageOrigin::Kind::kUrl, spec->fetch_spec, {}};
      return rule;
    case SpecKind::kFile:
    case SpecKind::kFolder:
      rule.origin = {PackageOrigin::Kind::kFile, spec->fetch_spec, {}};
      if (rule.origin.place.starts_with("./")) rule.origin.place.erase(0, 2);
      return rule;
    default:
      return std::nullopt;
  }
}

bool matches(const TrustRule& rule, const Node& node, const PackageOrigin& origin) {
  if (rule.name != real_name(node) || rule.origin.kind != origin.kind) return false;
  if (rule.origin.kind != PackageOrigin::Kind::kRegistry) {
    const bool same_commit = rule.origin.commit.empty() || rule.origin.commit == origin.commit;
    return rule.origin.place == origin.place && same_commit;
  }
  if (rule.range.empty()) return true;
  const auto range =
      semver::Range::parse(rule.range, {semver::Mode::kLoose, semver::Prereleases::kOnlySameTuple});
  return range && range->test(node.meta.version);
}

std::string entry_name(const OrderedJson& entry) {
  if (entry.is_object()) return entry.value("name", OrderedJson()).is_string() ? entry["name"] : "";
  const std::string text = entry.is_string() ? entry.get<std::string>() : std::string();
  return text.substr(0, text.find('@', 1));
}

}  // namespace

Scripts install_scripts_of(const StoredPackage& package) {
  Scripts scripts = package.install_scripts;
  if (package.has_binding_gyp) imply_node_gyp(scripts);
  return scripts;
}

Scripts install_scripts_of(const Manifest& manifest, BindingGyp binding) {
  Scripts scripts;
  for (const char* event : {"preinstall", "install", "postinstall"}) {
    for (const auto& [name, command] : manifest.scripts) {
      if (name == event && !command.empty()) scripts.emplace_back(name, command);
    }
  }
  const auto gypfile = manifest.json.find("gypfile");
  const bool refuses = gypfile != manifest.json.end() && *gypfile == false;
  if (binding == BindingGyp::kPresent && !refuses) imply_node_gyp(scripts);
  return scripts;
}

PackageOrigin origin_of(const Node& node, const Options& options) {
  using Kind = PackageOrigin::Kind;
  if (node.is_link) return {Kind::kFile, node.link_target, {}};
  if (node.resolved.empty()) {
    return node.is_registry ? PackageOrigin{} : PackageOrigin{Kind::kUrl, {}, {}};
  }
  if (is_git_url(node.resolved)) return git_origin(node.resolved);
  if (node.resolved.starts_with("file:")) return {Kind::kFile, node.resolved.substr(5), {}};
  if (node.is_registry && is_registry_archive(node, options)) return {};
  return {Kind::kUrl, node.resolved, {}};
}

ScriptPolicy::ScriptPolicy(const OrderedJson& manifest, const Options& options)
    : options_(options) {
  const auto found = manifest.is_object() ? manifest.find(kKey) : manifest.end();
  if (found == manifest.end()) return;
  if (found->is_object()) {
    for (const auto& [name, value] : found->items()) {
      if (value.is_string()) {
        const std::string spec = value.get<std::string>();
        add(spec.empty() || spec == "*" ? name : name + "@" + spec);
      } else if (value.is_boolean()) {
        if (value == true) add(name);
      } else {
        unreadable_.push_back(name);
      }
    }
  } else if (found->is_array()) {
    for (const OrderedJson& entry : *found) add(entry);
  } else {
    unreadable_.push_back(kKey);
  }
}

void ScriptPolicy::add(const OrderedJson& entry) {
  if (entry.is_string()) return add(entry.get<std::string>());
  if (!entry.is_object() || entry_name(entry).empty()) {
    unreadable_.push_back(entry.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
    return;
  }
  std::string spec;
  for (const char* key : {"version", "source"}) {
    const auto found = entry.find(key);
    if (found == entry.end() || !found->is_string() || *found == "registry") continue;
    spec = found->get<std::string>();
  }
  add(entry_name(entry) + (spec.empty() ? "" : "@" + spec));
}

void ScriptPolicy::add(const std::string& text) {
  if (auto rule = parse_rule(text))
    rules_.push_back(std::move(*rule));
  else
    unreadable_.push_back(text);
}

bool ScriptPolicy::allows(const Node& node) const {
  const PackageOrigin origin = origin_of(node, options_);
  return std::any_of(rules_.begin(), rules_.end(),
                     [&](const TrustRule& rule) { return matches(rule, node, origin); });
}

std::string trust_entry(const Node& node, const Options& options) {
  const PackageOrigin origin = origin_of(node, options);
  const std::string& name = real_name(node);
  switch (origin.kind) {
    case PackageOrigin::Kind::kRegistry:
      return node.meta.version.empty() ? name : name + "@^" + node.meta.version;
    case PackageOrigin::Kind::kGit: {
      const std::string url = node.resolved.substr(0, node.resolved.find('#'));
      return name + "@" + url;
    }
    case PackageOrigin::Kind::kUrl:
      return name + "@" + origin.place;
    case PackageOrigin::Kind::kFile:
      return name + "@file:" + origin.place;
  }
  return name;
}

bool add_trust(Manifest& manifest, const std::string& entry) {
  OrderedJson& list = manifest.json[kKey];
  if (list.is_object()) {
    const size_t at = entry.find('@', 1);
    const std::string value = at == std::string::npos ? "*" : entry.substr(at + 1);
    const std::string name = entry.substr(0, at);
    if (list.contains(name) && list[name] == value) return false;
    list[name] = value;
    return true;
  }
  if (!list.is_array()) list = OrderedJson::array();
  if (std::find(list.begin(), list.end(), entry) != list.end()) return false;
  list.push_back(entry);
  std::sort(list.begin(), list.end(), [](const OrderedJson& a, const OrderedJson& b) {
    return entry_name(a) < entry_name(b);
  });
  return true;
}

bool remove_trust(Manifest& manifest, const std::string& name) {
  const auto found = manifest.json.find(kKey);
  if (found == manifest.json.end()) return false;
  bool has_changed = false;
  if (found->is_object()) {
    has_changed = found->erase(name) > 0;
  } else if (found->is_array()) {
    OrderedJson kept = OrderedJson::array();
    for (const OrderedJson& entry : *found) {
      if (entry_name(entry) == name)
        has_changed = true;
      else
        kept.push_back(entry);
    }
    *found = std::move(kept);
  }
  if (has_changed && found->empty()) manifest.json.erase(kKey);
  return has_changed;
}

}  // namespace gyre::pkg
