// GitCommand: runs git as a child process: never asks for passwords, reads no option out of what a
// package wrote, is bounded in time and output, and ends with its whole process group when it is
// cancelled. Blocking; any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "runtime/base/result.hpp"

namespace gyre::pkg::git {

struct Limits {
  std::chrono::milliseconds timeout{60'000};
  const std::atomic<bool>* stop = nullptr;  // true: end now (ECANCELED)
};

// stdout of `git <arguments>`. ENOGIT when there is no git; EGIT with git's own last words when it
// fails; ETIMEDOUT.
Result<std::string> run(const std::vector<std::string>& arguments, const Limits& limits);

// Our environment without GIT_DIR and its like (a hook that installs would redirect us), with what
// keeps git from asking anybody anything. "NAME=value".
std::vector<std::string> environment();

}  // namespace gyre::pkg::git
