#include "runtime/loop/signals.hpp"

#include <doctest.h>
#include <signal.h>

#include <string>

#include "runtime/loop/loop.hpp"
#include "runtime/loop/ring.hpp"

namespace gyre::loop {

TEST_CASE("a watched signal calls back and ends with its handle") {
  auto loop = Loop::create().value();
  std::string log;
  auto handle = make_ref<SignalHandle>(*loop, [&](int number) {
    log += number == SIGUSR2 ? "usr2 " : "? ";
    if (log.size() > 5) {
      loop->stop();
    } else {
      ::raise(SIGUSR2);
    }
  });
  REQUIRE(handle->start(SIGUSR2));
  CHECK(loop->alive());
  ::raise(SIGUSR2);
  loop->run();
  CHECK(log == "usr2 usr2 ");
  handle->close();
  loop->run();
  CHECK_FALSE(loop->alive());
  struct sigaction action {};
  ::sigaction(SIGUSR2, nullptr, &action);
  bool is_default = action.sa_handler == SIG_DFL;
  CHECK(is_default);
}

TEST_CASE("an unreferenced signal handle does not keep the loop alive") {
  auto loop = Loop::create().value();
  auto handle = make_ref<SignalHandle>(*loop, [](int) {});
  REQUIRE(handle->start(SIGUSR1));
  handle->unref();
  CHECK_FALSE(loop->run());
}

TEST_CASE("signals that cannot be caught are refused") {
  auto loop = Loop::create().value();
  auto handle = make_ref<SignalHandle>(*loop, [](int) {});
  CHECK(handle->start(SIGKILL).error().code() == "EINVAL");
  CHECK(handle->start(0).error().code() == "EINVAL");
  CHECK(handle->start(999).error().code() == "EINVAL");
  CHECK_FALSE(loop->alive());
}

TEST_CASE("a refused io_uring says why and what to do") {
  Error error = Ring::unavailable(EPERM);
  CHECK(error.code() == "ERR_IO_URING_UNAVAILABLE");
  CHECK(error.message().find("EPERM") != std::string::npos);
  CHECK(error.message().find("seccomp") != std::string::npos);
  CHECK_FALSE(error.hint().empty());
}

}  // namespace gyre::loop
