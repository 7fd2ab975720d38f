// gyre ls: the installed packages and what is wrong with them.
#include <algorithm>

#include "cli/commands/command.hpp"
#include "cli/commands/inspect_run.hpp"
#include "cli/global.hpp"
#include "pkg/files.hpp"
#include "pkg/inspect/listing.hpp"
#include "runtime/base/json.hpp"

namespace gyre::cli {
namespace {

constexpr size_t kAllLevels = 1'000'000;

struct Parameters {
  std::vector<std::string> specs;
  std::optional<size_t> depth;
  bool is_all = false, is_global = false, is_long = false, is_parseable = false,
       from_lockfile = false;
  bool links_only = false, is_ascii = false;
  bool hides_addresses = false;  // omit-lockfile-registry-resolved: npm does not show them then
  TreeScope scope;
};

class Printer {
 public:
  Printer(const Context& context, const Parameters& parameters, const pkg::ProjectGraph& graph,
          const pkg::Listing& listing)
      : out_(context.out), parameters_(parameters), graph_(graph), listing_(listing) {}

  void tree() const {
    const pkg::ListItem& root = listing_.items[0];
    const std::string bar = parameters_.is_ascii ? "| " : "│ ";
    std::string label = label_of(root);
    for (size_t at = 0; (at = label.find('\n', at)) != std::string::npos; at += 1 + bar.size())
      label.insert(at + 1, bar);
    out_.print(label);
    if (root.children.empty())
      out_.print(std::string(parameters_.is_ascii ? "`-- " : "└── ") + "(empty)");
    for (size_t i = 0; i < root.children.size(); ++i)
      branch(root.children[i], "", i + 1 == root.children.size());
    out_.print("");
  }

  void paths() const {
    for (const size_t index : listing_.first_seen) {
      const pkg::ListItem& item = listing_.items[index];
      if (!item.is_included) continue;
      std::string line = graph_.path_of(*item.node);
      if (parameters_.is_long) {
        const std::string real = graph_.real_path_of(*item.node);
        if (index != 0 || !item.node->package_name().empty()) line += ":" + item.id;
        if (real != graph_.path_of(*item.node)) line += ":" + real;
        if (item.node->flags.extraneous) line += ":EXTRANEOUS";
        if (!item.invalid.empty()) line += ":INVALID";
        if (pkg::is_overridden(*item.node)) line += ":OVERRIDDEN";
      }
      out_.print(line);
    }
  }

  void document(const Error* failure) const {
    json::Object object = object_of(0);
    if (failure != nullptr) {
      json::Object error;
      error.set("code", failure->code());
      error.set("message", message_of(*failure));
      object.set("error", std::move(error));
    }
    out_.print(json::write(std::move(object), 2));
  }

 private:
  bool has_manifest() const { return graph_.project().has_manifest; }

  void branch(size_t index, const std::string& indent, bool is_last) const {
    const pkg::ListItem& item = listing_.items[index];
    const bool is_ascii = parameters_.is_ascii;
    const std::string below = indent + (is_last ? "  " : is_ascii ? "| " : "│ ");
    std::string line = indent + (is_last ? (is_ascii ? "`-" : "└─") : (is_ascii ? "+-" : "├─"));
    line += item.children.empty() ? (is_ascii ? "- " : "─ ") : (is_ascii ? "- " : "┬ ");
    const std::string label = label_of(item);
    const size_t first = label.find('\n');
    out_.print(line + label.substr(0, first));
    if (first != std::string::npos) {
      const bool is_leaf = item.children.empty();
      out_.print(below + (is_leaf ? "  " : is_ascii ? "| " : "│ ") + label.substr(first + 1));
    }
    for (size_t i = 0; i < item.children.size(); ++i)
      branch(item.children[i], below, i + 1 == item.children.size());
  }

  std::string label_of(const pkg::ListItem& item) const {
    const bool is_root = item.node == graph_.root();
    std::string text = item.id;
    if (is_root) {
      const std::string path = graph_.path_of(*item.node);
      text = has_manifest() ? text + (parameters_.is_long ? "\n" : " ") + path : path;
    }
    std::string label;
    if (item.is_missing) {
      label = out_.styled_out(item.is_optional ? Style::kYellow : Style::kRed,
                              item.is_optional ? "UNMET OPTIONAL DEPENDENCY" : "UNMET DEPENDENCY") +
              " ";
    }
    label += item.is_match ? out_.styled_out(Style::kYellow, text) : text;
    if (item.is_deduped) label += " " + out_.styled_out(Style::kDim, "deduped");
    if (!item.invalid.empty())
      label += " " + out_.styled_out(Style::kRed, "invalid: " + item.invalid);
    if (item.node && !is_root) label += tail_of(item);
    if (parameters_.is_long) label += "\n" + description_of(item);
    return label;
  }

  std::string tail_of(const pkg::ListItem& item) const {
    std::string tail;
    if (!item.is_deduped) {
      if (item.node->flags.extraneous) tail += " " + out_.styled_out(Style::kRed, "extraneous");
      if (pkg::is_overridden(*item.node)) tail += " " + out_.styled_out(Style::kDim, "overridden");
      if (item.node->resolved.starts_with("git")) tail += " (" + item.node->resolved + ")";
    }
    if (item.node->is_link()) tail += " -> ./" + item.node->target()->location();
    return tail;
  }

  std::optional<json::Value> manifest_of(const pkg::ListItem& item) const {
    if (!item.node) return {};
    auto text = pkg::read_file(graph_.real_path_of(*item.node) + "/package.json");
    if (!text) return {};
    auto value = json::parse(*text);
    if (!value || !value->as_object()) return {};
    return std::move(*value);
  }

  std::string description_of(const pkg::ListItem& item) const {
    const auto manifest = manifest_of(item);
    const json::Value* text = manifest ? manifest->get("description") : nullptr;
    return text && text->as_string() ? *text->as_string() : std::string();
  }

  void set_manifest(json::Object& object, const pkg::ListItem& item) const {
    object.set("name", item.name);
    if (const auto manifest = manifest_of(item)) {
      for (const auto& [key, value] : *manifest->as_object()) {
        if (key != "dependencies") object.set(key, value);
      }
    }
    object.set("extraneous", json::Value(false));
    object.set("path", graph_.path_of(*item.node));
    const pkg::PackageMeta& meta = item.node->target()->meta();
    json::Object own, dev, peer;
    for (const auto* list : {&meta.dependencies, &meta.optional_dependencies}) {
      for (const auto& [name, spec] : *list) own.set(name, spec);
    }
    for (const auto& [name, spec] : meta.dev_dependencies) dev.set(name, spec);
    for (const auto& [name, spec] : meta.peer_dependencies) peer.set(name, spec);
    object.set("_dependencies", std::move(own));
    object.set("devDependencies", std::move(dev));
    object.set("peerDependencies", std::move(peer));
  }

  json::Object object_of(size_t index) const {
    const pkg::ListItem& item = listing_.items[index];
    const bool is_root = index == 0;
    json::Object object;
    if (item.node) {
      if (!item.node->version().empty()) object.set("version", item.node->version());
      std::string resolved = is_root ? "" : graph_.resolved_of(*item.node);
      if (parameters_.hides_addresses && resolved.starts_with("http")) resolved.clear();
      if (!resolved.empty() && !item.is_deduped) object.set("resolved", resolved);
      if (!is_root && !item.is_deduped)
        object.set("overridden", json::Value(pkg::is_overridden(*item.node)));
      if (is_root && has_manifest()) object.set("name", item.name);
      if (parameters_.is_long && !item.is_deduped) set_manifest(object, item);
      if (!item.is_deduped && item.node->flags.extraneous)
        object.set("extraneous", json::Value(true));
    }
    if (!item.invalid.empty()) object.set("invalid", item.invalid);
    if (item.is_missing && !item.is_optional) {
      object.set("required", item.wanted);
      object.set("missing", json::Value(true));
    }
    const auto& problems = is_root ? listing_.problems : item.problems;
    if (item.is_included && !problems.empty()) {
      json::Array list;
      for (const std::string& problem : problems) list.emplace_back(problem);
      object.set("problems", std::move(list));
    }
    if (!item.children.empty()) {
      json::Object below;
      for (const size_t child : item.children)
        below.set(listing_.items[child].name, object_of(child));
      object.set("dependencies", std::move(below));
    }
    return object;
  }

  const Output& out_;
  const Parameters& parameters_;
  const pkg::ProjectGraph& graph_;
  const pkg::Listing& listing_;
};

void execute(Context& context, Parameters parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  if (parameters.is_global) return list_global(context, *options);
  options->legacy_peer_deps = false;
  parameters.hides_addresses = options->omit_lockfile_registry_resolved;
  auto graph = pkg::ProjectGraph::load(
      *options, parameters.from_lockfile ? pkg::TreeSource::kLockfile : pkg::TreeSource::kDisk);
  if (!graph) return context.fail(graph.error());
  pkg::ListRequest request;
  request.specs = parameters.specs;
  request.omit = options->omit;
  request.links_only = parameters.links_only;
  request.depth =
      parameters.depth.value_or(parameters.is_all || !parameters.specs.empty() ? kAllLevels : 0);
  request.with_workspaces = parameters.scope.with_workspaces.value_or(true);
  request.with_root = parameters.scope.with_root;
  if (!parameters.scope.workspaces.empty() || parameters.scope.with_workspaces == true) {
    auto chosen = (*graph)->workspaces(parameters.scope.workspaces);
    if (!chosen) return context.fail(chosen.error(), kUsage);
    request.workspaces.assign(chosen->begin(), chosen->end());
  }
  const pkg::Listing listing = pkg::list_packages(**graph, request);
  std::optional<Error> failure;
  if (listing.has_failures()) {
    std::string text;
    for (const std::string& problem : listing.problems)
      text += (text.empty() ? "" : "\n") + problem;
    failure = Error::with_code_name("ELSPROBLEMS", text);
  }
  const Printer printer(context, parameters, **graph, listing);
  if (context.out.is_json)
    printer.document(failure ? &*failure : nullptr);
  else if (parameters.is_parseable)
    printer.paths();
  else
    printer.tree();
  if (failure && !context.out.is_json) return context.fail(*failure);
  const bool found_nothing = !parameters.specs.empty() && !listing.items[0].is_included;
  if (failure || found_nothing) context.exit_code = kFailure;
}

void add_list(CLI::App& app, Context& context, bool is_long) {
  auto parameters = std::make_shared<Parameters>();
  parameters->is_long = is_long;
  app.add_option("packages", parameters->specs, "Show only these: name or name@range");
  app.add_option_function<size_t>(
      "--depth", [parameters](size_t depth) { parameters->depth = depth; },
      "Levels to show below the project's dependencies");
  app.add_flag("--all,-a", parameters->is_all, "Show all levels");
  app.add_flag("--long,-l", parameters->is_long, "Show descriptions; whole manifests under --json");
  app.add_flag("--parseable,-p", parameters->is_parseable, "One path a line");
  app.add_flag("--package-lock-only", parameters->from_lockfile,
               "What the lockfile says instead of what is installed");
  app.add_flag("--link", parameters->links_only, "Only packages that are links");
  app.add_flag("--no-unicode{true},--unicode{false}", parameters->is_ascii,
               "Draw the tree with ASCII characters");
  app.add_flag("--global,-g", parameters->is_global, "The global packages");
  add_scope_options(app, parameters->scope);
  add_omit_options(app, context);
  add_common_options(app, context);
  app.footer(
      "Exits with 1 where a package is missing or not the version asked for.\n\n"
      "Examples:\n"
      "  gyre ls                       the project's own dependencies\n"
      "  gyre ls --all                 the whole tree\n"
      "  gyre ls lodash@4              who brought lodash 4\n"
      "  gyre ls --all --json --omit dev\n"
      "  gyre ls -w packages/core");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace

void add_ls(CLI::App& app, Context& context) { add_list(app, context, false); }
void add_ll(CLI::App& app, Context& context) { add_list(app, context, true); }

}  // namespace gyre::cli
