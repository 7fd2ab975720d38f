// The environment npm promises to scripts: npm_package_*, npm_lifecycle_event, INIT_CWD, a PATH
// with every node_modules/.bin up the tree, and `node` itself. Any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "pkg/options.hpp"
#include "pkg/tree/node.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct ScriptContext {
  std::string event;           // "postinstall"; empty for commands that are no script
  std::string command;         // its text
  std::string package_folder;  // absolute
  std::string npm_command;     // "install", "run-script", "exec"
  std::string executable;      // absolute path of gyre
  std::vector<std::string> extra_bin_folders;  // before the tree's
  const Node* node = nullptr;  // the installed package whose script it is: npm_package_resolved…
  std::vector<std::pair<std::string, std::string>> variables;  // set last
};

// Our own environment with npm's additions, "NAME=value".
std::vector<std::string> script_environment(const ScriptContext& context, const Options& options);

// A private folder holding a link `node` to `executable`, for `#!/usr/bin/env node`.
Result<std::string> node_link_folder(const std::string& executable, const Options& options);

// node-gyp for scripts that build addons: what npm_config_node_gyp, the setting node-gyp or PATH
// name, else a wrapper of ours that has `gyre x` get it. Empty members: nothing to add.
struct NodeGyp {
  std::string script;  // for npm_config_node_gyp: a script `node` can run
  std::string folder;  // for PATH, holding `node-gyp`
};
Result<NodeGyp> find_node_gyp(const std::string& executable, const Options& options);

// Where global packages go: the prefix setting, else the folder gyre is installed in.
std::string global_prefix(const std::string& executable, const Options& options);

// The .bin folders that apply in `folder`, nearest first.
std::vector<std::string> bin_folders(const std::string& folder);

}  // namespace gyre::pkg
