#include "cli/context.hpp"

#include "cli/version.hpp"
#include "pkg/config/npmrc.hpp"
#include "pkg/scripts/env.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {

Result<pkg::Options> Context::options() const {
  pkg::ConfigSources sources;
  sources.environment = pkg::process_environment();
  sources.flags = flags;
  sources.working_dir = working_dir;
  if (sources.working_dir.empty()) {
    GYRE_ASSIGN(sources.working_dir, path::current_directory());
  }
  GYRE_ASSIGN(pkg::Options options, pkg::load_options(sources));
  options.global_prefix = pkg::global_prefix(executable, options);
  if (options.user_agent.empty()) {
    options.user_agent = std::string("gyre/") + kVersion + " npm/? node/v" +
                         options.platform.node_version + " linux " + options.platform.cpu;
  }
  return options;
}

void Context::fail(const Error& error, int code) {
  out.error(error);
  exit_code = error.is(Code::EUSAGE) ? kUsage : code;
}

}  // namespace gyre::cli
