// Whether logs of certificates promised to hold a certificate (RFC 6962: the SCTs embedded in it).
// Pure; any thread.
#pragma once

#include <vector>

#include "pkg/audit/trust_root.hpp"

namespace gyre::pkg {

// Each promise in `leaf` must be one of a log in `logs`, and there must be one. `issuer`: whose key
// signed `leaf`. EATTESTATIONVERIFY.
Status check_certificate_logged(const Certificate& leaf, const Certificate& issuer,
                                const std::vector<Log>& logs);

}  // namespace gyre::pkg
