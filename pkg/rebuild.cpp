#include "pkg/rebuild.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <set>

#include "pkg/files.hpp"
#include "pkg/link/apply.hpp"
#include "pkg/lockfile/package_lock.hpp"
#include "pkg/project.hpp"
#include "pkg/scripts/lifecycle.hpp"
#include "pkg/semver/range.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/tree/actual.hpp"
#include "pkg/workspace/pnpm_workspace.hpp"
#include "pkg/workspace/workspace.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

std::string label_of(const InstalledScripts& package) {
  const PackageMeta& meta = package.node.meta;
  return meta.version.empty() ? meta.name : meta.name + "@" + meta.version;
}

// Every installed package, what it needs before itself.
std::vector<const Node*> in_build_order(const Tree& tree) {
  std::vector<const Node*> order;
  std::set<const Node*> visited;
  std::function<void(const Node*)> visit = [&](const Node* node) {
    if (!visited.insert(node).second) return;
    for (const NamedStrings* list : {&node->meta.dependencies, &node->meta.optional_dependencies}) {
      for (const auto& [name, spec] : *list) {
        if (const Node* next = find_dependency(tree, node->location, name)) visit(next);
      }
    }
    order.push_back(node);
  };
  for (const auto& [location, node] : tree.nodes) visit(&node);
  return order;
}

// The hidden lockfile must be newer than the folders scripts wrote to.
void touch_hidden_lockfile(const std::string& project_dir) {
  const std::string hidden = project_dir + "/node_modules/.package-lock.json";
  (void)::utimensat(AT_FDCWD, hidden.c_str(), nullptr, 0);
}

Status link_bins_again(const Options& options) {
  GYRE_ASSIGN(Tree tree, load_actual(options.project_dir));
  for (auto& [location, node] : tree.nodes) {
    // What is on disk counts, not what was once locked.
    if (location.empty()) continue;
    const std::string folder =
        path::resolve(options.project_dir, node.is_link ? node.link_target : location);
    if (auto manifest = load_manifest(folder + "/package.json"))
      node.meta.bins = std::move(manifest->meta.bins);
  }
  const std::string stage =
      options.project_dir + "/node_modules/.gyre-" + std::to_string(::getpid());
  Applier applier(options.project_dir, stage);
  Status linked = applier.link_bins(wanted_bins(tree, options));
  if (linked) applier.finish();
  (void)remove_tree(stage);
  return linked;
}

Status run_all(const RebuildRequest& request, const Options& options, InstallObserver& observer,
               Interrupts* interrupts, RebuildOutcome& outcome) {
  GYRE_ASSIGN(const auto packages, find_installed_scripts(request.manifest, options));
  const LifecycleSetup setup{request.npm_command, request.executable, request.keeps_stdout};
  for (const InstalledScripts& package : packages) {
    const PackageMeta& meta = package.node.meta;
    const bool is_meant =
        request.packages.empty() ||
        std::any_of(request.packages.begin(), request.packages.end(), [&](const auto& written) {
          return names_package(written, meta.name, meta.version);
        });
    if (!is_meant || options.ignore_scripts) continue;
    if (!package.is_allowed) {
      BlockedScripts blocked{meta.name, meta.version, package.node.location, {}};
      for (const auto& [event, command] : package.scripts) blocked.events.push_back(event);
      outcome.blocked.push_back(std::move(blocked));
      continue;
    }
    observer.on_progress({InstallPhase::kScripts});
    for (const auto& [event, command] : package.scripts) {
      const ScriptOutput output =
          options.foreground_scripts ? ScriptOutput::kInherit : ScriptOutput::kCapture;
      if (output == ScriptOutput::kInherit) observer.on_script(label_of(package), event, command);
      Status ran =
          run_lifecycle({event, command, package.folder, label_of(package), output, &package.node},
                        setup, options, interrupts);
      if (ran) continue;
      outcome.failure = InstallFailure{std::move(ran).error(), label_of(package), {}, {}};
      return outcome.failure->error;
    }
    outcome.rebuilt.push_back(label_of(package));
  }
  return ok();
}

}  // namespace

Result<Tree> load_with_origins(const std::string& project_dir) {
  GYRE_ASSIGN(Tree tree, load_actual(project_dir));
  std::vector<Tree> locked;
  for (const char* file :
       {"/node_modules/.package-lock.json", "/npm-shrinkwrap.json", "/package-lock.json"}) {
    if (auto lockfile = load_lockfile(project_dir + file); lockfile && lockfile->exists)
      locked.push_back(std::move(lockfile->tree));
  }
  for (auto& [location, node] : tree.nodes) {
    if (location.empty() || node.is_link || !node.resolved.empty()) continue;
    node.is_registry = false;
    for (const Tree& lock : locked) {
      const Node* known = lock.find(location);
      if (known == nullptr || known->is_link || known->meta.version != node.meta.version) continue;
      node.resolved = known->resolved;
      node.integrity = known->integrity;
      node.is_registry = known->is_registry;
      node.flags.in_bundle = known->flags.in_bundle;
      break;
    }
  }
  return tree;
}

bool names_package(const std::string& written, const std::string& name,
                   const std::string& version) {
  const size_t at = written.find('@', 1);
  if (written.substr(0, at) != name) return false;
  if (at == std::string::npos) return true;
  const std::string wanted = written.substr(at + 1);
  const auto range = semver::Range::parse(wanted);
  return wanted == version || (range && range->test(version));
}

Result<std::vector<InstalledScripts>> find_installed_scripts(const OrderedJson& manifest,
                                                             const Options& options) {
  GYRE_ASSIGN(const Tree tree, load_with_origins(options.project_dir));
  GYRE_ASSIGN(Manifest root, parse_manifest(manifest.dump(), "package.json"));
  GYRE_TRY(read_pnpm_workspace(options.project_dir, root));
  std::set<std::string> workspaces;
  if (!root.workspaces.empty()) {
    GYRE_ASSIGN(const auto packages, load_workspaces(options.project_dir, root.workspaces));
    for (const LocalPackage& workspace : packages) workspaces.insert(workspace.location);
  }
  const ScriptPolicy policy(manifest, options);
  std::vector<InstalledScripts> found;
  for (const Node* node : in_build_order(tree)) {
    if (name_of_location(node->location).empty() || workspaces.contains(node->link_target))
      continue;
    const Node& owner = archive_owner(tree, *node);
    InstalledScripts package{*node, owner, {}, {}, false};
    package.folder =
        path::resolve(options.project_dir, node->is_link ? node->link_target : node->location);
    auto own = load_manifest(package.folder + "/package.json");
    if (!own) continue;
    const bool has_binding = path_exists(package.folder + "/binding.gyp");
    package.scripts =
        install_scripts_of(*own, has_binding ? BindingGyp::kPresent : BindingGyp::kAbsent);
    if (package.scripts.empty()) continue;
    package.node.meta.name = own->meta.name.empty() ? node->name : own->meta.name;
    package.node.meta.version = own->meta.version;
    if (&owner == node) package.owner = package.node;
    package.is_allowed = policy.allows(package.owner);
    found.push_back(std::move(package));
  }
  return found;
}

RebuildOutcome rebuild(const RebuildRequest& request, const Options& options,
                       InstallObserver& observer, Interrupts* interrupts) {
  RebuildOutcome outcome;
  auto interrupted = [interrupts] { return interrupts != nullptr && interrupts->signal() != 0; };
  auto steps = [&]() -> Status {
    GYRE_ASSIGN(const ProjectLock lock, ProjectLock::acquire(
                                            options.project_dir,
                                            [&] {
                                              observer.on_notice("waiting for another install in " +
                                                                 options.project_dir + " …");
                                            },
                                            interrupted));
    if (request.links_bins && options.bin_links) GYRE_TRY(link_bins_again(options));
    Status ran = run_all(request, options, observer, interrupts, outcome);
    touch_hidden_lockfile(options.project_dir);
    return ran;
  };
  Status status = steps();
  observer.on_progress({InstallPhase::kDone});
  if (interrupted()) {
    outcome.failure.reset();
    outcome.signal = interrupts->signal();
  } else if (!status && !outcome.failure) {
    outcome.failure = InstallFailure{std::move(status).error(), {}, {}, {}};
  }
  return outcome;
}

}  // namespace gyre::pkg
