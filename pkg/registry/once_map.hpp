// OnceMap: work that several askers share. The first to join a key starts the work; all that joined
// before it was settled get the result. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gyre::pkg {

template <typename Value>
class OnceMap {
 public:
  using Waiter = std::function<void(const Value&)>;

  // True: nobody is working on it yet, the caller must start and settle().
  bool join(const std::string& key, Waiter waiter) {
    auto [place, is_first] = waiting_.try_emplace(key);
    place->second.push_back(std::move(waiter));
    return is_first;
  }
  void settle(const std::string& key, const Value& value) {
    auto node = waiting_.extract(key);
    if (node.empty()) return;
    for (Waiter& waiter : node.mapped()) waiter(value);
  }
  size_t pending() const { return waiting_.size(); }

 private:
  std::map<std::string, std::vector<Waiter>> waiting_;
};

}  // namespace gyre::pkg
