#include "pkg/registry/single_package.hpp"

#include <ctime>

#include "pkg/registry/http_cache.hpp"
#include "pkg/registry/pick.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/store/store.hpp"

namespace gyre::pkg {
namespace {

WantKind want_kind(SpecKind kind) {
  if (kind == SpecKind::kVersion) return WantKind::kVersion;
  return kind == SpecKind::kTag ? WantKind::kTag : WantKind::kRange;
}

}  // namespace

RegistryRequest package_request(const Options& options, const std::string& name,
                                const std::string& suffix, std::string method) {
  RegistryRequest request;
  request.method = std::move(method);
  request.url = options.registry_for(name) + escape_package_name(name) + suffix;
  request.subject = "the package " + name;
  return request;
}

Result<OrderedJson> ask_packument(RegistryApi& api, const std::string& name) {
  GYRE_TRY(check_package_name(name));
  GYRE_ASSIGN(OrderedJson json, api.json(package_request(api.options(), name)));
  if (!json.is_object()) {
    return Error(Code::EREGISTRYREPLY, "the registry's answer for " + name + " is no object");
  }
  return json;
}

namespace {

Result<FoundVersion> version_in(const RegistryReply& reply, const Spec& spec,
                                const std::string& name, const Options& options);

}  // namespace

Result<FoundVersion> find_version(RegistryApi& api, const Spec& spec) {
  const std::string& name = spec.target_name.empty() ? spec.name : spec.target_name;
  GYRE_TRY(check_package_name(name));
  const RegistryRequest request = package_request(api.options(), name);
  GYRE_ASSIGN(const RegistryReply reply, api.send(request));
  return version_in(reply, spec, name, api.options());
}

namespace {

Result<FoundVersion> version_in(const RegistryReply& reply, const Spec& spec,
                                const std::string& name, const Options& options) {
  GYRE_ASSIGN(const auto packument, Packument::parse(as_bytes(reply.http.body.text()), name,
                                                     printable_url(reply.http.url)));
  const SpecKind kind = spec.kind == SpecKind::kAlias ? spec.alias_kind : spec.kind;
  std::string wanted = spec.fetch_spec;
  RangeCache ranges;
  const bool means_default = wanted.empty() || (wanted == "*" && spec.raw.empty());
  if (means_default) wanted = options.default_tag;
  GYRE_ASSIGN(const VersionManifest* manifest,
              pick_manifest(*packument, means_default ? WantKind::kTag : want_kind(kind), wanted,
                            options, ranges));
  FoundVersion found;
  found.name = manifest->name;
  found.version = manifest->version;
  found.tarball = manifest->tarball;
  if (!manifest->integrity.empty()) {
    GYRE_ASSIGN(found.integrity, Integrity::parse(manifest->integrity));
  }
  return found;
}

void keep_metadata(const Options& options, const RegistryRequest& request,
                   const RegistryReply& reply) {
  const auto freshness = freshness_of(reply.http.cache_control);
  if (!freshness) return;
  CachedReply cached;
  cached.etag = reply.http.etag;
  cached.last_modified = reply.http.last_modified;
  cached.content_type = reply.http.content_type;
  cached.stored_at = std::time(nullptr);
  cached.fresh_until = cached.stored_at + *freshness;
  HttpCache(options.cache_dir + "/metadata")
      .store(request.url, request.accept, cached, reply.text());
}

}  // namespace

Result<std::string> add_to_caches(RegistryApi& api, const Spec& spec) {
  const Options& options = api.options();
  const std::string& name = spec.target_name.empty() ? spec.name : spec.target_name;
  GYRE_TRY(check_package_name(name));
  RegistryRequest request = package_request(options, name);
  request.accept = kAbbreviatedMetadata;
  GYRE_ASSIGN(const RegistryReply reply, api.send(request));
  GYRE_ASSIGN(const FoundVersion found, version_in(reply, spec, name, options));
  const std::string id = found.name + "@" + found.version;
  GYRE_ASSIGN(const std::string bytes,
              download_archive(api, found.tarball, found.integrity, "the archive of " + id));
  const Digest key = found.integrity.empty() ? hash_of(HashAlgorithm::kSha512, as_bytes(bytes))
                                             : found.integrity.key();
  GYRE_TRY(Store(options.store_dir).add(key, as_bytes(bytes), {found.name, found.version}));
  keep_metadata(options, request, reply);
  return id;
}

Result<std::string> download_archive(RegistryApi& api, const std::string& url,
                                     const Integrity& integrity, const std::string& subject) {
  RegistryRequest request;
  request.url = url;
  request.subject = subject;
  request.accept = "*/*";
  request.digest = integrity.empty() ? HashAlgorithm::kSha512 : integrity.strongest();
  GYRE_ASSIGN(const RegistryReply reply, api.send(request));
  if (!integrity.empty() && !integrity.matches(*reply.http.digest)) {
    return Error(Code::EINTEGRITY, subject + " is not what the registry announced: expected " +
                                       integrity.to_string() + ", got " +
                                       reply.http.digest->to_sri());
  }
  return reply.text();
}

}  // namespace gyre::pkg
