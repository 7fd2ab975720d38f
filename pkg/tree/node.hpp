// Tree: packages by location, as plain data. The locked tree (package-lock.json), the actual tree
// (disk) and the ideal tree (wanted) are all Trees; the resolver's working graph is not (resolve/).
// Owns all its strings; movable between threads.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gyre::pkg {

using NamedStrings = std::vector<std::pair<std::string, std::string>>;

struct Bin {
  std::string name;  // command name, a plain file name
  std::string path;  // relative to the package folder, inside it
  bool operator==(const Bin&) const = default;
};

// The part of a package's manifest that trees and lockfiles carry. `*_json` are raw JSON texts;
// empty means absent.
struct PackageMeta {
  std::string name;
  std::string version;
  NamedStrings dependencies, dev_dependencies, optional_dependencies, peer_dependencies;
  std::vector<std::string> optional_peers;
  std::vector<std::string> bundle_dependencies;
  bool bundles_everything = false;
  std::vector<std::string> os, cpu, libc;
  std::string engines_json, funding_json, license_json, peer_meta_json, workspaces_json;
  std::string engines_node;
  std::string deprecated;
  bool is_deprecated = false;
  bool has_install_script = false;
  bool has_shrinkwrap = false;
  bool is_abbreviated = false;  // license, C library and workspaces are not known
  std::vector<Bin> bins;
};

// Why a package is in the tree; npm's lockfile flags.
struct NodeFlags {
  bool dev = false;           // only devDependencies lead here
  bool optional = false;      // only optionalDependencies lead here
  bool dev_optional = false;  // dev dependencies and optional dependencies lead here, nothing else
  bool peer = false;          // only peerDependencies lead here
  bool extraneous = false;    // nothing leads here
  bool in_bundle = false;     // came inside the parent's tarball
  bool operator==(const NodeFlags&) const = default;
};

struct Node {
  std::string location;  // "" root, "node_modules/a/node_modules/@s/b", or "packages/x" (workspace)
  std::string name;      // the folder's name: differs from meta.name for aliases
  std::string resolved;  // tarball URL, "file:…" for local ones; empty for root and workspaces
  std::string integrity;
  bool is_link = false;     // a symlink to link_target (workspaces, file: folders)
  std::string link_target;  // location of the target, relative to the project folder
  NodeFlags flags;
  // In the lockfile for other platforms' sake; not to be fetched or linked on this one.
  bool is_inert = false;
  bool is_registry = true;  // every dependency that leads here is answered by a registry
  PackageMeta meta;
  uint64_t unpacked_size = 0;  // from the registry when known, for progress and planning
  uint32_t file_count = 0;
};

struct Tree {
  std::string root_dir;               // absolute
  std::map<std::string, Node> nodes;  // by location; "" is the root
  int lockfile_version = 3;           // of the file it was read from
  bool from_disk = false;             // a lockfile was read (even an empty one)

  const Node* find(std::string_view location) const {
    auto found = nodes.find(std::string(location));
    return found == nodes.end() ? nullptr : &found->second;
  }
};

// "node_modules/a/node_modules/@s/b" -> "@s/b"; a workspace folder -> "".
std::string_view name_of_location(std::string_view location);
// The package `name` resolves to for a package at `from`, as require() would find it; null if none.
const Node* find_dependency(const Tree& tree, std::string from, const std::string& name);
// Location of the node whose node_modules this location is in ("" for the project).
std::string_view parent_location(std::string_view location);

}  // namespace gyre::pkg
