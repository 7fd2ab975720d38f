#include "pkg/resolve/pins.hpp"

#include "pkg/resolve/graph.hpp"

namespace gyre::pkg::resolve {
namespace {

// As PreferredVersions names who depends: folders of the project by "./" and their location.
std::string dependent_of(const GraphNode& from) {
  const GraphNode& node = from.source ? *from.source : from;
  if (node.is_top()) return "./" + node.target_location;
  return node.package_name() + "@" + node.version();
}

}  // namespace

const std::string* Pins::locked(const GraphNode& from, std::string_view name, const Want& raw,
                                const Want& want) const {
  auto dependent = preferred_.by_dependent.find(dependent_of(from));
  if (dependent != preferred_.by_dependent.end()) {
    auto entry = dependent->second.find(name);
    if (entry != dependent->second.end()) return &entry->second;
  }
  for (const Want* asked : {&raw, &want}) {
    auto entry = preferred_.by_request.find(std::string(name) + "@" + asked->text);
    if (entry != preferred_.by_request.end()) return &entry->second;
  }
  return nullptr;
}

const Want* Pins::find(const GraphNode& from, std::string_view name, const Want& raw,
                       const Want& want) const {
  if (want.error) return nullptr;
  const std::string* pin = locked(from, name, raw, want);
  if (!pin || pin->empty()) return nullptr;
  const bool is_commit = pin->starts_with('#');
  switch (want.kind()) {
    case SpecKind::kGit:
      return is_commit ? wants_.get(name, want.text.substr(0, want.text.find('#')) + *pin)
                       : nullptr;
    case SpecKind::kVersion:
    case SpecKind::kRange:
      if (is_commit || !want.range || !want.range->test(*pin)) return nullptr;
      break;
    case SpecKind::kTag:
      if (is_commit) return nullptr;
      break;
    default:
      return nullptr;
  }
  const std::string& target = want.spec.target_name;
  return wants_.get(name, target == name ? *pin : "npm:" + target + "@" + *pin);
}

}  // namespace gyre::pkg::resolve
