// The semver functions over JSON lines, for `gyre semver`: one request in, one answer out.
#pragma once

#include <string>
#include <string_view>

namespace gyre::semver {

// `{"op":"satisfies","args":["1.2.3","^1"],"opts":{"loose":true,"includePrerelease":true}}`
// -> `{"ok":true}` or `{"error":"text"}`. Never fails; no newline in the answer.
std::string answer_json_line(std::string_view line);

}  // namespace gyre::semver
