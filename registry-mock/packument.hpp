// The documents the registry answers with: whole and abbreviated packuments, one version's
// manifest. Loop's thread only.
#pragma once

#include <string>

#include "registry-mock/catalog.hpp"
#include "registry-mock/keys.hpp"
#include "registry-mock/mock_clock.hpp"

namespace gyre::registry_mock {

struct Surroundings {
  const MockClock* clock = nullptr;
  SigningKey* key = nullptr;
  std::string base_url;  // "http://host:port/", as the asker calls us
};

enum class Form : uint8_t { kFull, kAbbreviated };

// Body, gzipped body and ETag; kept with the package until it changes.
Result<const Rendered*> render(Package& package, Form form, const Surroundings& around);
// One version with its dist.
Result<json::Object> version_document(Package& package, Version& version,
                                      const Surroundings& around);
// The whole packument as data, for search and the like.
Result<json::Object> packument_document(Package& package, Form form, const Surroundings& around);
// "-2h" before the clock's present, or the text itself.
std::string resolve_time(const std::string& text, const MockClock& clock);

}  // namespace gyre::registry_mock
