// AuditReport: which packages of a locked tree the registry's advisories concern, directly or
// through what they depend on, and what would help. Asks the registry; blocking; one thread.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pkg/audit/advisory.hpp"
#include "pkg/registry/request.hpp"
#include "pkg/tree/edges.hpp"
#include "pkg/tree/node.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// What makes a finding go away.
struct AuditFix {
  enum class Kind : uint8_t { kUpdate, kForce, kNone } kind = Kind::kUpdate;
  std::string name, version;  // kForce: what the project would have to ask for
  bool is_major = false;
  bool operator==(const AuditFix&) const = default;
};

struct Vulnerability {
  std::string name, severity;
  bool is_direct = false;
  std::vector<std::shared_ptr<const Advisory>> advisories;
  std::set<std::string> locations;
  std::set<std::string> via, effects;  // names
  AuditFix fix;

  std::string range() const;  // as short as possible
};

class AuditReport {
 public:
  // E4xx, E5xx, EREGISTRYREPLY or a network error when there is no answer. `only` limits the audit
  // to these locations unless it is empty.
  static Result<AuditReport> make(RegistryApi& api, const Tree& tree,
                                  const std::set<std::string>& only);

  const std::map<std::string, Vulnerability>& vulnerabilities() const { return vulnerabilities_; }
  size_t count(const std::string& severity) const;
  // Whether anything is as severe as `level` ("info" … "critical", "none": never).
  bool reaches(const std::string& level) const;
  OrderedJson json() const;

 private:
  std::map<std::string, Vulnerability> vulnerabilities_;
  OrderedJson dependency_counts_;
  friend class AuditBuilder;
};

// "info" 0 … "critical" 4, "none" 5; -1 for anything else.
int severity_rank(const std::string& severity);

// Locations of what the workspaces at `tops` depend on, themselves included.
std::set<std::string> dependency_closure(const Tree& tree, const std::vector<std::string>& tops);

}  // namespace gyre::pkg
