#include "pkg/audit/provenance.hpp"

#include <algorithm>

#include "pkg/audit/bundle.hpp"
#include "pkg/manifest/json_members.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::pkg {
namespace {

// Fulcio's extensions. The first is plain text, the others are UTF8Strings.
constexpr const char* kIssuerPlain = "1.3.6.1.4.1.57264.1.1";
constexpr const char* kIssuer = "1.3.6.1.4.1.57264.1.8";
constexpr const char* kSourceRepository = "1.3.6.1.4.1.57264.1.12";
constexpr const char* kBuildConfig = "1.3.6.1.4.1.57264.1.18";

constexpr std::string_view kWorkflows = ".github/workflows/";

struct Claims {
  std::string repository, workflow;
};

Claims claims_of(const OrderedJson& statement) {
  const OrderedJson& predicate = member(statement, "predicate");
  const std::string type = text_at(statement, "predicateType");
  if (type == "https://slsa.dev/provenance/v1") {
    const OrderedJson& workflow =
        member(member(member(predicate, "buildDefinition"), "externalParameters"), "workflow");
    return {text_at(workflow, "repository"), text_at(workflow, "path")};
  }
  if (type == "https://slsa.dev/provenance/v0.2") {
    const OrderedJson& source = member(member(predicate, "invocation"), "configSource");
    return {text_at(source, "uri"), text_at(source, "entryPoint")};
  }
  return {};
}

// "git+https://github.com/Owner/Name.git@refs/heads/main" as "https://github.com/owner/name".
std::string repository_of(std::string uri) {
  if (uri.starts_with("git+")) uri.erase(0, 4);
  const size_t scheme = uri.find("://");
  const size_t ref = uri.find('@', scheme == std::string::npos ? 0 : scheme);
  uri = uri.substr(0, ref);
  while (uri.ends_with('/')) uri.pop_back();
  if (uri.ends_with(".git")) uri.resize(uri.size() - 4);
  std::transform(uri.begin(), uri.end(), uri.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return uri;
}

// The workflow's file, out of a path or URI with or without "@ref"; "" where it is none of GitHub's
// (GitLab's entry point is a job).
std::string workflow_of(const std::string& text) {
  const size_t start = text.find(kWorkflows);
  if (start == std::string::npos || (start > 0 && text[start - 1] != '/')) return {};
  return text.substr(start, text.find('@', start) - start);
}

Error mismatch(const std::string& what, const std::string& claimed, const std::string& certified) {
  return bundle_error("it speaks of the " + what + " " + printable_text(claimed, 200) +
                      ", its certificate of " + printable_text(certified, 200));
}

}  // namespace

Identity read_identity(const Certificate& certificate) {
  Identity identity;
  identity.issuer = certificate.text_extension(kIssuer);
  if (identity.issuer.empty()) identity.issuer = certificate.extension(kIssuerPlain);
  identity.subject = certificate.subject();
  identity.source_repository = certificate.text_extension(kSourceRepository);
  identity.build_config = certificate.text_extension(kBuildConfig);
  return identity;
}

Status check_claims(const OrderedJson& statement, const Identity& identity) {
  const Claims claims = claims_of(statement);
  const std::string repository = repository_of(claims.repository);
  if (!repository.empty() && !identity.source_repository.empty() &&
      repository != repository_of(identity.source_repository)) {
    return mismatch("repository", claims.repository, identity.source_repository);
  }
  // The build's configuration is the workflow that was started; the subject may be another one,
  // which that called.
  const std::string claimed = workflow_of(claims.workflow);
  const std::string certified = workflow_of(identity.build_config);
  if (!claimed.empty() && !certified.empty() && claimed != certified)
    return mismatch("workflow", claims.workflow, identity.build_config);
  return ok();
}

}  // namespace gyre::pkg
