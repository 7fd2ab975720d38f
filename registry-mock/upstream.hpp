// Upstream: another registry that is asked for what the folders lack. Transfers run on a pool of
// threads (libcurl, with its environment's proxies); answers come to the loop. Loop's thread only.
#pragma once

#include <functional>
#include <string>

#include "runtime/base/result.hpp"
#include "runtime/loop/loop.hpp"
#include "workers/pool/thread_pool.hpp"

namespace gyre::registry_mock {

class Upstream {
 public:
  using Done = std::function<void(Result<std::string>)>;

  Upstream(loop::Loop& loop, std::string url);
  bool is_set() const { return !url_.empty(); }
  // The whole packument as text. E404 when the upstream has none.
  void packument(const std::string& name, Done done);
  void archive(const std::string& url, Done done);

 private:
  void get(std::string url, std::string accept, Done done);
  loop::Loop& loop_;
  std::string url_;
  workers::ThreadPool pool_;
};

}  // namespace gyre::registry_mock
