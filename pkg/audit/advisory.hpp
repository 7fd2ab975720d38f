// Advisory: one reason to distrust versions of a package: either what the registry reports, or what
// follows from it: that a version's every way to satisfy a dependency is distrusted. Shared by the
// report's entries. One thread.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"

namespace gyre::pkg {

// The part of a packument that audits look at.
struct AuditedPackage {
  std::string name, latest;
  std::vector<std::string> versions;  // sorted
  std::set<std::string> deprecated;
  OrderedJson manifests = OrderedJson::object();  // by version
};
std::shared_ptr<const AuditedPackage> read_audited_package(const std::string& name,
                                                           const OrderedJson& packument);

class Advisory {
 public:
  // As the registry tells it.
  Advisory(OrderedJson source, std::shared_ptr<const AuditedPackage> package);
  // `package` depends on what `cause` is about.
  Advisory(std::shared_ptr<const Advisory> cause, std::shared_ptr<const AuditedPackage> package);

  const std::string& name() const { return package_->name; }
  const AuditedPackage& package() const { return *package_; }
  // What it is about: the package itself, or the dependency.
  const std::string& dependency() const { return dependency_; }
  bool is_derived() const { return cause_ != nullptr; }
  const std::string& severity() const { return severity_; }
  const std::string& range() const { return range_; }
  // Tells advisories apart.
  const std::string& id() const { return id_; }

  // `spec` is what a version that the packument lacks asks of the dependency.
  bool covers(const std::string& version, const std::string& spec = {}) const;
  // Whether nothing that satisfies `spec` is free of it.
  bool covers_all_of(const std::string& spec) const;
  OrderedJson json() const;

 private:
  bool decide(const std::string& version, const std::string& spec) const;
  std::string derived_range() const;

  std::shared_ptr<const AuditedPackage> package_;
  std::shared_ptr<const Advisory> cause_;
  OrderedJson source_;
  std::string dependency_, severity_, range_, id_;
  mutable std::map<std::string, bool> known_versions_, known_specs_;
};

// Audits read versions loosely and count prereleases in.
bool audit_satisfies(const std::string& version, const std::string& range);

}  // namespace gyre::pkg
