#include <doctest.h>

#include <thread>
#include <vector>

#include "workers/channel/mailbox.hpp"

namespace gyre::workers {

TEST_CASE("an inbox gives back everything, oldest first, and says who found it empty") {
  Inbox inbox;
  InboxNode a, b, c;
  CHECK(inbox.push(&a));
  CHECK_FALSE(inbox.push(&b));
  CHECK_FALSE(inbox.push(&c));
  InboxNode* first = inbox.drain();
  CHECK(first == &a);
  CHECK(first->next == &b);
  CHECK(first->next->next == &c);
  CHECK(first->next->next->next == nullptr);
  CHECK(inbox.drain() == nullptr);
  CHECK(inbox.push(&a));
}

TEST_CASE("no post is lost and each sender's order is kept when many threads post to a sleeper") {
  constexpr int kSenders = 4;
  constexpr int kPosts = 5000;
  auto mailbox = Mailbox::create_blocking();
  std::vector<int> next(kSenders, 0);
  int received = 0;
  bool in_order = true;
  std::vector<std::thread> senders;
  for (int sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; i < kPosts; ++i) {
        mailbox->post([&, sender, i] {
          in_order = in_order && next[sender]++ == i;
          ++received;
        });
        if (i % 64 == 0) std::this_thread::yield();  // lets the receiver fall asleep now and then
      }
    });
  }
  while (received < kSenders * kPosts) mailbox->wait();
  for (std::thread& sender : senders) sender.join();
  CHECK(in_order);
  CHECK(received == kSenders * kPosts);
}

TEST_CASE("a closed mailbox refuses posts and destroys what was queued") {
  auto mailbox = Mailbox::create_blocking();
  auto witness = std::make_shared<int>(0);
  CHECK(mailbox->post([witness] { FAIL("ran"); }));
  CHECK(witness.use_count() == 2);
  mailbox->close();
  CHECK(witness.use_count() == 1);
  CHECK_FALSE(mailbox->post([] {}));
}

TEST_CASE("a task may post to and drain its own mailbox") {
  auto mailbox = Mailbox::create_blocking();
  std::string order;
  mailbox->post([&] {
    order += 'a';
    mailbox->post([&order] { order += 'c'; });
    mailbox->drain();
    order += 'd';
  });
  mailbox->post([&order] { order += 'b'; });
  mailbox->wait();
  CHECK(order == "abcd");
}

}  // namespace gyre::workers
