#include "workers/pool/thread_pool.hpp"

#include <doctest.h>

#include <latch>
#include <semaphore>
#include <string>

namespace gyre::workers {

TEST_CASE("a job's result comes back on the owner's thread") {
  ThreadPool pool;
  auto mailbox = Mailbox::create_blocking();
  std::thread::id worked_on;
  int result = 0;
  pool.submit(
      JobClass::kCpu, mailbox,
      [&worked_on] {
        worked_on = std::this_thread::get_id();
        return 42;
      },
      [&result](Result<int> value) { result = value.value(); });
  CHECK(mailbox->awaited() == 1);
  mailbox->wait();
  CHECK(result == 42);
  CHECK(worked_on != std::this_thread::get_id());
  CHECK(mailbox->awaited() == 0);
}

TEST_CASE("a job's error comes back as an error") {
  ThreadPool pool;
  auto mailbox = Mailbox::create_blocking();
  std::string code;
  pool.submit(
      JobClass::kBlocking, mailbox, []() -> Status { return Error(Code::EUSAGE); },
      [&code](Status status) { code = status.error().code(); });
  mailbox->wait();
  CHECK(code == "EUSAGE");
}

TEST_CASE("a class runs no more jobs at once than its cap, and others run beside it") {
  ThreadPool pool({.cpu = 1, .blocking = 2, .dns = 1});
  auto mailbox = Mailbox::create_blocking();
  std::counting_semaphore<> gate(0);
  std::latch started(2);
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  int finished = 0;
  for (int i = 0; i < 6; ++i) {
    pool.submit(
        JobClass::kBlocking, mailbox,
        [&, i] {
          int now = ++running;
          int seen = most.load();
          while (now > seen && !most.compare_exchange_weak(seen, now)) {
          }
          if (i < 2) started.count_down();
          gate.acquire();
          --running;
        },
        [&finished](Status) { ++finished; });
  }
  started.wait();
  bool dns_ran = false;
  pool.submit(
      JobClass::kDns, mailbox, [] {}, [&dns_ran](Status) { dns_ran = true; });
  mailbox->wait();
  CHECK(dns_ran);
  CHECK(finished == 0);
  CHECK(pool.counts(JobClass::kBlocking).queued == 4);
  gate.release(6);
  while (finished < 6) mailbox->wait();
  CHECK(most == 2);
}

TEST_CASE("cancelling a queued job calls done once with ECANCELED; a running job sees its token") {
  ThreadPool pool({.cpu = 1, .blocking = 1, .dns = 1});
  auto mailbox = Mailbox::create_blocking();
  std::latch started(1);
  bool first_saw_cancel = false;
  JobHandle first = pool.submit(
      JobClass::kCpu, mailbox,
      [&started](const CancelToken& token) {
        started.count_down();
        while (!token.is_cancelled()) std::this_thread::yield();
        return true;
      },
      [&first_saw_cancel](Result<bool> saw) { first_saw_cancel = saw.value(); });
  started.wait();
  bool ran = false;
  int calls = 0;
  std::string code;
  JobHandle second = pool.submit(
      JobClass::kCpu, mailbox, [&ran] { ran = true; },
      [&](Status status) {
        ++calls;
        code = status.error().code();
      });
  CHECK(second.cancel());
  CHECK(calls == 0);
  while (calls == 0) mailbox->wait();
  CHECK(code == "ECANCELED");
  CHECK_FALSE(second.cancel());
  CHECK_FALSE(first.cancel());
  while (!first_saw_cancel) mailbox->wait();
  CHECK_FALSE(ran);
  CHECK(calls == 1);
}

TEST_CASE("a pool that goes cancels what is queued") {
  auto mailbox = Mailbox::create_blocking();
  std::latch started(1);
  std::atomic<bool> release = false;
  std::string codes;
  {
    ThreadPool pool({.cpu = 1, .blocking = 1, .dns = 1});
    pool.submit(
        JobClass::kCpu, mailbox,
        [&](const CancelToken&) {
          started.count_down();
          while (!release) std::this_thread::yield();
        },
        [&codes](Status status) { codes += status ? "ok " : status.error().code() + " "; });
    pool.submit(
        JobClass::kCpu, mailbox, [] {},
        [&codes](Status status) { codes += status ? "ok " : status.error().code() + " "; });
    started.wait();
    release = true;
  }
  while (mailbox->awaited() != 0) mailbox->wait();
  CHECK((codes == "ECANCELED ok " || codes == "ok ECANCELED " || codes == "ok ok "));
}

TEST_CASE("done callbacks of a closed mailbox die on the owner's thread, uncalled") {
  struct Witness {
    std::thread::id* died_on;
    explicit Witness(std::thread::id* where) : died_on(where) {}
    ~Witness() { *died_on = std::this_thread::get_id(); }
  };
  ThreadPool pool({.cpu = 1, .blocking = 1, .dns = 1});
  std::thread::id died_on;
  std::atomic<bool> release = false;
  auto mailbox = Mailbox::create_blocking();
  pool.submit(
      JobClass::kCpu, mailbox,
      [&release] {
        while (!release) std::this_thread::yield();
      },
      [witness = std::make_shared<Witness>(&died_on)](Status) { FAIL("called"); });
  mailbox->close();
  CHECK(died_on == std::this_thread::get_id());
  release = true;
}

}  // namespace gyre::workers
