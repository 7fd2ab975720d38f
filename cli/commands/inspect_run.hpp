// What the commands that look at a tree (ls, explain, outdated) share: which workspaces they are
// for.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "cli/commands/command.hpp"
#include "pkg/inspect/project_graph.hpp"

namespace gyre::cli {

struct TreeScope {
  std::vector<std::string> workspaces;  // names or folders; empty: no restriction
  std::optional<bool> with_workspaces;  // true: only they, all of them; false: without them
  bool with_root = false;
};

void add_scope_options(CLI::App& app, TreeScope& scope);

using NodeSet = std::unordered_set<const pkg::resolve::GraphNode*>;
// What lies in the scope; empty: everything does. EUSAGE: no such workspace.
Result<NodeSet> scope_filter(const pkg::ProjectGraph& graph, const TreeScope& scope);

}  // namespace gyre::cli
