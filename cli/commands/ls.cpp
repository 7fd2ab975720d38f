// gyre ls: the installed packages.
#include <set>

#include "cli/commands/command.hpp"
#include "cli/global.hpp"
#include "pkg/tree/actual.hpp"
#include "runtime/base/json.hpp"

namespace gyre::cli {
namespace {

// Where a dependency of the package at `from` is found, as require() would; empty if nowhere.
const pkg::Node* resolve(const pkg::Tree& tree, std::string from, const std::string& name) {
  while (true) {
    const pkg::Node* node =
        tree.find(from.empty() ? "node_modules/" + name : from + "/node_modules/" + name);
    if (node != nullptr || from.empty()) return node;
    from = pkg::parent_location(from);
  }
}

class Printer {
 public:
  Printer(Context& context, const pkg::Tree& tree, size_t depth)
      : context_(context), tree_(tree), depth_(depth) {}

  json::Object list(const pkg::Node& node, const std::string& indent, size_t level) {
    json::Object found;
    pkg::NamedStrings wanted = node.meta.dependencies;
    auto add = [&wanted](const pkg::NamedStrings& more) {
      wanted.insert(wanted.end(), more.begin(), more.end());
    };
    add(node.meta.optional_dependencies);
    if (node.location.empty()) add(node.meta.dev_dependencies);
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    for (size_t i = 0; i < wanted.size(); ++i) {
      show(node, wanted[i], indent, i + 1 == wanted.size(), level, found);
    }
    return found;
  }
  size_t missing = 0;

 private:
  void show(const pkg::Node& parent, const std::pair<std::string, std::string>& want,
            const std::string& indent, bool is_last, size_t level, json::Object& found) {
    const pkg::Node* node = resolve(tree_, parent.location, want.first);
    json::Object entry;
    std::string text = want.first;
    if (node == nullptr) {
      ++missing;
      text = "missing: " + want.first + "@" + want.second;
      entry.set("missing", json::Value(true));
      entry.set("required", want.second);
    } else {
      text += "@" + node->meta.version;
      entry.set("version", node->meta.version);
    }
    if (!context_.out.is_json) context_.out.print(indent + (is_last ? "└── " : "├── ") + text);
    if (node != nullptr && level < depth_ && seen_.insert(node->location).second) {
      json::Object below = list(*node, indent + (is_last ? "    " : "│   "), level + 1);
      if (!below.empty()) entry.set("dependencies", std::move(below));
    }
    found.set(want.first, std::move(entry));
  }

  Context& context_;
  const pkg::Tree& tree_;
  const size_t depth_;
  std::set<std::string> seen_;
};

void execute(Context& context, size_t depth) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  auto tree = pkg::load_actual(options->project_dir);
  if (!tree) return context.fail(tree.error());
  const pkg::Node* root = tree->find("");
  if (root == nullptr) return;
  const std::string label =
      root->meta.version.empty() ? root->meta.name : root->meta.name + "@" + root->meta.version;
  if (!context.out.is_json) context.out.print(label + " " + options->project_dir);
  Printer printer(context, *tree, depth);
  json::Object found = printer.list(*root, "", 0);
  if (context.out.is_json) {
    json::Object object;
    object.set("name", root->meta.name);
    object.set("version", root->meta.version);
    object.set("dependencies", std::move(found));
    context.out.print(json::write(std::move(object), 2));
  }
  if (printer.missing > 0) context.exit_code = kFailure;
}

}  // namespace

void add_ls(CLI::App& app, Context& context) {
  auto depth = std::make_shared<size_t>(0);
  app.add_option("--depth", *depth, "Levels to show below the project's dependencies");
  app.add_flag_callback(
      "--all,-a", [depth] { *depth = 1000; }, "Show all levels");
  auto is_global = std::make_shared<bool>(false);
  app.add_flag("--global,-g", *is_global, "The global packages");
  add_common_options(app, context);
  app.footer("Examples:\n  gyre ls\n  gyre ls --all");
  app.callback([depth, is_global, &context] {
    if (!*is_global) return execute(context, *depth);
    auto options = context.options();
    if (!options) return context.fail(options.error());
    list_global(context, *options);
  });
}

}  // namespace gyre::cli
