#include <doctest.h>

#include "pkg/saving.hpp"
#include "tests/support/temp_dir.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

struct Monorepo {
  test::TempDir dir;
  Options options;
  InstallRequest request;

  Monorepo() {
    dir.write("package.json", R"({"name":"root","workspaces":["packages/*"]})");
    dir.write("packages/a/package.json", R"({"name":"@s/a","dependencies":{"x":"1"}})");
    dir.write("packages/b/package.json", R"({"name":"b","devDependencies":{"x":"1"}})");
    options.project_dir = options.working_dir = dir.path();
  }
  Project load() const {
    auto project = load_project(options, ManifestNeed::kRequired);
    REQUIRE(project.is_ok());
    return std::move(*project);
  }
  std::vector<std::string> chosen() const {
    Project project = load();
    Status status = choose_packages(project, request, options);
    if (!status) return {status.error().code()};
    return project.chosen;
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("workspaces are chosen by name, folder, folder above, and where the user is") {
  Monorepo repo;
  CHECK(repo.chosen() == Names{});
  repo.request.workspaces = {"@s/a"};
  CHECK(repo.chosen() == Names{"packages/a"});
  repo.request.workspaces = {"./packages/b", "@s/a"};
  CHECK(repo.chosen() == Names{"packages/a", "packages/b"});
  repo.request.workspaces = {"packages"};
  CHECK(repo.chosen() == Names{"packages/a", "packages/b"});
  repo.request.includes_root = true;
  CHECK(repo.chosen() == Names{"", "packages/a", "packages/b"});
  repo.request.workspaces = {"nothing"};
  CHECK(repo.chosen() == Names{"EUSAGE"});
  repo.request = {};
  repo.request.all_workspaces = true;
  CHECK(repo.chosen() == Names{"packages/a", "packages/b"});
  repo.request = {};
  repo.options.working_dir = repo.dir / "packages/b";
  CHECK(repo.chosen() == Names{"packages/b"});
}

TEST_CASE("what is added goes into the chosen manifests, each in its own section") {
  Monorepo repo;
  repo.request.all_workspaces = true;
  repo.request.add = {"x@^2", "./packages/b"};
  repo.request.save_bundle = true;
  Project project = repo.load();
  REQUIRE(choose_packages(project, repo.request, repo.options).is_ok());
  auto added = add_dependencies(project, repo.request, repo.options);
  REQUIRE(added.is_ok());
  CHECK(added->size() == 4);
  const OrderedJson& a = project.edited.at("packages/a").json;
  const OrderedJson& b = project.edited.at("packages/b").json;
  CHECK(a["dependencies"]["x"] == "^2");
  CHECK(a["dependencies"]["b"] == "file:../b");
  CHECK(a["bundleDependencies"] == OrderedJson::array({"b", "x"}));
  CHECK(b["devDependencies"]["x"] == "^2");
  CHECK(!project.manifest.json.contains("dependencies"));
  CHECK(project.workspaces[0].meta.dependencies.size() == 2);
}

TEST_CASE("what is removed goes from the chosen manifests, and is missed where none had it") {
  Monorepo repo;
  repo.request.workspaces = {"b"};
  Project project = repo.load();
  REQUIRE(choose_packages(project, repo.request, repo.options).is_ok());
  auto missing = remove_dependencies(project, {"x", "y"});
  REQUIRE(missing.is_ok());
  CHECK(*missing == Names{"y"});
  CHECK(!project.edited.at("packages/b").json.contains("devDependencies"));
  CHECK(!project.edited.contains("packages/a"));
}

TEST_CASE("repositories are saved as npm writes them") {
  Monorepo repo;
  repo.request.add = {"dep@user/repo#v1", "other@git+ssh://git@example.com/r.git",
                      "third@https://example.com/x.tgz"};
  Project project = repo.load();
  REQUIRE(add_dependencies(project, repo.request, repo.options).is_ok());
  const OrderedJson& saved = project.manifest.json["dependencies"];
  CHECK(saved["dep"] == "github:user/repo#v1");
  CHECK(saved["other"] == "git+ssh://git@example.com/r.git");
  CHECK(saved["third"] == "https://example.com/x.tgz");
}
