// Installer: leaving out what an earlier run has found out already.
#include "pkg/installer.hpp"
#include "pkg/scripts/policy.hpp"
#include "pkg/tree/diff.hpp"

namespace gyre::pkg {
namespace {

constexpr const char* kRootEvents[] = {"preinstall", "install", "postinstall", "prepublish",
                                       "preprepare", "prepare", "postprepare", "dependencies"};

}  // namespace

bool Installer::is_plain_request() const {
  return request_.add.empty() && request_.remove.empty() && request_.update.empty() &&
         request_.import_from.empty() && !request_.dedupe && !request_.prune &&
         request_.workspaces.empty() && !request_.all_workspaces && !request_.clean &&
         !options_.dry_run && !options_.lockfile_only && !options_.force && options_.save &&
         options_.package_lock && project_.has_manifest && patches_.empty();
}

bool Installer::has_root_scripts() const {
  if (options_.ignore_scripts || !request_.runs_root_scripts) return false;
  for (const auto& [name, command] : project_.manifest.scripts) {
    for (const char* event : kRootEvents) {
      if (name == event && !command.empty()) return true;
    }
  }
  return false;
}

// True: the project is as an earlier run left it, for the same inputs.
bool Installer::adopt_settled() {
  if (!is_plain_request() || !project_.lockfile.exists) return false;
  settled_key_ = settled_key(options_, project_, project_.lockfile.text);
  if (settled_key_.empty()) return false;
  settled_ = find_settled(options_, settled_key_);
  const bool is_untouched =
      settled_ && !has_root_scripts() && are_folders_untouched(options_, settled_key_);
  // Format 1 does not say what a tree needs: it settles a finished project, nothing else.
  if (!is_untouched && project_.lockfile.tree.lockfile_version == 1) settled_.reset();
  if (!is_untouched) return false;
  report_.packages = settled_->packages;
  return true;
}

void Installer::remember_settled() {
  // What was said once must be said again, so such runs are not remembered.
  if (relinking_) return remember_replay();
  if (!is_plain_request() || has_said_ || !report_.warnings.empty() || options_.frozen) return;
  if (lock_text_.empty() || !may_settle(ideal_)) return;
  // What was found settled has been written under the key it was found by.
  const std::string key = settled_ ? settled_key_ : settled_key(options_, project_, lock_text_);
  if (key.empty()) return;
  if (!settled_) {
    Settled settled{report_.packages, {}, {}};
    for (const auto& [location, node] : ideal_.nodes) {
      if (node.is_inert) settled.inert.push_back(location);
      if (!node.is_registry) settled.indirect.push_back(location);
    }
    store_settled(options_, key, settled);
    if (!hidden_text_.empty()) store_hidden_text(options_, key, hidden_text_);
  }
  settled_key_ = key;
  remember_links();
  store_folders(options_, key, wanted_tree());
}

const std::string& Installer::ideal_location(const std::string& location) const {
  if (!layout_) return location;
  const auto found = layout_->origins.find(location);
  return found == layout_->origins.end() ? location : found->second;
}

// Packages whose scripts may have been cut short by the end of an earlier run are made anew.
void Installer::distrust_unbuilt() {
  const ScriptPolicy policy(project_.manifest.json, options_);
  for (const auto& [location, node] : wanted_tree().nodes) {
    if (!node.meta.has_install_script || options_.ignore_scripts) continue;
    const Node& owner = archive_owner(wanted_tree(), node);
    const auto present = actual_.nodes.find(owner.location);
    if (present == actual_.nodes.end() || !policy.allows(owner)) continue;
    present->second.meta.version.clear();
  }
}

}  // namespace gyre::pkg
