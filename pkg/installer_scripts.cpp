// Installer, last part: which scripts run once everything is in its place, and which do not.
#include <algorithm>
#include <map>

#include "pkg/files.hpp"
#include "pkg/installer.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/tree/edges.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

BindingGyp binding_in(const std::string& folder) {
  return path_exists(folder + "/binding.gyp") ? BindingGyp::kPresent : BindingGyp::kAbsent;
}

}  // namespace

// What has just been put in place and has scripts: dependencies before their dependents, so that a
// script finds what it needs built.
std::vector<Installer::NewScripts> Installer::new_scripts() const {
  std::map<std::string, NewScripts> found;
  for (size_t i = 0; i < link_plan_.packages.size(); ++i) {
    if (!contents_[i]) continue;
    const Node& node = *link_plan_.packages[i].node;
    // A script that only the registry tells of is never run, but told of.
    Scripts scripts = install_scripts_of(*contents_[i]);
    if (!scripts.empty() || node.meta.has_install_script)
      found[node.location] = {&node, std::move(scripts)};
    if (!node.meta.bundle_dependencies.empty()) add_bundled_scripts(node, found);
  }
  std::vector<NewScripts> order;
  std::set<const Node*> visited;
  std::function<void(const Node&)> visit = [&](const Node& node) {
    const auto own = found.find(node.location);
    if (own == found.end() || !visited.insert(&node).second) return;
    for (const auto& [name, spec] : node.meta.dependencies) {
      const Node* dependency = find_dependency(wanted_tree(), node.location, name);
      if (dependency != nullptr) visit(*dependency);
    }
    order.push_back(own->second);
  };
  for (const auto& [location, scripts] : found) visit(*scripts.node);
  return order;
}

// The store knows the scripts of an archive's own package only: those that came along are read
// from disk.
void Installer::add_bundled_scripts(const Node& bundler,
                                    std::map<std::string, NewScripts>& found) const {
  const Tree& wanted = wanted_tree();
  const std::string below = bundler.location + "/node_modules/";
  for (auto at = wanted.nodes.lower_bound(below);
       at != wanted.nodes.end() && at->first.starts_with(below); ++at) {
    const Node& node = at->second;
    if (!comes_in_archive(wanted, node) || found.contains(node.location)) continue;
    const std::string folder = project_.dir + "/" + node.location;
    auto manifest = load_manifest(folder + "/package.json");
    if (!manifest) continue;
    if (Scripts scripts = install_scripts_of(*manifest, binding_in(folder)); !scripts.empty())
      found[node.location] = {&node, std::move(scripts)};
  }
}

Status Installer::run_dependency_scripts() {
  const ScriptPolicy policy(project_.manifest.json, options_);
  for (const std::string& entry : policy.unreadable()) {
    warn("EUSAGE", "trustedDependencies: \"" + printable_text(entry, 100) +
                       "\" names no package and source, and allows nothing");
  }
  if (applier_) {
    for (const auto& [node, scripts] : new_scripts()) {
      if (options_.ignore_scripts) break;
      if (!policy.allows(archive_owner(wanted_tree(), *node)))
        note_blocked(*node, scripts);
      else
        GYRE_TRY(run_dependency(*node, scripts));
    }
  }
  GYRE_TRY(run_linked_scripts(policy));
  return check_blocked();
}

void Installer::note_blocked(const Node& node, const Scripts& scripts) {
  BlockedScripts blocked{node.meta.name, node.meta.version, node.location, {}};
  for (const auto& [event, command] : scripts) blocked.events.push_back(event);
  report_.blocked.push_back(std::move(blocked));
}

Status Installer::check_blocked() {
  if (!options_.strict_scripts || report_.blocked.empty()) return ok();
  const size_t count = report_.blocked.size();
  std::string message = std::to_string(count) + (count == 1 ? " package has" : " packages have") +
                        " scripts that were not run:";
  for (const BlockedScripts& blocked : report_.blocked)
    message += " " + blocked.name + "@" + blocked.version;
  return Error(Code::ELIFECYCLE, message,
               "look at them and allow them with gyre approve <name>, or install without "
               "--strict-scripts");
}

Status Installer::run_dependency(const Node& node, const Scripts& scripts) {
  enter(InstallPhase::kScripts);
  has_run_scripts_ = true;
  const ScriptOutput output =
      options_.foreground_scripts ? ScriptOutput::kInherit : ScriptOutput::kCapture;
  for (const auto& [event, command] : scripts) {
    Status ran = run_script(
        {event, command, project_.dir + "/" + node.location, package_label(node), output, &node});
    if (ran) continue;
    if (is_interrupted()) return Error::from_errno_number(ECANCELED, "script");
    if (node.flags.optional) {
      warn("ELIFECYCLE", "optional package left unbuilt: " + ran.error().message());
      return ok();
    }
    fail(std::move(ran).error(), package_label(node), node.location);
    return failure_->error;
  }
  return ok();
}

Status Installer::run_script(const LifecycleScript& script) {
  if (script.output == ScriptOutput::kInherit)
    observer_.on_script(script.label, script.event, script.command);
  else
    observer_.on_detail(script.label + " " + script.event + ": " + script.command);
  const LifecycleSetup setup{request_.npm_command, request_.executable, request_.keeps_stdout};
  return run_lifecycle(script, setup, options_, interrupts_);
}

Status Installer::run_own(const Scripts& scripts, const std::string& folder,
                          const std::string& label) {
  for (const auto& [event, command] : scripts) {
    enter(InstallPhase::kScripts);
    GYRE_TRY(run_script({event, command, folder, label, ScriptOutput::kInherit, nullptr}));
  }
  return ok();
}

// Workspaces are the project's own code: built when they are linked, as npm does. Other folders
// that are linked need permission like any package.
Status Installer::run_linked_scripts(const ScriptPolicy& policy) {
  if (options_.ignore_scripts) return ok();
  std::set<std::string> done;
  for (const auto& [location, node] : ideal_.nodes) {
    if (node.is_link && parent_location(location).empty()) GYRE_TRY(run_linked(node, policy, done));
  }
  return ok();
}

Status Installer::run_linked(const Node& link, const ScriptPolicy& policy,
                             std::set<std::string>& done) {
  if (!done.insert(link.link_target).second) return ok();
  const std::string folder = path::resolve(project_.dir, link.link_target);
  auto manifest = load_manifest(folder + "/package.json");
  if (!manifest) return ok();  // a link to a plain folder
  // What it needs of its kind comes first.
  for (const auto& [name, spec] : manifest->meta.dependencies) {
    const Node* other = ideal_.find("node_modules/" + name);
    if (other != nullptr && other->is_link) GYRE_TRY(run_linked(*other, policy, done));
  }
  const bool is_workspace = std::any_of(
      project_.workspaces.begin(), project_.workspaces.end(),
      [&link](const auto& workspace) { return workspace.location == link.link_target; });
  std::string label = manifest->meta.name.empty() ? link.name : manifest->meta.name;
  if (!manifest->meta.version.empty()) label += "@" + manifest->meta.version;
  const BindingGyp binding = binding_in(folder);
  if (is_workspace || policy.allows(link))
    return run_own(workspace_scripts(*manifest, binding), folder, label);
  const bool is_new =
      std::any_of(link_plan_.units.begin(), link_plan_.units.end(),
                  [&link](const LinkUnit& unit) { return unit.location == link.location; });
  const Scripts scripts = install_scripts_of(*manifest, binding);
  if (!is_new || scripts.empty()) return ok();
  Node named = link;
  named.meta.name = manifest->meta.name;
  named.meta.version = manifest->meta.version;
  note_blocked(named, scripts);
  return ok();
}

Status Installer::run_root_scripts() {
  if (options_.ignore_scripts || !request_.runs_root_scripts || !request_.add.empty() ||
      !request_.remove.empty()) {
    return ok();
  }
  const Scripts scripts = project_scripts(project_.manifest, binding_in(project_.dir));
  if (scripts.empty()) return ok();
  const PackageMeta& own = project_.manifest.meta;
  std::string label = own.name.empty() ? "this project" : own.name;
  if (!own.name.empty() && !own.version.empty()) label += "@" + own.version;
  GYRE_TRY(run_own(scripts, project_.dir, label));
  return write_hidden(std::nullopt);
}

}  // namespace gyre::pkg
