// Bills of materials of a tree: CycloneDX 1.5 and SPDX 2.3, as documents. Reads the packages'
// package.json files where the tree is on disk. Any thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "pkg/options.hpp"
#include "pkg/tree/edges.hpp"
#include "pkg/tree/node.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct SbomRequest {
  bool is_cyclonedx = true;
  std::string package_type = "library";  // library, application, framework
  bool is_lockfile_only = false;
  std::set<std::string> only;  // locations; empty: all
  Omit omit;
  std::string tool_version;
};

// ESBOMPROBLEMS: what is missing or does not satisfy its range, one per line.
Result<OrderedJson> make_sbom(const Tree& tree, const SbomRequest& request);

}  // namespace gyre::pkg
