#include "runtime/loop/hooks.hpp"

#include "runtime/loop/loop.hpp"

namespace gyre::loop {

Hook::Hook(Loop& loop, HookPhase phase, std::function<void()> callback)
    : Liveness(loop), phase_(phase), callback_(std::move(callback)) {}

void Hook::start() {
  if (is_active()) return;
  set_active(true);
  loop().hooks(phase_).add(*this);
}

void Hook::stop() {
  set_active(false);
  unlink();
}

void HookList::run() {
  List<Hook> turn;
  turn.splice_back(hooks_);
  while (Hook* hook = turn.pop_front()) {
    hooks_.push_back(*hook);
    hook->callback_();
  }
}

}  // namespace gyre::loop
