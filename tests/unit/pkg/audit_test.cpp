// Advisories, bills of materials and what view shows.
#include <doctest.h>

#include "pkg/audit/advisory.hpp"
#include "pkg/audit/sbom.hpp"
#include "pkg/registry/view.hpp"
#include "pkg/store/integrity.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

const std::string kIntegrity = hash_of(HashAlgorithm::kSha512, as_bytes("archive")).to_sri();

std::shared_ptr<const AuditedPackage> package_with(const std::string& name,
                                                   const std::string& versions) {
  return read_audited_package(name, OrderedJson::parse(R"({"versions":)" + versions + "}"));
}

}  // namespace

TEST_CASE("a dependent is distrusted when nothing it could get is free of the advisory") {
  const auto leaf = package_with("leaf", R"({"1.0.0":{},"1.1.0":{},"2.0.0":{}})");
  const auto advisory = std::make_shared<Advisory>(
      OrderedJson::parse(R"({"id":7,"severity":"high","vulnerable_versions":"<2"})"), leaf);
  CHECK(advisory->covers("1.1.0"));
  CHECK_FALSE(advisory->covers("2.0.0"));
  CHECK(advisory->covers_all_of("^1"));
  CHECK_FALSE(advisory->covers_all_of(">=1"));
  const auto middle = package_with("middle", R"({
      "1.0.0":{"dependencies":{"leaf":"^1"}}, "1.1.0":{"dependencies":{"leaf":"1.x"}},
      "1.2.0":{"dependencies":{"leaf":"^2"}}, "1.3.0":{}})");
  const Advisory derived(advisory, middle);
  CHECK(derived.is_derived());
  CHECK(derived.covers("1.0.0"));
  CHECK_FALSE(derived.covers("1.2.0"));
  CHECK_FALSE(derived.covers("1.3.0"));
  CHECK(derived.covers("9.9.9", "^1"));
  CHECK(derived.range() == "<=1.1.0");
  CHECK(derived.json() == "leaf");
  CHECK(derived.severity() == "high");
}

TEST_CASE("view picks versions and fields") {
  const OrderedJson packument = OrderedJson::parse(R"({"name":"a","dist-tags":{"latest":"1.1.0"},
      "maintainers":[{"name":"m","email":"e"}],"keywords":["one"],"empty":[],
      "time":{"1.0.0":"2020-01-01"},
      "versions":{"1.1.0":{"version":"1.1.0","dist":{"tarball":"t1"}},
                  "1.0.0":{"version":"1.0.0","dist":{"tarball":"t0"}}}})");
  auto view = [&](const std::string& wanted, std::vector<std::string> fields) {
    auto versions = view_versions(packument, {wanted, std::move(fields), false});
    REQUIRE(versions);
    return std::move(*versions);
  };
  auto latest =
      view("latest", {"dist.tarball", "versions[0]", "time[1.0.0]", "keywords", "no.such"});
  REQUIRE(latest.size() == 1);
  REQUIRE(latest[0].fields.size() == 4);
  CHECK(*latest[0].fields[0].second == "t1");
  CHECK(*latest[0].fields[1].second == "1.0.0");
  CHECK(*latest[0].fields[2].second == "2020-01-01");
  CHECK(*latest[0].fields[3].second == "one");
  CHECK(view("^1", {"version"}).size() == 2);
  auto names = view("1.0.0", {"maintainers.name"});
  CHECK(names[0].fields[0].first == "maintainers[0].name");
  CHECK_FALSE(view("1.0.0", {"empty"})[0].fields[0].second.has_value());
  CHECK(view_versions(packument, {"9.x", {}, false}).error().is(Code::E404));
  CHECK(view_versions(packument, {"latest", {"a["}, false}).error().is(Code::EUSAGE));
  CHECK(with_short_people(packument["maintainers"])[0] == "m <e>");
}

TEST_CASE("a bill of materials lists each package once and refuses broken trees") {
  Tree tree;
  tree.root_dir = "/nowhere";
  Node root;
  root.meta.name = "app";
  root.meta.version = "1.0.0";
  root.meta.dependencies = {{"@s/a", "^1.0.0"}};
  root.meta.dev_dependencies = {{"d", "1.0.0"}};
  Node a;
  a.location = "node_modules/@s/a";
  a.name = a.meta.name = "@s/a";
  a.meta.version = "1.2.0";
  a.integrity = kIntegrity;
  a.meta.license_json = "\"MIT\"";
  Node d;
  d.location = "node_modules/d";
  d.name = d.meta.name = "d";
  d.meta.version = "1.0.0";
  d.flags.dev = true;
  tree.nodes[""] = root;
  tree.nodes[a.location] = a;
  tree.nodes[d.location] = d;
  SbomRequest request;
  request.is_lockfile_only = true;
  auto bom = make_sbom(tree, request);
  REQUIRE(bom);
  CHECK((*bom)["specVersion"] == "1.5");
  REQUIRE((*bom)["components"].size() == 2);
  const OrderedJson& component = (*bom)["components"][0];
  CHECK(component["purl"] == "pkg:npm/%40s/a@1.2.0");
  CHECK(component["hashes"][0]["alg"] == "SHA-512");
  CHECK(component["licenses"][0]["license"]["id"] == "MIT");
  CHECK((*bom)["dependencies"][0]["dependsOn"] ==
        OrderedJson::parse(R"(["@s/a@1.2.0","d@1.0.0"])"));
  request.omit.dev = true;
  request.is_cyclonedx = false;
  auto spdx = make_sbom(tree, request);
  REQUIRE(spdx);
  CHECK((*spdx)["spdxVersion"] == "SPDX-2.3");
  REQUIRE((*spdx)["packages"].size() == 2);
  CHECK((*spdx)["packages"][1]["SPDXID"] == "SPDXRef-Package-s.a-1.2.0");
  CHECK((*spdx)["relationships"][1]["relationshipType"] == "DEPENDENCY_OF");
  tree.nodes[a.location].meta.version = "2.0.0";
  CHECK(make_sbom(tree, request).error().code() == "ESBOMPROBLEMS");
  tree.nodes.erase(a.location);
  CHECK(make_sbom(tree, request).error().code() == "ESBOMPROBLEMS");
}
