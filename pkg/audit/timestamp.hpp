// RFC 3161 timestamps of signatures. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pkg/audit/trust_root.hpp"

namespace gyre::pkg {

// When one of `authorities` saw `signature`, in seconds since the epoch. `response` is what it
// answered, in DER. EATTESTATIONVERIFY: none of them did, or the answer is about something else.
Result<int64_t> check_timestamp(const std::string& response, const std::string& signature,
                                const std::vector<Authority>& authorities);

}  // namespace gyre::pkg
