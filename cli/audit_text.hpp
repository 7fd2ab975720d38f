// Audits as lines for people, in npm's layout. Pure but for the colours.
#pragma once

#include <string>
#include <vector>

#include "cli/output.hpp"
#include "pkg/audit/report.hpp"
#include "pkg/audit/signatures.hpp"

namespace gyre::cli {

std::vector<std::string> audit_lines(const Output& out, const pkg::AuditReport& report);

// What the lines say besides the report.
struct SignatureContext {
  const pkg::TrustRoot& root;
  bool shows_attestations = false;
  uint64_t seconds = 0;
};
std::vector<std::string> signature_lines(const Output& out, const pkg::SignatureReport& report,
                                         const SignatureContext& context);

}  // namespace gyre::cli
