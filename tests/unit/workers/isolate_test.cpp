#include <doctest.h>

#include <string>
#include <thread>

#include "workers/isolate/directory.hpp"
#include "workers/isolate/port.hpp"
#include "workers/isolate/worker_thread.hpp"

namespace gyre::workers {
namespace {

std::unique_ptr<Message> text_message(std::string_view text) {
  auto message = std::make_unique<Message>();
  Buffer bytes = Buffer::copy_of(text);
  size_t size = bytes.size();
  message->adopt(bytes.release(), size);
  return message;
}

class Unshareable final : public Transferable {};

// Runs until it is interrupted, then reports what it was told.
class FakeHost final : public IsolateHost {
 public:
  explicit FakeHost(std::string& log, bool fails = false) : log_(log), fails_(fails) {}
  Status start(uintptr_t stack_base, size_t stack_size) override {
    log_ += "start ";
    if (fails_) return Error(Code::ERR_WORKER_INIT_FAILED, "no");
    return ok();
  }
  ExitReport run() override {
    while (!interrupted_) std::this_thread::yield();
    log_ += "run ";
    return {7, "", ""};
  }
  void stop() override { log_ += "stop "; }
  void interrupt() override { interrupted_ = true; }

 private:
  std::string& log_;
  bool fails_;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace

TEST_CASE("messages cross a channel in order, and the end of one side comes last") {
  auto mailbox = Mailbox::create_blocking();
  auto [here, there] = Port::create_pair();
  CHECK(here->is_peer_of(*there));
  std::string received;
  Port* receiver = here.get();
  here->attach(mailbox, [&received, receiver] {
    while (auto message = receiver->take()) {
      received += message->kind() == Message::Kind::kClose ? "<close>" : as_text(message->bytes());
    }
  });
  std::thread sender([port = std::move(there)]() mutable {
    port->send(text_message("a"));
    port->send(text_message("b"));
    port.reset();
  });
  while (received.size() < 9) mailbox->wait();
  sender.join();
  CHECK(received == "ab<close>");
  CHECK(here->send(text_message("c")) == Port::SendResult::kNoReceiver);
  mailbox->close();  // the last wake-up may still be in it, and that holds the port
}

TEST_CASE("a port that moves keeps what arrives meanwhile") {
  auto mailbox = Mailbox::create_blocking();
  auto [here, there] = Port::create_pair();
  bool called = false;
  there->attach(mailbox, [&called] { called = true; });
  here->send(text_message("one"));
  there->detach();
  mailbox->drain();
  CHECK_FALSE(called);
  there->attach(mailbox, [&called] { called = true; });
  mailbox->drain();
  CHECK(called);
  CHECK(as_text(there->take()->bytes()) == "one");
}

TEST_CASE("a broadcast reaches every other member of the name, and nobody else") {
  auto a = Port::join_broadcast("news");
  auto b = Port::join_broadcast("news");
  auto c = Port::join_broadcast("news");
  auto other = Port::join_broadcast("weather");
  CHECK(a->send(text_message("hi")) == Port::SendResult::kDelivered);
  CHECK(as_text(b->take()->bytes()) == "hi");
  CHECK(as_text(c->take()->bytes()) == "hi");
  CHECK(a->waiting() == 0);
  CHECK(other->waiting() == 0);
  auto message = text_message("x");
  message->transferables().push_back(std::make_unique<Unshareable>());
  CHECK(a->send(std::move(message)) == Port::SendResult::kNotShareable);
}

TEST_CASE("a worker thread reports its exit on the owner's thread, after it has ended") {
  auto mailbox = Mailbox::create_blocking();
  std::string log;
  int code = -1;
  WorkerThread worker(std::make_unique<FakeHost>(log));
  REQUIRE(worker.start(mailbox, [&code](ExitReport report) { code = report.code; }));
  CHECK(mailbox->awaited() == 1);
  worker.set_keeps_alive(KeepsAlive::kNo);
  CHECK(mailbox->awaited() == 0);
  worker.interrupt();
  while (code < 0) mailbox->wait();
  CHECK(code == 7);
  CHECK(log == "start run stop ");
  CHECK_FALSE(worker.is_running());
}

TEST_CASE("a host that cannot start gives its error, and is stopped all the same") {
  auto mailbox = Mailbox::create_blocking();
  std::string log;
  ExitReport report;
  WorkerThread worker(std::make_unique<FakeHost>(log, true));
  REQUIRE(worker.start(mailbox, [&report](ExitReport got) { report = got; }));
  mailbox->wait();
  CHECK(report.code == 1);
  CHECK(report.error_code == "ERR_WORKER_INIT_FAILED");
  CHECK(log == "start stop ");
}

TEST_CASE("destroying a running worker interrupts it, and nobody is called") {
  auto mailbox = Mailbox::create_blocking();
  std::string log;
  {
    WorkerThread worker(std::make_unique<FakeHost>(log));
    REQUIRE(worker.start(mailbox, [](ExitReport) { FAIL("called"); }));
  }
  CHECK(log == "start run stop ");
  mailbox->drain();
  CHECK(mailbox->awaited() == 0);
}

TEST_CASE("thread ids are never given twice") {
  uint64_t first = Directory::process().new_thread_id();
  CHECK(Directory::process().new_thread_id() == first + 1);
}

}  // namespace gyre::workers
