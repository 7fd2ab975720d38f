#include "pkg/audit/report.hpp"

#include <algorithm>
#include <deque>

#include "pkg/lockfile/collate.hpp"
#include "pkg/registry/http_cache.hpp"
#include "pkg/registry/single_package.hpp"
#include "pkg/semver/algorithms.hpp"
#include "pkg/semver/range.hpp"
#include "pkg/spec/spec.hpp"

namespace gyre::pkg {
namespace {

constexpr semver::RangeOptions kLooseAll{semver::Mode::kLoose, semver::Prereleases::kInclude};
constexpr const char* kSeverities[] = {"info", "low", "moderate", "high", "critical"};

bool is_omitted(const Node& node, const Omit& omit) {
  const NodeFlags& flags = node.flags;
  return (omit.dev && flags.dev) || (omit.optional && flags.optional) ||
         (omit.peer && flags.peer) || (omit.dev && omit.optional && flags.dev_optional);
}

// The best version within `range` that is outside `avoid`; empty if there is none.
std::string pick_avoiding(const AuditedPackage& package, const std::string& range,
                          const std::string& avoid) {
  const auto wanted = semver::Range::parse(range, {semver::Mode::kLoose});
  if (!wanted) return {};
  auto fits = [&](const std::string& version) {
    return wanted->test(version) && !audit_satisfies(version, avoid);
  };
  if (!package.latest.empty() && fits(package.latest)) return package.latest;
  std::string best, best_deprecated;
  for (const std::string& version : package.versions) {
    if (!fits(version)) continue;
    (package.deprecated.contains(version) ? best_deprecated : best) = version;
  }
  return best.empty() ? best_deprecated : best;
}

std::string best_within(const AuditedPackage& package, const std::string& range) {
  return pick_avoiding(package, range, "<0.0.0-0");
}

// The range inside an alias.
std::string plain_range(const std::string& name, const std::string& spec) {
  auto parsed = parse_spec(name, spec);
  if (!parsed || !parsed->is_registry()) return {};
  return parsed->fetch_spec.empty() ? "*" : parsed->fetch_spec;
}

}  // namespace

int severity_rank(const std::string& severity) {
  for (int rank = 0; rank < 5; ++rank) {
    if (severity == kSeverities[rank]) return rank;
  }
  return severity == "none" ? 5 : -1;
}

std::string Vulnerability::range() const {
  std::string joined;
  for (const auto& advisory : advisories) {
    joined += (joined.empty() ? "" : " || ") + advisory->range();
  }
  if (advisories.empty()) return joined;
  return semver::simplify(advisories[0]->package().versions, joined, kLooseAll);
}

// Makes the report: advisories wait in a queue; each may add derived ones for dependents.
class AuditBuilder {
 public:
  AuditBuilder(RegistryApi& api, const Tree& tree, const std::set<std::string>& only)
      : api_(api), tree_(tree), only_(only), edges_(tree_edges(tree)) {
    for (const TreeEdge& edge : edges_) {
      if (edge.to != nullptr) edges_in_[edge.to].push_back(&edge);
    }
  }

  Result<AuditReport> build() {
    GYRE_ASSIGN(const OrderedJson answer, ask());
    for (const auto& [name, advisories] : answer.items()) {
      if (!advisories.is_array()) continue;
      for (const OrderedJson& source : advisories) {
        if (source.is_object()) enqueue(std::make_shared<Advisory>(source, package(name)));
      }
    }
    while (!queue_.empty()) {
      auto advisory = queue_.front();
      queue_.pop_front();
      examine(advisory);
    }
    connect();
    count_dependencies();
    return std::move(report_);
  }

 private:
  bool is_audited(const Node& node) const {
    if (node.meta.version.empty() || node.is_link || is_top(node)) return false;
    if (!only_.empty() && !only_.contains(node.location)) return false;
    return !is_omitted(node, api_.options().omit);
  }

  Result<OrderedJson> ask() {
    OrderedJson body = OrderedJson::object();
    for (const auto& [location, node] : tree_.nodes) {
      if (!is_audited(node)) continue;
      OrderedJson& versions = body[package_name(node)];
      const auto known = std::find(versions.begin(), versions.end(), node.meta.version);
      if (known == versions.end()) versions.push_back(node.meta.version);
    }
    if (body.empty()) return OrderedJson(OrderedJson::object());
    RegistryRequest request;
    request.method = "POST";
    request.url = api_.url("-/npm/v1/security/advisories/bulk");
    request.subject = "the security advisories";
    request.body = body.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
    GYRE_ASSIGN(OrderedJson answer, api_.json(request));
    if (!answer.is_object()) {
      return Error(Code::EREGISTRYREPLY, "the answer to the audit is no object");
    }
    return answer;
  }

  // A package whose metadata cannot be had has no versions to move to.
  std::shared_ptr<const AuditedPackage> package(const std::string& name) {
    auto& known = packages_[name];
    if (known) return known;
    OrderedJson packument;
    if (check_package_name(name)) {
      RegistryRequest request = package_request(api_.options(), name);
      request.accept = kAbbreviatedMetadata;
      auto answer = api_.json(request);
      if (answer) packument = std::move(*answer);
    }
    known = read_audited_package(name, packument);
    return known;
  }

  void enqueue(std::shared_ptr<const Advisory> advisory) {
    if (seen_.insert(advisory->id()).second) queue_.push_back(std::move(advisory));
  }

  void examine(const std::shared_ptr<const Advisory>& advisory) {
    std::vector<const Node*> fresh;
    bool is_relevant = false;
    Vulnerability& entry = report_.vulnerabilities_[advisory->name()];
    for (const auto& [location, node] : tree_.nodes) {
      if (package_name(node) != advisory->name() || !is_audited(node)) continue;
      if (!advisory->covers(node.meta.version)) continue;
      is_relevant = true;
      if (entry.locations.insert(location).second) fresh.push_back(&node);
    }
    if (is_relevant) {
      entry.name = advisory->name();
      entry.advisories.push_back(advisory);
      if (severity_rank(advisory->severity()) > severity_rank(entry.severity)) {
        entry.severity = advisory->severity();
      }
    }
    if (entry.locations.empty()) {
      report_.vulnerabilities_.erase(advisory->name());
      return;
    }
    for (const Node* node : fresh) follow_dependents(advisory, *node);
  }

  void follow_dependents(const std::shared_ptr<const Advisory>& advisory, const Node& node) {
    for (const TreeEdge* edge : edges_in_[&node]) {
      if (is_top(*edge->from)) {
        Vulnerability& entry = report_.vulnerabilities_[advisory->name()];
        entry.is_direct = true;
        const AuditFix fix = fix_for(entry, *edge);
        if (fix.kind != AuditFix::Kind::kUpdate || entry.fix == AuditFix()) entry.fix = fix;
        continue;
      }
      const std::string& name = package_name(*edge->from);
      auto derived = std::make_shared<Advisory>(advisory, package(name));
      const std::string spec = plain_range(edge->name, edge->spec);
      if (derived->covers(edge->from->meta.version, spec)) enqueue(std::move(derived));
    }
  }

  AuditFix fix_for(const Vulnerability& entry, const TreeEdge& edge) {
    AuditFix fix;
    const AuditedPackage& package = entry.advisories[0]->package();
    std::string avoid;
    for (const auto& advisory : entry.advisories) {
      avoid += (avoid.empty() ? "" : " || ") + advisory->range();
    }
    const std::string range = plain_range(edge.name, edge.spec);
    fix.kind = AuditFix::Kind::kNone;
    if (range.empty()) return fix;  // not from a registry
    if (!pick_avoiding(package, range, avoid).empty()) return AuditFix();
    const std::string current = best_within(package, range);
    std::string version = current.empty() ? "" : pick_avoiding(package, "^" + current, avoid);
    fix.is_major = version.empty();
    if (version.empty()) version = pick_avoiding(package, "*", avoid);
    if (version.empty()) return AuditFix{AuditFix::Kind::kNone, {}, {}, false};
    fix.kind = AuditFix::Kind::kForce;
    fix.name = package.name;
    fix.version = version;
    return fix;
  }

  void connect() {
    auto& all = report_.vulnerabilities_;
    for (auto& [name, entry] : all) {
      for (const auto& advisory : entry.advisories) {
        if (!advisory->is_derived() || !all.contains(advisory->dependency())) continue;
        entry.via.insert(advisory->dependency());
        all[advisory->dependency()].effects.insert(name);
      }
    }
    for (auto& [name, entry] : all) hand_down(entry, entry.fix);
  }

  // What it takes to fix a dependent is what it takes to fix what made it vulnerable.
  void hand_down(const Vulnerability& entry, const AuditFix& fix) {
    if (fix.kind == AuditFix::Kind::kUpdate) return;
    for (const std::string& name : entry.via) {
      Vulnerability& cause = report_.vulnerabilities_[name];
      const bool is_stricter = fix.kind == AuditFix::Kind::kNone
                                   ? cause.fix.kind != AuditFix::Kind::kNone
                                   : cause.fix.kind == AuditFix::Kind::kUpdate ||
                                         (cause.fix.kind == AuditFix::Kind::kForce &&
                                          !cause.fix.is_major && fix.is_major);
      if (!is_stricter) continue;
      cause.fix = fix;
      hand_down(cause, fix);
    }
  }

  void count_dependencies() {
    size_t prod = 0, dev = 0, optional = 0, peer = 0, peer_optional = 0, total = 0;
    for (const auto& [location, node] : tree_.nodes) {
      if (node.is_link) continue;
      ++total;
      const bool is_dev = node.flags.dev || node.flags.dev_optional;
      const bool is_optional = node.flags.optional || node.flags.dev_optional;
      dev += is_dev;
      optional += is_optional;
      peer += node.flags.peer;
      peer_optional += node.flags.peer && is_optional;
      prod += !is_dev && !is_optional && !node.flags.peer;
    }
    report_.dependency_counts_ = {{"prod", prod},
                                  {"dev", dev},
                                  {"optional", optional},
                                  {"peer", peer},
                                  {"peerOptional", peer_optional},
                                  {"total", total - std::min<size_t>(total, 1)}};
  }

  RegistryApi& api_;
  const Tree& tree_;
  const std::set<std::string>& only_;
  const std::vector<TreeEdge> edges_;
  std::map<const Node*, std::vector<const TreeEdge*>> edges_in_;
  std::map<std::string, std::shared_ptr<const AuditedPackage>> packages_;
  std::deque<std::shared_ptr<const Advisory>> queue_;
  std::set<std::string> seen_;
  AuditReport report_;
};

Result<AuditReport> AuditReport::make(RegistryApi& api, const Tree& tree,
                                      const std::set<std::string>& only) {
  return AuditBuilder(api, tree, only).build();
}

size_t AuditReport::count(const std::string& severity) const {
  return static_cast<size_t>(
      std::count_if(vulnerabilities_.begin(), vulnerabilities_.end(),
                    [&](const auto& entry) { return entry.second.severity == severity; }));
}

bool AuditReport::reaches(const std::string& level) const {
  const int least = severity_rank(level.empty() ? "low" : level);
  return std::any_of(vulnerabilities_.begin(), vulnerabilities_.end(), [least](const auto& entry) {
    return severity_rank(entry.second.severity) >= least;
  });
}

namespace {

OrderedJson fix_json(const AuditFix& fix) {
  if (fix.kind != AuditFix::Kind::kForce) return fix.kind == AuditFix::Kind::kUpdate;
  OrderedJson json;
  json["name"] = fix.name;
  json["version"] = fix.version;
  json["isSemVerMajor"] = fix.is_major;
  return json;
}

OrderedJson vulnerability_json(const Vulnerability& entry) {
  OrderedJson json;
  json["name"] = entry.name;
  json["severity"] = entry.severity;
  json["isDirect"] = entry.is_direct;
  std::vector<std::pair<std::string, OrderedJson>> via;
  for (const auto& advisory : entry.advisories) {
    OrderedJson item = advisory->json();
    std::string key = item.is_string() ? item.get<std::string>() : item["source"].dump();
    const bool is_known = std::any_of(via.begin(), via.end(),
                                      [&](const auto& other) { return other.second == item; });
    if (!is_known) via.emplace_back(std::move(key), std::move(item));
  }
  std::stable_sort(via.begin(), via.end(), [](const auto& a, const auto& b) {
    return compare_locale(a.first, b.first) < 0;
  });
  json["via"] = OrderedJson::array();
  for (auto& [key, item] : via) json["via"].push_back(std::move(item));
  auto sorted = [](const std::set<std::string>& names) {
    std::vector<std::string> list(names.begin(), names.end());
    std::sort(list.begin(), list.end(), sorts_before);
    return list;
  };
  json["effects"] = sorted(entry.effects);
  json["range"] = entry.range();
  json["nodes"] = sorted(entry.locations);
  json["fixAvailable"] = fix_json(entry.fix);
  return json;
}

}  // namespace

OrderedJson AuditReport::json() const {
  OrderedJson json;
  json["auditReportVersion"] = 2;
  json["vulnerabilities"] = OrderedJson::object();
  std::vector<std::string> names;
  for (const auto& [name, entry] : vulnerabilities_) names.push_back(name);
  std::sort(names.begin(), names.end(), sorts_before);
  for (const std::string& name : names) {
    json["vulnerabilities"][name] = vulnerability_json(vulnerabilities_.at(name));
  }
  OrderedJson& counts = json["metadata"]["vulnerabilities"];
  for (const char* severity : kSeverities) counts[severity] = count(severity);
  counts["total"] = vulnerabilities_.size();
  json["metadata"]["dependencies"] = dependency_counts_;
  return json;
}

std::set<std::string> dependency_closure(const Tree& tree, const std::vector<std::string>& tops) {
  std::map<const Node*, std::vector<const Node*>> below;
  const std::vector<TreeEdge> edges = tree_edges(tree);
  for (const TreeEdge& edge : edges) {
    if (edge.to != nullptr) below[edge.from].push_back(edge.to);
  }
  std::set<std::string> found;
  std::deque<const Node*> queue;
  for (const std::string& top : tops) {
    if (const Node* node = tree.find(top)) queue.push_back(node);
  }
  while (!queue.empty()) {
    const Node* node = queue.front();
    queue.pop_front();
    if (!found.insert(node->location).second) continue;
    for (const Node* next : below[node]) queue.push_back(next);
  }
  return found;
}

}  // namespace gyre::pkg
