#include "pkg/lockfile/legacy_lock.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "pkg/lockfile/collate.hpp"
#include "pkg/semver/range.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/tree/edges.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

constexpr std::string_view kModules = "node_modules";

size_t depth_of(std::string_view location) {
  size_t depth = 0;
  for (size_t at = 0; (at = location.find(kModules, at)) != std::string_view::npos;
       at += kModules.size())
    ++depth;
  return depth;
}

std::string_view last_part(std::string_view location) {
  const size_t at = location.rfind(kModules);
  return at == std::string_view::npos ? location : location.substr(at + kModules.size());
}

bool is_answered(const TreeEdge& edge, const Spec& spec) {
  if (!spec.is_registry()) return true;
  const std::string text = spec.kind == SpecKind::kAlias ? spec.fetch_spec : edge.spec;
  const auto range = semver::Range::parse(text);
  return !range || range->test(edge.to->meta.version);
}

// "file:x.tgz" as seen from the folder that asks for it.
std::string file_address(const std::string& folder, const std::string& path) {
  return "file:" + path::relative(folder, path::resolve(folder, path));
}

class LegacyWriter {
 public:
  LegacyWriter(const Tree& tree, const Options& options) : tree_(tree), options_(options) {
    for (TreeEdge& edge : tree_edges(tree)) {
      edges_out_[edge.from].push_back(edge);
      if (edge.to != nullptr) edges_in_[edge.to].push_back(edge);
    }
    for (const auto& [location, node] : tree.nodes) {
      if (!name_of_location(location).empty())
        children_[std::string(parent_location(location))].push_back(&node);
    }
  }

  OrderedJson children_of(const std::string& location, std::vector<std::string> ancestors) const {
    const auto found = children_.find(location);
    OrderedJson list;
    if (found == children_.end()) return list;
    for (const Node* child : found->second) {
      const bool is_unknown = child->is_inert && !child->is_link && child->meta.version.empty();
      // Links may lead back up.
      const std::string& place = child->is_link ? child->link_target : child->location;
      const bool is_above = std::find(ancestors.begin(), ancestors.end(), place) != ancestors.end();
      if (!is_unknown && !is_above) list[child->name] = entry_of(*child, location, ancestors);
    }
    return list;
  }

 private:
  std::string folder_of(const Node& node) const {
    return node.location.empty() ? tree_.root_dir : path::resolve(tree_.root_dir, node.location);
  }

  // The request that counts as the one that led here: nearest to the project, then by name.
  std::optional<std::pair<TreeEdge, Spec>> request_of(const Node& node) const {
    std::optional<std::pair<TreeEdge, Spec>> best;
    const auto found = edges_in_.find(&node);
    if (found == edges_in_.end()) return best;
    auto is_before = [](const TreeEdge& a, const TreeEdge& b) {
      const size_t depth_a = depth_of(a.from->location), depth_b = depth_of(b.from->location);
      if (depth_a != depth_b) return depth_a < depth_b;
      return sorts_before(last_part(a.from->location), last_part(b.from->location));
    };
    for (const TreeEdge& edge : found->second) {
      auto spec = parse_spec(edge.name, edge.spec);
      if (!spec || !is_answered(edge, *spec)) continue;
      if (!best || is_before(edge, best->first)) best.emplace(edge, std::move(*spec));
    }
    return best;
  }

  OrderedJson entry_of(const Node& node, const std::string& parent,
                       std::vector<std::string>& ancestors) const {
    OrderedJson entry = OrderedJson::object();
    if (node.is_link)
      entry["version"] = "file:" + node.link_target;
    else
      put_origin(node, entry);
    put_flags(node, entry);
    const Node* target = node.is_link ? tree_.find(node.link_target) : &node;
    if (target == nullptr) return entry;
    put_requires(*target, entry);
    ancestors.push_back(parent);
    if (OrderedJson below = children_of(target->location, ancestors); !below.is_null())
      entry["dependencies"] = std::move(below);
    ancestors.pop_back();
    return entry;
  }

  void put_origin(const Node& node, OrderedJson& entry) const {
    const auto request = request_of(node);
    const auto own = parse_spec(node.name, node.resolved.empty() ? "*" : node.resolved);
    const SpecKind own_kind = own ? own->kind : SpecKind::kRange;
    const SpecKind kind = request ? request->second.kind : own_kind;
    const std::string& name = package_name(node);
    if (kind == SpecKind::kFile) {
      entry["version"] =
          request ? file_address(folder_of(*request->first.from), request->second.fetch_spec)
                  : node.resolved;
    } else if (kind == SpecKind::kRemote) {
      entry["version"] = request ? request->first.spec : node.resolved;
    } else if (kind == SpecKind::kGit || own_kind == SpecKind::kGit) {
      entry["version"] = node.resolved;
      entry["from"] = request ? node.name + "@" + request->first.spec : node.resolved;
    } else if (name != node.name) {
      entry["version"] = "npm:" + name + "@" + node.meta.version;
    } else if (!node.meta.version.empty()) {
      entry["version"] = node.meta.version;
    }
    auto is_elsewhere = [](SpecKind what) {
      return what == SpecKind::kGit || what == SpecKind::kFile || what == SpecKind::kFolder;
    };
    const bool says_itself =
        is_elsewhere(own_kind) || is_elsewhere(kind) || kind == SpecKind::kRemote;
    if (!node.resolved.empty() && !says_itself && !options_.omit_lockfile_registry_resolved)
      entry["resolved"] = node.resolved;
    if (!node.integrity.empty()) entry["integrity"] = node.integrity;
  }

  static void put_flags(const Node& node, OrderedJson& entry) {
    const NodeFlags& flags = node.flags;
    if (flags.in_bundle) entry["bundled"] = true;
    if (flags.extraneous) entry["extraneous"] = true;
    if (flags.extraneous || node.is_link) return;
    if (flags.peer) entry["peer"] = true;
    if (flags.dev_optional && !flags.dev && !flags.optional) entry["devOptional"] = true;
    if (flags.dev) entry["dev"] = true;
    if (flags.optional) entry["optional"] = true;
  }

  // Peers are left out: who reads these versions does not know them.
  void put_requires(const Node& node, OrderedJson& entry) const {
    const auto found = edges_out_.find(&node);
    if (found == edges_out_.end()) return;
    OrderedJson list = OrderedJson::object();
    for (const TreeEdge& edge : found->second) {
      if (edge.kind == EdgeKind::kPeer) continue;
      const bool is_file = edge.spec.starts_with("file:");
      list[edge.name] = is_file ? file_address(folder_of(node), edge.spec.substr(5)) : edge.spec;
    }
    entry["requires"] = std::move(list);
  }

  const Tree& tree_;
  const Options& options_;
  std::map<const Node*, std::vector<TreeEdge>> edges_out_, edges_in_;
  std::map<std::string, std::vector<const Node*>> children_;  // by the parent's location
};

}  // namespace

OrderedJson legacy_dependencies(const Tree& tree, const Options& options) {
  return LegacyWriter(tree, options).children_of("", {});
}

}  // namespace gyre::pkg
