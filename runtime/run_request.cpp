#include "runtime/run_request.hpp"

#include <string_view>

namespace gyre {
namespace {

constexpr std::string_view kV8Options[] = {"--max-old-space-size",
                                           "--max-semi-space-size",
                                           "--max-heap-size",
                                           "--expose-gc",
                                           "--stack-size",
                                           "--stack-trace-limit",
                                           "--allow-natives-syntax",
                                           "--jitless",
                                           "--no-opt",
                                           "--trace-gc",
                                           "--trace-opt",
                                           "--trace-deopt",
                                           "--gc-interval",
                                           "--single-threaded",
                                           "--max-lazy",
                                           "--interpreted-frames-native-stack",
                                           "--perf-basic-prof",
                                           "--perf-prof",
                                           "--disallow-code-generation-from-strings",
                                           "--huge-max-old-generation-size",
                                           "--optimize-for-size",
                                           "--use-strict",
                                           "--prof"};

}  // namespace

bool is_v8_option(const std::string& option) {
  std::string name = option.substr(0, option.find('='));
  for (char& c : name) {
    if (c == '_') c = '-';
  }
  for (std::string_view known : kV8Options) {
    if (name == known) return true;
  }
  return false;
}

engine::EnvOptions make_env_options(const RuntimeRequest& request) {
  engine::EnvOptions options;
  options.executable = request.executable;
  options.exec_argv = request.exec_args;
  options.env_argv = request.env_args;
  options.argv.push_back(request.executable);
  if (request.kind == RuntimeRequest::Kind::kRunFile ||
      (request.kind == RuntimeRequest::Kind::kStdin && request.entry == "-")) {
    options.argv.push_back(request.entry);
  }
  options.argv.insert(options.argv.end(), request.args.begin(), request.args.end());
  options.host = const_cast<RuntimeRequest*>(&request);
  return options;
}

}  // namespace gyre
