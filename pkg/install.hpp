// The installer's façade: a request in, an outcome out. Prints nothing; tells an observer how far
// it is. Blocking; everything runs under one lock per project and, until the last step, changes
// nothing that the next run could not repair.
#pragma once

#include <string>
#include <vector>

#include "pkg/interrupt.hpp"
#include "pkg/options.hpp"
#include "pkg/report.hpp"

namespace gyre::pkg {

enum class SaveTo : uint8_t { kKeep, kProd, kDev, kOptional, kPeer };

struct InstallRequest {
  std::vector<std::string> add;     // "name", "name@spec", "./folder", "file.tgz"
  std::vector<std::string> remove;  // names
  std::vector<std::string> update;  // names to resolve afresh; "*" for all
  std::string import_from;          // another tool's lockfile whose versions are taken over
  bool dedupe = false;              // resolve afresh what is there more than once
  bool prune = false;               // remove what nothing needs, with or without a lockfile
  SaveTo save_to = SaveTo::kKeep;
  bool save_bundle = false;             // into bundleDependencies too
  std::vector<std::string> workspaces;  // -w: names, folders, or folders above workspaces
  bool all_workspaces = false;
  bool includes_root = false;     // --include-workspace-root
  bool clean = false;             // `ci`: the lockfile as it is, node_modules from nothing
  bool runs_root_scripts = true;  // the project's own preinstall … prepare
  std::string executable;         // absolute path of gyre, for scripts
  std::string npm_command = "install";
  bool keeps_stdout = false;  // stdout is a document: the project's scripts write to stderr
};

enum class InstallPhase : uint8_t { kReading, kResolving, kFetching, kLinking, kScripts, kDone };

struct InstallProgress {
  InstallPhase phase = InstallPhase::kReading;
  size_t resolved = 0;  // packages placed in the wanted tree
  size_t staged = 0, to_stage = 0;
  size_t downloaded = 0;  // archives
  uint64_t bytes = 0;     // received from the network
};

// Called on the installing thread.
class InstallObserver {
 public:
  virtual ~InstallObserver() = default;
  // At every change of phase, else at most twenty times a second.
  virtual void on_progress(const InstallProgress& progress) {}
  virtual void on_warning(const Warning& warning) {}
  // "waiting for registry.example (12 s) …"
  virtual void on_notice(const std::string& text) {}
  virtual void on_detail(const std::string& text) {}  // for --verbose
  // A script is about to write to the terminal.
  virtual void on_script(const std::string& label, const std::string& event,
                         const std::string& command) {}
};

// `interrupts` may be null.
InstallOutcome install(const InstallRequest& request, const Options& options,
                       InstallObserver& observer, Interrupts* interrupts);

}  // namespace gyre::pkg
