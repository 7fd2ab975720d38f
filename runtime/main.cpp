// The library's doors: gyre_runtime_run (one program, main thread) and gyre_make_snapshot.
#include <dlfcn.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "runtime/bindings/bootstrap.hpp"
#include "runtime/bindings/registry.hpp"
#include "runtime/engine/callback_scope.hpp"
#include "runtime/engine/convert.hpp"
#include "runtime/engine/exceptions.hpp"
#include "runtime/engine/isolate.hpp"
#include "runtime/engine/process_parts.hpp"
#include "runtime/engine/run.hpp"
#include "runtime/engine/snapshot.hpp"
#include "runtime/entry.hpp"
#include "runtime/loop/loop.hpp"
#include "runtime/loop/signals.hpp"
#include "runtime/run_request.hpp"

namespace gyre {
namespace {

// The same for the snapshot's maker and its users, or V8 rejects the snapshot.
constexpr const char* kBaseFlags =
    "--harmony-import-attributes --harmony-import-assertions --harmony-rab-gsab "
    "--no-verify-snapshot-checksum --stack-size=984";

// Where this library lies: the snapshot is beside it.
std::string library_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&gyre_runtime_run), &info) == 0) return ".";
  std::string path = info.dli_fname;
  return path.substr(0, path.rfind('/'));
}

// V8 options among the program's runtime options. What neither of us knows is an error.
std::string v8_flags(const RuntimeRequest& request) {
  std::string flags = kBaseFlags;
  for (const auto* options : {&request.env_args, &request.exec_args}) {
    for (const std::string& option : *options) {
      if (is_v8_option(option)) flags += " " + option;
    }
  }
  return flags;
}

int report_failure(const Error& error) {
  std::fprintf(stderr, "gyre: %s: %s\n", error.code().c_str(), error.message().c_str());
  if (!error.hint().empty()) std::fprintf(stderr, "hint: %s\n", error.hint().c_str());
  return 1;
}

// A server holds as many descriptors as the system allows it, not as the shell suggests. A refusal
// changes nothing: then the suggestion holds.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

void run_worker_entry(engine::Env& env, const char* id) { (void)bindings::run_entry(env, id); }

int run_program(const RuntimeRequest& request, workers::ThreadPool& pool,
                engine::Platform& platform, const engine::Snapshot& snapshot) {
  engine::IsolateOwner isolate(platform, snapshot);
  auto loop = loop::Loop::create();
  if (!loop) return report_failure(loop.error());
  loop::ignore_broken_pipes();
  raise_descriptor_limit();
  engine::Env env(isolate.get(), loop->get(), &pool, make_env_options(request));
  v8::HandleScope handles(isolate.get());
  v8::Local<v8::Context> context;
  if (!snapshot.new_context(isolate.get()).ToLocal(&context)) {
    return report_failure(Error(Code::ERR_INTERNAL_ASSERTION, "no context from the snapshot"));
  }
  env.adopt_context(context);
  v8::Context::Scope scope(context);
  if (!snapshot.is_loaded()) {
    if (Status status = bindings::bootstrap(env); !status) return report_failure(status.error());
  }
  isolate.tasks().attach((*loop)->mailbox());
  {
    engine::CallbackScope callback(env);
    v8::TryCatch try_catch(isolate.get());
    (void)bindings::run_entry(env, "bootstrap/main_thread");
    if (try_catch.HasCaught() && !try_catch.HasTerminated()) {
      env.report_uncaught(try_catch.Exception(), try_catch.Message());
    }
  }
  engine::spin(env, isolate.tasks());
  int code = engine::emit_exit(env);
#ifdef GYRE_FULL_TEARDOWN
  env.stop_js();
  (*loop)->shut_down();
  isolate.tasks().attach(nullptr);
  env.release_context();
  return code;
#else
  engine::end_process(code);  // the kernel frees faster than we would
#endif
}

// A whole run of `program` (a file), its output thrown away.
Status warm_up(const std::string& program, workers::ThreadPool& pool, v8::Isolate* isolate,
               v8::Local<v8::Context> context) {
  RuntimeRequest request;
  request.entry = program;
  request.executable = request.argv0 = program;
  GYRE_ASSIGN(std::unique_ptr<loop::Loop> loop, loop::Loop::create());
  engine::Env env(isolate, loop.get(), &pool, make_env_options(request));
  env.adopt_context(context);
  v8::Context::Scope scope(context);
  v8::TryCatch try_catch(isolate);
  {
    engine::CallbackScope callback(env);
    if (bindings::run_entry(env, "bootstrap/warm_up").IsEmpty()) {
      return Error(Code::ERR_INTERNAL_ASSERTION, "the warm-up program failed");
    }
  }
  loop->run();
  int code = engine::emit_exit(env);
  env.stop_js();
  loop->shut_down();
  env.release_context();
  if (code == 0) return ok();
  return Error(Code::ERR_INTERNAL_ASSERTION, "the warm-up program failed");
}

std::string fingerprint() { return GYRE_VERSION " " __DATE__ " " __TIME__; }

}  // namespace
}  // namespace gyre

extern "C" int gyre_runtime_run(const gyre::RuntimeRequest* request) {
  using namespace gyre;
  static workers::ThreadPool pool;
  bindings::register_all();
  auto& platform = engine::Platform::initialize(pool, v8_flags(*request));
  engine::Snapshot snapshot;
  if (std::getenv("GYRE_NO_SNAPSHOT") == nullptr && std::getenv("GYRE_LIB_DIR") == nullptr) {
    snapshot.load(library_folder() + "/gyre.snapshot", fingerprint());
  }
  engine::process_parts() = {&platform, &snapshot, &pool, bindings::bootstrap, run_worker_entry};
  return run_program(*request, pool, platform, snapshot);
}

extern "C" __attribute__((visibility("default"))) int gyre_make_snapshot(const char* path,
                                                                         const char* program) {
  using namespace gyre;
  workers::ThreadPool pool;
  bindings::register_all();
  auto& platform = engine::Platform::initialize(pool, kBaseFlags);
  engine::process_parts() = {&platform, nullptr, &pool, bindings::bootstrap, run_worker_entry};
  auto warm = [&](v8::Isolate* isolate, v8::Local<v8::Context> context) {
    Status status = warm_up(program, pool, isolate, context);
    // Where io_uring is refused gyre can be built, it only starts slower.
    if (!status) {
      std::fprintf(stderr, "the snapshot is not warmed up: %s\n", status.error().message().c_str());
    }
  };
  Status status = engine::create_snapshot(path, fingerprint(),
                                          {bindings::bootstrap, bindings::bootstrap_plain, warm});
  if (!status) return report_failure(status.error());
  engine::end_process(0);
}
