#include "pkg/audit/sbom.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <map>

#include "pkg/files.hpp"
#include "pkg/lockfile/collate.hpp"
#include "pkg/manifest/json_members.hpp"
#include "pkg/registry/request.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/semver/range.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/store/integrity.hpp"
#include "runtime/base/assert.hpp"

namespace gyre::pkg {
namespace {

constexpr const char* kUnknown = "NOASSERTION";

// A text member, or `inner` of an object member.
std::string text_or(const OrderedJson& json, const char* key, const char* inner) {
  if (!json.is_object()) return {};
  const auto found = json.find(key);
  if (found == json.end()) return {};
  return found->is_string() ? found->get<std::string>() : text_at(*found, inner);
}

std::string random_uuid() {
  unsigned char bytes[16] = {};
  GYRE_CHECK(::getentropy(bytes, sizeof bytes) == 0);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string hex = hex_encode({bytes, sizeof bytes});
  for (const size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, "-");
  return hex;
}

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
  return text;
}

// What a package says about itself beyond what the tree carries.
OrderedJson manifest_of(const Tree& tree, const Node& node, bool is_lockfile_only) {
  OrderedJson json;
  if (!is_lockfile_only || node.location.empty()) {
    const std::string folder =
        tree.root_dir + (node.location.empty() ? std::string() : "/" + node.location);
    if (auto manifest = load_manifest(folder + "/package.json")) json = std::move(manifest->json);
  }
  if (!json.is_object()) json = OrderedJson::object();
  if (!json.contains("license") && !node.meta.license_json.empty()) {
    OrderedJson license = OrderedJson::parse(node.meta.license_json, nullptr, false);
    if (!license.is_discarded()) json["license"] = std::move(license);
  }
  return json;
}

std::string license_of(const OrderedJson& manifest) {
  const std::string license = text_or(manifest, "license", "type");
  if (!license.empty()) return license;
  std::string joined;
  const auto list = manifest.find("licenses");
  if (list == manifest.end() || !list->is_array()) return joined;
  for (const OrderedJson& item : *list) {
    const std::string one = item.is_string() ? item.get<std::string>() : text_at(item, "type");
    if (!one.empty()) joined += (joined.empty() ? "" : " OR ") + one;
  }
  return joined;
}

bool is_git_url(const std::string& resolved) { return resolved.starts_with("git"); }

std::string purl_of(const Node& node) {
  std::string name = package_name(node);
  if (name.starts_with('@')) name = "%40" + name.substr(1);
  std::string purl = "pkg:npm/" + name + "@" + node.meta.version;
  if (is_git_url(node.resolved)) purl += "?vcs_url=" + encode_component(node.resolved);
  return purl;
}

// The license field takes single identifiers; anything composed is an expression.
bool is_license_id(const std::string& license) {
  return !license.empty() && std::all_of(license.begin(), license.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '+';
  });
}
bool is_license_expression(const std::string& license) {
  return license.find(" OR ") != std::string::npos || license.find(" AND ") != std::string::npos ||
         license.find(" WITH ") != std::string::npos;
}

class Bom {
 public:
  Bom(const Tree& tree, const SbomRequest& request)
      : tree_(tree), request_(request), edges_(tree_edges(tree)) {}

  Result<OrderedJson> make() {
    root_ = tree_.find("");
    if (root_ == nullptr) return Error(Code::EPKGJSON, "there is no project to describe");
    select();
    GYRE_TRY(check());
    return request_.is_cyclonedx ? cyclonedx() : spdx();
  }

 private:
  bool is_left_out(const Node& node) const {
    if (node.is_link || node.is_inert) return true;
    if (node.location.empty()) return false;
    if (!request_.only.empty() && !request_.only.contains(node.location)) return true;
    const NodeFlags& flags = node.flags;
    return (request_.omit.dev && flags.dev) || (request_.omit.optional && flags.optional) ||
           (request_.omit.peer && flags.peer);
  }

  void select() {
    std::vector<const Node*> nodes;
    for (const auto& [location, node] : tree_.nodes) {
      if (!is_left_out(node)) nodes.push_back(&node);
    }
    std::sort(nodes.begin(), nodes.end(),
              [](const Node* a, const Node* b) { return sorts_before(a->location, b->location); });
    std::set<std::string> ids;
    for (const Node* node : nodes) {
      chosen_.insert(node);
      if (node != root_ && ids.insert(id_of(*node)).second) children_.push_back(node);
    }
    for (const TreeEdge& edge : edges_) {
      if (chosen_.contains(edge.from)) edges_out_[edge.from].push_back(&edge);
    }
  }

  Status check() const {
    std::set<std::string> problems;
    for (const auto& [from, list] : edges_out_) {
      for (const TreeEdge* edge : list) {
        const std::string wanted = edge->name + "@" + edge->spec;
        if (edge->to == nullptr && !may_be_missing(*edge)) {
          problems.insert("missing: " + wanted + ", required by " + id_of(*from));
        } else if (edge->to != nullptr && !is_satisfied(*edge)) {
          problems.insert("invalid: " + id_of(*edge->to) + ", " + edge->spec + " required by " +
                          id_of(*from));
        }
      }
    }
    if (problems.empty()) return ok();
    std::string text;
    for (const std::string& problem : problems) text += (text.empty() ? "" : "\n") + problem;
    return Error::with_code_name("ESBOMPROBLEMS", text).with_hint("gyre install repairs the tree");
  }

  bool may_be_missing(const TreeEdge& edge) const {
    if (edge.kind == EdgeKind::kOptional) return true;
    if (edge.kind == EdgeKind::kDev && request_.omit.dev) return true;
    const auto& optional = edge.from->meta.optional_peers;
    return edge.kind == EdgeKind::kPeer &&
           std::find(optional.begin(), optional.end(), edge.name) != optional.end();
  }

  static bool is_satisfied(const TreeEdge& edge) {
    auto spec = parse_spec(edge.name, edge.spec);
    if (!spec || (spec->kind != SpecKind::kRange && spec->kind != SpecKind::kVersion)) return true;
    const auto range = semver::Range::parse(spec->fetch_spec, {semver::Mode::kLoose});
    return !range || edge.to->meta.version.empty() || range->test(edge.to->meta.version);
  }

  static std::string id_of(const Node& node) {
    return package_name(node) + "@" + node.meta.version;
  }

  static std::optional<Digest> digest_of(const Node& node) {
    auto integrity = Integrity::parse(node.integrity);
    if (!integrity || integrity->empty()) return std::nullopt;
    return integrity->key();
  }

  // ---- CycloneDX

  OrderedJson component(const Node& node, const std::string& type) const {
    const OrderedJson manifest = manifest_of(tree_, node, request_.is_lockfile_only);
    OrderedJson json;
    json["bom-ref"] = id_of(node);
    json["type"] = type;
    json["name"] = node.name.empty() ? package_name(node) : node.name;
    json["version"] = node.meta.version;
    const bool is_optional = node.flags.optional || node.flags.dev_optional;
    json["scope"] = is_optional ? "optional" : "required";
    std::string author = text_or(manifest, "author", "name");
    // "Name <mail> (url)": the name is what is meant.
    author = author.substr(0, author.find_first_of("<("));
    while (author.ends_with(' ')) author.pop_back();
    if (!author.empty()) json["author"] = author;
    const std::string description = text_at(manifest, "description");
    if (!description.empty()) json["description"] = description;
    json["purl"] = purl_of(node);
    json["properties"] = properties(node, manifest);
    json["externalReferences"] = references(node, manifest);
    if (const auto digest = digest_of(node)) {
      std::string algorithm(hash_name(digest->algorithm));
      json["hashes"] = {{{"alg", "SHA-" + algorithm.substr(3)}, {"content", digest->to_hex()}}};
    }
    const std::string license = license_of(manifest);
    if (is_license_id(license))
      json["licenses"] = {{{"license", {{"id", license}}}}};
    else if (is_license_expression(license))
      json["licenses"] = {{{"expression", license}}};
    return json;
  }

  static OrderedJson properties(const Node& node, const OrderedJson& manifest) {
    OrderedJson list = OrderedJson::array();
    auto add = [&list](const char* name) {
      OrderedJson entry;
      entry["name"] = std::string("cdx:npm:package:") + name;
      entry["value"] = "true";
      list.push_back(std::move(entry));
    };
    if (node.flags.dev) add("development");
    if (manifest.contains("private") && manifest["private"] == true) add("private");
    if (node.flags.extraneous) add("extraneous");
    if (node.flags.in_bundle) add("bundled");
    return list;
  }

  static OrderedJson references(const Node& node, const OrderedJson& manifest) {
    OrderedJson list = OrderedJson::array();
    auto add = [&list](const char* type, const std::string& url) {
      if (url.empty()) return;
      OrderedJson entry;
      entry["type"] = type;
      entry["url"] = url;
      list.push_back(std::move(entry));
    };
    add("distribution", is_http_url(node.resolved) ? printable_url(node.resolved) : node.resolved);
    const std::string repository = text_or(manifest, "repository", "url");
    const auto hosted = parse_hosted(repository);  // "user/repo" is no URL yet
    const bool is_short = hosted && hosted->form == HostedRepository::Form::kShortcut;
    add("vcs", is_short ? "git+" + hosted->https_url() : repository);
    add("website", text_at(manifest, "homepage"));
    add("issue-tracker", text_or(manifest, "bugs", "url"));
    return list;
  }

  OrderedJson cyclonedx() {
    OrderedJson bom;
    bom["$schema"] = "http://cyclonedx.org/schema/bom-1.5.schema.json";
    bom["bomFormat"] = "CycloneDX";
    bom["specVersion"] = "1.5";
    bom["serialNumber"] = "urn:uuid:" + random_uuid();
    bom["version"] = 1;
    OrderedJson& metadata = bom["metadata"];
    metadata["timestamp"] = now_text();
    metadata["lifecycles"] = {{{"phase", request_.is_lockfile_only ? "pre-build" : "build"}}};
    metadata["tools"] = {
        {{"vendor", "gyre"}, {"name", "gyre"}, {"version", request_.tool_version}}};
    metadata["component"] = component(*root_, request_.package_type);
    bom["components"] = OrderedJson::array();
    bom["dependencies"] = OrderedJson::array();
    bom["dependencies"].push_back(dependencies(*root_));
    for (const Node* node : children_) {
      bom["components"].push_back(component(*node, "library"));
      bom["dependencies"].push_back(dependencies(*node));
    }
    return bom;
  }

  OrderedJson dependencies(const Node& node) {
    OrderedJson json;
    json["ref"] = id_of(node);
    json["dependsOn"] = OrderedJson::array();
    std::set<std::string> seen;
    for (const TreeEdge* edge : edges_out_[&node]) {
      if (edge->to == nullptr || !chosen_.contains(edge->to)) continue;
      const std::string id = id_of(*edge->to);
      if (seen.insert(id).second) json["dependsOn"].push_back(id);
    }
    return json;
  }

  // ---- SPDX

  static std::string spdx_id(const Node& node) {
    std::string name = package_name(node);
    if (name.starts_with('@')) name.erase(0, 1);
    std::replace(name.begin(), name.end(), '/', '.');
    return "SPDXRef-Package-" + name + "-" + node.meta.version;
  }

  OrderedJson spdx_package(const Node& node, const std::string& purpose) const {
    const OrderedJson manifest = manifest_of(tree_, node, request_.is_lockfile_only);
    auto or_unknown = [](std::string text) { return text.empty() ? kUnknown : text; };
    OrderedJson json;
    json["name"] = package_name(node);
    json["SPDXID"] = spdx_id(node);
    json["versionInfo"] = node.meta.version;
    json["packageFileName"] = node.location;
    const std::string description = text_at(manifest, "description");
    if (!description.empty()) json["description"] = description;
    if (!purpose.empty()) json["primaryPackagePurpose"] = purpose;
    json["downloadLocation"] =
        or_unknown(is_http_url(node.resolved) ? printable_url(node.resolved) : node.resolved);
    json["filesAnalyzed"] = false;
    json["homepage"] = or_unknown(text_at(manifest, "homepage"));
    json["licenseDeclared"] = or_unknown(license_of(manifest));
    json["externalRefs"] = {{{"referenceCategory", "PACKAGE-MANAGER"},
                             {"referenceType", "purl"},
                             {"referenceLocator", purl_of(node)}}};
    if (const auto digest = digest_of(node)) {
      std::string algorithm(hash_name(digest->algorithm));
      std::transform(algorithm.begin(), algorithm.end(), algorithm.begin(), ::toupper);
      json["checksums"] = {{{"algorithm", algorithm}, {"checksumValue", digest->to_hex()}}};
    }
    return json;
  }

  static OrderedJson relationship(const std::string& from, const std::string& to,
                                  const char* type) {
    OrderedJson json;
    json["spdxElementId"] = from;
    json["relatedSpdxElement"] = to;
    json["relationshipType"] = type;
    return json;
  }

  void add_relationships(const Node& node, OrderedJson& list) {
    std::set<std::string> seen;
    for (const TreeEdge* edge : edges_out_[&node]) {
      if (edge->to == nullptr || !chosen_.contains(edge->to)) continue;
      const char* type = edge->kind == EdgeKind::kPeer       ? "PREREQUISITE_FOR"
                         : edge->kind == EdgeKind::kOptional ? "OPTIONAL_DEPENDENCY_OF"
                         : edge->kind == EdgeKind::kDev      ? "DEV_DEPENDENCY_OF"
                                                             : "DEPENDENCY_OF";
      if (!seen.insert(spdx_id(*edge->to) + type).second) continue;
      list.push_back(relationship(spdx_id(*edge->to), spdx_id(node), type));
    }
  }

  OrderedJson spdx() {
    const std::string root_id = id_of(*root_);
    std::string purpose = request_.package_type;
    std::transform(purpose.begin(), purpose.end(), purpose.begin(), ::toupper);
    OrderedJson bom;
    bom["spdxVersion"] = "SPDX-2.3";
    bom["dataLicense"] = "CC0-1.0";
    bom["SPDXID"] = "SPDXRef-DOCUMENT";
    bom["name"] = root_id;
    bom["documentNamespace"] = "http://spdx.org/spdxdocs/" +
                               escape_package_name(package_name(*root_)) + "-" +
                               root_->meta.version + "-" + random_uuid();
    bom["creationInfo"]["created"] = now_text();
    bom["creationInfo"]["creators"] = {"Tool: gyre-" + request_.tool_version};
    bom["documentDescribes"] = {spdx_id(*root_)};
    bom["packages"] = OrderedJson::array();
    bom["packages"].push_back(spdx_package(*root_, purpose));
    OrderedJson& relationships = bom["relationships"];
    relationships = OrderedJson::array();
    relationships.push_back(relationship("SPDXRef-DOCUMENT", spdx_id(*root_), "DESCRIBES"));
    add_relationships(*root_, relationships);
    for (const Node* node : children_) {
      bom["packages"].push_back(spdx_package(*node, {}));
      add_relationships(*node, relationships);
    }
    return bom;
  }

  const Tree& tree_;
  const SbomRequest& request_;
  const std::vector<TreeEdge> edges_;
  const Node* root_ = nullptr;
  std::vector<const Node*> children_;  // by location, each name@version once
  std::set<const Node*> chosen_;
  std::map<const Node*, std::vector<const TreeEdge*>> edges_out_;
};

}  // namespace

Result<OrderedJson> make_sbom(const Tree& tree, const SbomRequest& request) {
  return Bom(tree, request).make();
}

}  // namespace gyre::pkg
