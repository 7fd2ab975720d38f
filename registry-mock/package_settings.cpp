// /-/package/NAME/…: dist-tags, who works on it, who sees it.
#include "registry-mock/files.hpp"
#include "registry-mock/routes.hpp"

namespace gyre::registry_mock {
namespace {

using io::http::Response;

Response tags_answer(const Package& package, uint16_t status) {
  json::Object tags;
  for (const auto& [tag, number] : package.tags) tags.set(tag, number);
  return json_answer(status, json::Value(std::move(tags)));
}

Response change_tag(Registry& registry, const Question& question, Package& package,
                    const std::string& tag) {
  if (question.is("DELETE")) {
    if (tag == "latest") return failure_answer(400, "\"latest\" cannot be removed");
    if (package.tags.erase(tag) == 0) return failure_answer(404, "no such tag");
  } else {
    auto body = json::parse(question.request.body);
    const std::string* number = body ? body->as_string() : nullptr;
    if (number == nullptr) return failure_answer(400, "the body must be a version");
    if (is_version(tag)) return failure_answer(400, "a tag cannot be a version");
    if (!package.versions.contains(*number)) return failure_answer(404, "no version " + *number);
    package.tags[tag] = *number;
  }
  package.modified = iso_time(registry.clock().now());
  package.touch();
  return tags_answer(package, question.is("DELETE") ? 200 : 201);
}

Response collaborators_answer(const Package& package) {
  json::Object answer;
  for (const json::Value& item : package.maintainers) {
    if (const std::string name = text_of(item, "name"); !name.empty()) {
      answer.set(name, "write");
    }
  }
  return json_answer(200, json::Value(std::move(answer)));
}

}  // namespace

Answer answer_package_settings(Registry& registry, const Question& question) {
  const auto& parts = question.parts;
  if (parts.size() < 4 || parts[0] != "-" || parts[1] != "package") return std::nullopt;
  // An unencoded scope is a segment of its own.
  const bool is_split = parts[2].starts_with('@') && parts[2].find('/') == std::string::npos;
  const std::string name = is_split ? parts[2] + "/" + parts[3] : parts[2];
  const size_t at = is_split ? 4 : 3;
  if (parts.size() <= at) return std::nullopt;
  auto found = registry.catalog().find(name);
  if (!found) return failure_answer(found.error());
  Package* package = *found;
  const Access access = question.is_read()
                            ? registry.accounts().may_read(name, question.request)
                            : registry.accounts().may_write(name, package, question.request);
  if (access != Access::kAllowed) return access_answer(access);
  if (package == nullptr) return failure_answer(404, "Not found");
  const std::string& subject = parts[at];
  if (subject == "dist-tags" && question.is_read()) return tags_answer(*package, 200);
  if (subject == "dist-tags" && parts.size() == at + 2) {
    return change_tag(registry, question, *package, parts[at + 1]);
  }
  if (subject == "collaborators" && question.is_read()) return collaborators_answer(*package);
  if (subject == "visibility" && question.is_read()) {
    json::Object answer;
    answer.set("public", json::Value(!registry.accounts().is_private(name)));
    return json_answer(200, json::Value(std::move(answer)));
  }
  return std::nullopt;
}

}  // namespace gyre::registry_mock
