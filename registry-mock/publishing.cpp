// What changes packages: publish, deprecate, unpublish, owners (as the npm client asks for them).
#include <algorithm>

#include "registry-mock/files.hpp"
#include "registry-mock/routes.hpp"

namespace gyre::registry_mock {
namespace {

using io::http::Response;

Response done(uint16_t status, const Package* package) {
  json::Object answer;
  answer.set("ok", json::Value(true));
  answer.set("success", json::Value(true));
  if (package) answer.set("rev", package->revision_text());
  return json_answer(status, json::Value(std::move(answer)));
}

struct Upload {
  std::string number;
  json::Object manifest, dist;
  std::string archive;
  std::optional<json::Value> provenance;
};

// The one version and its attachments that a publish carries.
Result<Upload> read_upload(const json::Value& body) {
  const json::Object& versions = object_of(body, "versions");
  if (versions.size() != 1) return Error(Code::EUSAGE, "one version is published at a time");
  Upload upload;
  upload.number = versions.begin()->first;
  const json::Value& manifest = versions.begin()->second;
  if (manifest.as_object() == nullptr || !is_version(upload.number) ||
      text_of(manifest, "version") != upload.number) {
    return Error(Code::EUSAGE, "the version is not valid");
  }
  upload.manifest = *manifest.as_object();
  upload.manifest.erase("dist");
  upload.dist = object_of(manifest, "dist");
  for (const auto& [file, attachment] : object_of(body, "_attachments")) {
    if (file.ends_with(".sigstore")) {
      GYRE_ASSIGN(upload.provenance, json::parse(text_of(attachment, "data")));
      continue;
    }
    auto bytes = from_base64(text_of(attachment, "data"));
    if (!bytes || bytes->size() != number_of(attachment, "length").value_or(bytes->size())) {
      return Error(Code::EUSAGE, "the attachment does not have the length it claims");
    }
    upload.archive = std::move(*bytes);
  }
  const std::string integrity = text_of(json::Value(upload.dist), "integrity");
  if (!integrity.empty() && integrity != sha512_integrity(upload.archive)) {
    return Error(Code::EUSAGE, "the attachment does not match its integrity");
  }
  return upload;
}

json::Array maintainers_of(const User& user) {
  json::Object item;
  item.set("name", user.name);
  item.set("email", user.email);
  json::Array list;
  list.emplace_back(std::move(item));
  return list;
}

// The kind of statement in a bundle, as it says.
std::string predicate_type_of(const json::Value& bundle) {
  const json::Value envelope{json::Object(object_of(bundle, "dsseEnvelope"))};
  auto payload = from_base64(text_of(envelope, "payload"));
  auto statement = payload ? json::parse(*payload) : Result<json::Value>(json::Value());
  return statement ? text_of(*statement, "predicateType") : std::string();
}

json::Array attestations_of(json::Value bundle) {
  json::Object item;
  item.set("predicateType", predicate_type_of(bundle));
  item.set("bundle", std::move(bundle));
  json::Array list;
  list.emplace_back(std::move(item));
  return list;
}

Response publish(Registry& registry, const Question& question, Package* package,
                 const json::Value& body) {
  auto upload = read_upload(body);
  if (!upload) return failure_answer(upload.error());
  if (package && package->versions.contains(upload->number)) {
    return failure_answer(
        403, "You cannot publish over the previously published versions: " + upload->number + ".");
  }
  const User* user = registry.accounts().user_of(question.request);
  if (package == nullptr) {
    package = &registry.catalog().create(question.package);
    package->created = iso_time(registry.clock().now());
    if (user) package->maintainers = maintainers_of(*user);
  }
  Version version;
  version.manifest = std::move(upload->manifest);
  version.dist = std::move(upload->dist);
  version.dist.erase("tarball");
  version.dist.set("integrity", sha512_integrity(upload->archive));
  version.dist.set("shasum", sha1_hex(upload->archive));
  if (upload->provenance) version.attestations = attestations_of(std::move(*upload->provenance));
  version.file_name =
      question.package.substr(question.package.find('/') + 1) + "-" + upload->number + ".tgz";
  version.time = iso_time(registry.clock().now());
  version.archive = std::make_shared<const std::string>(std::move(upload->archive));
  package->versions.emplace(upload->number, std::move(version));
  for (const auto& [tag, number] : object_of(body, "dist-tags")) {
    if (number.as_string()) package->tags[tag] = *number.as_string();
  }
  package->repair_latest();
  package->modified = iso_time(registry.clock().now());
  if (const json::Value* readme = body.get("readme")) package->fields.set("readme", *readme);
  package->touch();
  return done(201, package);
}

// A packument sent back: what its owner may change in one.
Response update(Registry& registry, Package& package, const json::Value& body,
                const std::string& revision) {
  if (!revision.empty() && revision != package.revision_text()) {
    return failure_answer(409, "Document update conflict.");
  }
  const json::Value* versions = body.get("versions");
  if (versions && versions->as_object()) {
    if (!revision.empty()) {
      std::erase_if(package.versions,
                    [&](const auto& item) { return versions->get(item.first) == nullptr; });
    }
    for (auto& [number, version] : package.versions) {
      const json::Value* sent = versions->get(number);
      if (sent == nullptr) continue;
      const json::Value* notice = sent->get("deprecated");
      const bool has_notice = notice && notice->as_string() && !notice->as_string()->empty();
      if (has_notice) version.manifest.set("deprecated", *notice);
      if (!has_notice) version.manifest.erase("deprecated");
    }
  }
  const json::Value* maintainers = body.get("maintainers");
  if (maintainers && maintainers->as_array() && !revision.empty()) {
    package.maintainers = *maintainers->as_array();
  }
  const json::Value* tags = body.get("dist-tags");
  if (tags && tags->as_object() && !revision.empty()) {
    package.tags.clear();
    for (const auto& [tag, number] : *tags->as_object()) {
      if (number.as_string()) package.tags[tag] = *number.as_string();
    }
  }
  package.repair_latest();
  package.modified = iso_time(registry.clock().now());
  package.touch();
  return done(200, &package);
}

Answer put(Registry& registry, const Question& question, Package* package) {
  auto body = json::parse(question.request.body);
  if (!body) return failure_answer(400, "the body is not JSON: " + body.error().message());
  if (!is_package_name(question.package)) return failure_answer(400, "not a valid name");
  const std::string name = text_of(*body, "name");
  if (!name.empty() && name != question.package) return failure_answer(400, "another name");
  const auto& rest = question.rest;
  const bool has_revision = rest.size() == 2 && rest[0] == "-rev";
  if (!rest.empty() && !has_revision) return std::nullopt;
  if (!has_revision && !object_of(*body, "_attachments").empty()) {
    return publish(registry, question, package, *body);
  }
  if (package == nullptr) return failure_answer(404, "Not found");
  return update(registry, *package, *body, has_revision ? rest[1] : std::string());
}

Answer erase(Registry& registry, const Question& question, Package* package) {
  if (package == nullptr) return failure_answer(404, "Not found");
  const auto& rest = question.rest;
  if (rest.size() == 2 && rest[0] == "-rev") {
    if (rest[1] != package->revision_text())
      return failure_answer(409, "Document update conflict.");
    registry.catalog().remove(question.package);
    return done(200, nullptr);
  }
  // The archive of a version that has been taken out of the packument before.
  if (rest.size() >= 4 && rest[0] == "-" && rest[rest.size() - 2] == "-rev") {
    return done(200, package);
  }
  return std::nullopt;
}

}  // namespace

Answer answer_publishing(Registry& registry, const Question& question) {
  const bool is_put = question.is("PUT");
  if (question.package.empty() || (!is_put && !question.is("DELETE"))) return std::nullopt;
  auto package = registry.catalog().find(question.package);
  if (!package) return failure_answer(package.error());
  const Access access = registry.accounts().may_write(question.package, *package, question.request);
  if (access != Access::kAllowed) return access_answer(access);
  return is_put ? put(registry, question, *package) : erase(registry, question, *package);
}

}  // namespace gyre::registry_mock
