// gyre explain (why): what keeps a package in the tree.
#include <algorithm>
#include <set>

#include "cli/commands/command.hpp"
#include "cli/commands/inspect_run.hpp"
#include "pkg/inspect/explanation.hpp"
#include "runtime/base/json.hpp"

namespace gyre::cli {
namespace {

using pkg::Dependent;
using pkg::Explanation;

// Shared parts are written out wherever they are reached; this bounds what that can grow to.
constexpr size_t kMostEntries = 200'000;

std::string spec_of(const pkg::ProjectGraph& graph, const pkg::resolve::Edge& edge) {
  if (edge.type() != pkg::resolve::EdgeType::kWorkspace) return edge.want().text;
  return edge.to() ? "file:" + graph.real_path_of(*edge.to()) : edge.want().text;
}

bool is_bundled(const pkg::resolve::Edge& edge) {
  const auto& names = edge.from()->meta().bundle_dependencies;
  return std::find(names.begin(), names.end(), edge.name()) != names.end();
}

const char* problem_name(const pkg::resolve::Edge& edge) {
  using Problem = pkg::resolve::Edge::Problem;
  if (edge.problem() == Problem::kMissing) return "MISSING";
  if (edge.problem() == Problem::kPeerLocal) return "PEER LOCAL";
  return edge.problem() == Problem::kInvalid ? "INVALID" : nullptr;
}

std::string folder_name_of(const pkg::resolve::GraphNode& node) {
  return node.is_top() ? node.package_name() : node.name;
}

class Writer {
 public:
  Writer(const Context& context, const pkg::ProjectGraph& graph,
         const std::vector<const Explanation*>& wanted)
      : out_(context.out), graph_(graph) {
    for (const Explanation* explanation : wanted) wanted_.insert(explanation);
  }

  std::string text(const Explanation& explanation, const std::string& indent) {
    std::string text = head(explanation, indent);
    if (++entries_ > kMostEntries) return text + "\n" + indent + "  …";
    for (const Dependent& dependent : explanation.dependents)
      text += "\n" + indent + "  " + edge_text(dependent, indent + "  ");
    for (const Explanation* link : explanation.links)
      text += "\n" + indent + "  " + this->text(*link, indent + "  ");
    return text;
  }

  json::Object document(const Explanation& explanation) {
    const pkg::resolve::GraphNode& node = *explanation.node;
    json::Object object;
    if (node.is_project_root()) {
      object.set("location", graph_.path_of(node));
      return object;
    }
    object.set("name", folder_name_of(node));
    object.set("version", node.version());
    if (explanation.is_cut || ++entries_ > kMostEntries) return object;
    object.set("location", node.location());
    object.set("isWorkspace", json::Value(node.is_workspace()));
    json::Array dependents, links;
    for (const Dependent& dependent : explanation.dependents)
      dependents.emplace_back(edge_document(dependent));
    for (const Explanation* link : explanation.links) links.emplace_back(document(*link));
    object.set("dependents", std::move(dependents));
    if (!links.empty()) object.set("linksIn", std::move(links));
    if (wanted_.contains(&explanation)) set_flags(object, node);
    return object;
  }

 private:
  std::string head(const Explanation& explanation, const std::string& indent) const {
    const pkg::resolve::GraphNode& node = *explanation.node;
    const std::string id = folder_name_of(node) + "@" + node.version();
    std::string text =
        node.is_workspace() && !explanation.is_cut ? out_.styled_out(Style::kCyan, id) : id;
    if (wanted_.contains(&explanation)) {
      const pkg::NodeFlags& flags = node.flags;
      const std::pair<bool, const char*> marks[] = {
          {flags.extraneous, "extraneous"},
          {!flags.extraneous && flags.dev, "dev"},
          {!flags.extraneous && flags.optional, "optional"},
          {!flags.extraneous && flags.peer, "peer"},
          {node.bundler() != nullptr, "bundled"},
          {pkg::is_overridden(node), "overridden"}};
      for (const auto& [is_set, name] : marks) {
        if (is_set) text += " " + out_.styled_out(Style::kYellow, name);
      }
    }
    if (!explanation.is_cut) text += "\n" + indent + out_.styled_out(Style::kDim, node.location());
    return text;
  }

  std::string edge_text(const Dependent& dependent, const std::string& indent) {
    const pkg::resolve::Edge& edge = *dependent.edge;
    const bool is_workspace = edge.type() == pkg::resolve::EdgeType::kWorkspace;
    std::string what = is_workspace && edge.to()
                           ? edge.to()->target()->location()
                           : std::string(edge.name()) + "@\"" + edge.want().text + "\"";
    if (edge.want().text != edge.raw_want().text)
      what = "overridden " + what + " (was \"" + edge.raw_want().text + "\")";
    std::string text;
    if (edge.type() != pkg::resolve::EdgeType::kProd)
      text += out_.styled_out(Style::kYellow, pkg::edge_type_name(edge.type())) + " ";
    if (is_bundled(edge)) text += out_.styled_out(Style::kCyan, "bundled") + " ";
    text += what + " from ";
    if (edge.from()->is_project_root()) return text + "the root project";
    return text + this->text(*dependent.from, indent);
  }

  json::Object edge_document(const Dependent& dependent) {
    const pkg::resolve::Edge& edge = *dependent.edge;
    json::Object object;
    object.set("type", pkg::edge_type_name(edge.type()));
    object.set("name", std::string(edge.name()));
    object.set("spec", spec_of(graph_, edge));
    if (edge.want().text != edge.raw_want().text) {
      object.set("rawSpec", edge.raw_want().text);
      object.set("overridden", json::Value(true));
    }
    if (is_bundled(edge)) object.set("bundled", json::Value(true));
    if (const char* problem = problem_name(edge)) object.set("error", problem);
    object.set("from", document(*dependent.from));
    return object;
  }

  static void set_flags(json::Object& object, const pkg::resolve::GraphNode& node) {
    if (node.flags.extraneous) return object.set("extraneous", json::Value(true));
    object.set("dev", json::Value(node.flags.dev));
    object.set("optional", json::Value(node.flags.optional));
    object.set("devOptional", json::Value(node.flags.dev_optional));
    object.set("peer", json::Value(node.flags.peer));
    object.set("bundled", json::Value(node.bundler() != nullptr));
    object.set("overridden", json::Value(pkg::is_overridden(node)));
  }

  const Output& out_;
  const pkg::ProjectGraph& graph_;
  std::set<const Explanation*> wanted_;
  size_t entries_ = 0;
};

struct Parameters {
  std::vector<std::string> packages;
  TreeScope scope;
};

void execute(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  auto graph = pkg::ProjectGraph::load(*options, pkg::TreeSource::kDisk);
  if (!graph) return context.fail(graph.error());
  auto filter = scope_filter(**graph, parameters.scope);
  if (!filter) return context.fail(filter.error(), kUsage);
  pkg::Explainer explainer(**graph);
  std::vector<const Explanation*> explanations;
  std::set<const Explanation*> seen;
  for (const std::string& words : parameters.packages) {
    for (const pkg::resolve::GraphNode* node : explainer.find(words)) {
      if (!filter->empty() && !filter->contains(node)) continue;
      const Explanation* explanation = explainer.explain(node);
      if (seen.insert(explanation).second) explanations.push_back(explanation);
    }
  }
  if (explanations.empty()) {
    std::string names;
    for (const std::string& words : parameters.packages)
      names += (names.empty() ? "" : ", ") + words;
    context.fail(Error(Code::EUSAGE, "no installed package matches " + names,
                       "gyre ls --all shows what is installed"));
    context.exit_code = kFailure;  // nothing is wrong with how it was asked
    return;
  }
  Writer writer(context, **graph, explanations);
  json::Array documents;
  bool is_first = true;
  for (const Explanation* explanation : explanations) {
    if (context.out.is_json) {
      documents.emplace_back(writer.document(*explanation));
      continue;
    }
    if (!std::exchange(is_first, false)) context.out.print("");
    context.out.print(writer.text(*explanation, ""));
  }
  if (context.out.is_json) context.out.print(json::write(std::move(documents), 2));
}

}  // namespace

void add_explain(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("packages", parameters->packages,
                 "Names, name@range, or folders such as node_modules/a")
      ->required();
  add_scope_options(app, parameters->scope);
  add_common_options(app, context);
  app.footer(
      "Examples:\n"
      "  gyre why ms\n"
      "  gyre why ms@2.0.0\n"
      "  gyre why node_modules/debug/node_modules/ms --json");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
