// Who signed an attestation, as the certificate says, and whether the provenance's own words about
// repository and workflow agree with it. Pure; any thread.
#pragma once

#include <string>

#include "pkg/audit/certificate.hpp"
#include "pkg/manifest/manifest.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// Empty members are not in the certificate.
struct Identity {
  std::string issuer;             // who vouched for the signer: an OpenID Connect provider
  std::string subject;            // the URI or mail address of the signer
  std::string source_repository;  // "https://github.com/owner/repository"
  std::string build_config;       // "…/.github/workflows/release.yml@refs/heads/main"
};

Identity read_identity(const Certificate& certificate);

// Of a statement whose predicate is SLSA provenance (v0.2, v1); others claim nothing.
// EATTESTATIONVERIFY: it speaks of another repository or workflow than the certificate.
Status check_claims(const OrderedJson& statement, const Identity& identity);

}  // namespace gyre::pkg
