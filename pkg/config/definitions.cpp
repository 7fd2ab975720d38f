#include "pkg/config/definitions.hpp"

#include <algorithm>
#include <cstdlib>

namespace gyre::pkg {
namespace {

// null: no value unless it is set, or one that depends on the machine.
constexpr SettingDefinition kDefinitions[] = {
    {"access", "null"},
    {"all", "false"},
    {"allow-same-version", "false"},
    {"audit", "true"},
    {"audit-level", "null"},
    {"auth-type", R"("web")"},
    {"before", "null"},
    {"bin-links", "true"},
    {"browser", "null"},
    {"bypass-2fa", "false"},
    {"ca", "null"},
    {"cache", "null"},
    {"cafile", "null"},
    {"call", R"("")"},
    {"cert", "null"},
    {"cidr", "null"},
    {"color", "true"},
    {"commit-hooks", "true"},
    {"cpu", "null"},
    {"depth", "null"},
    {"description", "true"},
    {"diff", "[]"},
    {"diff-dst-prefix", R"("b/")"},
    {"diff-ignore-all-space", "false"},
    {"diff-name-only", "false"},
    {"diff-no-prefix", "false"},
    {"diff-src-prefix", R"("a/")"},
    {"diff-text", "false"},
    {"diff-unified", "3"},
    {"dry-run", "false"},
    {"editor", R"("vi")"},
    {"engine-strict", "false"},
    {"expect-result-count", "null"},
    {"expect-results", "null"},
    {"expires", "null"},
    {"fetch-retries", "2"},
    {"fetch-retry-factor", "4"},
    {"fetch-retry-maxtimeout", "20000"},
    {"fetch-retry-mintimeout", "250"},
    {"fetch-timeout", "60000"},
    {"force", "false"},
    {"foreground-scripts", "false"},
    {"format-package-lock", "true"},
    {"fund", "true"},
    {"git", R"("git")"},
    {"git-tag-version", "true"},
    {"global", "false"},
    {"globalconfig", "null"},
    {"gyre-cache", "null"},
    {"heading", R"("npm")"},
    {"https-proxy", "null"},
    {"if-present", "false"},
    {"ignore-scripts", "false"},
    {"include", "[]"},
    {"include-attestations", "false"},
    {"include-staged", "false"},
    {"include-workspace-root", "false"},
    {"init-author-email", R"("")"},
    {"init-author-name", R"("")"},
    {"init-author-url", R"("")"},
    {"init-license", R"("ISC")"},
    {"init-module", "null"},
    {"init-private", "false"},
    {"init-type", R"("commonjs")"},
    {"init-version", R"("1.0.0")"},
    {"install-links", "false"},
    {"install-strategy", R"("hoisted")"},
    {"json", "false"},
    {"key", "null"},
    {"legacy-peer-deps", "false"},
    {"libc", "null"},
    {"link", "false"},
    {"link-mode", R"("auto")"},
    {"local-address", "null"},
    {"location", R"("user")"},
    {"lockfile-version", "null"},
    {"loglevel", R"("notice")"},
    {"logs-dir", "null"},
    {"logs-max", "10"},
    {"long", "false"},
    {"maxsockets", "48"},
    {"message", R"("%s")"},
    {"min-release-age", "null"},
    {"min-release-age-exclude", "[]"},
    {"name", "null"},
    {"node-gyp", "null"},
    {"node-linker", R"("hoisted")"},
    {"node-options", "null"},
    {"nodedir", "null"},
    {"noproxy", "null"},
    {"offline", "false"},
    {"omit", "[]"},
    {"omit-lockfile-registry-resolved", "false"},
    {"orgs", "null"},
    {"orgs-permission", "null"},
    {"os", "null"},
    {"otp", "null"},
    {"pack-destination", R"(".")"},
    {"package", "[]"},
    {"package-lock", "true"},
    {"package-lock-only", "false"},
    {"packages", "[]"},
    {"packages-all", "false"},
    {"packages-and-scopes-permission", "null"},
    {"parseable", "false"},
    {"password", "null"},
    {"prefer-dedupe", "false"},
    {"prefer-offline", "false"},
    {"prefer-online", "false"},
    {"prefix", "null"},
    {"preid", R"("")"},
    {"production", "null"},
    {"progress", "true"},
    {"provenance", "false"},
    {"provenance-file", "null"},
    {"proxy", "null"},
    {"read-only", "false"},
    {"rebuild-bundle", "true"},
    {"registry", R"("https://registry.npmjs.org/")"},
    {"replace-registry-host", R"("npmjs")"},
    {"save", "true"},
    {"save-bundle", "false"},
    {"save-dev", "false"},
    {"save-exact", "false"},
    {"save-optional", "false"},
    {"save-peer", "false"},
    {"save-prefix", R"("^")"},
    {"save-prod", "false"},
    {"sbom-format", "null"},
    {"sbom-type", R"("library")"},
    {"scope", R"("")"},
    {"scopes", "null"},
    {"script-shell", "null"},
    {"searchexclude", R"("")"},
    {"searchlimit", "20"},
    {"searchopts", R"("")"},
    {"searchstaleness", "900"},
    {"shell", "null"},
    {"sign-git-commit", "false"},
    {"sign-git-tag", "false"},
    {"strict-peer-deps", "false"},
    {"strict-scripts", "false"},
    {"strict-ssl", "true"},
    {"tag", R"("latest")"},
    {"tag-version-prefix", R"("v")"},
    {"timing", "false"},
    {"token-description", "null"},
    {"umask", "0"},
    {"unicode", "true"},
    {"update-notifier", "true"},
    {"usage", "false"},
    {"user-agent", "null"},
    {"userconfig", "null"},
    {"version", "false"},
    {"versions", "false"},
    {"viewer", R"("man")"},
    {"which", "null"},
    {"workspace", "[]"},
    {"workspaces", "null"},
    {"workspaces-update", "true"},
    {"yes", "null"},
};

// What may follow "//host/path/:".
constexpr std::string_view kHostKeys[] = {"_auth", "_authToken", "_password", "certfile",
                                          "email", "keyfile",    "username"};

}  // namespace

std::span<const SettingDefinition> setting_definitions() { return kDefinitions; }

const SettingDefinition* find_setting(std::string_view name) {
  const auto* found = std::lower_bound(
      std::begin(kDefinitions), std::end(kDefinitions), name,
      [](const SettingDefinition& entry, std::string_view key) { return entry.name < key; });
  return found != std::end(kDefinitions) && found->name == name ? found : nullptr;
}

bool is_known_setting(std::string_view key) {
  const size_t colon = key.rfind(':');
  if (key.starts_with("//")) {
    if (colon < 3) return false;
    const std::string_view name = key.substr(colon + 1);
    return std::find(std::begin(kHostKeys), std::end(kHostKeys), name) != std::end(kHostKeys);
  }
  if (key.starts_with('@'))
    return colon != std::string_view::npos && key.substr(colon) == ":registry";
  return find_setting(key) != nullptr;
}

OrderedJson typed_setting(std::string_view name, const std::string& text) {
  const SettingDefinition* definition = find_setting(name);
  if (text == "null" && definition != nullptr) return nullptr;
  if (definition == nullptr) return text;
  const OrderedJson standard = OrderedJson::parse(definition->default_json, nullptr, false);
  const bool is_truth = text == "true" || text == "false";
  if (is_truth && (standard.is_boolean() || standard.is_null())) return text == "true";
  if (standard.is_number()) {
    char* end = nullptr;
    const long long number = std::strtoll(text.c_str(), &end, 10);
    if (!text.empty() && *end == 0) return number;
  }
  return text;
}

}  // namespace gyre::pkg
