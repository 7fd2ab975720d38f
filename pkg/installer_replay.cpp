// Installer: linking a settled project anew where its node_modules has gone. Nothing is resolved,
// planned or compared; whatever does not fit leads back to the usual way.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <thread>

#include "pkg/files.hpp"
#include "pkg/installer.hpp"
#include "pkg/link/stage.hpp"
#include "pkg/tree/edges.hpp"

namespace gyre::pkg {
namespace {

// Packages that are worth the start of a thread.
constexpr size_t kWorthThread = 32;

// It must be newer than every folder it describes.
Status enter_newest(const std::string& from, const std::string& to) {
  if (::utimensat(AT_FDCWD, from.c_str(), nullptr, 0) != 0) return Error::from_errno("utime", to);
  if (::rename(from.c_str(), to.c_str()) != 0) return Error::from_errno("rename", to);
  return ok();
}

}  // namespace

// Shared with the pool's threads.
struct Installer::Relinking {
  Replay replay;
  UniqueFd root;  // where node_modules is made
  std::atomic<size_t> next{0}, staged{0};
  std::atomic<bool> must_stop{false};
  size_t running = 0;  // owner's thread
};

// What is remembered of this project, where nothing but links has to be made.
bool Installer::adopt_replay() {
  if (!settled_ || options_.frozen || options_.strict_scripts || has_root_scripts()) return false;
  if (options_.node_linker != NodeLinker::kHoisted) return false;
  if (path_exists(project_.dir + "/node_modules")) return false;
  auto replay = find_replay(options_, settled_key_);
  if (!replay) return false;
  relinking_ = std::make_shared<Relinking>();
  relinking_->replay = std::move(*replay);
  return true;
}

// False: the store lacks something, or has something else. Nothing is left of it then.
Result<bool> Installer::link_again() {
  Relinking& own = *relinking_;
  had_modules_folder_ = false;
  enter(InstallPhase::kFetching);
  remove_leftovers(project_.dir);
  store_.remove_abandoned();
  GYRE_TRY(prepare_stage());
  const std::string root = stage_dir_ + "/new";
  own.root.reset(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!own.root) return Error::from_errno("open", root);
  progress_.to_stage = own.replay.packages.size();
  // This thread links too.
  own.running = std::min(sweepers() - 1, own.replay.packages.size() / kWorthThread);
  for (size_t i = own.running; i > 0; --i) {
    pool_->submit(
        workers::JobClass::kBlocking, mailbox_,
        [this, shared = relinking_] {
          while (relink_next(*shared)) continue;
        },
        [shared = relinking_](Status) { --shared->running; });
  }
  // Meanwhile; it takes its place when everything else has.
  const std::string hidden = root + "/hidden";
  const auto text = find_hidden_text(options_, settled_key_);
  if (!text || !write_file_atomically(hidden, *text, Durability::kOrdered)) own.must_stop = true;
  while (!is_interrupted() && relink_next(own)) tell(false);
  GYRE_TRY(pump([&own] { return own.running == 0; }));
  if (own.must_stop) return forget_replay();
  staged_ = own.staged;
  tell_link_mode();
  observer_.on_detail("linked as it was: " + std::to_string(staged_) + " packages");
  enter(InstallPhase::kLinking);
  GYRE_TRY(applier_->apply(LinkPlan{}));
  GYRE_TRY(applier_->link_bins(own.replay.bins));
  GYRE_TRY(enter_newest(hidden, project_.hidden_lockfile_path()));
  is_committed_ = true;
  report_replay();
  return true;
}

// On any thread. False: that was all.
bool Installer::relink_next(Relinking& own) {
  const size_t at = own.next++;
  if (at >= own.replay.packages.size() || own.must_stop) return false;
  // What is wrong, and whether it matters, is found out in the usual way.
  if (!relink_one(own, own.replay.packages[at])) own.must_stop = true;
  own.staged.fetch_add(1, std::memory_order_relaxed);
  return true;
}

bool Installer::relink_one(Relinking& own, const ReplayPackage& package) {
  const auto entry = store_.open(package.place);
  if (!entry) return false;
  auto index = IndexView::open(entry->index);
  return index &&
         Store::check_identity(index->name(), index->version(), {package.name, package.version}) &&
         pkg::stage_entry(*entry, *index, own.root.get(), package.location, link_modes_);
}

bool Installer::forget_replay() {
  relinking_.reset();
  applier_.reset();
  (void)remove_tree(stage_dir_.substr(0, stage_dir_.rfind('/')));
  stage_dir_.clear();
  return false;
}

void Installer::stop_relinking() {
  if (relinking_) relinking_->must_stop = true;
}

// Packages that have been linked again and nobody has counted yet.
size_t Installer::relinked() const {
  return relinking_ && relinking_->running > 0 ? relinking_->staged.load() : 0;
}

void Installer::report_replay() {
  Replay& replay = relinking_->replay;
  report_.packages = settled_->packages;
  report_.added = replay.packages.size();
  report_.blocked = std::move(replay.blocked);
  for (const ReplayPackage& package : replay.packages) {
    report_.changes.push_back(
        {PlannedChange::Kind::kAdd, package.location, package.name, package.version, {}});
  }
}

// Everything was put in place by this run, from the store, without running anything.
void Installer::remember_links() {
  if (had_modules_folder_ || layout_ || has_run_scripts_) return;
  Replay replay;
  for (size_t i = 0; i < link_plan_.packages.size(); ++i) {
    const Node& node = *link_plan_.packages[i].node;
    const auto integrity = Integrity::parse(node.integrity);
    const bool is_plain = contents_[i] && integrity && !integrity->empty() && node.is_registry &&
                          node.meta.bundle_dependencies.empty();
    if (!is_plain) return;
    replay.packages.push_back(
        {node.location, package_name(node), node.meta.version, Store::place_of(integrity->key())});
  }
  const bool has_links = std::any_of(link_plan_.units.begin(), link_plan_.units.end(),
                                     [](const LinkUnit& unit) { return !unit.symlink.empty(); });
  if (has_links || replay.packages.empty()) return;
  replay.bins = wanted_bins(ideal_, options_);
  replay.blocked = report_.blocked;
  store_replay(options_, settled_key_, replay);
}

// Where all that was done is linking, the folders are what is left to remember.
void Installer::remember_replay() {
  FolderList folders;
  for (const ReplayPackage& package : relinking_->replay.packages) {
    folders.emplace_back(package.location, false);
  }
  store_folders(options_, settled_key_, folders);
}

}  // namespace gyre::pkg
