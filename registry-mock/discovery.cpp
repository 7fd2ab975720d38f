// Search, advisories, attestations.
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "registry-mock/files.hpp"
#include "registry-mock/routes.hpp"

namespace gyre::registry_mock {
namespace {

using io::http::Response;

constexpr size_t kBodyLimit = size_t{16} << 20;

// npm compresses its audit questions.
std::optional<std::string> plain_body(const io::http::Request& request) {
  if (request.header("content-encoding") != "gzip") return request.body;
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (::inflateInit2(&stream, kGzipWindow) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(request.body.data()));
  stream.avail_in = static_cast<uInt>(request.body.size());
  std::string text;
  char chunk[8192];
  int state = Z_OK;
  while (state == Z_OK && text.size() < kBodyLimit) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk);
    stream.avail_out = sizeof chunk;
    state = ::inflate(&stream, Z_NO_FLUSH);
    text.append(chunk, sizeof chunk - stream.avail_out);
  }
  ::inflateEnd(&stream);
  return state == Z_STREAM_END ? std::optional(text) : std::nullopt;
}

Response advisories_answer(Registry& registry, const Question& question) {
  const auto text = plain_body(question.request);
  auto asked = text ? json::parse(*text) : Result<json::Value>(Error(Code::EJSONPARSE));
  if (!asked || asked->as_object() == nullptr) {
    return failure_answer(400, "the body must be {name: [versions]}");
  }
  json::Object answer;
  for (const std::string& folder : registry.catalog().folders()) {
    auto file = read_json_if_exists(folder + "/_advisories.json");
    if (!file) return failure_answer(file.error());
    if (!*file || (*file)->as_object() == nullptr) continue;
    for (const auto& [name, list] : *(*file)->as_object()) {
      if (asked->get(name)) answer.set(name, list);
    }
  }
  return json_answer(200, json::Value(std::move(answer)));
}

Response attestations_answer(Registry& registry, const Question& question) {
  std::string id = question.parts[4];
  if (question.parts.size() > 5) id += "/" + question.parts[5];
  const size_t at = id.rfind('@');
  if (at == 0 || at == std::string::npos) return failure_answer(404, "no attestations");
  auto package = registry.catalog().find(id.substr(0, at));
  if (!package) return failure_answer(package.error());
  const Version* version = *package ? (*package)->find(id.substr(at + 1)) : nullptr;
  if (version == nullptr || version->attestations.empty())
    return failure_answer(404, "no attestations");
  json::Object answer;
  answer.set("attestations", json::Value(json::Array(version->attestations)));
  return json_answer(200, json::Value(std::move(answer)));
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool lists_keyword(const json::Value& manifest, const std::string& word) {
  const json::Value* keywords = manifest.get("keywords");
  if (keywords == nullptr || keywords->as_array() == nullptr) return false;
  return std::any_of(keywords->as_array()->begin(), keywords->as_array()->end(),
                     [&](const json::Value& item) {
                       return item.as_string() && lower(*item.as_string()) == word;
                     });
}

// How well one word of a question fits; 0: not at all.
int score_word(const Package& package, const json::Value& manifest, const std::string& word) {
  if (word.starts_with("keywords:")) return lists_keyword(manifest, word.substr(9)) ? 2 : 0;
  if (word.starts_with("scope:")) return package.name.starts_with("@" + word.substr(6) + "/");
  if (word.starts_with("maintainer:") || word.starts_with("author:")) {
    const std::string user = word.substr(word.find(':') + 1);
    return std::any_of(package.maintainers.begin(), package.maintainers.end(),
                       [&](const json::Value& item) { return text_of(item, "name") == user; });
  }
  if (lower(package.name) == word) return 8;
  if (lower(package.name).find(word) != std::string::npos) return 4;
  if (lists_keyword(manifest, word)) return 2;
  return lower(text_of(manifest, "description")).find(word) != std::string::npos ? 1 : 0;
}

int score(const Package& package, const json::Value& manifest, const std::string& text) {
  std::istringstream words(lower(text));
  int sum = 1;
  for (std::string word; words >> word;) {
    const int points = score_word(package, manifest, word);
    if (points == 0) return 0;
    sum += points;
  }
  return sum;
}

// Search calls people by "username".
json::Value person(const json::Value* maintainer) {
  json::Object result;
  result.set("username", maintainer ? text_of(*maintainer, "name") : std::string("nobody"));
  result.set("email", maintainer ? text_of(*maintainer, "email") : std::string());
  return json::Value(std::move(result));
}

json::Value found_item(const Package& package, const Version& version, int points,
                       const MockClock& clock) {
  json::Object about, links, detail, score, item;
  about.set("name", package.name);
  for (const char* key : {"version", "description", "keywords", "license"}) {
    if (const json::Value* value = version.manifest.find(key)) about.set(key, *value);
  }
  about.set("date", resolve_time(version.time, clock));
  const json::Value* homepage = version.manifest.find("homepage");
  if (homepage) links.set("homepage", *homepage);
  about.set("links", json::Value(std::move(links)));
  json::Array people;
  for (const json::Value& item : package.maintainers) people.push_back(person(&item));
  about.set("publisher", people.empty() ? person(nullptr) : people.front());
  about.set("maintainers", json::Value(std::move(people)));
  for (const char* key : {"quality", "popularity", "maintenance"}) {
    detail.set(key, json::Value(1.0));
  }
  score.set("final", json::Value(double(points)));
  score.set("detail", json::Value(std::move(detail)));
  item.set("package", json::Value(std::move(about)));
  item.set("score", json::Value(std::move(score)));
  item.set("searchScore", json::Value(double(points)));
  return json::Value(std::move(item));
}

Response search_answer(Registry& registry, const Question& question) {
  const std::string text = question.argument("text");
  std::vector<std::pair<int, std::string>> found;
  for (const std::string& name : registry.catalog().names()) {
    auto package = registry.catalog().find(name);
    if (!package || *package == nullptr || registry.accounts().is_private(name)) continue;
    const Version* latest = (*package)->find("latest");
    if (latest == nullptr) continue;
    const json::Value manifest{json::Object(latest->manifest)};
    if (const int points = score(**package, manifest, text)) found.emplace_back(-points, name);
  }
  std::sort(found.begin(), found.end());
  const std::string size = question.argument("size");
  const size_t first = std::strtoull(question.argument("from").c_str(), nullptr, 10);
  const size_t most = size.empty() ? 20 : std::strtoull(size.c_str(), nullptr, 10);
  json::Array objects;
  for (size_t i = first; i < found.size() && objects.size() < most; ++i) {
    auto known = registry.catalog().find(found[i].second);
    Package& package = **known;
    objects.push_back(
        found_item(package, *package.find("latest"), -found[i].first, registry.clock()));
  }
  json::Object answer;
  answer.set("objects", json::Value(std::move(objects)));
  answer.set("total", json::Value(double(found.size())));
  answer.set("time", iso_time(registry.clock().now()));
  return json_answer(200, json::Value(std::move(answer)));
}

}  // namespace

Answer answer_discovery(Registry& registry, const Question& question) {
  if (question.path == "/-/v1/search" && question.is_read()) {
    return search_answer(registry, question);
  }
  if (question.path == "/-/npm/v1/security/advisories/bulk" && question.is("POST")) {
    return advisories_answer(registry, question);
  }
  if (question.path.starts_with("/-/npm/v1/attestations/") && question.parts.size() >= 5) {
    return attestations_answer(registry, question);
  }
  return std::nullopt;
}

}  // namespace gyre::registry_mock
