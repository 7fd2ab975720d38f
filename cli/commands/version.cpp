// gyre version
#include "cli/version.hpp"
#include "cli/commands/command.hpp"
#include "pkg/options.hpp"
#include "runtime/base/json.hpp"

namespace gyre::cli {

void add_version(CLI::App& app, Context& context) {
  app.add_flag("--json", context.out.is_json, "Print one JSON document on stdout");
  app.footer("Examples:\n  gyre version");
  app.callback([&context] {
    const pkg::Platform platform = pkg::host_platform();
    if (!context.out.is_json) {
      context.out.print(std::string("gyre ") + kVersion);
      context.out.print("node " + platform.node_version + " (the API level scripts see)");
      return context.out.print(platform.os + " " + platform.cpu + " " + platform.libc);
    }
    json::Object object;
    object.set("gyre", kVersion);
    object.set("node", platform.node_version);
    object.set("os", platform.os);
    object.set("cpu", platform.cpu);
    context.out.print(json::write(std::move(object), 2));
  });
}

}  // namespace gyre::cli
