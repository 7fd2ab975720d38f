// Routes: which request means what. A request is split once into its parts; each area of the
// registry's interface has a function that answers what is its own. Loop's thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry-mock/registry.hpp"
#include "runtime/io/http/server.hpp"

namespace gyre::registry_mock {

struct Question {
  const io::http::Request& request;
  std::string path, query;         // path without the query, not decoded
  std::vector<std::string> parts;  // decoded segments of the path
  std::string package;             // for /name… and /@scope/name…
  std::vector<std::string> rest;   // the segments behind the name
  std::string base_url;            // as the asker calls us
  bool is(std::string_view method) const { return request.method == method; }
  bool is_read() const { return is("GET") || is("HEAD"); }
  std::string argument(std::string_view key) const;
};

Question split_question(const io::http::Request& request, const std::string& own_url);

using Answer = std::optional<io::http::Response>;

io::http::Response json_answer(uint16_t status, const json::Value& value);
io::http::Response failure_answer(uint16_t status, const std::string& text);
// 404, 400 or 500, by the error's code.
io::http::Response failure_answer(const Error& error);

// 401, 403, or 401 for a one-time password.
io::http::Response access_answer(Access access);

// Each answers what is its own and nothing else.

// Packuments, manifests, tarballs, ping.
Answer answer_reading(Registry& registry, const Question& question);
// /-/mock/…: faults, journal, clock.
Answer answer_control(Registry& registry, const Question& question);

// Publishing, deprecating, unpublishing.
Answer answer_publishing(Registry& registry, const Question& question);
// /-/package/NAME/…: dist-tags, collaborators, access.
Answer answer_package_settings(Registry& registry, const Question& question);
Answer answer_users(Registry& registry, const Question& question);
// Search, audit, attestations.
Answer answer_discovery(Registry& registry, const Question& question);

}  // namespace gyre::registry_mock
