#include "pkg/audit/signatures.hpp"

#include <algorithm>

#include "pkg/lockfile/collate.hpp"
#include "pkg/manifest/json_members.hpp"
#include "pkg/registry/single_package.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

constexpr int64_t kUnknownTime = 1'420'070'400;  // 2015-01-01: before any key
constexpr size_t kMaxAttestations = 32;          // of one package

// One installed package to look at.
struct Subject {
  const Node* node = nullptr;
  EdgeKind kind = EdgeKind::kProd;
  std::string registry;
  std::string id() const { return package_name(*node) + "@" + node->meta.version; }
};

std::vector<Subject> subjects_of(const Tree& tree, const Options& options,
                                 const std::set<std::string>& only) {
  std::vector<Subject> subjects;
  std::set<const Node*> seen;
  for (const TreeEdge& edge : tree_edges(tree)) {
    if (edge.to == nullptr || is_top(*edge.to) || edge.to->meta.version.empty()) continue;
    if (!only.empty() && !only.contains(edge.to->location)) continue;
    auto spec = parse_spec(edge.name, edge.spec);
    if (!spec || !spec->is_registry()) continue;
    const NodeFlags& flags = edge.to->flags;
    if ((options.omit.dev && flags.dev) || (options.omit.optional && flags.optional) ||
        (options.omit.peer && flags.peer)) {
      continue;
    }
    if (!seen.insert(edge.to).second) continue;
    subjects.push_back({edge.to, edge.kind, options.registry_for(package_name(*edge.to))});
  }
  return subjects;
}

class Auditor {
 public:
  Auditor(RegistryApi& api, std::vector<Subject> subjects, const TrustRoot& root)
      : api_(api), subjects_(std::move(subjects)), root_(root) {}

  Result<SignatureReport> run() {
    GYRE_TRY(load_keys());
    GYRE_TRY(load_packuments());
    for (const Subject& subject : subjects_) examine(subject);
    GYRE_TRY(check_attestations());
    auto by_name = [](const SignatureProblem& a, const SignatureProblem& b) {
      return sorts_before(a.name, b.name);
    };
    std::stable_sort(report_.invalid.begin(), report_.invalid.end(), by_name);
    std::stable_sort(report_.missing.begin(), report_.missing.end(), by_name);
    return std::move(report_);
  }

 private:
  Status load_keys() {
    for (const Subject& subject : subjects_) {
      if (keys_.contains(subject.registry)) continue;
      RegistryRequest request;
      request.url = subject.registry + "-/npm/v1/keys";
      request.subject = "the registry's keys";
      GYRE_ASSIGN(const RegistryReply reply, api_.exchange(request));
      const int status = reply.http.status;
      // Registries without signatures say so in one of these ways.
      if (!reply.is_success() && status != 404 && status != 400) {
        return api_error(reply, request, api_.options());
      }
      keys_[subject.registry] =
          reply.is_success() ? read_registry_keys(reply.json) : std::vector<RegistryKey>();
    }
    return ok();
  }

  Status load_packuments() {
    std::vector<RegistryRequest> requests;
    std::vector<std::string> names;
    for (const Subject& subject : subjects_) {
      const std::string& name = package_name(*subject.node);
      if (!packuments_.emplace(name, OrderedJson()).second) continue;
      GYRE_TRY(check_package_name(name));
      requests.push_back(package_request(api_.options(), name));
      names.push_back(name);
    }
    auto replies = api_.exchange_all(requests);
    for (size_t i = 0; i < replies.size(); ++i) {
      if (!replies[i]) return std::move(replies[i]).error();
      if (!replies[i]->is_success()) {
        return api_error(*replies[i], requests[i], api_.options());
      }
      packuments_[names[i]] = std::move(replies[i]->json);
    }
    return ok();
  }

  SignatureProblem describe(const Subject& subject, const OrderedJson& dist) const {
    SignatureProblem problem;
    problem.name = package_name(*subject.node);
    problem.version = subject.node->meta.version;
    problem.location = subject.node->location;
    problem.registry = subject.registry;
    problem.resolved = text_at(dist, "tarball");
    problem.integrity = text_at(dist, "integrity");
    problem.kind = subject.kind;
    return problem;
  }

  void refuse(const Subject& subject, const OrderedJson& dist, const Error& error,
              const OrderedJson& signature, const std::string& predicate) {
    SignatureProblem problem = describe(subject, dist);
    problem.code = error.code();
    problem.message = error.message();
    problem.key_id = text_at(signature, "keyid");
    problem.signature = text_at(signature, "sig");
    problem.predicate_type = predicate;
    report_.invalid.push_back(std::move(problem));
  }

  void examine(const Subject& subject) {
    const std::vector<RegistryKey>& keys = keys_[subject.registry];
    const OrderedJson& dist = dist_of(subject);
    if (!keys.empty()) {
      ++report_.audited;
      if (Status same = check_installed(subject, dist); !same)
        return refuse(subject, dist, same.error(), {}, {});
      const OrderedJson& packument = packuments_[package_name(*subject.node)];
      const int64_t published = published_at(packument, subject.node->meta.version);
      const OrderedJson& signatures = member(dist, "signatures");
      for (size_t i = 0; i < list_size(signatures); ++i) {
        const Status checked = check_signature(subject.id(), text_at(dist, "integrity"),
                                               signatures[i], published, keys);
        if (!checked) return refuse(subject, dist, checked.error(), signatures[i], {});
      }
    }
    const bool is_attested = is_http_url(text_at(member(dist, "attestations"), "url"));
    return is_attested ? attested_.push_back(&subject) : accept(subject);
  }

  static size_t list_size(const OrderedJson& list) { return list.is_array() ? list.size() : 0; }

  // Nothing is wrong with what there is.
  void accept(const Subject& subject) {
    const OrderedJson& dist = dist_of(subject);
    if (keys_[subject.registry].empty()) return;
    if (list_size(member(dist, "signatures")) > 0) {
      ++report_.verified;
    } else {
      report_.missing.push_back(describe(subject, dist));
    }
  }

  // What was installed is what the registry speaks of.
  static Status check_installed(const Subject& subject, const OrderedJson& dist) {
    auto installed = Integrity::parse(subject.node->integrity);
    auto announced = Integrity::parse(text_at(dist, "integrity"));
    const bool is_comparable =
        installed && announced && installed->strongest() == announced->strongest();
    if (!is_comparable || announced->matches(installed->key())) return ok();
    return Error(Code::EINTEGRITY, subject.id() + " was installed with another hash (" +
                                       installed->to_string() + ") than the registry names");
  }

  static int64_t published_at(const OrderedJson& packument, const std::string& version) {
    return parse_utc_time(text_at(member(packument, "time"), version)).value_or(kUnknownTime);
  }

  Status check_attestations() {
    std::vector<RegistryRequest> requests;
    for (const Subject* subject : attested_) {
      RegistryRequest request;
      const std::string url = text_at(member(dist_of(*subject), "attestations"), "url");
      // The path is the registry's word, the host is the one that was configured.
      const size_t path = url.find('/', url.find("//") + 2);
      request.url = subject->registry.substr(0, subject->registry.size() - 1) +
                    (path == std::string::npos ? "" : url.substr(path));
      request.subject = "the attestations of " + subject->id();
      requests.push_back(std::move(request));
    }
    auto replies = api_.exchange_all(requests);
    for (size_t i = 0; i < replies.size(); ++i) {
      if (!replies[i]) return std::move(replies[i]).error();
      if (!replies[i]->is_success()) return api_error(*replies[i], requests[i], api_.options());
      judge(*attested_[i], replies[i]->json);
    }
    return ok();
  }

  const OrderedJson& dist_of(const Subject& subject) const {
    const OrderedJson& packument = packuments_.at(package_name(*subject.node));
    return member(member(member(packument, "versions"), subject.node->meta.version), "dist");
  }

  void judge(const Subject& subject, const OrderedJson& answer) {
    const OrderedJson& dist = dist_of(subject);
    const OrderedJson& list = member(answer, "attestations");
    const size_t count = list_size(list);
    if (count == 0 || count > kMaxAttestations) {
      const Error error = Error::with_code_name(
          "EATTESTATIONVERIFY", subject.id() + " is said to have attestations, but there are " +
                                    (count == 0 ? "none" : "too many"));
      return refuse(subject, dist, error, {}, {});
    }
    OrderedJson signers = OrderedJson::array();
    for (const OrderedJson& attestation : list) {
      auto checked = check_attestation(subject.id(), text_at(dist, "integrity"), attestation,
                                       keys_[subject.registry], root_);
      if (!checked) {
        const OrderedJson& envelope = member(member(attestation, "bundle"), "dsseEnvelope");
        const OrderedJson& signatures = member(envelope, "signatures");
        return refuse(subject, dist, checked.error(),
                      list_size(signatures) > 0 ? signatures[0] : OrderedJson(),
                      text_at(attestation, "predicateType"));
      }
      signers.push_back(signer_json(*checked));
    }
    accept(subject);
    ++report_.attested;
    OrderedJson entry;
    entry["name"] = package_name(*subject.node);
    entry["version"] = subject.node->meta.version;
    entry["location"] = subject.node->location;
    entry["registry"] = subject.registry;
    entry["attestations"] = member(dist, "attestations");
    entry["attestationBundles"] = list;
    entry["signers"] = std::move(signers);
    report_.attestations.push_back(std::move(entry));
  }

  // Who signed; what the certificate does not say is left out.
  static OrderedJson signer_json(const VerifiedAttestation& attestation) {
    OrderedJson json;
    json["predicateType"] = attestation.predicate_type;
    auto set = [&json](const char* key, const std::string& value) {
      if (!value.empty()) json[key] = value;
    };
    const Identity& identity = attestation.identity;
    if (identity.issuer.empty() && identity.subject.empty()) set("keyid", attestation.key_id);
    set("issuer", identity.issuer);
    set("subject", identity.subject);
    set("sourceRepository", identity.source_repository);
    set("buildConfig", identity.build_config);
    return json;
  }

  RegistryApi& api_;
  const std::vector<Subject> subjects_;
  const TrustRoot& root_;
  std::map<std::string, std::vector<RegistryKey>> keys_;  // by registry
  std::map<std::string, OrderedJson> packuments_;
  std::vector<const Subject*> attested_;
  SignatureReport report_;
};

}  // namespace

Result<SignatureReport> audit_signatures(RegistryApi& api, const Tree& installed,
                                         const std::set<std::string>& only, const TrustRoot& root) {
  std::vector<Subject> subjects = subjects_of(installed, api.options(), only);
  if (subjects.empty()) {
    return Error::with_code_name("EAUDITNOTHING", "found no installed dependencies to audit")
        .with_hint("gyre install first");
  }
  GYRE_ASSIGN(SignatureReport report, Auditor(api, std::move(subjects), root).run());
  if (report.audited == 0) {
    return Error::with_code_name("EAUDITNOTHING",
                                 "found no dependencies to audit that were installed from a "
                                 "registry that provides signing keys");
  }
  return report;
}

}  // namespace gyre::pkg
