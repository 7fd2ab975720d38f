// Entry point: works out who we are and hands over to the app.
#include <fcntl.h>
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

// Closed standard descriptors would be given to the first files opened, and written to by mistake.
void open_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0) (void)::open("/dev/null", O_RDWR);
  }
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_descriptors();
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
