// What publishing sends and refuses, and npmrc files being edited.
#include <doctest.h>
#include <sys/stat.h>

#include "pkg/config/definitions.hpp"
#include "pkg/config/edit.hpp"
#include "pkg/config/npmrc.hpp"
#include "pkg/publish/document.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::TempDir;

namespace {

Manifest manifest_from(const std::string& text) {
  auto manifest = parse_manifest(text, "package.json");
  REQUIRE(manifest);
  return std::move(*manifest);
}

PublishSettings settings_for(const Manifest& manifest,
                             const std::map<std::string, std::string>& given = {}) {
  auto settings = publish_settings(manifest, Options(), AllSettings(), given);
  REQUIRE(settings);
  return std::move(*settings);
}

std::string refusal(const std::string& text, const std::map<std::string, std::string>& given = {}) {
  const Manifest manifest = manifest_from(text);
  const Status status = check_publishable(manifest, settings_for(manifest, given), false);
  return status ? std::string() : status.error().code();
}

}  // namespace

TEST_CASE("private packages, restricted unscoped ones, bad tags and provenance are refused") {
  CHECK(refusal(R"({"name":"a","version":"1.0.0"})").empty());
  CHECK(refusal(R"({"name":"a","version":"1.0.0","private":true})") == "EPRIVATE");
  CHECK(refusal(R"({"name":"a","version":"1.0.0"})", {{"access", "restricted"}}) == "EUNSCOPED");
  CHECK(refusal(R"({"name":"@s/a","version":"1.0.0"})", {{"access", "restricted"}}).empty());
  CHECK(refusal(R"({"name":"a","version":"1.0.0"})", {{"tag", "1.x"}}) == "EINVALIDTAG");
  CHECK(refusal(R"({"name":"a","version":"1.0.0"})", {{"tag", "a b"}}) == "EINVALIDTAG");
  for (const char* service : {"GITHUB_ACTIONS", "GITLAB_CI"}) ::unsetenv(service);
  auto with_provenance = [] {
    return refusal(R"({"name":"a","version":"1.0.0"})", {{"provenance", "true"}});
  };
  CHECK(with_provenance() == "EUSAGE");
  ::setenv("GITLAB_CI", "true", 1);
  CHECK(with_provenance() == "ERR_NOT_IMPLEMENTED");
  ::unsetenv("GITLAB_CI");
}

TEST_CASE("a prerelease needs a tag, from a flag or publishConfig") {
  CHECK(refusal(R"({"name":"a","version":"1.0.0-rc.1"})") == "EUSAGE");
  CHECK(refusal(R"({"name":"a","version":"1.0.0-rc.1"})", {{"tag", "next"}}).empty());
  CHECK(refusal(R"({"name":"a","version":"1.0.0-rc.1","publishConfig":{"tag":"next"}})").empty());
}

TEST_CASE("publishConfig chooses registry, tag and access; flags are stronger") {
  const Manifest manifest = manifest_from(
      R"({"name":"a","version":"1.0.0","publishConfig":
          {"registry":"http://r.test/x","tag":"next","access":"public"}})");
  PublishSettings settings = settings_for(manifest);
  CHECK(settings.registry == "http://r.test/x/");
  CHECK(settings.tag == "next");
  CHECK(settings.access == "public");
  settings = settings_for(manifest, {{"tag", "beta"}, {"registry", "http://other.test/"}});
  CHECK(settings.tag == "beta");
  CHECK(settings.registry == "http://other.test/");
  auto wrong = publish_settings(manifest, Options(), AllSettings(), {{"access", "secret"}});
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().is(Code::EUSAGE));
}

TEST_CASE("a version is published once, and latest does not move back") {
  const OrderedJson packument =
      OrderedJson::parse(R"({"versions":{"1.0.0":{},"2.0.0":{},"3.0.0":{"deprecated":"no"}}})");
  PublishSettings settings;
  settings.tag = "latest";
  CHECK(check_not_published(packument, "2.1.0", settings).is_ok());
  CHECK(check_not_published(packument, "2.0.0", settings).error().code() == "EPUBLISHCONFLICT");
  CHECK(check_not_published(packument, "v2.0.0", settings).error().code() == "EPUBLISHCONFLICT");
  CHECK(check_not_published(packument, "1.5.0", settings).error().code() == "EUSAGE");
  settings.has_tag = true;
  CHECK(check_not_published(packument, "1.5.0", settings).is_ok());
  CHECK(check_not_published(nullptr, "1.5.0", settings).is_ok());
}

TEST_CASE("the document holds the version, its tag and the archive") {
  TempDir dir;
  dir.write("package.json", R"({"name":"@s/a","version":"1.0.0","bin":"cli.js",
      "description":"d","repository":"u/r"})");
  dir.write("cli.js", "x");
  dir.write("README.md", "# hello");
  dir.write(".git/HEAD", "ref: refs/heads/main\n");
  dir.write(".git/refs/heads/main", "0123456789012345678901234567890123456789\n");
  auto manifest = load_manifest(dir / "package.json");
  REQUIRE(manifest);
  auto package = pack_folder({dir.path(), {}, {}}, *manifest);
  REQUIRE(package);
  PublishSettings settings;
  settings.registry = "https://r.test/";
  settings.tag = "next";
  const OrderedJson document =
      publish_document(published_manifest(*manifest, dir.path()), *package, settings);
  CHECK(document["_id"] == "@s/a");
  CHECK(document["dist-tags"]["next"] == "1.0.0");
  CHECK(document["access"].is_null());
  const OrderedJson& version = document["versions"]["1.0.0"];
  CHECK(version["bin"]["a"] == "cli.js");
  CHECK(version["readme"] == "# hello");
  CHECK(version["gitHead"] == "0123456789012345678901234567890123456789");
  CHECK(version["repository"]["url"] == "git+https://github.com/u/r.git");
  CHECK(version["dist"]["tarball"] == "http://r.test/@s/a/-/@s/a-1.0.0.tgz");
  CHECK(version["dist"]["integrity"] == package->sha512.to_sri());
  const OrderedJson& attachment = document["_attachments"]["@s/a-1.0.0.tgz"];
  CHECK(attachment["length"] == package->bytes.size());
  auto bytes = base64_decode(attachment["data"].get<std::string>());
  REQUIRE(bytes);
  CHECK(std::string(bytes->begin(), bytes->end()) == package->bytes);
}

TEST_CASE("editing an npmrc keeps comments, order and sections") {
  const std::string text =
      "; mine\nregistry=http://a/\n\n# token\n//a/:_authToken=old\n[section]\nx=1\n";
  CHECK(edit_ini(text, {{"//a/:_authToken", false, "new"}}) ==
        "; mine\nregistry=http://a/\n\n# token\n//a/:_authToken=new\n[section]\nx=1\n");
  CHECK(edit_ini(text, {{"registry", true, {}}}) ==
        "; mine\n\n# token\n//a/:_authToken=old\n[section]\nx=1\n");
  CHECK(edit_ini(text, {{"tag", false, "next"}}) ==
        "; mine\nregistry=http://a/\n\n# token\n//a/:_authToken=old\ntag=next\n[section]\nx=1\n");
  // What npm's format takes for a section, and what it does not.
  CHECK(edit_ini("a=1\n[ = ]\nx=1\n", {{"tag", false, "next"}}) == "a=1\ntag=next\n[ = ]\nx=1\n");
  CHECK(edit_ini("a=1\r[s]\nx=1\n", {{"tag", false, "next"}}) == "a=1\ntag=next\n[s]\nx=1\n");
  CHECK(edit_ini("[a]=b]\n", {{"tag", false, "next"}}) == "[a]=b]\ntag=next\n");
  CHECK(edit_ini("a[]=1\na[]=2\nb=3", {{"a", true, {}}}) == "b=3\n");
}

TEST_CASE("values that an ini file would read differently are quoted") {
  for (const std::string value :
       {"a;b#c", " spaced ", "\"quoted\"", "[x]", "a=b", "back\\slash", "line\nbreak"}) {
    const std::string text = edit_ini("", {{"key", false, value}});
    const auto entries = parse_ini(text, {});
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].value == value);
  }
}

TEST_CASE("a file with credentials is its owner's only") {
  TempDir dir;
  dir.write(".npmrc", "registry=http://a/\n");
  const std::string path = dir / ".npmrc";
  REQUIRE(edit_config_file(path, {{"//a/:_authToken", false, "t"}}, ConfigPrivacy::kOwnerOnly));
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(dir.read(".npmrc") == "registry=http://a/\n//a/:_authToken=t\n");
}

TEST_CASE("secrets are known by their names") {
  for (const char* key : {"_authToken", "//h/:_authToken", "//h/:_password", "//h/:username",
                          "_auth", "otp", "//h/:keyfile"}) {
    CHECK(is_secret_setting(key));
  }
  for (const char* key : {"registry", "@s:registry", "cafile", "tag"}) {
    CHECK_FALSE(is_secret_setting(key));
  }
}

TEST_CASE("settings are sorted by name, and known ones are recognised") {
  std::string_view before;
  for (const SettingDefinition& definition : setting_definitions()) {
    CHECK(before < definition.name);
    CHECK_FALSE(OrderedJson::parse(definition.default_json, nullptr, false).is_discarded());
    before = definition.name;
  }
  CHECK(is_known_setting("registry"));
  CHECK(is_known_setting("@s:registry"));
  CHECK(is_known_setting("//h/p/:_authToken"));
  CHECK_FALSE(is_known_setting("//h/p/:nonsense"));
  CHECK_FALSE(is_known_setting("nonsense"));
  CHECK(typed_setting("fetch-retries", "5") == 5);
  CHECK(typed_setting("audit", "false") == false);
  CHECK(typed_setting("tag", "true") == "true");
}
