#include "pkg/inspect/outdated.hpp"

#include <algorithm>

#include "pkg/files.hpp"
#include "pkg/lockfile/collate.hpp"
#include "pkg/registry/lookup.hpp"
#include "pkg/registry/pick.hpp"
#include "runtime/base/json.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

using resolve::Edge;
using resolve::EdgeType;
using resolve::GraphNode;

const char* section_of(const Edge& edge) {
  if (edge.is_optional()) return "optionalDependencies";
  if (edge.is_peer()) return "peerDependencies";
  return edge.is_dev() ? "devDependencies" : "dependencies";
}

bool is_omitted_node(const GraphNode& node, const Omit& omit) {
  return (omit.dev && node.flags.dev) || (omit.optional && node.flags.optional) ||
         (omit.peer && node.flags.peer);
}

// "@scope/name" or "name": the end of a folder's path.
std::string folder_name(const std::string& path) {
  const std::string above(path::basename(path::dirname(path)));
  const std::string name(path::basename(path));
  return above.starts_with('@') ? above + "/" + name : name;
}

// As the installed manifest has it.
std::string homepage_of(const std::string& folder) {
  auto text = read_file(folder + "/package.json");
  if (!text) return {};
  auto manifest = json::parse(*text);
  const json::Value* homepage = manifest ? manifest->get("homepage") : nullptr;
  return homepage && homepage->as_string() ? *homepage->as_string() : std::string();
}

class Finder {
 public:
  Finder(ProjectGraph& graph, const OutdatedRequest& request, const Options& options)
      : graph_(graph), request_(request), options_(options) {}

  Result<std::vector<OutdatedPackage>> run(Interrupts* interrupts) {
    collect();
    std::vector<std::string> names;
    for (const Edge* edge : edges_) names.push_back(edge->want().spec.target_name);
    Options asking = options_;
    asking.prefer_online = !options_.offline && !options_.prefer_offline;
    const bool is_full = options_.before.has_value();
    GYRE_ASSIGN(const auto packuments,
                fetch_packuments(names, is_full ? Metadata::kFull : Metadata::kAbbreviated, asking,
                                 interrupts));
    std::vector<OutdatedPackage> found;
    for (const Edge* edge : edges_) {
      const PackumentResult& result = packuments.at(edge->want().spec.target_name);
      if (!result) {
        if (result.error().is(Code::E404) || result.error().is(Code::ETARGET)) continue;
        return result.error();
      }
      GYRE_ASSIGN(std::optional<OutdatedPackage> package, judge(*edge, *result.value()));
      if (package) found.push_back(std::move(*package));
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      const int order = compare_locale(a.name, b.name);
      return order != 0 ? order < 0 : compare_locale(a.dependent, b.dependent) < 0;
    });
    return found;
  }

 private:
  void collect() {
    if (!request_.names.empty()) {
      for (const GraphNode* node : graph_.nodes()) {
        const auto& names = request_.names;
        if (std::find(names.begin(), names.end(), node->name) == names.end()) continue;
        for (const Edge* edge : node->edges_in()) add(*edge);
      }
      return;
    }
    if (request_.all) {
      for (const GraphNode* node : graph_.nodes()) add_edges_of(*node);
    }
    add_edges_of(*graph_.root());
    for (const auto& edge : graph_.root()->edges_out()) {
      if (edge->to() && edge->to()->is_workspace()) add_edges_of(*edge->to()->target());
    }
  }

  void add_edges_of(const GraphNode& node) {
    for (const auto& edge : node.edges_out()) add(*edge);
  }

  void add(const Edge& edge) {
    if (!request_.scope.empty() && !request_.scope.contains(edge.from()->target())) return;
    if (edge.want().error || !edge.want().spec.is_registry()) return;
    if (edge.to() && is_omitted_node(*edge.to(), options_.omit)) return;
    const bool is_missing = edge.problem() == Edge::Problem::kMissing;
    if (is_missing && edge.type() != EdgeType::kProd) return;
    if (std::find(edges_.begin(), edges_.end(), &edge) == edges_.end()) edges_.push_back(&edge);
  }

  Result<std::optional<OutdatedPackage>> judge(const Edge& edge, const Packument& packument) {
    const resolve::Want& want = edge.want();
    const WantKind kind = want.kind() == SpecKind::kVersion ? WantKind::kVersion
                          : want.kind() == SpecKind::kTag   ? WantKind::kTag
                                                            : WantKind::kRange;
    auto& ranges = graph_.wants().ranges();
    auto wanted = pick_manifest(packument, kind, want.spec.fetch_spec, options_, ranges);
    auto latest = pick_manifest(packument, WantKind::kRange, "*", options_, ranges);
    for (const auto* picked : {&wanted, &latest}) {
      if (picked->is_ok()) continue;
      if (picked->error().is(Code::ETARGET)) return std::optional<OutdatedPackage>{};
      return picked->error();
    }
    OutdatedPackage package;
    package.wanted = (*wanted)->version;
    package.latest = (*latest)->version;
    if (const GraphNode* node = edge.to()) {
      package.current = node->version();
      package.path = graph_.path_of(*node);
      package.location = node->location();
    }
    if (package.current == package.wanted && package.wanted == package.latest)
      return std::optional<OutdatedPackage>{};
    package.name = edge.name();
    if (want.spec.kind == SpecKind::kAlias) package.name += want.text.substr(3);
    package.section = section_of(edge);
    const GraphNode& from = *edge.from();
    package.dependent = folder_name(graph_.path_of(from));
    package.dependent_location = from.location();
    if (from.is_workspace()) package.workspace = from.package_name() + "@" + from.version();
    if (request_.with_homepage && !package.path.empty())
      package.homepage = homepage_of(package.path);
    return std::optional(std::move(package));
  }

  ProjectGraph& graph_;
  const OutdatedRequest& request_;
  const Options& options_;
  std::vector<const Edge*> edges_;
};

}  // namespace

Result<std::vector<OutdatedPackage>> find_outdated(ProjectGraph& graph,
                                                   const OutdatedRequest& request,
                                                   const Options& options, Interrupts* interrupts) {
  return Finder(graph, request, options).run(interrupts);
}

}  // namespace gyre::pkg
