// ProjectGraph: the packages of a project as they lie on disk (or in its lockfile), joined by their
// dependencies, each of which is judged: met, missing, not met by what is there. What ls, explain,
// outdated and audits look at. Loading is blocking; afterwards it is read only. One thread.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "pkg/options.hpp"
#include "pkg/project.hpp"
#include "pkg/resolve/load_tree.hpp"

namespace gyre::pkg {

enum class TreeSource : uint8_t { kDisk, kLockfile };

class ProjectGraph {
 public:
  // A broken package.json or lockfile is an error; a missing one is an empty project.
  static Result<std::unique_ptr<ProjectGraph>> load(const Options& options, TreeSource source);

  const Project& project() const { return project_; }
  resolve::GraphNode* root() const { return root_; }
  // By location, the root first.
  const std::vector<resolve::GraphNode*>& nodes() const { return nodes_; }
  resolve::GraphNode* find(std::string_view location) const;
  resolve::WantCache& wants() { return wants_; }

  // Absolute; of links: where the link is, and where it leads.
  std::string path_of(const resolve::GraphNode& node) const;
  std::string real_path_of(const resolve::GraphNode& node) const;
  // "name@version", "alias@npm:name@version"; npm's pkgid.
  std::string id_of(const resolve::GraphNode& node) const;
  // Links say "file:…" relative to the folder they are in.
  std::string resolved_of(const resolve::GraphNode& node) const;
  // Workspaces that are named, by name or folder; all when `names` is empty. EUSAGE: no such one.
  Result<std::vector<resolve::GraphNode*>> workspaces(const std::vector<std::string>& names) const;
  // What these folders lead to, themselves included; `with_root` adds the project's own
  // dependencies. Without folders: what the project leads to without its workspaces.
  std::unordered_set<const resolve::GraphNode*> dependencies_of(
      const std::vector<resolve::GraphNode*>& folders, bool with_root) const;
  // `spec` ("name", "name@range") means this package.
  bool matches(const resolve::GraphNode& node, const std::string& spec);

 private:
  explicit ProjectGraph(const Options& options);

  resolve::WantCache::Catalogs catalogs_;
  resolve::WantCache wants_;
  std::unique_ptr<resolve::OverrideSet> overrides_;
  resolve::Graph graph_;
  Project project_;
  resolve::Tops tops_;
  resolve::GraphNode* root_ = nullptr;
  std::vector<resolve::GraphNode*> nodes_;
};

// Whether an override replaced what was asked for.
bool is_overridden(const resolve::GraphNode& node);
// "prod", "dev", "optional", "peer", "peerOptional", "workspace".
const char* edge_type_name(resolve::EdgeType type);

}  // namespace gyre::pkg
