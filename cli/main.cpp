// Entry point: works out who we are and hands over to the app.
#include <fcntl.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>
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

// Everything there is to write is written. What exit handlers would take apart, libcrypto's tables
// among it, goes with the process: an install over the network ends two milliseconds sooner.
[[noreturn]] void leave(int code) {
  std::fflush(nullptr);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  std::exit(code);  // where leaks and races are told
#else
  ::_exit(code);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_descriptors();
  gyre::cli::Context context;
  context.argv0 = argc > 0 ? argv[0] : "gyre";
  context.executable = executable_path();
  try {
    leave(gyre::cli::run_app(context,
                             std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc)));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error ERR_INTERNAL_ASSERTION: %s\n", error.what());
    return gyre::cli::kFailure;
  }
}
