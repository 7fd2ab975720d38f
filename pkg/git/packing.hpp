// From the files of a commit to an entry of the store: preparation, packing, and the note that lets
// the next install find the same commit without asking anybody. Internal to GitFetcher; pool
// threads.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "pkg/git/fetcher.hpp"
#include "pkg/manifest/manifest.hpp"

namespace gyre::pkg::git {

struct PackRequest {
  std::string folder;  // the commit's files
  Spec spec;
  std::string resolved;
  std::string notes;  // folder of what has been packed before
};

struct PreparedFolder {
  std::string folder;  // the package's: the repository, or what "#path:" names in it
  Manifest manifest;
  bool is_prepared = false;
  std::string unprepared;  // the prepare script that was not allowed to run, if any
};
// Runs what npm runs in a repository before it is packed, where that is allowed.
Result<PreparedFolder> prepare(const PackRequest& request, const GitPreparation& preparation,
                               const std::atomic<bool>& stop);
// EPKGJSON, ELIFECYCLE, or the system's error.
Result<GitPackage> pack(const PackRequest& request, Store& store, const GitPreparation& preparation,
                        const std::atomic<bool>& stop);
// What pack() stored before for the same commit, prepared as it would be now.
Result<std::optional<GitPackage>> find_packed(const std::string& notes, const std::string& resolved,
                                              Store& store, const GitPreparation& preparation);
// A host's .tar.gz, below its first folder. Links in it are refused as in any archive.
Status unpack_archive(ByteView archive, const std::string& folder);

}  // namespace gyre::pkg::git
