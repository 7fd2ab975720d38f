// Settled: what an install remembers of inputs (settings, manifests, lockfile) for which there was
// nothing left to resolve, so that the next one need not find out again; and of a project's
// folders, so that one with nothing to do ends after a glance at them. Lies in the cache; losing it
// costs time only. Values; blocking file access on any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pkg/options.hpp"
#include "pkg/project.hpp"
#include "pkg/tree/node.hpp"

namespace gyre::pkg {

// What the ideal tree has and the lockfile does not say.
struct Settled {
  size_t packages = 0;                // in the tree, as far as this machine needs them
  std::vector<std::string> inert;     // locations
  std::vector<std::string> indirect;  // locations of what no registry answered for

  // The ideal tree of the lockfile's.
  Tree apply_to(Tree locked) const;
};

// The file of what is remembered under a key; others lie beside it.
std::string settled_path(const Options& options, const std::string& key);

// Names the inputs. Empty where something outside them counts as well: linked folders, archives in
// files, settings that were not loaded.
std::string settled_key(const Options& options, const Project& project,
                        std::string_view lockfile_text);
// Whether all that decides about `tree` is in the key.
bool may_settle(const Tree& tree);

std::optional<Settled> find_settled(const Options& options, const std::string& key);
void store_settled(const Options& options, const std::string& key, const Settled& settled);

// The hidden lockfile's text, which the same inputs decide about.
std::optional<std::string> find_hidden_text(const Options& options, const std::string& key);
void store_hidden_text(const Options& options, const std::string& key, std::string_view hidden);

// Locations of packages, and whether each is a link.
using FolderList = std::vector<std::pair<std::string, bool>>;

// The state of the folders a tree occupies. `wanted` is what is linked: hoisted or isolated.
void store_folders(const Options& options, const std::string& key, const Tree& wanted);
void store_folders(const Options& options, const std::string& key, const FolderList& packages);
// Whether they still are as they were when stored, for the same inputs.
bool are_folders_untouched(const Options& options, const std::string& key);

}  // namespace gyre::pkg
