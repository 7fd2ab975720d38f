#include "cli/runtime_loader.hpp"

#include <dlfcn.h>

#include <cstdlib>

#include "cli/environment_options.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

constexpr int kInvalidArgument = 9;
constexpr const char* kLibrary = "libgyre_runtime.so";
using RunFunction = decltype(&::gyre_runtime_run);

void* open_beside(const std::string& executable) {
  const std::string folder(path::dirname(executable));
  for (const char* below : {"/", "/../lib/gyre/", "/../lib/"}) {
    // Addons look symbols up in what is loaded: the runtime's must be global.
    const std::string library = folder + below + kLibrary;
    if (void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL)) return handle;
  }
  return nullptr;
}

}  // namespace

int run_javascript(Context& context, RuntimeRequest request) {
  const char* node_options = std::getenv("NODE_OPTIONS");
  if (Status status = apply_node_options(node_options ? node_options : "", request); !status) {
    // Node's wording and status.
    context.out.note(context.executable + ": " + status.error().message());
    return kInvalidArgument;
  }
  void* handle = open_beside(context.executable);
  if (handle == nullptr) {
    const char* reason = ::dlerror();
    context.fail(Error(
        Code::ERR_OPERATION_FAILED,
        std::string("the JavaScript runtime cannot be loaded: ") + (reason ? reason : kLibrary),
        "libgyre_runtime.so belongs beside the gyre executable"));
    return kFailure;
  }
  auto* run = reinterpret_cast<RunFunction>(::dlsym(handle, "gyre_runtime_run"));
  if (run == nullptr) {
    context.fail(Error(Code::ERR_OPERATION_FAILED, "libgyre_runtime.so is of another version"));
    return kFailure;
  }
  request.executable = context.executable;
  request.argv0 = context.argv0;
  return run(&request);
}

}  // namespace gyre::cli
