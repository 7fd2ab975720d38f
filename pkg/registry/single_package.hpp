// Single questions to a registry: one package's metadata, the version a specifier means, one
// archive. For commands that need a package or two; installing goes through RegistryClient.
// Blocking; one thread.
#pragma once

#include <memory>
#include <string>

#include "pkg/registry/packument.hpp"
#include "pkg/registry/request.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {

struct FoundVersion {
  std::string name, version, tarball;
  Integrity integrity;
};

// A request about the package `name`, to the registry that serves it: its document followed by
// `suffix` ("?write=true", "/-rev/…").
RegistryRequest package_request(const Options& options, const std::string& name,
                                const std::string& suffix = {}, std::string method = "GET");
// The whole document. E404 and others.
Result<OrderedJson> ask_packument(RegistryApi& api, const std::string& name);
// The version that a registry specifier means. ETARGET.
Result<FoundVersion> find_version(RegistryApi& api, const Spec& spec);
// Gets the archive that a specifier means into the store, and its metadata into the cache; the
// package as "name@1.0.0".
Result<std::string> add_to_caches(RegistryApi& api, const Spec& spec);
// The bytes, compared with `integrity` unless that is empty (EINTEGRITY).
Result<std::string> download_archive(RegistryApi& api, const std::string& url,
                                     const Integrity& integrity, const std::string& subject);

}  // namespace gyre::pkg
