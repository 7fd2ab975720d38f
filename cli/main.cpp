// Entry point: works out who we are and hands over to the app.
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <exception>

#include "cli/app.hpp"

namespace {

std::string executable_path() {
  char path[PATH_MAX];
  const ssize_t size = ::readlink("/proc/self/exe", path, sizeof path);
  return size > 0 ? std::string(path, static_cast<size_t>(size)) : std::string();
}

}  // namespace

int main(int argc, char** argv) {
  gyre::cli::Context context;
  context.argv0 = argc > 0 ? argv[0] : "gyre";
  context.executable = executable_path();
  try {
    return gyre::cli::run_app(context,
                              std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error ERR_INTERNAL_ASSERTION: %s\n", error.what());
    return gyre::cli::kFailure;
  }
}
