// Installer: everything wanted is put beside the project's node_modules before any of it is moved
// in. What the store has is linked by a sweep, a few pool threads that take one package after the
// other; only what is missing goes through the fetcher.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <thread>

#include "pkg/files.hpp"
#include "pkg/installer.hpp"
#include "pkg/link/stage.hpp"
#include "pkg/quiet_folder.hpp"
#include "pkg/tree/edges.hpp"

namespace gyre::pkg {
namespace {

constexpr unsigned kMostSweepers = 8;

}  // namespace

// Shared with the pool's threads, which read the link plan. Each item's outcome is written by the
// one thread that took it.
struct Installer::Sweep {
  Installer* installer;
  std::vector<size_t> items;                                // indexes of the link plan's packages
  std::vector<std::shared_ptr<const StoredPackage>> found;  // by item
  std::atomic<size_t> next{0}, staged{0};
  std::atomic<bool> must_stop{false};
  size_t running = 0;  // owner's thread
};

Status Installer::prepare_stage() {
  const std::string modules = project_.dir + "/node_modules";
  const bool is_first = !path_exists(modules);
  // The inner name decides about the region of the disk: it must not be the same each time.
  const std::string number = std::to_string(::getpid());
  const std::string quiet = (is_first ? project_.dir : modules) + "/.gyre-" + number;
  stage_dir_ = quiet + "/" + number;
  GYRE_TRY(make_quiet_folder(quiet));
  GYRE_TRY(make_directories(stage_dir_ + "/new"));
  applier_.emplace(project_.dir, stage_dir_);
  if (is_first) applier_->stage_whole_folder();
  return ok();
}

Status Installer::stage() {
  enter(InstallPhase::kFetching);
  // Also where nothing else is to do: the earlier run may have been killed while it cleaned up.
  remove_leftovers(project_.dir);
  store_.remove_abandoned();
  const bool has_work = !link_plan_.units.empty() || !link_plan_.removals.empty();
  // A folder no hidden lockfile vouches for was left by an interrupted run: the packages in it are
  // whole, but its commands may not be linked.
  if (!has_work && !request_.clean && !is_doubtful()) return ok();
  GYRE_TRY(prepare_stage());
  contents_.resize(link_plan_.packages.size());
  progress_.to_stage = link_plan_.packages.size();
  start_sweep();
  auto is_staged = [this] { return staged_ == link_plan_.packages.size(); };
  GYRE_TRY(pump(is_staged));
  for (size_t next = link_plan_.packages.size(); add_missing_of_bundles();) {
    contents_.resize(link_plan_.packages.size());
    progress_.to_stage = link_plan_.packages.size();
    for (; next < link_plan_.packages.size(); ++next) stage_one(link_plan_, next);
    GYRE_TRY(pump(is_staged));
  }
  tell_link_mode();
  transport_.retire();
  return ok();
}

void Installer::tell_link_mode() {
  if (options_.link_mode != LinkMode::kAuto || link_modes_.proven() != LinkMode::kCopy) return;
  observer_.on_detail("files are copied: the store " + options_.store_dir +
                      " is on another file system than the project, or has no links");
}

// One more than there are processors: now and then one waits for the disk or another's folder.
size_t Installer::sweepers() {
  return std::clamp(std::thread::hardware_concurrency() + 1, 2u, kMostSweepers);
}

// Lockfiles count the dependencies of bundled packages as bundled even where the archive does not
// have them. Those are fetched after all. False: nothing was missing.
bool Installer::add_missing_of_bundles() {
  const Tree& wanted = wanted_tree();
  const size_t before = link_plan_.packages.size();
  std::set<std::string_view> placed;
  for (const PlacedPackage& package : link_plan_.packages) placed.insert(package.node->location);
  for (size_t i = 0; i < before; ++i) {
    const PlacedPackage bundler = link_plan_.packages[i];
    if (bundler.node->meta.bundle_dependencies.empty() || !contents_[i]) continue;
    const std::string target = target_of(link_plan_, i);
    const std::string below = bundler.node->location + "/";
    for (auto at = wanted.nodes.lower_bound(below);
         at != wanted.nodes.end() && at->first.starts_with(below); ++at) {
      const Node& node = at->second;
      const bool is_wanted = comes_in_archive(wanted, node) && !node.is_inert && !node.is_link &&
                             !is_omitted(node, options_.omit) && !placed.contains(node.location);
      const std::string inside = node.location.substr(bundler.node->location.size());
      if (!is_wanted || path_exists(target + inside + "/package.json")) continue;
      placed.insert(node.location);
      link_plan_.packages.push_back({&node, bundler.unit, bundler.below + inside});
    }
  }
  return link_plan_.packages.size() > before;
}

std::string Installer::target_of(const LinkPlan& plan, size_t index) const {
  const PlacedPackage& placed = plan.packages[index];
  return applier_->stage_of(plan.units[placed.unit], placed.unit) + placed.below;
}

void Installer::start_sweep() {
  sweep_ = std::make_shared<Sweep>();
  sweep_->installer = this;
  for (size_t i = 0; i < link_plan_.packages.size(); ++i) {
    const Node& node = *link_plan_.packages[i].node;
    if (node.integrity.empty() || patch_of(node)) {
      stage_one(link_plan_, i);
      continue;
    }
    sweep_->items.push_back(i);
  }
  sweep_->found.resize(sweep_->items.size());
  sweep_->running = std::min(sweepers(), sweep_->items.size());
  for (size_t i = sweep_->running; i > 0; --i) {
    pool_->submit(
        workers::JobClass::kBlocking, mailbox_, [shared = sweep_] { sweep(*shared); },
        [this](Status) {
          if (--sweep_->running == 0) finish_sweep(*sweep_);
        });
  }
}

// On a pool thread.
void Installer::sweep(Sweep& sweep) {
  Installer* self = sweep.installer;
  for (size_t at; (at = sweep.next++) < sweep.items.size();) {
    if (sweep.must_stop.load(std::memory_order_relaxed)) return;
    const size_t index = sweep.items[at];
    const Node& node = *self->link_plan_.packages[index].node;
    const std::string& name = package_name(node);
    const auto integrity = Integrity::parse(node.integrity);
    std::optional<StoreEntry> entry;
    if (integrity) entry = self->store_.find(integrity->key());
    // Whatever is wrong with it, the fetcher says.
    if (!entry || !Store::check_identity(*entry->package, {name, node.meta.version})) {
      self->mailbox_->post([self, index] { self->stage_one(self->link_plan_, index); });
      continue;
    }
    const std::string target = self->target_of(self->link_plan_, index);
    Status staged = stage_package(*entry, target, self->link_modes_);
    if (!staged && staged.error().errno_number() == ENOENT) {
      // Not whole any more. What is there already stays: it is what will come again.
      self->store_.discard(integrity->key());
      self->mailbox_->post([self, index] { self->stage_one(self->link_plan_, index); });
      continue;
    }
    if (!staged) {
      sweep.must_stop = true;
      auto error = std::make_shared<Error>(std::move(staged).error());
      self->mailbox_->post([self, error, &node] {
        self->fail(std::move(*error), node.name + "@" + node.meta.version, node.location);
      });
      return;
    }
    sweep.found[at] = std::move(entry->package);
    sweep.staged.fetch_add(1, std::memory_order_relaxed);
  }
}

// Packages the running sweep has staged and nobody has counted yet.
size_t Installer::swept() const {
  return sweep_ && sweep_->running > 0 ? sweep_->staged.load(std::memory_order_relaxed) : 0;
}

void Installer::stop_sweep() {
  if (sweep_) sweep_->must_stop = true;
  stop_relinking();
}

void Installer::finish_sweep(const Sweep& sweep) {
  for (size_t at = 0; at < sweep.items.size(); ++at) {
    if (!sweep.found[at]) continue;
    contents_[sweep.items[at]] = sweep.found[at];
    ++staged_;
  }
}

}  // namespace gyre::pkg
