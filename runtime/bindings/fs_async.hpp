// Turns one blocking function of io/fs_*.hpp into the two entries JavaScript sees: `nameSync`,
// which throws, and `name`, which takes a callback as its last argument and runs on the pool. Env's
// thread.
#pragma once

#include <tuple>
#include <utility>

#include "runtime/bindings/fs_args.hpp"
#include "runtime/engine/binding.hpp"
#include "runtime/loop/loop.hpp"
#include "workers/pool/thread_pool.hpp"

namespace gyre::bindings {

// Runs `work` on the pool and calls back with what it returns.
template <typename Work>
void run_on_pool(engine::Env& env, engine::Callback callback, Work work) {
  env.pool().submit(workers::JobClass::kBlocking, env.loop().mailbox(), std::move(work),
                    [callback = std::move(callback)](auto outcome) mutable {
                      callback.finish(std::move(outcome));
                    });
}

namespace detail {

// How an argument of a blocking function arrives from JavaScript.
template <typename T>
struct FsArgument {
  using Type = T;
  static T& pass(T& value) { return value; }
};
template <>
struct FsArgument<std::string> {
  using Type = Path;
  static const std::string& pass(const Path& path) { return path.text; }
};

template <auto F>
struct FsCall;

template <typename R, typename... Args, R (*F)(Args...)>
struct FsCall<F> {
  template <typename T>
  using Arg = FsArgument<std::decay_t<T>>;

  static R now(engine::Env&, typename Arg<Args>::Type... args) {
    return F(Arg<Args>::pass(args)...);
  }
  static void later(engine::Env& env, typename Arg<Args>::Type... args, engine::Callback callback) {
    run_on_pool(env, std::move(callback),
                [args = std::tuple<typename Arg<Args>::Type...>(std::move(args)...)]() mutable {
                  return std::apply([](auto&... each) { return F(Arg<Args>::pass(each)...); },
                                    args);
                });
  }
};

}  // namespace detail

template <auto F>
constexpr auto fs_call(const char* name, const char* sync_name) {
  return engine::detail::join(engine::fn<&detail::FsCall<F>::later>(name),
                              engine::fn<&detail::FsCall<F>::now>(sync_name));
}

}  // namespace gyre::bindings
