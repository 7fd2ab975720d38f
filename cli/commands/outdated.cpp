// gyre outdated
#include <algorithm>

#include "cli/commands/command.hpp"
#include "cli/commands/inspect_run.hpp"
#include "pkg/inspect/outdated.hpp"
#include "runtime/base/json.hpp"

namespace gyre::cli {
namespace {

using pkg::OutdatedPackage;

struct Parameters {
  std::vector<std::string> names;
  bool is_all = false, is_long = false, is_parseable = false;
  TreeScope scope;
};

struct Cell {
  std::string text;
  Style style = Style::kPlain;
};
using Row = std::vector<Cell>;

Row row_of(const OutdatedPackage& package, const Parameters& parameters) {
  Row row = {{package.name, package.current == package.wanted ? Style::kYellow : Style::kRed},
             {package.current.empty() ? "MISSING" : package.current},
             {package.wanted, Style::kCyan},
             {package.latest, Style::kCyan},
             {package.location.empty() ? "-" : package.location},
             {package.workspace.empty() ? package.dependent : package.workspace}};
  if (parameters.is_long) {
    row.push_back({package.section});
    row.push_back({package.homepage});
    row.push_back({package.dependent_location});
  }
  return row;
}

// Columns two spaces apart; versions stand to the right.
void print_table(const Output& out, const std::vector<Row>& rows) {
  std::vector<size_t> widths(rows[0].size());
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].text.size());
  }
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - row[i].text.size(), ' ');
      const bool is_right = i >= 1 && i <= 3;
      const std::string text = out.styled_out(row[i].style, row[i].text);
      line += (i > 0 ? "  " : "") + (is_right ? space + text : text + space);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out.print(line);
  }
}

void print_paths(const Output& out, const std::vector<OutdatedPackage>& found,
                 const Parameters& parameters) {
  for (const OutdatedPackage& package : found) {
    std::string line = package.path + ":" + package.name + "@" + package.wanted + ":";
    line += package.current.empty() ? "MISSING" : package.name + "@" + package.current;
    line += ":" + package.name + "@" + package.latest + ":" + package.dependent;
    if (parameters.is_long)
      line += ":" + package.section + ":" + package.homepage + ":" + package.dependent_location;
    out.print(line);
  }
}

void print_json(const Output& out, const std::vector<OutdatedPackage>& found,
                const Parameters& parameters) {
  json::Object object;
  for (const OutdatedPackage& package : found) {
    json::Object entry;
    if (!package.current.empty()) entry.set("current", package.current);
    entry.set("wanted", package.wanted);
    entry.set("latest", package.latest);
    entry.set("dependent", package.dependent);
    if (!package.path.empty()) entry.set("location", package.path);
    if (parameters.is_long) {
      entry.set("type", package.section);
      if (!package.homepage.empty()) entry.set("homepage", package.homepage);
      entry.set("dependedByLocation", package.dependent_location);
    }
    json::Value* known = object.find(package.name);
    if (!known) {
      object.set(package.name, std::move(entry));
      continue;
    }
    // Asked for by several: a list, as npm has it.
    if (!known->as_array()) *known = json::Array{std::move(*known)};
    known->as_array()->push_back(std::move(entry));
  }
  out.print(json::write(std::move(object), 2));
}

void execute(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  auto graph = pkg::ProjectGraph::load(*options, pkg::TreeSource::kDisk);
  if (!graph) return context.fail(graph.error());
  auto scope = scope_filter(**graph, parameters.scope);
  if (!scope) return context.fail(scope.error(), kUsage);
  pkg::OutdatedRequest request;
  request.names = parameters.names;
  request.all = parameters.is_all;
  request.with_homepage = parameters.is_long;
  request.scope = std::move(*scope);
  pkg::Interrupts interrupts;
  auto found = pkg::find_outdated(**graph, request, *options, &interrupts);
  if (!found && interrupts.signal() != 0) {
    context.exit_code = kSignalBase + interrupts.signal();
    return;
  }
  if (!found) return context.fail(found.error());
  if (!found->empty()) context.exit_code = kFailure;
  const Output& out = context.out;
  if (out.is_json) return print_json(out, *found, parameters);
  if (parameters.is_parseable) return print_paths(out, *found, parameters);
  if (found->empty()) return;
  std::vector<Row> rows(1);
  for (const char* title : {"Package", "Current", "Wanted", "Latest", "Location", "Depended by"})
    rows[0].push_back({title, Style::kBold});
  if (parameters.is_long) {
    rows[0].push_back({"Package Type", Style::kBold});
    rows[0].push_back({"Homepage", Style::kBold});
    rows[0].push_back({"Depended By Location", Style::kBold});
  }
  for (const OutdatedPackage& package : *found) rows.push_back(row_of(package, parameters));
  print_table(out, rows);
}

}  // namespace

void add_outdated(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("packages", parameters->names, "Only these packages, wherever they are");
  app.add_flag("--all,-a", parameters->is_all, "The whole tree, not only what package.json names");
  app.add_flag("--long,-l", parameters->is_long,
               "Show section, homepage and where who depends is, too");
  app.add_flag("--parseable,-p", parameters->is_parseable,
               "path:name@wanted:name@current:name@latest:dependent");
  add_setting_option(app, context, "--before", "before", "Ignore versions released later");
  add_scope_options(app, parameters->scope);
  add_omit_options(app, context);
  add_common_options(app, context);
  app.footer(
      "Wanted is the newest version package.json allows, Latest the newest release.\n"
      "Exits with 1 when something is outdated.\n\n"
      "Examples:\n"
      "  gyre outdated\n"
      "  gyre outdated express --json\n"
      "  gyre outdated --all --long");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
