// "devEngines" and "packageManager" of a project's own package.json: what its developers want to be
// used for working on it. Pure.
#pragma once

#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "pkg/options.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct EngineMismatch {
  enum class Weight : uint8_t { kWarn, kError } weight = Weight::kError;
  std::string message;
};

// What this machine and gyre are not. EBADDEVENGINES when "devEngines" itself is malformed. As
// runtime, "node" (the version gyre is compatible with) and "gyre" are met, as package manager
// "npm" and "gyre".
Result<std::vector<EngineMismatch>> check_dev_engines(const OrderedJson& manifest,
                                                      const Options& options);
// "pnpm@9.1.0" where "packageManager" names neither npm nor gyre; empty otherwise.
std::string foreign_package_manager(const OrderedJson& manifest);

}  // namespace gyre::pkg
