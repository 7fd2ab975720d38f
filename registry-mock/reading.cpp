// Packuments, manifests of versions, tarballs.
#include <algorithm>

#include "registry-mock/files.hpp"
#include "registry-mock/routes.hpp"

namespace gyre::registry_mock {
namespace {

using io::http::Response;

constexpr const char* kAbbreviatedType = "application/vnd.npm.install-v1+json";

bool has_token(std::string_view list, std::string_view token) {
  return list.find(token) != list.npos;
}

// One range "bytes=N-" or "bytes=N-M" of `size` bytes.
std::optional<std::pair<size_t, size_t>> range_of(std::string_view header, size_t size) {
  if (!header.starts_with("bytes=") || header.find(',') != header.npos) return std::nullopt;
  const std::string text(header.substr(6));
  const size_t dash = text.find('-');
  if (dash == 0 || dash == std::string::npos) return std::nullopt;
  const size_t begin = std::strtoull(text.c_str(), nullptr, 10);
  size_t end = size;
  if (dash + 1 < text.size()) end = std::strtoull(text.c_str() + dash + 1, nullptr, 10) + 1;
  return std::pair{begin, std::min(end, size)};
}

Response packument_answer(Registry& registry, const Question& question, Package& package) {
  const bool is_short = has_token(question.request.header("accept"), kAbbreviatedType);
  auto rendered = render(package, is_short ? Form::kAbbreviated : Form::kFull,
                         registry.surroundings(question.base_url));
  if (!rendered) return failure_answer(rendered.error());
  Response response;
  response.headers = {{"content-type", is_short ? kAbbreviatedType : "application/json"},
                      {"etag", (*rendered)->etag},
                      {"cache-control", "public, max-age=" + std::to_string(registry.max_age())},
                      {"vary", "accept, accept-encoding"}};
  if (has_token(question.request.header("if-none-match"), (*rendered)->etag)) {
    response.status = 304;
    return response;
  }
  if (has_token(question.request.header("accept-encoding"), "gzip")) {
    response.headers.emplace_back("content-encoding", "gzip");
    response.body = (*rendered)->compressed;
  } else {
    response.body = (*rendered)->body;
  }
  return response;
}

Response version_answer(Registry& registry, const Question& question, Package& package) {
  Version* version = package.find(question.rest[0]);
  if (version == nullptr) return failure_answer(404, "version not found: " + question.rest[0]);
  auto document = version_document(package, *version, registry.surroundings(question.base_url));
  if (!document) return failure_answer(document.error());
  return json_answer(200, json::Value(std::move(*document)));
}

Response tarball_answer(const Question& question, Package& package, const std::string& file) {
  const auto found = std::find_if(package.versions.begin(), package.versions.end(),
                                  [&](const auto& item) { return item.second.file_name == file; });
  if (found == package.versions.end()) return failure_answer(404, "not found: " + file);
  auto archive = archive_of(found->second);
  if (!archive) return failure_answer(archive.error());
  const std::string& bytes = **archive;
  // The packument's shasum where it is known: hashing again costs more than sending.
  std::string hash = text_of(json::Value(json::Object(found->second.dist)), "shasum");
  if (hash.empty()) hash = sha1_hex(bytes);
  const std::string etag = "\"" + hash + "\"";
  Response response;
  response.headers = {{"content-type", "application/octet-stream"},
                      {"etag", etag},
                      {"accept-ranges", "bytes"},
                      {"cache-control", "public, immutable, max-age=31557600"}};
  const std::string_view wanted = question.request.header("range");
  const std::string_view condition = question.request.header("if-range");
  const bool is_other = wanted.empty() || (!condition.empty() && condition != etag);
  const auto range = is_other ? std::nullopt : range_of(wanted, bytes.size());
  if (!range) {
    response.body = bytes;
    return response;
  }
  const std::string size = std::to_string(bytes.size());
  if (range->first >= range->second) {
    response.status = 416;
    response.headers.emplace_back("content-range", "bytes */" + size);
    return response;
  }
  response.status = 206;
  response.body = bytes.substr(range->first, range->second - range->first);
  response.headers.emplace_back("content-range", "bytes " + std::to_string(range->first) + "-" +
                                                     std::to_string(range->second - 1) + "/" +
                                                     size);
  return response;
}

}  // namespace

Answer answer_reading(Registry& registry, const Question& question) {
  if (!question.is_read()) return std::nullopt;
  if (question.parts.empty() || question.path == "/-/ping") {
    return json_answer(200, json::Value(json::Object()));
  }
  if (question.package.empty()) return std::nullopt;
  auto package = registry.catalog().find(question.package);
  if (!package) return failure_answer(package.error());
  if (*package == nullptr) return failure_answer(404, "Not found");
  const auto& rest = question.rest;
  if (rest.empty()) return packument_answer(registry, question, **package);
  if (rest.size() == 1) return version_answer(registry, question, **package);
  // The file of a scoped package may be named with its scope in front.
  if (rest[0] == "-") return tarball_answer(question, **package, rest.back());
  return std::nullopt;
}

}  // namespace gyre::registry_mock
