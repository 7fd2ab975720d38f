#include <doctest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "pkg/inspect/explanation.hpp"
#include "pkg/inspect/listing.hpp"

using namespace gyre;
using namespace gyre::pkg;

namespace {

// A project on disk, without a hidden lockfile: what ls reads is what lies there.
struct ProjectFolder {
  std::filesystem::path path;
  ProjectFolder() {
    std::string name = std::filesystem::temp_directory_path() / "gyre-test-XXXXXX";
    path = ::mkdtemp(name.data());
  }
  ~ProjectFolder() { std::filesystem::remove_all(path); }
  void manifest(const std::string& location, const std::string& json) const {
    std::filesystem::create_directories(path / location);
    std::ofstream(path / location / "package.json") << json;
  }
  void link(const std::string& location, const std::string& target) const {
    std::filesystem::create_directories((path / location).parent_path());
    std::filesystem::create_directory_symlink(target, path / location);
  }
  std::unique_ptr<ProjectGraph> graph() const {
    Options options;
    options.project_dir = path;
    auto graph = ProjectGraph::load(options, TreeSource::kDisk);
    REQUIRE(graph.is_ok());
    return std::move(*graph);
  }
};

std::string text_of(const Listing& listing, size_t index = 0, const std::string& indent = "") {
  const ListItem& item = listing.items[index];
  std::string text = indent + item.id;
  if (item.is_missing) text += item.is_optional ? " optional-missing" : " missing";
  if (item.is_deduped) text += " deduped";
  if (!item.invalid.empty()) text += " invalid(" + item.invalid + ")";
  if (item.node && !item.is_deduped && item.node->flags.extraneous) text += " extraneous";
  text += "\n";
  for (const size_t child : item.children) text += text_of(listing, child, indent + " ");
  return text;
}

std::string listed(ProjectGraph& graph, ListRequest request = {}) {
  return text_of(list_packages(graph, request));
}

// app needs a@^1 and b@^1; a needs c@^1, b needs c@^2 and finds 1; d is needed by nobody.
void make_tree(const ProjectFolder& folder) {
  folder.manifest("", R"({"name":"app","version":"1.0.0",
    "dependencies":{"a":"^1.0.0","b":"^1.0.0","gone":"^3.0.0"},
    "optionalDependencies":{"maybe":"1"},"devDependencies":{"tool":"1"}})");
  folder.manifest("node_modules/a",
                  R"({"name":"a","version":"1.2.0","dependencies":{"c":"^1.0.0"}})");
  folder.manifest("node_modules/b",
                  R"({"name":"b","version":"1.0.0","dependencies":{"c":"^2.0.0"}})");
  folder.manifest("node_modules/c", R"({"name":"c","version":"1.0.0"})");
  folder.manifest("node_modules/d", R"({"name":"d","version":"4.0.0"})");
  folder.manifest("node_modules/tool", R"({"name":"tool","version":"1.0.0"})");
}

}  // namespace

TEST_CASE("ls shows the project's own dependencies and what is wrong among them") {
  ProjectFolder folder;
  make_tree(folder);
  auto graph = folder.graph();
  CHECK(listed(*graph) ==
        "app@1.0.0\n a@1.2.0\n b@1.0.0\n d@4.0.0 extraneous\n gone@^3.0.0 missing\n"
        " maybe@1 optional-missing\n tool@1.0.0\n");
  const Listing listing = list_packages(*graph, {});
  REQUIRE(listing.problems.size() == 2);
  CHECK(listing.problems[0] == "extraneous: d@4.0.0 " + folder.path.string() + "/node_modules/d");
  CHECK(listing.problems[1] == "missing: gone@^3.0.0, required by app@1.0.0");
  CHECK(listing.has_failures());
}

TEST_CASE("ls --all shows each package once, deduped after that") {
  ProjectFolder folder;
  make_tree(folder);
  auto graph = folder.graph();
  ListRequest all;
  all.depth = 100;
  CHECK(listed(*graph, all) ==
        "app@1.0.0\n a@1.2.0\n  c@1.0.0 invalid(\"^2.0.0\" from node_modules/b)\n b@1.0.0\n"
        "  c@1.0.0 deduped invalid(\"^2.0.0\" from node_modules/b)\n d@4.0.0 extraneous\n"
        " gone@^3.0.0 missing\n maybe@1 optional-missing\n tool@1.0.0\n");
}

TEST_CASE("ls with names shows what leads to them") {
  ProjectFolder folder;
  make_tree(folder);
  auto graph = folder.graph();
  ListRequest request;
  request.depth = 100;
  request.specs = {"c@1"};
  CHECK(listed(*graph, request) ==
        "app@1.0.0\n a@1.2.0\n  c@1.0.0 invalid(\"^2.0.0\" from node_modules/b)\n b@1.0.0\n"
        "  c@1.0.0 deduped invalid(\"^2.0.0\" from node_modules/b)\n");
  request.specs = {"c@3"};
  CHECK_FALSE(list_packages(*graph, request).items[0].is_included);
}

TEST_CASE("ls --omit leaves kinds of the project's dependencies out") {
  ProjectFolder folder;
  make_tree(folder);
  auto graph = folder.graph();
  ListRequest request;
  request.omit.dev = true;
  request.omit.optional = true;
  CHECK(listed(*graph, request) ==
        "app@1.0.0\n a@1.2.0\n b@1.0.0\n d@4.0.0 extraneous\n gone@^3.0.0 missing\n");
}

TEST_CASE("an extraneous package alone is no failure") {
  ProjectFolder folder;
  folder.manifest("", R"({"name":"app","version":"1.0.0"})");
  folder.manifest("node_modules/d", R"({"name":"d","version":"4.0.0"})");
  auto graph = folder.graph();
  const Listing listing = list_packages(*graph, {});
  CHECK(listing.problems.size() == 1);
  CHECK_FALSE(listing.has_failures());
}

TEST_CASE("workspaces are shown with their own dependencies and can be chosen") {
  ProjectFolder folder;
  folder.manifest("", R"({"name":"app","version":"1.0.0","workspaces":["packages/*"],
                         "dependencies":{"a":"1"}})");
  folder.manifest("packages/x", R"({"name":"x","version":"1.0.0","dependencies":{"c":"1"}})");
  folder.manifest("packages/y", R"({"name":"y","version":"1.0.0"})");
  folder.link("node_modules/x", "../packages/x");
  folder.link("node_modules/y", "../packages/y");
  folder.manifest("node_modules/a", R"({"name":"a","version":"1.0.0"})");
  folder.manifest("node_modules/c", R"({"name":"c","version":"1.0.0"})");
  auto graph = folder.graph();
  CHECK(listed(*graph) == "app@1.0.0\n a@1.0.0\n x@1.0.0\n  c@1.0.0\n y@1.0.0\n");
  ListRequest request;
  auto chosen = graph->workspaces({"packages/x"});
  REQUIRE(chosen.is_ok());
  request.workspaces.assign(chosen->begin(), chosen->end());
  CHECK(listed(*graph, request) == "app@1.0.0\n x@1.0.0\n  c@1.0.0\n");
  request.with_root = true;
  CHECK(listed(*graph, request) == "app@1.0.0\n a@1.0.0\n x@1.0.0\n  c@1.0.0\n");
  ListRequest none;
  none.with_workspaces = false;
  CHECK(listed(*graph, none) == "app@1.0.0\n a@1.0.0\n");
  CHECK(graph->workspaces({"z"}).error().code() == "EUSAGE");
  CHECK(graph->resolved_of(*graph->find("node_modules/x")) == "file:../packages/x");
}

TEST_CASE("a package is explained up to the project, and cycles end") {
  ProjectFolder folder;
  folder.manifest("", R"({"name":"app","version":"1.0.0","dependencies":{"a":"^1.0.0"}})");
  folder.manifest("node_modules/a", R"({"name":"a","version":"1.0.0","dependencies":{"b":"1"}})");
  folder.manifest("node_modules/b", R"({"name":"b","version":"1.0.0","dependencies":{"a":"1"}})");
  auto graph = folder.graph();
  Explainer explainer(*graph);
  auto found = explainer.find("b");
  REQUIRE(found.size() == 1);
  const Explanation* b = explainer.explain(found[0]);
  REQUIRE(b->dependents.size() == 1);
  const Explanation* a = b->dependents[0].from;
  CHECK(a->node->name == "a");
  REQUIRE(a->dependents.size() == 2);
  size_t cut = 0, roots = 0;
  for (const Dependent& dependent : a->dependents) {
    cut += dependent.from->is_cut;
    roots += dependent.edge->from()->is_project_root();
  }
  CHECK(cut == 1);
  CHECK(roots == 1);
  CHECK(explainer.find("b@1.0").size() == 1);
  CHECK(explainer.find("b@2").empty());
  CHECK(explainer.find("node_modules/b/").size() == 1);
  CHECK(explainer.find("nothing").empty());
}

TEST_CASE("a chain of ten thousand dependents is explained without a deep stack") {
  ProjectFolder folder;
  folder.manifest("", R"({"name":"app","version":"1.0.0","dependencies":{"p0":"1"}})");
  Options options;
  options.project_dir = folder.path;
  std::string packages;
  constexpr int kLength = 10'000;
  for (int i = 0; i < kLength; ++i) {
    packages += ",\"node_modules/p" + std::to_string(i) + R"(":{"version":"1.0.0")";
    if (i + 1 < kLength) packages += R"(,"dependencies":{"p)" + std::to_string(i + 1) + R"(":"1"})";
    packages += "}";
  }
  std::ofstream(folder.path / "package-lock.json")
      << R"({"name":"app","lockfileVersion":3,"packages":{"":{})" << packages << "}}";
  auto graph = ProjectGraph::load(options, TreeSource::kLockfile);
  REQUIRE(graph.is_ok());
  Explainer explainer(**graph);
  const Explanation* at = explainer.explain(explainer.find("p9999")[0]);
  int length = 0;
  for (; !at->dependents.empty(); at = at->dependents[0].from) ++length;
  CHECK(length == kLength);
}
