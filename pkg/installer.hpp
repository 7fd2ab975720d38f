// Installer: one run of install(), step by step. Internal to the façade. One thread, the owner of
// the mailbox that downloads and pool jobs report to.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pkg/git/fetcher.hpp"
#include "pkg/import/foreign_lock.hpp"
#include "pkg/install.hpp"
#include "pkg/link/apply.hpp"
#include "pkg/link/isolated.hpp"
#include "pkg/link/mode.hpp"
#include "pkg/patch/patch_set.hpp"
#include "pkg/project.hpp"
#include "pkg/registry/client.hpp"
#include "pkg/replay.hpp"
#include "pkg/saving.hpp"
#include "pkg/scripts/lifecycle.hpp"
#include "pkg/settled.hpp"
#include "pkg/store/fetch.hpp"

namespace gyre::pkg {

class Installer final : public TransportEvents {
 public:
  Installer(const InstallRequest& request, const Options& options, InstallObserver& observer,
            Interrupts* interrupts);
  ~Installer() override;
  InstallOutcome run();

 private:
  // TransportEvents; on the transport's thread.
  void on_bytes(size_t count) override;
  void on_waiting(const std::string& host, Milliseconds silence) override;
  void on_retry(const std::string& url, const std::string& reason, int next_try,
                Milliseconds delay) override;

  // The steps, in order. Each leaves the disk as it was if it fails.
  Status lock();
  Status read();
  Status read_rest();
  void foresee_network();
  Status check_frozen();
  std::vector<std::string> known_names(const std::string& registry) const;
  void suggest_name();
  void tell_unmet_peers();
  Status check_developer_tools();
  Status resolve();
  Status plan();
  Status stage();
  Status commit();
  Status run_dependency_scripts();
  Status run_root_scripts();
  TextStyle lock_style() const;
  Status complete_manifests();
  Status ask_for_rest(std::vector<std::string> locations);
  Status save();
  void note_converted(const TextStyle& style);
  void restore_lockfile();
  void clean_up();

  Status read_foreign_lock();
  // Whether it has been found, in this or an earlier run, that there is nothing to resolve.
  bool is_plain_request() const;
  bool has_root_scripts() const;
  bool adopt_settled();
  void remember_settled();
  struct Relinking;
  bool adopt_replay();
  Result<bool> link_again();
  bool relink_next(Relinking& own);
  bool relink_one(Relinking& own, const ReplayPackage& package);
  bool forget_replay();
  void stop_relinking();
  size_t relinked() const;
  void report_replay();
  void remember_links();
  void remember_replay();
  // resolve()
  Result<Tree> starting_tree() const;
  void answer_requests();
  void request_manifest(const ManifestRequest& want);
  void request_contents(const ContentsRequest& want);
  void start_early(const Picked& picked);
  Status name_arguments(std::vector<std::string>& arguments);
  void request_repository(const ManifestRequest& want);
  std::vector<std::string> changed_repositories() const;
  GitPreparation git_preparation();
  // stage()
  struct Sweep;
  Status prepare_stage();
  void start_sweep();
  static void sweep(Sweep& sweep);
  void finish_sweep(const Sweep& sweep);
  size_t swept() const;
  void stop_sweep();
  static size_t sweepers();
  void tell_link_mode();
  std::string target_of(const LinkPlan& plan, size_t index) const;
  void stage_one(const LinkPlan& plan, size_t index);
  bool add_missing_of_bundles();
  void fetch_repository(const LinkPlan& plan, size_t index, const Spec& spec);
  void stage_entry(const LinkPlan& plan, size_t index, const StoreEntry& entry);
  void fetch_for(const LinkPlan& plan, size_t index, const PackageSource& source, bool is_guessed);
  void ask_for_url(const LinkPlan& plan, size_t index, const PackageSource& source);
  void fetch_failed(const LinkPlan& plan, size_t index, const Error& error, const std::string& url);
  void stage_fetched(const LinkPlan& plan, size_t index, const FetchedPackage& fetched);
  Status note_missing_hash(const Node& node, const FetchedPackage& fetched);
  void drop_missing_units();
  // patches
  void mark_repatched();
  PatchRef patch_of(const Node& node) const;
  Status write_patches();
  // scripts
  Status run_dependency(const Node& node, const Scripts& scripts);
  Status run_linked_scripts(const ScriptPolicy& policy);
  Status run_linked(const Node& link, const ScriptPolicy& policy, std::set<std::string>& done);
  Status run_own(const Scripts& scripts, const std::string& folder, const std::string& label);
  Status run_script(const LifecycleScript& script);
  Status check_blocked();
  void note_blocked(const Node& node, const Scripts& scripts);
  struct NewScripts {
    const Node* node;  // in the wanted tree
    Scripts scripts;
  };
  std::vector<NewScripts> new_scripts() const;
  void add_bundled_scripts(const Node& bundler, std::map<std::string, NewScripts>& found) const;

  // Waits until `is_done`, telling the observer; ends early on failure or interruption.
  Status pump(const std::function<bool()>& is_done);
  void fail(Error error, std::string package = {}, std::string location = {}, std::string url = {});
  void enter(InstallPhase phase);
  void tell(bool force);
  void warn(std::string code, std::string message);
  bool is_interrupted() const { return interrupts_ != nullptr && interrupts_->signal() != 0; }
  Status write_hidden(std::optional<LockfileWriter> writer);
  void keep_remains();
  void note_skipped();
  void keep_chosen(Plan& plan) const;
  // What goes to disk: ideal_, or the isolated layout made from it.
  const Tree& wanted_tree() const { return layout_ ? layout_->tree : ideal_; }
  const std::string& ideal_location(const std::string& location) const;
  bool is_doubtful() const { return had_modules_folder_ && !actual_.from_disk; }
  void distrust_unbuilt();

  const InstallRequest& request_;
  const Options& options_;
  InstallObserver& observer_;
  Interrupts* interrupts_;

  std::shared_ptr<workers::Mailbox> mailbox_;
  std::optional<ProjectLock> lock_;
  Project project_;
  std::string original_manifest_;
  std::vector<AddedDependency> added_;
  std::optional<ForeignLock> foreign_;
  std::optional<IdealBuilder> builder_;
  bool is_resolved_ = false;
  Tree ideal_, actual_;
  std::optional<IsolatedLayout> layout_;
  std::string settled_key_;         // of the inputs as they were read
  std::optional<Settled> settled_;  // what is remembered of these inputs
  std::string lock_text_;           // of ideal_, once written
  std::string hidden_text_;         // likewise
  bool is_up_to_date_ = false;
  bool has_said_ = false;  // notices that belong to the inputs
  LinkPlan link_plan_;
  PatchSet patches_;
  std::vector<std::shared_ptr<const StoredPackage>> contents_;  // by link_plan_.packages
  std::string stage_dir_;
  std::shared_ptr<Sweep> sweep_;
  std::shared_ptr<Relinking> relinking_;  // set: node_modules is made from what is remembered
  bool has_run_scripts_ = false;          // of dependencies
  bool had_modules_folder_ = true;
  bool is_committed_ = false;
  bool must_undo_ = false;

  Store store_;
  LinkModes link_modes_;
  std::optional<Applier> applier_;

  InstallReport report_;
  std::optional<InstallFailure> failure_;
  InstallProgress progress_;
  uint64_t told_ms_ = 0;
  size_t staged_ = 0;
  size_t replies_ = 0;  // metadata that came since the resolver last ran
  std::atomic<uint64_t> bytes_{0};
  bool has_warned_of_retry_ = false;

  // Last: they run callbacks into the members above until they are gone.
  LazyTransport transport_;
  std::optional<workers::ThreadPool> pool_;
  std::optional<RegistryClient> client_;
  std::optional<PackageFetcher> fetcher_;
  std::optional<GitFetcher> git_;
};

}  // namespace gyre::pkg
