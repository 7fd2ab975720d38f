// Fixture of the installer's fault tests: a project with canaries around it, a mock registry of its
// own, and the contract every failed installation keeps. GYRE names the executable under test.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "registry-mock/registry.hpp"
#include "tests/support/run_program.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/time_limit.hpp"

namespace gyre::test {

// What a folder holds: path → type, mode and content.
using Listing = std::map<std::string, std::string>;
enum class Detail : bool { kContent, kIdentity };  // kIdentity: inode and mtime as well
Listing list_files(const std::string& folder, Detail detail,
                   const std::vector<std::string>& without = {});
// The paths in which two listings differ, one a line; empty when they are the same.
std::string differences(const Listing& before, const Listing& after);

class Bench {
 public:
  // app depends on top@^1.0.0, top on bad@^1.0.0; bad is what goes wrong.
  Bench() : Bench("") {}
  // `user`: further members of the only account, as _accounts.json has them.
  explicit Bench(const std::string& user);

  // packages/<path>, read anew by the registry.
  void package(const std::string& path, const std::string& text);
  // Of many files the last one is told: the registry looks at the folder anew each time.
  void package_quietly(const std::string& path, const std::string& text) {
    packages_.write(path, text);
  }
  // bad@1.0.0 from a recipe ("entries": […], …); its manifest is added.
  void recipe(const std::string& members);
  void good();  // bad@1.0.0 as it should be
  void fault(const std::string& json);

  std::map<std::string, std::string> variables() const;
  Program start(std::vector<std::string> args);
  Run gyre(std::vector<std::string> args = {"install"}) { return start(std::move(args)).wait(); }
  Run shell(const std::string& text);  // in the project, `gyre` on PATH
  std::string printed_errors() const { return read_file(scratch_ / "stderr"); }  // so far

  registry_mock::Server& registry() { return *server_; }
  std::string url() const { return server_->url(); }
  std::string root() const { return root_.path(); }
  std::string project() const { return root_ / "one/two/three/app"; }
  std::string store() const { return root_ / "cache/gyre"; }
  std::string read(const std::string& path) const { return read_file(project() + "/" + path); }
  bool has(const std::string& path) const;
  // Nothing but package.json and .npmrc.
  void forget_installation() const;
  // Further lines of the project's .npmrc.
  void configure(const std::string& lines);
  void manifest(const std::string& text);
  // A project's own package.json with one dependency more, which never fails.
  std::string manifest_with_steady() const;
  size_t asked_for(const std::string& url);
  // The tree an installation gives that nothing has disturbed.
  Listing undisturbed();
  Listing surroundings() const;

  std::map<std::string, std::string> environment;  // more variables

 private:
  TempDir root_, packages_, scratch_;
  std::unique_ptr<registry_mock::Server> server_;
};

struct Expected {
  std::string code;
  std::vector<std::string> says;  // all of them, in the error line or its hint
  std::string package = "bad@1.0.0";
  bool is_in_chain = true;  // the error names who asked for the package
  // What brings the fault into an installed project; empty where it is elsewhere.
  std::string added = "top@^1.0.0";
};

// The whole contract: fails as expected, touches nothing, prints no secret, says the same as JSON,
// leaves an installed project as it was, and succeeds after `cure` with the tree of an undisturbed
// installation.
void check_contract(Bench& bench, const Expected& expected, const std::function<void()>& cure);
// The part of it about a project that has a lockfile and a node_modules already.
void check_installed_is_kept(Bench& bench, const Expected& expected);
// Nothing unfinished is left in the store.
void check_no_temporary(const Bench& bench);
// Only that the command failed so.
void check_failure(const Bench& bench, const Run& run, const Expected& expected);

}  // namespace gyre::test
