#include "pkg/link/plan.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

bool is_below(std::string_view location, std::string_view parent) {
  return location.size() > parent.size() + 1 && location.starts_with(parent) &&
         location[parent.size()] == '/';
}

// "node_modules/a" -> "node_modules", "node_modules/@s/b" -> "node_modules".
std::string modules_folder(const std::string& location) {
  const size_t name = name_of_location(location).size();
  return location.substr(0, location.size() - name - 1);
}

std::string symlink_text(const Node& node) {
  if (node.link_target.starts_with('/')) return node.link_target;
  if (node.link_target.starts_with("../")) {
    // Outside the project: up to its folder first.
    std::string up;
    for (const char c : node.location) up += c == '/' ? "../" : "";
    return up + node.link_target;
  }
  const std::string from = "/" + std::string(path::dirname(node.location));
  const std::string text = path::relative(from, "/" + node.link_target);
  return text.empty() ? "." : text;
}

class Planner {
 public:
  Planner(const Plan& diff, const Tree& ideal, const Tree& actual)
      : diff_(diff), ideal_(ideal), actual_(actual) {
    for (const Action& action : diff.actions) acting_.insert(action.location);
  }

  LinkPlan run() {
    for (const Action& action : diff_.actions) {
      if (action.kind == ActionKind::kRemove)
        remove(action);
      else
        place(action);
    }
    for (LinkUnit& unit : plan_.units) {
      if (unit.replaces) find_kept(unit);
    }
    return std::move(plan_);
  }

 private:
  void remove(const Action& action) {
    // A folder that goes or is replaced takes what is in it along.
    const std::string parent(parent_location(action.location));
    if (!parent.empty() && acting_.contains(parent)) return;
    plan_.removals.push_back(action.location);
  }

  void place(const Action& action) {
    const Node& node = *action.ideal;
    const bool replaces = action.kind == ActionKind::kReplace;
    if (node.is_link) {
      plan_.units.push_back({node.location, replaces, false, symlink_text(node), {}});
      return;
    }
    const auto parent = unit_of_.find(std::string(parent_location(node.location)));
    size_t unit = plan_.units.size();
    if (parent != unit_of_.end()) {
      unit = parent->second;
    } else {
      plan_.units.push_back({node.location, replaces, false, {}, {}});
    }
    unit_of_.emplace(node.location, unit);
    plan_.packages.push_back(
        {&node, unit, node.location.substr(plan_.units[unit].location.size())});
  }

  void find_kept(LinkUnit& unit) {
    for (const auto& [location, node] : actual_.nodes) {
      if (!is_below(location, unit.location) || acting_.contains(location)) continue;
      if (comes_in_archive(actual_, node) ||
          !acting_.contains(std::string(parent_location(location))))
        continue;
      if (ideal_.find(location) != nullptr) unit.kept.push_back(location);
    }
  }

  const Plan& diff_;
  const Tree& ideal_;
  const Tree& actual_;
  LinkPlan plan_;
  std::set<std::string> acting_;
  std::unordered_map<std::string, size_t> unit_of_;
};

}  // namespace

LinkPlan make_link_plan(const Plan& diff, const Tree& ideal, const Tree& actual) {
  return Planner(diff, ideal, actual).run();
}

std::vector<BinLink> wanted_bins(const Tree& ideal, const Options& options) {
  std::vector<BinLink> links;
  if (!options.bin_links) return links;
  std::map<std::pair<std::string, std::string>, std::string> targets;
  for (const auto& [location, node] : ideal.nodes) {
    const std::string name(name_of_location(location));
    if (name.empty() || node.is_inert || is_omitted(node, options.omit)) continue;
    const Node* owner = &node;
    if (node.is_link && node.meta.bins.empty()) {
      if (const Node* target = ideal.find(node.link_target)) owner = target;
    }
    for (const Bin& bin : owner->meta.bins) {
      targets.try_emplace({modules_folder(location) + "/.bin", bin.name},
                          "../" + name + "/" + bin.path);
    }
  }
  for (auto& [key, target] : targets) links.push_back({key.first, key.second, std::move(target)});
  return links;
}

}  // namespace gyre::pkg
