#include "runtime/loop/loop.hpp"

#include <doctest.h>
#include <sys/socket.h>

#include <string>
#include <thread>

#include "runtime/loop/buffers.hpp"
#include "tests/support/fake_clock.hpp"
#include "workers/pool/thread_pool.hpp"

namespace gyre::loop {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<Loop> make_loop(Clock& clock = Clock::system(), LoopOptions options = {}) {
  return Loop::create(clock, options).value();
}

class NopOp final : public Op {
 public:
  explicit NopOp(std::function<void(int)> done, OpCounts counts = OpCounts::kYes)
      : Op(counts), done_(std::move(done)) {}
  void prepare(Sqe sqe) noexcept override { sqe.nop(); }
  void complete(int res, CqeFlags) override { done_(res); }

 private:
  std::function<void(int)> done_;
};

class ReadOp final : public Op {
 public:
  ReadOp(int fd, std::function<void(int)> done) : fd_(fd), buffer_(64), done_(std::move(done)) {}
  void prepare(Sqe sqe) noexcept override { sqe.recv(fd_, buffer_.span()); }
  void complete(int res, CqeFlags) override { done_(res); }

 private:
  int fd_;
  Buffer buffer_;
  std::function<void(int)> done_;
};

struct SocketPair {
  SocketPair() {
    int fds[2];
    GYRE_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    a.reset(fds[0]);
    b.reset(fds[1]);
  }
  UniqueFd a, b;
};

}  // namespace

TEST_CASE("a loop with nothing to do ends at once") {
  auto loop = make_loop();
  CHECK_FALSE(loop->alive());
  CHECK_FALSE(loop->run());
}

TEST_CASE("timers with one deadline fire in creation order") {
  FakeClock clock;
  auto loop = make_loop(clock);
  std::string order;
  loop->start_timer(5ms, [&order] { order += 'a'; });
  loop->start_timer(5ms, [&order] { order += 'b'; });
  loop->start_timer(4ms, [&order] { order += '0'; });
  clock.advance(5ms);
  loop->run_once();
  CHECK(order == "0ab");
  CHECK_FALSE(loop->alive());
}

TEST_CASE("a timer made by a timer waits for the next turn, a stopped one never fires") {
  FakeClock clock;
  auto loop = make_loop(clock);
  std::string order;
  Ref<Timer> stopped;
  loop->start_timer(1ms, [&] {
    order += 'a';
    loop->start_timer(0ms, [&order] { order += 'b'; });
    stopped->stop();
  });
  stopped = loop->start_timer(1ms, [&order] { order += '!'; });
  clock.advance(1ms);
  loop->run(RunMode::kNoWait);
  CHECK(order == "a");
  loop->run(RunMode::kNoWait);
  CHECK(order == "ab");
}

TEST_CASE("a repeating timer fires once per interval until it is stopped") {
  FakeClock clock;
  auto loop = make_loop(clock);
  int fired = 0;
  auto timer = make_ref<Timer>(*loop, [&fired] { ++fired; });
  timer->start(1ms, 10ms);
  for (int i = 0; i < 21; ++i) {
    clock.advance(1ms);
    loop->run(RunMode::kNoWait);
  }
  CHECK(fired == 3);
  timer->stop();
  CHECK_FALSE(loop->alive());
}

TEST_CASE("the phases of a turn come in order") {
  FakeClock clock;
  auto loop = make_loop(clock);
  std::string order;
  Hook idle(*loop, HookPhase::kIdle, [&order] { order += "idle "; });
  Hook prepare(*loop, HookPhase::kPrepare, [&order] { order += "prepare "; });
  Hook check(*loop, HookPhase::kCheck, [&order] { order += "check "; });
  idle.start();
  prepare.start();
  check.start();
  loop->defer([&order] { order += "pending "; });
  loop->submit(make_ref<NopOp>([&](int) {
    order += "poll ";
    loop->defer([&order] { order += "pending2 "; });
  }));
  class Closable final : public Handle {
   public:
    using Handle::Handle;
  };
  make_ref<Closable>(*loop)->close([&order] { order += "close "; });
  loop->start_timer(1ms, [&order] { order += "timer "; });
  clock.advance(1ms);
  loop->run(RunMode::kNoWait);
  CHECK(order == "pending idle prepare poll pending2 check close timer ");
}

TEST_CASE("timers due on entry run before the first poll, later ones after check") {
  FakeClock clock;
  auto loop = make_loop(clock);
  std::string order;
  Hook check(*loop, HookPhase::kCheck, [&] {
    order += "check ";
    loop->stop();
  });
  check.start();
  Hook idle(*loop, HookPhase::kIdle, [] {});
  idle.start();
  loop->start_timer(0ms, [&] {
    order += "entry ";
    loop->start_timer(0ms, [&order] { order += "later "; });
  });
  loop->run();
  CHECK(order == "entry check later ");
}

TEST_CASE("what is deferred without end does not keep the turn from ending") {
  auto loop = make_loop();
  int calls = 0;
  std::function<void()> again = [&] {
    ++calls;
    loop->defer(again);
  };
  loop->defer(again);
  loop->run(RunMode::kNoWait);
  CHECK(calls == 9);
}

TEST_CASE("unreferenced timers and uncounted ops do not keep the loop alive") {
  auto loop = make_loop();
  SocketPair pair;
  Ref<Timer> timer = loop->start_timer(1h, [] {});
  CHECK(loop->alive());
  timer->unref();
  CHECK_FALSE(loop->alive());
  loop->submit(make_ref<NopOp>([](int) {}, OpCounts::kNo));
  CHECK_FALSE(loop->alive());
  timer->ref();
  CHECK(loop->alive());
}

TEST_CASE("a cancelled op completes with ECANCELED, later and once") {
  auto loop = make_loop();
  SocketPair pair;
  int result = 0;
  int calls = 0;
  auto op = make_ref<ReadOp>(pair.a.get(), [&](int res) {
    result = res;
    ++calls;
  });
  loop->submit(op);
  loop->run(RunMode::kNoWait);
  CHECK(op->is_in_flight());
  loop->cancel(*op);
  CHECK(calls == 0);
  loop->run();
  CHECK(calls == 1);
  CHECK(result == -ECANCELED);
  CHECK_FALSE(op->is_in_flight());
  loop->cancel(*op);
  CHECK_FALSE(loop->alive());
}

TEST_CASE("an op cancelled before the kernel saw it completes all the same") {
  auto loop = make_loop();
  SocketPair pair;
  int result = 0;
  auto op = make_ref<ReadOp>(pair.a.get(), [&result](int res) { result = res; });
  loop->submit(op);
  loop->cancel(*op);
  loop->run();
  CHECK(result == -ECANCELED);
}

TEST_CASE("more ops than the queue holds all complete") {
  auto loop = make_loop(Clock::system(), {.queue_entries = 4});
  int done = 0;
  for (int i = 0; i < 1000; ++i) {
    loop->submit(make_ref<NopOp>([&done](int res) { done += res == 0; }));
  }
  loop->run();
  CHECK(done == 1000);
}

TEST_CASE("an op may be submitted again from its completion") {
  auto loop = make_loop();
  int count = 0;
  Ref<NopOp> op;
  op = make_ref<NopOp>([&](int) {
    if (++count < 100) loop->submit(op);
  });
  loop->submit(op);
  loop->run();
  CHECK(count == 100);
  op.reset();
}

TEST_CASE("stop ends the innermost run only") {
  auto loop = make_loop();
  std::string order;
  loop->defer([&] {
    loop->defer([&] {
      order += "inner ";
      loop->stop();
    });
    loop->run();
    order += "outer ";
    loop->defer([&order] { order += "after "; });
  });
  loop->run();
  CHECK(order == "inner outer after ");
}

TEST_CASE("a handle closes once, after close returned, and keeps the loop alive until then") {
  auto loop = make_loop();
  struct Probe final : Handle {
    Probe(Loop& loop, std::string& log) : Handle(loop), log(log) {}
    ~Probe() override { log += "destroyed "; }
    CloseStep begin_close() override {
      log += "begin ";
      return CloseStep::kLater;
    }
    void on_closed() override { log += "closed "; }
    void finish() { finish_close(); }
    std::string& log;
  };
  std::string log;
  auto probe = make_ref<Probe>(*loop, log);
  CHECK_FALSE(loop->alive());
  probe->close([&log] { log += "callback1 "; });
  probe->close([&log] { log += "callback2 "; });
  CHECK(loop->alive());
  loop->run(RunMode::kNoWait);
  CHECK(log == "begin ");
  probe->finish();
  loop->run();
  CHECK(log == "begin closed callback1 callback2 ");
  probe.reset();
  CHECK(log == "begin closed callback1 callback2 destroyed ");
}

TEST_CASE("posts from many threads all arrive at a loop that sleeps between them") {
  LoopOptions options;
  SUBCASE("woken by whatever the kernel has") {}
  SUBCASE("woken by an eventfd") { options.wake_method = WakeMethod::kEventfd; }
  auto loop = make_loop(Clock::system(), options);
  constexpr int kSenders = 3;
  constexpr int kPosts = 3000;
  int received = 0;
  Ref<Timer> keep_alive = loop->start_timer(1h, [] {});
  std::vector<std::thread> senders;
  for (int i = 0; i < kSenders; ++i) {
    senders.emplace_back([&, mailbox = loop->mailbox()] {
      for (int j = 0; j < kPosts; ++j) {
        mailbox->post([&] {
          if (++received == kSenders * kPosts) keep_alive->stop();
        });
        if (j % 16 == 0) std::this_thread::yield();
      }
    });
  }
  loop->run();
  for (std::thread& sender : senders) sender.join();
  CHECK(received == kSenders * kPosts);
}

TEST_CASE("a pool job keeps the loop alive until its completion ran") {
  workers::ThreadPool pool;
  auto loop = make_loop();
  int result = 0;
  pool.submit(
      workers::JobClass::kCpu, loop->mailbox(), [] { return 7; },
      [&result](Result<int> value) { result = value.value(); });
  CHECK(loop->alive());
  loop->run();
  CHECK(result == 7);
}

TEST_CASE("shutting down ends handles, ops and timers, whatever they were doing") {
  auto loop = make_loop();
  SocketPair pair;
  int result = 0;
  loop->submit(make_ref<ReadOp>(pair.a.get(), [&result](int res) { result = res; }));
  loop->start_timer(1h, [] { FAIL("fired"); });
  loop->run(RunMode::kNoWait);
  loop->shut_down();
  CHECK(result == -ECANCELED);
  CHECK_FALSE(loop->alive());
}

TEST_CASE("a loop destroyed with ops in flight drops them without calling back") {
  auto loop = make_loop();
  SocketPair pair;
  bool called = false;
  loop->submit(make_ref<ReadOp>(pair.a.get(), [&called](int) { called = true; }));
  loop->run(RunMode::kNoWait);
  loop.reset();
  CHECK_FALSE(called);
}

TEST_CASE("a loop destroyed while a handle waits for its last op lets the handle go") {
  struct Waiting final : Handle {
    Waiting(Loop& loop, bool& is_gone) : Handle(loop), is_gone(is_gone) {}
    ~Waiting() override { is_gone = true; }
    CloseStep begin_close() override { return CloseStep::kLater; }
    bool& is_gone;
  };
  bool is_gone = false;
  auto loop = make_loop();
  make_ref<Waiting>(*loop, is_gone)->close();
  CHECK_FALSE(is_gone);
  loop.reset();
  CHECK(is_gone);
}

TEST_CASE("received bytes come in provided buffers, which come back") {
  auto loop = make_loop();
  auto buffers = BufferRing::create(*loop, 1, 2, 16).value();
  SocketPair pair;
  std::string received;
  class Receive final : public Op {
   public:
    Receive(int fd, BufferRing& buffers, std::string& to) : fd_(fd), buffers_(buffers), to_(to) {}
    void prepare(Sqe sqe) noexcept override { sqe.recv_multishot(fd_, buffers_.group()); }
    void complete(int res, CqeFlags flags) override {
      if (res > 0) {
        to_ += buffers_.take(flags.buffer_id(), size_t(res)).text();
      } else if (res == 0) {
        return;
      }
      if (!flags.more()) loop()->submit(Ref<Op>(this));
    }
    Loop* loop() { return owner; }
    Loop* owner = nullptr;

   private:
    int fd_;
    BufferRing& buffers_;
    std::string& to_;
  };
  auto receive = make_ref<Receive>(pair.a.get(), *buffers, received);
  receive->owner = loop.get();
  loop->submit(receive);
  std::string sent;
  for (int i = 0; i < 20; ++i) sent += "0123456789";
  REQUIRE(::write(pair.b.get(), sent.data(), sent.size()) == ssize_t(sent.size()));
  pair.b.reset();
  loop->run();
  CHECK(received == sent);
}

}  // namespace gyre::loop
