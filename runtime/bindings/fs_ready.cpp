#include "runtime/bindings/fs_ready.hpp"

#include "runtime/loop/loop.hpp"

namespace gyre::bindings {

ReadyAnswers::ReadyAnswers(engine::Env& env)
    : env_(env),
      idle_(env.loop(), loop::HookPhase::kIdle, [] {}),
      check_(env.loop(), loop::HookPhase::kCheck, [this] {
        idle_.stop();
        check_.stop();
        for (auto& answer : fresh_) ripe_.push_back(std::move(answer));
        fresh_.clear();
        env_.loop().defer([this] { deliver(); });
      }) {}

void ReadyAnswers::add(std::unique_ptr<Answer> answer) {
  if (fresh_.empty()) {
    idle_.start();
    check_.start();
  }
  fresh_.push_back(std::move(answer));
}

void ReadyAnswers::deliver() {
  auto answers = std::exchange(ripe_, {});
  for (auto& answer : answers) {
    answer->deliver();
    answer.reset();
  }
}

}  // namespace gyre::bindings
