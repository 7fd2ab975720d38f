#include "pkg/installer.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <forward_list>
#include <mutex>

#include "pkg/files.hpp"
#include "pkg/manifest/dev_engines.hpp"
#include "pkg/pending_file.hpp"
#include "pkg/registry/curl_api.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/tree/actual.hpp"
#include "pkg/tree/edges.hpp"

namespace gyre::pkg {
namespace {

constexpr uint64_t kTellEveryMs = 50;
constexpr std::chrono::milliseconds kCleanUpTime{300};

Error cancelled() { return Error::with_code_name("ECANCELED", "interrupted"); }

// The resolver ends its sentences with the chain: "… (app > a@1.0.0 > b@^2)". As data it can be
// printed, or listed under --json.
void adopt_chain(InstallFailure& failure) {
  const std::string& message = failure.error.message();
  const size_t open = message.rfind(" (");
  if (!message.ends_with(')') || open == std::string::npos) return;
  const std::string text = message.substr(open + 2, message.size() - open - 3);
  if (text.find(" > ") == std::string::npos) return;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(" > ", at), text.size());
    failure.required_by.push_back(text.substr(at, end - at));
    at = end + 3;
  }
  failure.package = failure.required_by.back();
  const size_t url = message.find("http");
  if (url < open) failure.url = message.substr(url, message.find_first_of(") ", url) - url);
  failure.error = Error::with_code_name(failure.error.code(), message.substr(0, open))
                      .with_hint(failure.error.hint());
}

std::string seconds(Milliseconds time) {
  return std::to_string((time.count() + 500) / 1000) + " s";
}

}  // namespace

InstallOutcome install(const InstallRequest& request, const Options& options,
                       InstallObserver& observer, Interrupts* interrupts) {
  return Installer(request, options, observer, interrupts).run();
}

Installer::Installer(const InstallRequest& request, const Options& options,
                     InstallObserver& observer, Interrupts* interrupts)
    : request_(request),
      options_(options),
      observer_(observer),
      interrupts_(interrupts),
      mailbox_(workers::Mailbox::create_blocking()),
      store_(options.store_dir),
      link_modes_(options.link_mode),
      transport_(options, *this) {
  pool_.emplace();
  client_.emplace(options_, transport_, *pool_, mailbox_);
  fetcher_.emplace(options_, store_, transport_, *pool_, mailbox_);
  git_.emplace(options_, store_, transport_, *pool_, mailbox_, git_preparation());
}

Installer::~Installer() {
  git_->cancel();
  if (Transport* transport = transport_.if_started()) transport->cancel();
  client_->close();
  fetcher_->close();
  pool_.reset();
  transport_.close();  // its callbacks go through the client and the fetcher
  mailbox_->close();
  keep_remains();
}

// The process ends soon: until then what the install knew stays where it is. Taking thousands of
// nodes, manifests and file lists apart one by one takes longer than a small install's linking.
void Installer::keep_remains() {
  struct Remains {
    std::optional<IdealBuilder> builder;
    Tree ideal, actual;
    Project project;
    LinkPlan link_plan;
    std::vector<std::shared_ptr<const StoredPackage>> contents;
  };
  static std::mutex mutex;
  static auto* const all = new std::forward_list<Remains>;
  std::lock_guard lock(mutex);
  all->push_front({std::move(builder_), std::move(ideal_), std::move(actual_), std::move(project_),
                   std::move(link_plan_), std::move(contents_)});
}

void Installer::on_bytes(size_t count) { bytes_.fetch_add(count, std::memory_order_relaxed); }

void Installer::on_waiting(const std::string& host, Milliseconds silence) {
  mailbox_->post([this, host, silence] {
    observer_.on_notice("waiting for " + host + " (" + seconds(silence) + ") …");
  });
}

void Installer::on_retry(const std::string& url, const std::string& reason, int next_try,
                         Milliseconds delay) {
  mailbox_->post([this, url, reason, next_try, delay] {
    if (!std::exchange(has_warned_of_retry_, true)) warn("retry", reason + ", trying again");
    observer_.on_detail("try " + std::to_string(next_try) + " in " + std::to_string(delay.count()) +
                        " ms: " + url + " (" + reason + ")");
  });
}

void Installer::warn(std::string code, std::string message) {
  report_.warnings.push_back({std::move(code), std::move(message)});
  observer_.on_warning(report_.warnings.back());
}

void Installer::fail(Error error, std::string package, std::string location, std::string url) {
  if (failure_) return;
  failure_ = InstallFailure{std::move(error), std::move(package), {}, printable_url(url)};
  if (!location.empty()) {
    failure_->required_by = requirement_chain(ideal_, ideal_location(location));
  } else if (package.empty()) {
    adopt_chain(*failure_);
  }
}

void Installer::enter(InstallPhase phase) {
  progress_.phase = phase;
  tell(true);
}

void Installer::tell(bool force) {
  const uint64_t now = Clock::system().monotonic_ms();
  if (!force && now - told_ms_ < kTellEveryMs) return;
  told_ms_ = now;
  progress_.staged = staged_ + swept() + relinked();
  progress_.bytes = bytes_.load(std::memory_order_relaxed);
  progress_.downloaded = fetcher_->downloads();
  observer_.on_progress(progress_);
}

Status Installer::pump(const std::function<bool()>& is_done) {
  while (!is_done()) {
    if (failure_) return failure_->error;
    if (is_interrupted()) return cancelled();
    mailbox_->wait(std::chrono::steady_clock::now() + Milliseconds{kTellEveryMs});
    tell(false);
  }
  if (failure_) return failure_->error;
  return is_interrupted() ? Status(cancelled()) : ok();
}

InstallOutcome Installer::run() {
  const uint64_t started = Clock::system().monotonic_ms();
  auto steps = [this]() -> Status {
    GYRE_TRY(lock());
    GYRE_TRY(read());
    if (is_up_to_date_) return ok();
    if (relinking_) {
      GYRE_ASSIGN(const bool is_linked, link_again());
      if (is_linked) return ok();
      GYRE_TRY(read_rest());
    }
    GYRE_TRY(check_frozen());
    GYRE_TRY(resolve());
    GYRE_TRY(plan());
    if (options_.dry_run) return ok();
    if (!options_.lockfile_only) {
      GYRE_TRY(stage());
      GYRE_TRY(commit());
      GYRE_TRY(run_dependency_scripts());
      if (is_interrupted()) return cancelled();
    }
    GYRE_TRY(save());
    if (!options_.lockfile_only) GYRE_TRY(run_root_scripts());
    return ok();
  };
  Status status = steps();
  const bool has_succeeded{status};
  const bool was_interrupted = !status && is_interrupted();
  if (!status && !failure_ && !was_interrupted) fail(std::move(status).error());
  if (was_interrupted) {
    failure_.reset();
    restore_lockfile();
  }
  suggest_name();
  must_undo_ = !has_succeeded && !is_committed_;
  clean_up();
  // Not before: what is settled is not looked at again, and so may have no stage left in it.
  if (has_succeeded && !is_up_to_date_ && !is_interrupted()) remember_settled();
  enter(InstallPhase::kDone);
  report_.elapsed = Milliseconds{Clock::system().monotonic_ms() - started};
  report_.downloaded = fetcher_->downloads();
  report_.downloaded_bytes = bytes_.load();
  InstallOutcome outcome{std::move(report_), std::move(failure_), 0};
  if (was_interrupted) outcome.signal = interrupts_->signal();
  return outcome;
}

Status Installer::lock() {
  auto lock = ProjectLock::acquire(
      options_.project_dir,
      [this] {
        observer_.on_notice("waiting for another install in " + options_.project_dir + " …");
      },
      [this] { return is_interrupted(); });
  if (!lock) return std::move(lock).error();
  lock_.emplace(std::move(*lock));
  return ok();
}

Status Installer::read() {
  enter(InstallPhase::kReading);
  const bool may_lack_manifest = !request_.add.empty();
  GYRE_ASSIGN(project_, load_manifests(options_, may_lack_manifest ? ManifestNeed::kOptional
                                                                   : ManifestNeed::kRequired));
  GYRE_ASSIGN(patches_, PatchSet::load(project_.dir, project_.manifest.json));
  GYRE_TRY(read_lockfile_text(project_));
  if (adopt_settled()) {
    is_up_to_date_ = true;
    is_committed_ = true;
    return ok();
  }
  return adopt_replay() ? ok() : read_rest();
}

Status Installer::read_rest() {
  GYRE_TRY(parse_project_lockfile(project_));
  foresee_network();
  if (!request_.import_from.empty()) GYRE_TRY(read_foreign_lock());
  GYRE_TRY(check_lockfile_hosts(project_.lockfile.tree, options_));
  GYRE_TRY(check_developer_tools());
  had_modules_folder_ = path_exists(project_.dir + "/node_modules");
  original_manifest_ = project_.has_manifest ? write_manifest(project_.manifest) : std::string();
  const bool is_asked = !request_.workspaces.empty() || request_.all_workspaces;
  if (!request_.clean || is_asked) GYRE_TRY(choose_packages(project_, request_, options_));
  InstallRequest named = request_;
  GYRE_TRY(name_arguments(named.add));
  GYRE_ASSIGN(added_, add_dependencies(project_, named, options_));
  GYRE_ASSIGN(const auto missing, remove_dependencies(project_, request_.remove));
  for (const std::string& name : missing) {
    warn("EUSAGE", name + " is not a dependency of this project");
  }
  return ok();
}

// Binding libcurl takes as long as all that comes before the first request. It is begun here where
// that is sure to come: nothing has been cached yet, or the store lacks what the lockfile names.
void Installer::foresee_network() {
  if (options_.offline) return;
  bool is_needed = !project_.lockfile.exists && !path_exists(options_.cache_dir + "/metadata");
  for (const auto& [location, node] : project_.lockfile.tree.nodes) {
    const NodeFlags& flags = node.flags;
    if (flags.dev || flags.optional || flags.dev_optional || flags.in_bundle) continue;
    const auto integrity = Integrity::parse(node.integrity);
    if (!integrity || integrity->empty()) continue;
    is_needed = !store_.find(integrity->key());
    break;
  }
  if (is_needed) pool_->post(workers::JobClass::kBlocking, [] { (void)load_curl(); });
}

Status Installer::check_developer_tools() {
  const OrderedJson& json = project_.manifest.json;
  GYRE_ASSIGN(const auto mismatches, check_dev_engines(json, options_));
  for (const EngineMismatch& mismatch : mismatches) {
    if (mismatch.weight == EngineMismatch::Weight::kError && !options_.force) {
      return Error(Code::EBADDEVENGINES, mismatch.message,
                   "Use what they name, or run again with --force.");
    }
    warn("EBADDEVENGINES", mismatch.message);
  }
  if (const std::string other = foreign_package_manager(json); !other.empty()) {
    warn("EPACKAGEMANAGER", "\"packageManager\" in package.json names " + other +
                                ": its lockfile is not kept up to date by gyre");
  }
  return ok();
}

Status Installer::check_frozen() {
  if (!options_.frozen && !request_.clean) return ok();
  const std::string name = project_.lockfile_path.substr(project_.dir.size() + 1);
  if (!project_.lockfile.exists) {
    return Error(Code::EUSAGE, "there is no " + name + " in " + project_.dir,
                 "run gyre install once and commit the lockfile");
  }
  const auto differences =
      lock_differences(project_.manifest.meta, project_.workspaces, project_.lockfile.tree);
  if (differences.empty()) return ok();
  std::string message = name + " does not match package.json:";
  for (const std::string& difference : differences) message += "\n  " + difference;
  return Error(Code::ELOCKSTALE, message, "run gyre install to bring the lockfile up to date");
}

Status Installer::plan() {
  report_.is_dry_run = options_.dry_run;
  if (options_.lockfile_only) {
    report_.packages = static_cast<size_t>(
        std::count_if(ideal_.nodes.begin(), ideal_.nodes.end(),
                      [](const auto& entry) { return !name_of_location(entry.first).empty(); }));
    return ok();
  }
  GYRE_ASSIGN(actual_, load_actual(project_.dir));
  if (request_.clean) {
    // From nothing: commit() sets aside whatever is there.
    std::erase_if(actual_.nodes, [](const auto& entry) { return !entry.first.empty(); });
  }
  if (options_.node_linker == NodeLinker::kIsolated) layout_ = isolate(ideal_, options_);
  if (is_doubtful()) distrust_unbuilt();
  mark_repatched();
  Plan plan = diff(wanted_tree(), actual_, options_);
  keep_chosen(plan);
  for (const Action& action : plan.actions) {
    const Node& node = action.ideal ? *action.ideal : *action.actual;
    PlannedChange change{
        PlannedChange::Kind::kAdd, action.location, package_name(node), node.meta.version, {}};
    if (action.kind == ActionKind::kRemove) change.kind = PlannedChange::Kind::kRemove;
    if (action.kind == ActionKind::kReplace) {
      change.kind = PlannedChange::Kind::kReplace;
      if (action.actual) change.old_version = action.actual->meta.version;
    }
    if (layout_ && node.is_link) continue;  // no packages, only ways to them
    report_.added += change.kind == PlannedChange::Kind::kAdd;
    report_.changed += change.kind == PlannedChange::Kind::kReplace;
    report_.removed += change.kind == PlannedChange::Kind::kRemove;
    report_.changes.push_back(std::move(change));
  }
  report_.packages = plan.unchanged + report_.added + report_.changed;
  if (layout_) {
    report_.packages = 0;
    for (const auto& [location, node] : layout_->tree.nodes) {
      report_.packages += !node.is_link && !name_of_location(location).empty();
    }
  }
  note_skipped();
  link_plan_ = make_link_plan(plan, wanted_tree(), actual_);
  return ok();
}

// With chosen workspaces only what they need is put in place; the rest stays as it is.
void Installer::keep_chosen(Plan& plan) const {
  if (project_.chosen.empty()) return;
  const std::set<std::string> needed = needed_locations(ideal_, project_.chosen);
  // A replaced folder takes what is nested in it along.
  std::set<std::string> replaced;
  for (const Action& action : plan.actions) {
    if (action.kind == ActionKind::kReplace && needed.contains(action.location))
      replaced.insert(action.location);
  }
  std::erase_if(plan.actions, [&](const Action& action) {
    std::string_view above = action.location;
    for (size_t at; (at = above.rfind("/node_modules/")) != std::string_view::npos;) {
      above = above.substr(0, at);
      if (replaced.contains(std::string(above))) return false;
    }
    // What is in the way of a chosen package or of one it needs goes, as with npm.
    const size_t folder = action.location.rfind("node_modules/");
    if (action.kind == ActionKind::kRemove && folder != std::string::npos) {
      const std::string owner = action.location.substr(0, folder == 0 ? 0 : folder - 1);
      const auto& chosen = project_.chosen;
      if (std::find(chosen.begin(), chosen.end(), owner) != chosen.end()) return false;
      if (!owner.empty() && needed.contains(owner)) return false;
    }
    return !needed.contains(action.location);
  });
}

// What the project itself names as optional and this machine cannot use.
void Installer::note_skipped() {
  for (const auto& [name, spec] : project_.manifest.meta.optional_dependencies) {
    const Node* node = ideal_.find("node_modules/" + name);
    if (node == nullptr || !node->is_inert) continue;
    has_said_ = true;
    observer_.on_notice("optional " + name + "@" + node->meta.version +
                        " left out: it is not for this platform");
  }
}

// A new lockfile looks like package.json.
TextStyle Installer::lock_style() const {
  TextStyle style = project_.lockfile.style;
  if (!project_.lockfile.exists && project_.has_manifest) {
    if (!project_.manifest.indent.empty()) style.indent = project_.manifest.indent;
    style.newline = project_.manifest.newline;
  }
  return style;
}

Status Installer::save() {
  GYRE_TRY(complete_manifests());
  if (!options_.save || request_.clean) {
    is_committed_ = true;
    return write_hidden(std::nullopt);
  }
  const std::string manifest = write_manifest(project_.manifest);
  const bool edits = !request_.add.empty() || !request_.remove.empty();
  std::optional<LockfileWriter> writer;
  // All or none: no file takes its place before there was room for every one.
  std::vector<PendingFile> pending;
  auto prepare = [&pending](const std::string& path, const std::string& text,
                            Durability durability) -> Status {
    GYRE_ASSIGN(PendingFile file, PendingFile::write(path, text, durability));
    pending.push_back(std::move(file));
    return ok();
  };
  if (options_.package_lock && !options_.frozen) {
    const TextStyle style = lock_style();
    // What is settled was found to be written as it is.
    if (settled_)
      lock_text_ = project_.lockfile.text;
    else
      lock_text_ = writer.emplace(ideal_, style, options_).lockfile();
    if (lock_text_ != project_.lockfile.text) {
      note_converted(style);
      tell_unmet_peers();
      GYRE_TRY(prepare(project_.lockfile_path, lock_text_, Durability::kOrdered));
      report_.lockfile_changed = true;
    }
  }
  if (edits && manifest != original_manifest_) {
    GYRE_TRY(prepare(project_.dir + "/package.json", manifest, Durability::kSync));
  }
  for (const auto& [location, edited] : project_.edited) {
    GYRE_TRY(prepare(project_.dir + "/" + location + "/package.json", write_manifest(edited),
                     Durability::kSync));
  }
  for (PendingFile& file : pending) GYRE_TRY(file.publish());
  is_committed_ = true;
  GYRE_TRY(write_hidden(std::move(writer)));
  for (const AddedDependency& dependency : added_) {
    if (const Node* node = node_of(ideal_, dependency)) {
      report_.saved.push_back(dependency.name + "@" + node->meta.version);
    }
  }
  return ok();
}

// A signal during the project's own scripts finds everything in its place already. What is
// installed stays; the lockfile is as if nothing had been started.
void Installer::restore_lockfile() {
  if (!is_committed_ || !report_.lockfile_changed) return;
  if (project_.lockfile.exists)
    (void)write_file_atomically(project_.lockfile_path, project_.lockfile.text);
  else
    (void)::unlink(project_.lockfile_path.c_str());
}

void Installer::note_converted(const TextStyle& style) {
  const int before = project_.lockfile.tree.lockfile_version;
  const int now = version_to_write(style, options_);
  if (!project_.lockfile.exists || before == now) return;
  observer_.on_notice(project_.lockfile_path.substr(project_.dir.size() + 1) +
                      " is converted from lockfileVersion " + std::to_string(before) + " to " +
                      std::to_string(now));
}

// Written last: it must be newer than every folder it describes.
Status Installer::write_hidden(std::optional<LockfileWriter> writer) {
  if (options_.lockfile_only || !path_exists(project_.dir + "/node_modules")) return ok();
  GYRE_TRY(write_patches());
  // It would claim more than is there; without it the next run looks for itself.
  if (!project_.chosen.empty()) return remove_tree(project_.hidden_lockfile_path());
  std::optional<std::string> known;
  if (settled_) known = find_hidden_text(options_, settled_key_);
  if (!known && (!writer || &writer->tree() != &wanted_tree())) {
    writer.emplace(wanted_tree(), lock_style(), options_);
  }
  const std::string& text = hidden_text_ = known ? std::move(*known) : writer->hidden();
  const bool is_unchanged = link_plan_.units.empty() && link_plan_.removals.empty();
  if (is_unchanged) {
    if (auto present = read_file(project_.hidden_lockfile_path()); present && *present == text) {
      return ok();
    }
  }
  return write_file_atomically(project_.hidden_lockfile_path(), text, Durability::kOrdered);
}

void Installer::clean_up() {
  if (failure_ || is_interrupted()) git_->cancel();
  if (Transport* transport = transport_.if_started()) transport->cancel();
  if (applier_) {
    if (must_undo_)
      applier_->roll_back();
    else
      applier_->finish();
  }
  if (stage_dir_.empty()) return;
  // Jobs may still be writing there.
  stop_sweep();
  client_->close();
  fetcher_->close();
  pool_.reset();
  // Whoever interrupts wants the prompt back: the next run removes the rest.
  std::optional<Deadline> deadline;
  if (is_interrupted()) deadline = std::chrono::steady_clock::now() + kCleanUpTime;
  (void)remove_tree(stage_dir_.substr(0, stage_dir_.rfind('/')), deadline);
  if (!had_modules_folder_ && must_undo_) (void)::rmdir((project_.dir + "/node_modules").c_str());
}

}  // namespace gyre::pkg
