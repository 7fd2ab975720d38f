// Faults: what goes wrong with which requests. A rule names a URL pattern and which of its matching
// requests it hits; what it does to the answer and to the bytes on the wire may be combined. Plain
// data and its bookkeeping; loop's thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/json.hpp"
#include "runtime/base/result.hpp"
#include "runtime/io/http/server.hpp"

namespace gyre::registry_mock {

struct Fault {
  uint64_t id = 0;
  std::string url = "*";  // path with '*' for anything, as asked for or decoded
  std::string method;     // empty: any
  uint64_t first = 1;     // the first of the matching requests it hits
  uint64_t count = UINT64_MAX;
  uint64_t seen = 0, hits = 0;

  // The answer.
  std::optional<uint16_t> status;
  io::http::HeaderList headers;
  std::optional<std::string> body;
  bool corrupt = false;  // one byte in the middle is another

  // The wire. Offsets count bytes of the body.
  uint64_t delay = 0;  // milliseconds before anything is sent
  std::optional<std::string> raw;
  std::optional<uint64_t> claimed_length;
  std::optional<uint64_t> cut_after, stall_after, reset_after;
  bool silent = false;  // accepts and never answers
  uint64_t trickle_bytes = 0, trickle_every = 500;

  bool replaces_answer() const { return status.has_value() || body.has_value(); }
  bool shapes_wire() const {
    return raw || claimed_length || cut_after || stall_after || reset_after || silent ||
           trickle_bytes > 0;
  }
  // From the README's JSON form; an unknown member is an Error that names it.
  static Result<Fault> from_json(const json::Value& value);
  json::Value to_json() const;
};

class Faults {
 public:
  uint64_t add(Fault fault);
  void clear() { rules_.clear(); }
  // The rule that hits this request, if any; counts it for every rule it matches.
  const Fault* match(const std::string& method, const std::string& target);
  const std::vector<Fault>& rules() const { return rules_; }

 private:
  std::vector<Fault> rules_;
  uint64_t next_id_ = 1;
};

// The answer with the fault's status, headers and body in place of the real ones.
io::http::Response apply(const Fault& fault, io::http::Response response);

}  // namespace gyre::registry_mock
