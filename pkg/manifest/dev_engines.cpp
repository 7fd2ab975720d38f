#include "pkg/manifest/dev_engines.hpp"

#include <algorithm>
#include <optional>

#include "pkg/semver/range.hpp"

namespace gyre::pkg {
namespace {

constexpr std::string_view kEngines[] = {"packageManager", "runtime", "cpu", "libc", "os"};
constexpr std::string_view kMembers[] = {"name", "version", "onFail"};
constexpr std::string_view kReactions[] = {"ignore", "warn", "error", "download"};

struct Present {
  std::string name, version;
};

template <size_t N>
bool is_one_of(const std::string_view (&list)[N], std::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

std::vector<Present> present_for(std::string_view engine, const Options& options) {
  const Platform& platform = options.platform;
  if (engine == "runtime") return {{"node", platform.node_version}, {"gyre", GYRE_VERSION}};
  if (engine == "packageManager") return {{"npm", kNpmVersion}, {"gyre", GYRE_VERSION}};
  if (engine == "cpu") return {{platform.cpu, ""}};
  if (engine == "libc") return {{platform.libc, ""}};
  return {{platform.os, ""}};
}

Error malformed(const std::string& what) {
  return Error(Code::EBADDEVENGINES, "\"devEngines\" in package.json: " + what,
               "Write it as {\"runtime\": {\"name\": \"node\", \"version\": \">=20\", \"onFail\": "
               "\"warn\"}}.");
}

Status check_shape(const std::string& engine, const OrderedJson& wanted) {
  if (!wanted.is_object()) return malformed("invalid non-object value for \"" + engine + "\"");
  for (auto& [key, value] : wanted.items()) {
    if (!is_one_of(kMembers, key))
      return malformed("invalid property \"" + key + "\" for \"" + engine + "\"");
    if (!value.is_string())
      return malformed("invalid non-string value for \"" + key + "\" within \"" + engine + "\"");
    if (key == "onFail" && !is_one_of(kReactions, value.get<std::string>()))
      return malformed("invalid onFail value \"" + value.get<std::string>() + "\" for \"" + engine +
                       "\"");
  }
  if (!wanted.contains("name"))
    return malformed("missing \"name\" property for \"" + engine + "\"");
  return ok();
}

// What speaks against it; nothing if it is met.
std::optional<std::string> objection(const std::string& engine, const OrderedJson& wanted,
                                     const std::vector<Present>& present) {
  const std::string name = wanted["name"].get<std::string>();
  auto same = std::find_if(present.begin(), present.end(),
                           [&name](const Present& entry) { return entry.name == name; });
  if (same == present.end())
    return "\"" + name + "\" is wanted as " + engine + ", this is \"" + present[0].name + "\"";
  auto version = wanted.find("version");
  if (version == wanted.end()) return std::nullopt;
  const std::string text = version->get<std::string>();
  const auto range = semver::Range::parse(text, {});
  const bool is_met = range ? range->test(same->version) : text == same->version;
  if (is_met) return std::nullopt;
  return name + " " + text + " is wanted as " + engine + ", this is " +
         (same->version.empty() ? "of no version" : same->version);
}

}  // namespace

Result<std::vector<EngineMismatch>> check_dev_engines(const OrderedJson& manifest,
                                                      const Options& options) {
  std::vector<EngineMismatch> out;
  auto found = manifest.find("devEngines");
  if (found == manifest.end()) return out;
  if (!found->is_object()) return malformed("invalid non-object value");
  for (auto& [engine, value] : found->items()) {
    if (!is_one_of(kEngines, engine)) return malformed("invalid property \"" + engine + "\"");
    const OrderedJson choices = value.is_array() ? value : OrderedJson::array({value});
    if (choices.empty()) continue;
    const std::vector<Present> present = present_for(engine, options);
    std::string objections;
    bool is_met = false;
    for (const OrderedJson& wanted : choices) {
      GYRE_TRY(check_shape(engine, wanted));
      const auto against = objection(engine, wanted, present);
      if (!against) is_met = true;
      if (against) objections += (objections.empty() ? "" : "; ") + *against;
    }
    if (is_met) continue;
    const OrderedJson& last = choices.back();
    const std::string reaction = last.contains("onFail") ? last["onFail"].get<std::string>() : "";
    if (reaction == "ignore") continue;
    out.push_back(
        {reaction == "warn" ? EngineMismatch::Weight::kWarn : EngineMismatch::Weight::kError,
         "the developers of this package say under devEngines: " + objections});
  }
  return out;
}

std::string foreign_package_manager(const OrderedJson& manifest) {
  auto found = manifest.find("packageManager");
  if (found == manifest.end() || !found->is_string()) return {};
  const std::string text = found->get<std::string>();
  const std::string name = text.substr(0, text.find('@', 1));
  if (name.empty() || name == "npm" || name == "gyre") return {};
  return text.substr(0, text.find('+'));
}

}  // namespace gyre::pkg
