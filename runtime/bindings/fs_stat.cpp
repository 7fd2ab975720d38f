#include "runtime/bindings/fs_stat.hpp"

#include <cerrno>

#include "runtime/bindings/fs_args.hpp"
#include "runtime/bindings/fs_ready.hpp"
#include "runtime/io/file.hpp"

namespace gyre::bindings {

using engine::Callback;
using engine::Convert;
using engine::Env;
namespace fs = io::fs;

namespace {

Result<StatAnswer> answer(Result<fs::FileStat> stat, Numbers numbers) {
  if (!stat) return std::move(stat).error();
  return StatAnswer{*stat, numbers};
}

Numbers numbers_of(v8::Local<v8::Value> big) {
  return big->IsTrue() ? Numbers::kBigInt : Numbers::kDouble;
}

}  // namespace

template <fs::Follow kFollow>
void stat_now(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Env& env = Env::from(info.GetIsolate());
  Path path;
  if (!Convert<Path>::from(env, info[0], path)) return engine::detail::throw_bad_argument(env, 0);
  auto stat = fs::stat(path.text, kFollow);
  if (!stat) {
    int number = stat.error().errno_number();
    bool is_missing = number == ENOENT || number == ENOTDIR;
    if (is_missing && info[2]->IsFalse()) return;
    return engine::throw_error(env, stat.error());
  }
  info.GetReturnValue().Set(Convert<StatAnswer>::to(env, StatAnswer{*stat, numbers_of(info[1])}));
}

template <fs::Follow kFollow>
void stat_later(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Env& env = Env::from(info.GetIsolate());
  Path path;
  if (!Convert<Path>::from(env, info[0], path)) return engine::detail::throw_bad_argument(env, 0);
  if (!info[2]->IsFunction()) return engine::detail::throw_bad_argument(env, 2);
  Numbers numbers = numbers_of(info[1]);
  Callback callback(env, info[2].As<v8::Function>());
  if (auto cached = fs::stat_if_cached(path.text, kFollow)) {
    return env.state<ReadyAnswers>().add(std::move(callback), answer(std::move(*cached), numbers));
  }
  io::file::stat(env.loop(), std::move(path.text), kFollow,
                 [callback = std::move(callback), numbers](Result<fs::FileStat> stat) mutable {
                   callback.finish(answer(std::move(stat), numbers));
                 });
}

template void stat_now<fs::Follow::kYes>(const v8::FunctionCallbackInfo<v8::Value>&);
template void stat_now<fs::Follow::kNo>(const v8::FunctionCallbackInfo<v8::Value>&);
template void stat_later<fs::Follow::kYes>(const v8::FunctionCallbackInfo<v8::Value>&);
template void stat_later<fs::Follow::kNo>(const v8::FunctionCallbackInfo<v8::Value>&);

}  // namespace gyre::bindings
