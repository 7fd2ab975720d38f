// gyre store path | verify | prune
#include "pkg/store/store.hpp"
#include "cli/commands/command.hpp"
#include "runtime/base/json.hpp"

namespace gyre::cli {
namespace {

json::Value number(uint64_t value) { return json::Value(static_cast<double>(value)); }

void print_path(Context& context, const pkg::Store& store) {
  if (!context.out.is_json) return context.out.print(store.root());
  json::Object object;
  object.set("path", store.root());
  context.out.print(json::write(std::move(object), 2));
}

void verify(Context& context, const pkg::Store& store) {
  auto report = store.verify();
  if (!report) return context.fail(report.error());
  if (context.out.is_json) {
    json::Object object;
    object.set("packages", number(report->packages));
    object.set("files", number(report->files));
    object.set("bytes", number(report->bytes));
    json::Array damaged;
    for (const std::string& folder : report->damaged) damaged.emplace_back(folder);
    object.set("damaged", std::move(damaged));
    return context.out.print(json::write(std::move(object), 2));
  }
  for (const std::string& folder : report->damaged) {
    context.out.print("damaged, removed: " + folder);
  }
  context.out.print(count_text(report->packages, "package") + ", " +
                    count_text(report->files, "file") + ", " + size_text(report->bytes) +
                    (report->damaged.empty() ? ": all as they should be" : ""));
}

void prune(Context& context, const pkg::Store& store) {
  auto report = store.prune();
  if (!report) return context.fail(report.error());
  if (context.out.is_json) {
    json::Object object;
    object.set("packages", number(report->packages));
    object.set("bytes", number(report->bytes));
    return context.out.print(json::write(std::move(object), 2));
  }
  context.out.print("removed " + count_text(report->packages, "package") + ", " +
                    size_text(report->bytes));
}

void execute(Context& context, const std::string& verb) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  const pkg::Store store(options->store_dir);
  if (verb == "path") return print_path(context, store);
  if (verb == "verify") return verify(context, store);
  if (verb == "prune") return prune(context, store);
  context.fail(
      Error(Code::EUSAGE, "there is no \"gyre store " + verb + "\"", "use path, verify or prune"));
}

}  // namespace

void add_store(CLI::App& app, Context& context) {
  auto verb = std::make_shared<std::string>("path");
  app.add_option("verb", *verb, "path, verify or prune");
  add_common_options(app, context);
  app.footer(
      "Examples:\n"
      "  gyre store path     where packages are kept\n"
      "  gyre store verify   read everything, remove what is damaged\n"
      "  gyre store prune    remove what no project links to\n"
      "  gyre store verify --json   the same figures as one JSON document");
  app.callback([verb, &context] { execute(context, *verb); });
}

}  // namespace gyre::cli
