// Journal: the requests the registry has seen, in order, with what they carried and got. Headers
// are kept whole, authorization included: tests ask who was told what. Loop's thread only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "registry-mock/text.hpp"
#include "runtime/base/json.hpp"
#include "runtime/io/http/server.hpp"

namespace gyre::registry_mock {

struct JournalEntry {
  uint64_t number = 0;
  std::string method, url;
  io::http::HeaderList headers;
  uint64_t body_size = 0;
  uint16_t status = 0;  // 0: not answered
  uint64_t fault = 0;   // the id of the fault it met
  // The first header of that name; empty when there is none.
  std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (equals_ignoring_case(key, name)) return value;
    }
    return {};
  }
};

class Journal {
 public:
  uint64_t add(const io::http::Request& request) {
    JournalEntry entry{next_++, request.method, request.target, request.headers,
                       request.body.size()};
    entries_.push_back(std::move(entry));
    return entries_.back().number;
  }
  // Nothing when the journal has been cleared since.
  JournalEntry* find(uint64_t number) {
    for (auto at = entries_.rbegin(); at != entries_.rend(); ++at) {
      if (at->number == number) return &*at;
    }
    return nullptr;
  }
  const std::vector<JournalEntry>& entries() const { return entries_; }
  void clear() { entries_.clear(); }

 private:
  std::vector<JournalEntry> entries_;
  uint64_t next_ = 1;
};

inline json::Value to_json(const JournalEntry& entry) {
  json::Object headers, object;
  for (const auto& [name, value] : entry.headers) headers.set(name, value);
  object.set("number", json::Value(double(entry.number)));
  object.set("method", entry.method);
  object.set("url", entry.url);
  object.set("headers", json::Value(std::move(headers)));
  object.set("bodySize", json::Value(double(entry.body_size)));
  object.set("status", json::Value(double(entry.status)));
  object.set("fault", json::Value(double(entry.fault)));
  return json::Value(std::move(object));
}

}  // namespace gyre::registry_mock
