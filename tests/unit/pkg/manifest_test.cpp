#include <doctest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "pkg/config/npmrc.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/workspace/workspace.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "gyre-test-XXXXXX";
    path = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
  }
};

std::string code_of(std::string_view text) {
  auto manifest = parse_manifest(text, "package.json");
  return manifest ? "" : manifest.error().code();
}

}  // namespace

TEST_CASE("a manifest's parts are read, optional dependencies count once") {
  auto manifest = parse_manifest(R"({
    "name": "app", "version": "1.0.0", "dependencies": {"a": "^1", "b": "2"},
    "optionalDependencies": {"b": "2"}, "peerDependencies": {"p": "*"},
    "peerDependenciesMeta": {"p": {"optional": true}}, "engines": {"node": ">=18"},
    "bin": "./cli.js", "scripts": {"postinstall": "x", "bad": 5}, "workspaces": ["packages/*"]})",
                                 "package.json");
  REQUIRE(manifest.is_ok());
  CHECK(manifest->meta.dependencies == NamedStrings{{"a", "^1"}});
  CHECK(manifest->meta.optional_dependencies == NamedStrings{{"b", "2"}});
  CHECK(manifest->meta.optional_peers == std::vector<std::string>{"p"});
  CHECK(manifest->meta.bins == std::vector<Bin>{{"app", "cli.js"}});
  CHECK(manifest->meta.has_install_script);
  CHECK(manifest->workspaces == std::vector<std::string>{"packages/*"});
  CHECK(manifest->scripts.size() == 1);
}

TEST_CASE("a broken manifest is named by code and place") {
  CHECK(code_of("") == "EJSONPARSE");
  CHECK(code_of("{\"a\":1,}") == "EJSONPARSE");
  CHECK(code_of(std::string("{}\0{", 4)) == "EJSONPARSE");
  CHECK(code_of("{\"a\":1e999}") == "EJSONPARSE");
  CHECK(code_of("[]") == "EPKGJSON");
  CHECK(code_of(R"({"dependencies":[]})") == "EPKGJSON");
  CHECK(code_of(R"({"dependencies":{"a":5}})") == "EPKGJSON");
  CHECK(code_of(R"({"dependencies":{"../a":"1"}})") == "EINVALIDNAME");
  CHECK(code_of(std::string(100'000, '[')) == "EJSONPARSE");
  auto broken = parse_manifest("{\n  \"a\": 1\n  \"b\": 2\n}", "package.json");
  CHECK(broken.error().message().find("line 3") != std::string::npos);
  CHECK(load_manifest("/nonexistent/package.json").error().is(Code::EPKGJSON));
}

TEST_CASE("bins stay inside the package and inside .bin") {
  auto code = [](const char* bin) {
    auto bins = parse_bins("@s/name", OrderedJson::parse(bin));
    return bins ? std::string() : bins.error().code();
  };
  for (const char* bin : {R"({"../../canary":"a.js"})", R"({"@s/../../canary":"a.js"})",
                          R"({"x":"../../../../canary"})", R"({"x":"/etc/hostname"})", R"("../x")"})
    CHECK_MESSAGE(code(bin) == "EINVALIDBIN", bin);
  auto bins = parse_bins("@s/name", OrderedJson::parse(R"("./bin/../cli.js")"));
  CHECK(*bins == std::vector<Bin>{{"name", "cli.js"}});
  CHECK(parse_bins("a", OrderedJson::parse(R"({"x":5,"":"y","z":"b/z"})"))->size() == 1);
}

TEST_CASE("indentation is what follows the opening brace's line, else the usual") {
  auto indent_of = [](const std::string& text) {
    return parse_manifest(text, "package.json").value().indent;
  };
  CHECK(indent_of("{\n\t\"name\": \"a\"}") == "\t");
  CHECK(indent_of("{\r\n\r\n    \"name\": \"a\"}") == "    ");
  CHECK(indent_of("{\n\"name\": \"a\"}").empty());
  CHECK(indent_of("{\"name\": \"a\",\n \"version\": \"1.0.0\"}") == "  ");
  CHECK(indent_of("{}\n") == "  ");
}

TEST_CASE("editing keeps order, indentation and line ends") {
  auto manifest = parse_manifest(
      "{\r\n\t\"name\": \"app\",\r\n\t\"zeta\": 1,\r\n\t\"devDependencies\": {\r\n\t\t\"c\": "
      "\"1\"\r\n\t}\r\n}",
      "package.json");
  REQUIRE(manifest.is_ok());
  set_dependency(*manifest, "dependencies", "b", "^2.0.0");
  set_dependency(*manifest, "dependencies", "a", "^1.0.0");
  set_dependency(*manifest, "dependencies", "c", "^3.0.0");
  CHECK(write_manifest(*manifest) ==
        "{\r\n\t\"name\": \"app\",\r\n\t\"zeta\": 1,\r\n\t\"dependencies\": {\r\n\t\t\"a\": "
        "\"^1.0.0\",\r\n\t\t\"b\": \"^2.0.0\",\r\n\t\t\"c\": \"^3.0.0\"\r\n\t}\r\n}");
  CHECK(manifest->meta.dependencies.size() == 3);
  CHECK(remove_dependency(*manifest, "a"));
  CHECK(!remove_dependency(*manifest, "a"));
}

TEST_CASE("npmrc text is read with quotes, comments, arrays and variables") {
  auto entries = parse_ini(
      "; comment\n# another\nregistry = https://a.example/ ; "
      "tail\nkey=\"a;b\"\nca[]=one\nca[]=two\n"
      "//h/:_authToken=${TOKEN}\nunset=${NOPE}\nlenient=x${NOPE?}\nflag\n[section]\nlost=1\n",
      {{"TOKEN", "t0k"}});
  std::map<std::string, std::string> last;
  for (auto& entry : entries) last[entry.key] = entry.value;
  CHECK(last["registry"] == "https://a.example/");
  CHECK(last["key"] == "a;b");
  CHECK(last["ca"] == "two");
  CHECK(last["//h/:_authToken"] == "t0k");
  CHECK(last["unset"] == "${NOPE}");
  CHECK(last["lenient"] == "x");
  CHECK(last["flag"] == "true");
  CHECK(last.count("lost") == 0);
}

TEST_CASE("settings come from flags, environment, project and user files, in that order") {
  Folder folder;
  folder.write("app/package.json", "{}");
  folder.write("app/.npmrc",
               "registry=https://project.example\n@s:registry=https://s.example/r\n"
               "//s.example/r/:_authToken=scoped\n//s.example/:_auth=dXNlcjpwYXNz\n");
  folder.write("home/.npmrc",
               "registry=https://user.example/\nfetch-retries=7\nstrict-ssl=false\n");
  ConfigSources sources;
  sources.working_dir = folder.path / "app";
  sources.environment = {{"HOME", folder.path / "home"},
                         {"npm_config_globalconfig", folder.path / "none"}};
  auto options = load_options(sources);
  REQUIRE(options.is_ok());
  CHECK(options->registry == "https://project.example/");
  CHECK(options->fetch_retries == 7);
  CHECK(!options->strict_ssl);
  CHECK(options->registry_for("@s/x") == "https://s.example/r/");
  CHECK(options->registry_for("x") == "https://project.example/");
  CHECK(options->credentials_for("https://s.example/r/@s%2fx")->authorization == "Bearer scoped");
  CHECK(options->credentials_for("https://s.example/other")->authorization == "Basic dXNlcjpwYXNz");
  CHECK(options->credentials_for("https://s.example.evil/r/") == nullptr);
  CHECK(options->credentials_for("https://project.example/x") == nullptr);

  sources.environment["NPM_CONFIG_REGISTRY"] = "https://env.example/";
  sources.environment["NODE_ENV"] = "production";
  CHECK(load_options(sources)->registry == "https://env.example/");
  CHECK(load_options(sources)->omit.dev);
  sources.flags["registry"] = "https://flag.example/";
  sources.flags["include"] = "dev";
  CHECK(load_options(sources)->registry == "https://flag.example/");
  CHECK(!load_options(sources)->omit.dev);

  const uint64_t hash = load_options(sources)->settings_hash;
  CHECK(hash == load_options(sources)->settings_hash);
  sources.flags["no-such-setting"] = "1";
  CHECK(hash != load_options(sources)->settings_hash);

  sources.environment["npm_config_install_strategy"] = "linked";
  sources.flags["package-import-method"] = "clone";
  CHECK(load_options(sources)->node_linker == NodeLinker::kIsolated);
  CHECK(load_options(sources)->link_mode == LinkMode::kReflink);
  sources.flags["node-linker"] = "hoisted";
  CHECK(load_options(sources)->node_linker == NodeLinker::kHoisted);
  sources.flags["node-linker"] = "pnp";
  CHECK(load_options(sources).error().is(Code::EUSAGE));
  sources.flags.erase("node-linker");
  sources.flags["fetch-retries"] = "many";
  CHECK(load_options(sources).error().is(Code::EUSAGE));
}

TEST_CASE("workspace globs find packages, and the project is the root that lists them") {
  Folder folder;
  folder.write("package.json", R"({"workspaces": ["packages/*", "!packages/old", "tools/**"]})");
  folder.write("packages/b/package.json", R"({"name": "b"})");
  folder.write("packages/a/package.json", R"({"name": "a"})");
  folder.write("packages/old/package.json", R"({"name": "old"})");
  folder.write("packages/empty/readme", "");
  folder.write("tools/deep/er/package.json", R"({})");
  auto packages = load_workspaces(folder.path, {"packages/*", "!packages/old", "tools/**"});
  REQUIRE(packages.is_ok());
  REQUIRE(packages->size() == 3);
  CHECK((*packages)[0].location == "packages/a");
  CHECK((*packages)[2].meta.name == "er");
  CHECK(find_project_dir(folder.path / "packages/b") == folder.path.string());
  CHECK(find_project_dir(folder.path / "packages/old") == (folder.path / "packages/old").string());
  folder.write("packages/c/package.json", R"({"name": "a"})");
  CHECK(load_workspaces(folder.path, {"packages/*"}).error().is(Code::EMANIFEST));
}

TEST_CASE("a folder that is not there yet may be a workspace") {
  const std::vector<std::string> globs{"packages/*", "!packages/old", "tools/**", "{a,b}/c"};
  for (const char* location : {"packages/x", "tools/a/b", "tools", "a/c", "b/c"})
    CHECK_MESSAGE(is_workspace_location(globs, location), location);
  for (const char* location : {"packages", "packages/x/y", "packages/old", "packages/.x", "c/c"})
    CHECK_MESSAGE(!is_workspace_location(globs, location), location);
}
