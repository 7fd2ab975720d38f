#include "pkg/lockfile/replace_host.hpp"

#include "pkg/registry/url.hpp"

namespace gyre::pkg {

std::string archive_url(const std::string& resolved, const Options& options) {
  if (!is_http_url(resolved)) return resolved;
  const std::string host = url_host(resolved);
  const std::string name = host.substr(0, host.rfind(':'));
  const std::string& rule = options.replace_registry_host;
  const bool is_meant = rule == "always" || name == (rule == "npmjs" ? "registry.npmjs.org" : rule);
  if (!is_meant || host == url_host(options.registry)) return resolved;
  const size_t path = resolved.find('/', resolved.find("://") + 3);
  if (path == std::string::npos) return resolved;
  return options.registry.substr(0, options.registry.size() - 1) + resolved.substr(path);
}

}  // namespace gyre::pkg
