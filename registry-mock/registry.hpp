// Registry: the mock on a loop of its caller's. Server: the same with a thread and a loop of its
// own, for tests that block; its functions may be called from any thread. Both listen on 127.0.0.1
// only.
#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "registry-mock/accounts.hpp"
#include "registry-mock/catalog.hpp"
#include "registry-mock/faults.hpp"
#include "registry-mock/journal.hpp"
#include "registry-mock/keys.hpp"
#include "registry-mock/mock_clock.hpp"
#include "registry-mock/packument.hpp"
#include "registry-mock/upstream.hpp"
#include "runtime/io/http/server.hpp"
#include "runtime/loop/loop.hpp"

namespace gyre::registry_mock {

struct Question;

struct Options {
  std::vector<std::string> packages;  // folders, the first wins
  uint16_t port = 0;                  // 0: a free one
  uint64_t max_age = 300;             // of metadata, seconds
  std::string upstream{};             // a registry to ask for what the folders lack
  bool record = false;                // keep what it answered in the first folder
};

class Registry {
 public:
  static Result<std::unique_ptr<Registry>> listen(loop::Loop& loop, Options options);
  ~Registry();
  // "http://127.0.0.1:port/"
  std::string url() const;
  void close();

  Catalog& catalog() { return catalog_; }
  Faults& faults() { return faults_; }
  Journal& journal() { return journal_; }
  MockClock& clock() { return clock_; }
  SigningKey& key() { return key_; }
  Accounts& accounts() { return accounts_; }
  // Seconds metadata may be kept without asking.
  uint64_t max_age() const { return options_.max_age; }
  void set_max_age(uint64_t seconds) { options_.max_age = seconds; }
  void set_time(std::optional<uint64_t> milliseconds);
  Surroundings surroundings(std::string base_url);

 private:
  Registry(loop::Loop& loop, Options options);
  struct Exchange;
  std::optional<io::http::Response> route(const Question& question);
  void answer(io::http::Request request, const io::http::Responder& responder);
  void finish(const Exchange& exchange, std::optional<io::http::Response> response);
  // Brings what is asked for from upstream where that is needed, then answers.
  void answer_with_upstream(std::shared_ptr<Exchange> exchange);
  void take_packument(std::shared_ptr<Exchange> exchange, Result<std::string> text);
  void bring_archive(std::shared_ptr<Exchange> exchange, Package& package);
  void take_archive(std::shared_ptr<Exchange> exchange, const std::string& number,
                    Result<std::string> bytes);

  loop::Loop& loop_;
  Options options_;
  Catalog catalog_;
  Faults faults_;
  Journal journal_;
  MockClock clock_;
  SigningKey key_;
  Accounts accounts_;
  Upstream upstream_;
  std::unique_ptr<io::http::Server> server_;
};

class Server {
 public:
  // Returns once it listens.
  static Result<std::unique_ptr<Server>> start(Options options);
  ~Server();
  const std::string& url() const { return url_; }

  // The JSON form of POST /-/mock/faults.
  Result<uint64_t> add_fault(std::string_view json);
  uint64_t add_fault(Fault fault);
  void clear_faults();
  std::vector<JournalEntry> requests();
  void clear_journal();
  // Milliseconds since the epoch; nothing: the machine's time again.
  void set_time(std::optional<uint64_t> milliseconds);
  // Runs `task` on the registry's thread and waits for it.
  void with(std::function<void(Registry&)> task);

 private:
  Server() = default;
  void run(Options options, std::promise<Status>& started);
  std::thread thread_;
  std::shared_ptr<workers::Mailbox> mailbox_;
  loop::Loop* loop_ = nullptr;
  Registry* registry_ = nullptr;
  std::string url_;
};

}  // namespace gyre::registry_mock
