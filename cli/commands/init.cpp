// gyre init
#include "cli/commands/command.hpp"
#include "pkg/files.hpp"
#include "pkg/spec/spec.hpp"
#include "runtime/base/json.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

std::string name_from(const std::string& folder) {
  std::string name;
  for (const char c : path::basename(folder)) {
    if (c >= 'A' && c <= 'Z')
      name += static_cast<char>(c - 'A' + 'a');
    else
      name += c == ' ' ? '-' : c;
  }
  return pkg::is_valid_package_name(name) ? name : "app";
}

void execute(Context& context, bool is_module) {
  std::string folder = context.working_dir;
  if (folder.empty()) {
    auto current = path::current_directory();
    if (!current) return context.fail(current.error());
    folder = *current;
  }
  const std::string path = folder + "/package.json";
  if (pkg::path_exists(path)) {
    return context.fail(Error(Code::EUSAGE, path + " exists already"));
  }
  json::Object scripts;
  scripts.set("test", "echo \"Error: no test specified\" && exit 1");
  json::Object manifest;
  manifest.set("name", name_from(folder));
  manifest.set("version", "1.0.0");
  manifest.set("main", "index.js");
  if (is_module) manifest.set("type", "module");
  manifest.set("scripts", std::move(scripts));
  manifest.set("license", "ISC");
  const std::string text = json::write(std::move(manifest), 2) + "\n";
  if (Status status = pkg::write_file_atomically(path, text); !status) {
    return context.fail(status.error());
  }
  context.out.print("wrote " + path);
}

}  // namespace

void add_init(CLI::App& app, Context& context) {
  auto is_module = std::make_shared<bool>(false);
  app.add_flag_callback("--yes,-y", [] {}, "Accepted for compatibility: nothing is asked");
  app.add_flag("--module,--esm", *is_module, "Make an ES module package");
  app.add_option_function<std::string>(
      "--prefix,--cwd", [&context](const std::string& folder) { context.working_dir = folder; },
      "Work in this folder");
  app.footer("Examples:\n  gyre init\n  gyre init --module");
  app.callback([is_module, &context] { execute(context, *is_module); });
}

}  // namespace gyre::cli
