// Declares an internal module as one constexpr table. From it come the object JavaScript sees, the
// snapshot's external references and the list that tests check. See DESIGN: bindings.
//
//   constexpr auto kTable = binding("os", fn<uptime>("uptime"), constant("F_OK", 0),
//                                   cls<Tcp>("TCP", method<&Tcp::listen>("listen")));
#pragma once

#include <array>
#include <span>
#include <tuple>
#include <utility>

#include "runtime/engine/callback.hpp"
#include "runtime/engine/convert.hpp"
#include "runtime/engine/throw.hpp"
#include "runtime/engine/wrap.hpp"

namespace gyre::engine {

struct Entry {
  enum class Kind : uint8_t { kFunction, kConstant, kClass, kMethod, kGetter, kClassEnd };
  Kind kind = Kind::kConstant;
  const char* name = nullptr;
  v8::FunctionCallback callback = nullptr;
  double number = 0;
  uint32_t* class_id = nullptr;
};

struct BindingView {
  const char* name;
  std::span<const Entry> entries;
};

template <size_t N>
struct Binding {
  const char* name;
  std::array<Entry, N> entries;
  constexpr operator BindingView() const { return {name, entries}; }
};

// Makes the JavaScript object of a table and registers its classes with the Env.
v8::MaybeLocal<v8::Object> instantiate(Env& env, const BindingView& view);
// Gives each native class its ordinal. Once per process, before the first isolate.
void assign_class_ids(std::span<const BindingView> views);

namespace detail {

using Info = v8::FunctionCallbackInfo<v8::Value>;

void throw_bad_argument(Env& env, int index);

template <typename T>
bool read_argument(Env& env, const Info& info, int index, T& out) {
  if (Convert<T>::from(env, info[index], out)) return true;
  throw_bad_argument(env, index);
  return false;
}

template <typename R>
void give_back(Env& env, const Info& info, R&& result) {
  using T = std::decay_t<R>;
  if constexpr (std::is_same_v<T, Status>) {
    if (!result) throw_error(env, result.error());
  } else if constexpr (requires {
                         typename T::Value;
                         result.error();
                       }) {
    if (result) {
      info.GetReturnValue().Set(Convert<typename T::Value>::to(env, std::move(result).value()));
    } else {
      throw_error(env, result.error());
    }
  } else {
    info.GetReturnValue().Set(Convert<T>::to(env, std::forward<R>(result)));
  }
}

template <typename Call, typename... Args, size_t... I>
void invoke(Env& env, const Info& info, Call&& call, std::tuple<Args...>& args,
            std::index_sequence<I...>) {
  if (!(read_argument(env, info, static_cast<int>(I), std::get<I>(args)) && ...)) return;
  using R = decltype(call(std::move(std::get<I>(args))...));
  if constexpr (std::is_void_v<R>) {
    call(std::move(std::get<I>(args))...);
  } else {
    give_back(env, info, call(std::move(std::get<I>(args))...));
  }
}

template <auto F>
struct Thunk;

template <typename R, typename... Args, R (*F)(Env&, Args...)>
struct Thunk<F> {
  static void run(const Info& info) {
    Env& env = Env::from(info.GetIsolate());
    std::tuple<std::decay_t<Args>...> args;
    invoke(
        env, info,
        [&env](std::decay_t<Args>&&... values) -> R { return F(env, std::move(values)...); }, args,
        std::index_sequence_for<Args...>{});
  }
};

template <typename T, typename R, typename... Args, R (T::*F)(Args...)>
struct Thunk<F> {
  static void run(const Info& info) {
    Env& env = Env::from(info.GetIsolate());
    T* self = Wrap::unwrap<T>(info.This());
    if (self == nullptr) return throw_error(env, Error(Code::ERR_INVALID_THIS));
    std::tuple<std::decay_t<Args>...> args;
    invoke(
        env, info,
        [self](std::decay_t<Args>&&... values) -> R { return (self->*F)(std::move(values)...); },
        args, std::index_sequence_for<Args...>{});
  }
};

// Const member functions: the same through a non-const call.
template <typename T, typename R, typename... Args, R (T::*F)(Args...) const>
struct Thunk<F> {
  static void run(const Info& info) {
    Env& env = Env::from(info.GetIsolate());
    const T* self = Wrap::unwrap<T>(info.This());
    if (self == nullptr) return throw_error(env, Error(Code::ERR_INVALID_THIS));
    std::tuple<std::decay_t<Args>...> args;
    invoke(
        env, info,
        [self](std::decay_t<Args>&&... values) -> R { return (self->*F)(std::move(values)...); },
        args, std::index_sequence_for<Args...>{});
  }
};

template <typename T>
void construct(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  if (!info.IsConstructCall()) {
    return throw_error(env,
                       Error(Code::ERR_CONSTRUCT_CALL_INVALID, "Constructor cannot be called"));
  }
  auto self = info.This();
  self->SetAlignedPointerInInternalField(1, &ClassId<T>::value);
  if (Status status = T::construct(env, self, info); !status) throw_error(env, status.error());
}

template <size_t... N>
constexpr auto join(const std::array<Entry, N>&... parts) {
  std::array<Entry, (N + ... + 0)> all{};
  size_t at = 0;
  auto append = [&all, &at](const auto& part) {
    for (const Entry& entry : part) all[at++] = entry;
  };
  (append(parts), ...);
  return all;
}

}  // namespace detail

// A typed function: R F(Env&, Args...), R being void, Status, T or Result<T>.
template <auto F>
constexpr std::array<Entry, 1> fn(const char* name) {
  return {Entry{Entry::Kind::kFunction, name, &detail::Thunk<F>::run}};
}
// A function that handles FunctionCallbackInfo itself: hot paths.
template <v8::FunctionCallback F>
constexpr std::array<Entry, 1> raw(const char* name) {
  return {Entry{Entry::Kind::kFunction, name, F}};
}
constexpr std::array<Entry, 1> constant(const char* name, double number) {
  return {Entry{Entry::Kind::kConstant, name, nullptr, number}};
}
template <auto F>
constexpr std::array<Entry, 1> method(const char* name) {
  return {Entry{Entry::Kind::kMethod, name, &detail::Thunk<F>::run}};
}
template <v8::FunctionCallback F>
constexpr std::array<Entry, 1> raw_method(const char* name) {
  return {Entry{Entry::Kind::kMethod, name, F}};
}
template <auto F>
constexpr std::array<Entry, 1> getter(const char* name) {
  return {Entry{Entry::Kind::kGetter, name, &detail::Thunk<F>::run}};
}
// A native class: T derives from Wrap and has
// static Status construct(Env&, v8::Local<v8::Object> self, const FunctionCallbackInfo<Value>&).
template <typename T, size_t... N>
constexpr auto cls(const char* name, const std::array<Entry, N>&... members) {
  std::array<Entry, 1> begin{
      Entry{Entry::Kind::kClass, name, &detail::construct<T>, 0, &ClassId<T>::value}};
  std::array<Entry, 1> end{Entry{Entry::Kind::kClassEnd, name}};
  return detail::join(begin, members..., end);
}
template <size_t... N>
constexpr auto binding(const char* name, const std::array<Entry, N>&... parts) {
  return Binding<(N + ... + 0)>{name, detail::join(parts...)};
}

// Makes an instance of the native class T from C++.
template <typename T>
v8::MaybeLocal<v8::Object> construct_instance(Env& env, int argc = 0,
                                              v8::Local<v8::Value>* argv = nullptr) {
  return env.construct_class(ClassId<T>::value, argc, argv);
}

}  // namespace gyre::engine
