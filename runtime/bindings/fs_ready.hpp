// ReadyAnswers: answers that were found at once (in the kernel's caches) and yet must reach
// JavaScript later, as if a disk had been asked: after the check phase of the turn under way, so
// that setImmediate callbacks already queued come first. One per Env; its thread only.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "runtime/engine/callback.hpp"
#include "runtime/loop/hooks.hpp"

namespace gyre::bindings {

class ReadyAnswers {
 public:
  explicit ReadyAnswers(engine::Env& env);

  template <typename T>
  void add(engine::Callback callback, Result<T> result) {
    add(std::make_unique<Typed<Result<T>>>(std::move(callback), std::move(result)));
  }
  void add(engine::Callback callback, Status status) {
    add(std::make_unique<Typed<Status>>(std::move(callback), std::move(status)));
  }

 private:
  struct Answer {
    virtual ~Answer() = default;
    virtual void deliver() = 0;
  };
  template <typename R>
  struct Typed final : Answer {
    Typed(engine::Callback callback, R result)
        : callback(std::move(callback)), result(std::move(result)) {}
    void deliver() override { callback.finish(std::move(result)); }
    engine::Callback callback;
    R result;
  };

  void add(std::unique_ptr<Answer> answer);
  void deliver();

  engine::Env& env_;
  std::vector<std::unique_ptr<Answer>> fresh_;
  std::vector<std::unique_ptr<Answer>> ripe_;
  loop::Hook idle_;   // keeps poll from waiting while answers are fresh
  loop::Hook check_;  // ripens them
};

}  // namespace gyre::bindings
