#include "cli/commands/inspect_run.hpp"

namespace gyre::cli {

void add_scope_options(CLI::App& app, TreeScope& scope) {
  app.add_option("--workspace,-w", scope.workspaces, "Only this workspace, by name or folder")
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag("--workspaces,--ws,!--no-workspaces", scope.with_workspaces,
               "Leave out what only workspaces need");
  app.add_flag("--include-workspace-root", scope.with_root,
               "The project's own dependencies too, although workspaces are named");
}

Result<NodeSet> scope_filter(const pkg::ProjectGraph& graph, const TreeScope& scope) {
  if (scope.workspaces.empty() && scope.with_workspaces) return NodeSet{};
  if (scope.workspaces.empty()) return graph.dependencies_of({}, true);
  GYRE_ASSIGN(const auto chosen, graph.workspaces(scope.workspaces));
  return graph.dependencies_of(chosen, scope.with_root);
}

}  // namespace gyre::cli
