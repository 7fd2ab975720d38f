// gyre doctor: what this machine offers, and what it lacks.
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "cli/commands/command.hpp"
#include "pkg/files.hpp"
#include "pkg/registry/curl_api.hpp"
#include "pkg/registry/url.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

void line(const Context& context, bool is_good, const std::string& text) {
  const Output& out = context.out;
  out.print((is_good ? out.styled_out(Style::kGreen, "ok    ")
                     : out.styled_out(Style::kYellow, "check ")) +
            text);
}

// A ring is only set up to see whether the kernel allows it.
void check_ring(const Context& context) {
  char parameters[120] = {};
  const long fd = ::syscall(SYS_io_uring_setup, 2, parameters);
  if (fd >= 0) {
    ::close(static_cast<int>(fd));
    return line(context, true, "io_uring is available");
  }
  const int number = errno;
  std::string why = errno_name(number);
  if (number == EPERM) why += ": a container profile or kernel.io_uring_disabled forbids it";
  if (number == ENOSYS) why += ": the kernel has none";
  if (number == ENOMEM) why += ": the limit of locked memory is too low";
  line(context, false, "io_uring is not available (" + why + ")");
}

void execute(Context& context) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  check_ring(context);
  const std::string folder(path::dirname(context.executable));
  line(context, pkg::path_exists(folder + "/libgyre_runtime.so"),
       "the JavaScript runtime lies beside the executable");
  auto curl = pkg::load_curl();
  line(context, curl.is_ok(), curl ? "libcurl can be loaded" : message_of(curl.error()));
  const Status made = pkg::make_directories(options->store_dir);
  const bool is_writable = made && ::access(options->store_dir.c_str(), W_OK) == 0;
  line(context, is_writable, "the store can be written: " + options->store_dir);
  line(context, true, "registry: " + pkg::printable_url(options->registry));
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  add_common_options(app, context);
  app.footer("Examples:\n  gyre doctor");
  app.callback([&context] { execute(context); });
}

}  // namespace gyre::cli
