#include "pkg/resolve/location.hpp"

namespace gyre::pkg::resolve {

std::string join_location(std::string_view base, std::string_view path) {
  std::string joined(path);
  if (!path.starts_with('/') && !base.empty()) joined = std::string(base) + '/' + joined;
  std::vector<std::string_view> parts;
  std::string_view rest = joined;
  while (!rest.empty()) {
    size_t slash = rest.find('/');
    std::string_view part = rest.substr(0, slash);
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (!part.empty() && part != ".")
      parts.push_back(part);
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  std::string out = joined.starts_with('/') ? "/" : "";
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += '/';
    out += parts[i];
  }
  return out;
}

std::string absolute_location(std::string_view project_dir, std::string_view location) {
  return join_location(project_dir, location);
}

std::string base_location(const GraphNode& node) {
  const GraphNode* p = &node;
  while (true) {
    if (p->source)
      p = p->source;
    else if (p->parent())
      p = p->parent();
    else
      return p->target_location;
  }
}

}  // namespace gyre::pkg::resolve
