// gyre-registry-mock: the registry as a program. Prints its address on the first line and serves
// until SIGTERM or SIGINT.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "registry-mock/registry.hpp"
#include "runtime/loop/signals.hpp"

namespace {

using namespace gyre;

int fail(const Error& error) {
  std::fprintf(stderr, "error %s: %s\n", error.code().c_str(), error.message().c_str());
  if (!error.hint().empty()) std::fprintf(stderr, "hint: %s\n", error.hint().c_str());
  return 1;
}

Status serve(const registry_mock::Options& options) {
  GYRE_ASSIGN(auto loop, loop::Loop::create());
  GYRE_ASSIGN(auto registry, registry_mock::Registry::listen(*loop, options));
  const auto stop = [&loop](int) { loop->stop(); };
  auto terminate = make_ref<loop::SignalHandle>(*loop, stop);
  auto interrupt = make_ref<loop::SignalHandle>(*loop, stop);
  GYRE_TRY(terminate->start(SIGTERM));
  GYRE_TRY(interrupt->start(SIGINT));
  std::printf("%s\n", registry->url().c_str());
  std::fflush(stdout);
  loop->run();
  registry->close();
  loop->shut_down();
  return ok();
}

constexpr const char* kExamples =
    "Examples:\n"
    "  gyre-registry-mock --port 4873 --packages ./packages\n"
    "  gyre-registry-mock --packages ./recorded --upstream https://registry.npmjs.org/ --record\n"
    "  npm install --registry http://127.0.0.1:4873/ left-pad\n"
    "  curl -X POST http://127.0.0.1:4873/-/mock/faults \\\n"
    "       -d '{\"url\": \"/left-pad\", \"status\": 503, \"count\": 2}'\n"
    "  curl http://127.0.0.1:4873/-/mock/journal\n";

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("An npm registry on loopback, for tests and for working without a network");
  app.footer(kExamples);
  registry_mock::Options options;
  app.add_option("--port", options.port, "Port on 127.0.0.1; 0 takes a free one");
  app.add_option("--packages", options.packages,
                 "Folder of packages: <name>/<version>/…; may be given again, the first wins");
  app.add_option("--max-age", options.max_age, "Seconds clients may keep metadata unasked");
  auto* upstream = app.add_option("--upstream", options.upstream,
                                  "URL of a registry to ask for what the folders lack");
  app.add_flag("--record", options.record,
               "Keep what the upstream answers in the first folder; works offline afterwards")
      ->needs(upstream);
  CLI11_PARSE(app, argc, argv);
  for (const std::string& folder : options.packages) {
    std::error_code failure;
    if (options.record) std::filesystem::create_directories(folder, failure);
    if (!std::filesystem::is_directory(folder)) {
      return fail(Error(Code::EUSAGE, "there is no folder " + folder));
    }
  }
  if (options.record && options.packages.empty()) {
    return fail(Error(Code::EUSAGE, "--record needs a folder: --packages DIR"));
  }
  loop::ignore_broken_pipes();
  const Status status = serve(options);
  return status ? 0 : fail(status.error());
}
