// What an install did, or why it did not: data for the command line to print. Plain values.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pkg/resolve/ideal.hpp"
#include "pkg/tree/node.hpp"
#include "runtime/base/error.hpp"

namespace gyre::pkg {

// A package whose install scripts were left alone.
struct BlockedScripts {
  std::string name, version, location;
  std::vector<std::string> events;
};

struct PlannedChange {
  enum class Kind : uint8_t { kAdd, kReplace, kRemove } kind;
  std::string location, name, version, old_version;
};

struct InstallReport {
  size_t added = 0, changed = 0, removed = 0;
  size_t packages = 0;  // in the tree, as far as this machine needs them
  size_t downloaded = 0;
  uint64_t downloaded_bytes = 0;
  bool is_dry_run = false;
  bool lockfile_changed = false;
  std::vector<std::string> saved;  // "name@version" of what the user named
  std::vector<PlannedChange> changes;
  std::string imported_from;          // what format, where a lockfile was imported
  std::vector<std::string> not_kept;  // of that lockfile, one sentence each
  std::vector<Warning> warnings;
  std::vector<BlockedScripts> blocked;
  std::vector<HeldBack> held_back;  // newer releases passed over because of their age
  std::chrono::milliseconds elapsed{0};
};

struct InstallFailure {
  Error error;
  std::string package;                   // "name@version"
  std::vector<std::string> required_by;  // from the project down to the package
  std::string url;
};

struct InstallOutcome {
  InstallReport report;
  std::optional<InstallFailure> failure;
  int signal = 0;  // interrupted by it; then there is no failure
};

// Who asked for the package at `location`: "app", "a@1.0.0", …, itself. Shortest chain.
std::vector<std::string> requirement_chain(const Tree& tree, const std::string& location);
// What the packages at `from` lead to, themselves, and the links that lead to them.
std::set<std::string> needed_locations(const Tree& tree, const std::vector<std::string>& from);
std::string chain_text(const std::vector<std::string>& chain);

}  // namespace gyre::pkg
