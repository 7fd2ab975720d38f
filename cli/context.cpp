#include "cli/context.hpp"

#include "cli/version.hpp"
#include "pkg/config/npmrc.hpp"
#include "pkg/scripts/env.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

// Settings npm does not know.
Status apply_own_flags(const std::map<std::string, std::string>& flags, pkg::Options& options) {
  const auto mode = flags.find("link-mode");
  if (mode == flags.end()) return ok();
  const std::map<std::string, pkg::LinkMode> modes{{"auto", pkg::LinkMode::kAuto},
                                                   {"reflink", pkg::LinkMode::kReflink},
                                                   {"hardlink", pkg::LinkMode::kHardlink},
                                                   {"copy", pkg::LinkMode::kCopy}};
  const auto found = modes.find(mode->second);
  if (found == modes.end()) {
    return Error(Code::EUSAGE, "\"" + mode->second + "\" is no link mode",
                 "use auto, reflink, hardlink or copy");
  }
  options.link_mode = found->second;
  return ok();
}

}  // namespace

Result<pkg::Options> Context::options() const {
  pkg::ConfigSources sources;
  sources.environment = pkg::process_environment();
  sources.flags = flags;
  sources.working_dir = working_dir;
  if (sources.working_dir.empty()) {
    GYRE_ASSIGN(sources.working_dir, path::current_directory());
  }
  GYRE_ASSIGN(pkg::Options options, pkg::load_options(sources));
  GYRE_TRY(apply_own_flags(flags, options));
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
