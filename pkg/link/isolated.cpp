#include "pkg/link/isolated.hpp"

#include <algorithm>
#include <cstdio>
#include <set>
#include <unordered_map>
#include <vector>

#include "pkg/tree/diff.hpp"

namespace gyre::pkg {
namespace {

constexpr const char* kFolder = "node_modules/.gyre/";

// FNV-1a: folder names must be the same on every machine.
uint64_t hash_text(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

const std::string& real_name(const Node& node) {
  return node.meta.name.empty() ? node.name : node.meta.name;
}

std::string plain_id(const Node& node) {
  std::string id = real_name(node) + "@" + node.meta.version;
  std::replace(id.begin(), id.end(), '/', '+');
  return id;
}

struct Need {
  std::string name;    // what the dependent calls it
  const Node* target;  // a package or a folder of the project; never a link
};

class Isolator {
 public:
  Isolator(const Tree& ideal, const Options& options) : ideal_(ideal), options_(options) {}

  IsolatedLayout run() {
    layout_.tree.root_dir = ideal_.root_dir;
    for (const auto& [location, node] : ideal_.nodes) {
      if (is_package(node)) packages_.push_back(&node);
    }
    for (const Node* node : packages_) needs_[node] = needs_of(*node);
    name_variants();
    for (const Node* node : packages_) place(*node);
    for (const auto& [location, node] : ideal_.nodes) {
      // What lies outside the project is not ours to fill.
      if (is_source(node) && !location.starts_with("..")) place_source(node);
    }
    return std::move(layout_);
  }

 private:
  bool is_left_out(const Node& node) const {
    return node.is_inert || is_omitted(node, options_.omit);
  }
  bool is_package(const Node& node) const {
    return !name_of_location(node.location).empty() && !node.is_link &&
           !comes_in_archive(ideal_, node) && !is_left_out(node);
  }
  // The project, its workspaces and folders linked to.
  static bool is_source(const Node& node) {
    return name_of_location(node.location).empty() && !node.is_link;
  }

  // What Node would find from the folder `from`.
  const Node* find_from(std::string_view from, const std::string& name) const {
    for (std::string_view folder = from;;) {
      const std::string prefix = folder.empty() ? "" : std::string(folder) + "/";
      if (const Node* node = ideal_.find(prefix + "node_modules/" + name)) return node;
      if (folder.empty()) return nullptr;
      const size_t slash = folder.rfind('/');
      folder = slash == std::string_view::npos ? "" : folder.substr(0, slash);
    }
  }

  std::vector<Need> needs_of(const Node& node) const {
    std::vector<Need> needs;
    std::set<std::string> seen;
    auto add = [&](const std::string& name) {
      if (!seen.insert(name).second) return;
      const Node* found = find_from(node.location, name);
      if (found == nullptr || is_left_out(*found) || comes_in_archive(ideal_, *found)) return;
      if (found->is_link) found = ideal_.find(found->link_target);
      if (found != nullptr && found != &node) needs.push_back({name, found});
    };
    for (const NamedStrings* list : {&node.meta.dependencies, &node.meta.optional_dependencies,
                                     &node.meta.peer_dependencies}) {
      for (const auto& [name, spec] : *list) add(name);
    }
    if (is_source(node)) {
      for (const auto& [name, spec] : node.meta.dev_dependencies) add(name);
    }
    return needs;
  }

  // Splits packages of one name and version by what they see, until nothing splits any more.
  void name_variants() {
    std::unordered_map<const Node*, uint64_t> mark;
    for (const Node* node : packages_) {
      mark[node] = hash_text(plain_id(*node) + "\n" + node->integrity + "\n" + node->resolved);
    }
    for (size_t classes = 0;;) {
      std::set<uint64_t> distinct;
      std::unordered_map<const Node*, uint64_t> next;
      for (const Node* node : packages_) {
        next[node] = hash_text(signature(*node, mark));
        distinct.insert(next[node]);
      }
      mark = std::move(next);
      if (distinct.size() == classes) break;
      classes = distinct.size();
    }
    std::map<std::string, std::set<uint64_t>> variants;
    for (const Node* node : packages_) variants[plain_id(*node)].insert(mark[node]);
    for (const Node* node : packages_) {
      std::string id = plain_id(*node);
      if (variants[id].size() > 1) {
        char suffix[20];
        std::snprintf(suffix, sizeof suffix, "_%08x", static_cast<uint32_t>(mark[node] >> 32));
        id += suffix;
      }
      home_[node] = kFolder + id + "/node_modules";
    }
  }

  std::string signature(const Node& node,
                        const std::unordered_map<const Node*, uint64_t>& mark) const {
    std::string text = std::to_string(mark.at(&node));
    std::map<std::string, std::string> sorted;
    for (const Need& need : needs_.at(&node)) {
      const auto found = mark.find(need.target);
      sorted[need.name] =
          found == mark.end() ? need.target->location : std::to_string(found->second);
    }
    for (const auto& [name, target] : sorted) text.append("\n").append(name + "=" + target);
    return text;
  }

  std::string location_of(const Node& target) const {
    const auto home = home_.find(&target);
    return home == home_.end() ? target.location : home->second + "/" + real_name(target);
  }

  void place(const Node& node) {
    Node copy = node;
    copy.location = location_of(node);
    copy.name = real_name(node);
    const std::string location = copy.location;
    layout_.origins.emplace(location, node.location);
    if (!layout_.tree.nodes.emplace(location, std::move(copy)).second) return;
    for (const Need& need : needs_[&node]) {
      // A package that depends on another version of itself finds it in its own folder.
      const bool is_own_name = need.name == real_name(node);
      add_link((is_own_name ? location + "/node_modules" : home_[&node]), need);
    }
  }

  void place_source(const Node& node) {
    layout_.tree.nodes.emplace(node.location, node);
    const std::string prefix = node.location.empty() ? "" : node.location + "/";
    for (const Need& need : needs_of(node)) add_link(prefix + "node_modules", need);
  }

  void add_link(const std::string& folder, const Need& need) {
    Node link;
    link.location = folder + "/" + need.name;
    link.name = need.name;
    link.is_link = true;
    link.link_target = location_of(*need.target);
    link.meta.name = real_name(*need.target);
    link.meta.version = need.target->meta.version;
    const std::string location = link.location;
    layout_.origins.emplace(location, need.target->location);
    layout_.tree.nodes.emplace(location, std::move(link));
  }

  const Tree& ideal_;
  const Options& options_;
  IsolatedLayout layout_;
  std::vector<const Node*> packages_;
  std::unordered_map<const Node*, std::vector<Need>> needs_;
  std::unordered_map<const Node*, std::string> home_;  // the node_modules a package is in
};

}  // namespace

IsolatedLayout isolate(const Tree& ideal, const Options& options) {
  return Isolator(ideal, options).run();
}

}  // namespace gyre::pkg
