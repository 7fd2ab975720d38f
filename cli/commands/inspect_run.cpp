#include "cli/commands/inspect_run.hpp"

namespace gyre::cli {

void add_scope_options(CLI::App& app, TreeScope& scope) {
  app.add_option("--workspace,-w", scope.workspaces, "Only this workspace, by name or folder")
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag_function(
      "--workspaces,--ws,!--no-workspaces",
      [&scope](int64_t count) { scope.with_workspaces = count > 0; },
      "All workspaces and nothing else; with no-: leave out what only they need");
  app.add_flag("--include-workspace-root", scope.with_root,
               "The project's own dependencies too, although workspaces are named");
}

Result<NodeSet> scope_filter(const pkg::ProjectGraph& graph, const TreeScope& scope) {
  const bool is_without = scope.with_workspaces == false;
  const bool is_all = scope.with_workspaces == true;
  if (scope.workspaces.empty() && is_without) return graph.dependencies_of({}, true);
  if (scope.workspaces.empty() && !is_all) return NodeSet{};
  GYRE_ASSIGN(const auto chosen, graph.workspaces(scope.workspaces));
  return graph.dependencies_of(chosen, scope.with_root);
}

}  // namespace gyre::cli
