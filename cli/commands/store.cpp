// gyre store path | verify | prune
#include "pkg/store/store.hpp"
#include "cli/commands/command.hpp"

namespace gyre::cli {
namespace {

void verify(Context& context, const pkg::Store& store) {
  auto report = store.verify();
  if (!report) return context.fail(report.error());
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
  context.out.print("removed " + count_text(report->packages, "package") + ", " +
                    size_text(report->bytes));
}

void execute(Context& context, const std::string& verb) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  const pkg::Store store(options->store_dir);
  if (verb == "path") return context.out.print(options->store_dir);
  if (verb == "verify") return verify(context, store);
  if (verb == "prune") return prune(context, store);
  context.fail(Error(Code::EUSAGE, "gyre store knows \"path\", \"verify\" and \"prune\""));
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
      "  gyre store prune    remove what no project links to");
  app.callback([verb, &context] { execute(context, *verb); });
}

}  // namespace gyre::cli
