// A project of generated packages for tests that disturb an install: made once, copied for every
// disturbance, compared as a whole afterwards. One thread.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/support/temp_dir.hpp"

namespace gyre::test {

struct Size {
  int packages = 40;
  int files = 12;  // of each package
};

// How one run of gyre ended.
struct Ended {
  int exit = -1;  // -1: by a signal
  int signal = 0;
  double seconds = 0;
  std::string out, err;
};

class Fixture {
 public:
  Fixture(std::string gyre, Size size);

  // A new folder with the first or the second state of the project: manifest and lockfile, sources
  // of every package beside it. Nothing installed.
  std::string new_project(bool is_second = false);
  // Changes a project in place from the first state to the second.
  void move_on(const std::string& project) const;
  // Starts `gyre <args>` in the project with a store of its own name; the child leads a group.
  pid_t start(const std::string& project, const std::string& store,
              const std::vector<std::string>& args,
              const std::function<void()>& in_child = {}) const;
  Ended wait(pid_t child, const std::string& project) const;
  Ended run(const std::string& project, const std::string& store,
            const std::vector<std::string>& args = {"install"}) const;
  std::string new_store() const;
  // Everything below a folder: path -> kind, mode, content or link text.
  using Listing = std::map<std::string, std::string>;
  static Listing list(const std::string& folder);
  // What lies beside projects and stores: nothing may change it.
  Listing surroundings() const;
  // What differs, at most ten lines; empty: nothing.
  static std::string difference(const Listing& expected, const Listing& actual);

 private:
  void write_manifest(const std::string& project, bool is_second) const;
  void make_archive(int index, int version) const;

  std::string gyre_;
  Size size_;
  TempDir root_;
  int projects_ = 0;
  mutable int stores_ = 0;
};

}  // namespace gyre::test
