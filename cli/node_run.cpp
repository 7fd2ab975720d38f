#include "cli/node_run.hpp"

#include "cli/process.hpp"
#include "cli/script_runner.hpp"
#include "pkg/scripts/env.hpp"
#include "pkg/workspace/select.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {

int run_node_script(Context& context, const std::string& name, std::vector<std::string> arguments) {
  auto here = path::current_directory();
  if (!here) {
    context.fail(here.error());
    return context.exit_code;
  }
  const std::string folder = pkg::nearest_package_folder(*here);
  if (folder.empty()) {
    context.out.note("Can't find package.json for directory " + *here + "\n");
    return kFailure;
  }
  const std::string file = folder + "/package.json";
  auto manifest = pkg::load_manifest(file);
  auto options = context.options();
  if (!manifest || !options) {
    context.fail(manifest ? options.error() : manifest.error());
    return context.exit_code;
  }
  const std::string* text = find_script(*manifest, name);
  if (text == nullptr) {
    std::string message = "Missing script: \"" + name + "\" for " + file + "\n";
    if (!manifest->scripts.empty()) message += "\nAvailable scripts are:";
    for (const auto& [key, script] : manifest->scripts) message += "\n  " + key + ": " + script;
    context.out.note(message);
    return kFailure;
  }
  if (!arguments.empty() && arguments[0] == "--") arguments.erase(arguments.begin());
  context.out.is_silent = true;
  ScriptRunner runner(context, *options, "run");
  runner.variables = {{"NODE_RUN_SCRIPT_NAME", name}, {"NODE_RUN_PACKAGE_JSON_PATH", file}};
  auto end = runner.run_text(folder, name, *text, arguments);
  if (!end) {
    context.out.is_silent = false;
    context.fail(end.error());
    return context.exit_code;
  }
  end_like(context, *end);
  return context.exit_code;
}

}  // namespace gyre::cli
