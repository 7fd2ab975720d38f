#include "registry-mock/faults.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "registry-mock/files.hpp"
#include "registry-mock/text.hpp"

namespace gyre::registry_mock {
namespace {

using Reader = std::function<Status(Fault&, const json::Value&)>;

Error wrong(const std::string& member, const char* what) {
  return Error(Code::EUSAGE, "a fault's \"" + member + "\" must be " + what);
}

Reader number_into(std::function<void(Fault&, uint64_t)> set, const char* name) {
  return [set = std::move(set), name](Fault& fault, const json::Value& value) -> Status {
    const double* number = value.as_number();
    constexpr double kLargest = 1e15;
    if (number == nullptr || !(*number >= 0 && *number <= kLargest)) {
      return wrong(name, "a number from 0");
    }
    set(fault, static_cast<uint64_t>(*number));
    return ok();
  };
}

Reader text_into(std::function<void(Fault&, const std::string&)> set, const char* name) {
  return [set = std::move(set), name](Fault& fault, const json::Value& value) -> Status {
    if (value.as_string() == nullptr) return wrong(name, "a string");
    set(fault, *value.as_string());
    return ok();
  };
}

Reader flag_into(bool Fault::*member, const char* name) {
  return [member, name](Fault& fault, const json::Value& value) -> Status {
    if (value.as_bool() == nullptr) return wrong(name, "true or false");
    fault.*member = *value.as_bool();
    return ok();
  };
}

Status read_headers(Fault& fault, const json::Value& value) {
  if (value.as_object() == nullptr) return wrong("headers", "an object");
  for (const auto& [name, text] : *value.as_object()) {
    if (text.as_string() == nullptr) return wrong("headers", "an object of strings");
    fault.headers.emplace_back(name, *text.as_string());
  }
  return ok();
}

Status read_base64(Fault& fault, const json::Value& value) {
  const auto bytes = value.as_string() ? from_base64(*value.as_string()) : std::nullopt;
  if (!bytes) return wrong("bodyBase64", "base64 text");
  fault.body = *bytes;
  return ok();
}

Status read_trickle(Fault& fault, const json::Value& value) {
  const auto bytes = number_of(value, "bytes");
  if (!bytes || *bytes == 0) return wrong("trickle", "{\"bytes\": n, \"every\": milliseconds}");
  fault.trickle_bytes = *bytes;
  fault.trickle_every = number_of(value, "every").value_or(500);
  return ok();
}

void set_redirect(Fault& fault, const std::string& location) {
  fault.status = fault.status.value_or(302);
  fault.headers.emplace_back("location", location);
  fault.body = "";
}

void set_html(Fault& fault) {
  fault.status = fault.status.value_or(200);
  fault.headers.emplace_back("content-type", "text/html; charset=utf-8");
  fault.body = "<!doctype html><title>Sign in</title><p>Please sign in to use this network.</p>";
}

void set_malformed(Fault& fault) {
  fault.status = fault.status.value_or(200);
  fault.headers.emplace_back("content-type", "application/json");
  fault.body = "{\"name\": \"cut-off\", \"versions\": {\"1.0.0\": {\"na";
}

void set_otp(Fault& fault) {
  fault.status = 401;
  fault.headers.emplace_back("www-authenticate", "OTP");
  fault.headers.emplace_back("content-type", "application/json");
  fault.body = "{\"error\":\"a one-time password is needed\"}";
}

Status read_answer(Fault& fault, const json::Value& value) {
  const std::string kind = value.as_string() ? *value.as_string() : std::string();
  if (kind == "html") {
    set_html(fault);
  } else if (kind == "malformed-json") {
    set_malformed(fault);
  } else if (kind == "otp") {
    set_otp(fault);
  } else {
    return wrong("answer", "\"html\", \"malformed-json\" or \"otp\"");
  }
  return ok();
}

// Members of the JSON form; "status" is read before those that only fill it in.
const std::map<std::string, Reader>& readers() {
  static const std::map<std::string, Reader> table = {
      {"url", text_into([](Fault& f, const std::string& v) { f.url = v; }, "url")},
      {"method", text_into([](Fault& f, const std::string& v) { f.method = v; }, "method")},
      {"first", number_into([](Fault& f, uint64_t v) { f.first = v; }, "first")},
      {"count", number_into([](Fault& f, uint64_t v) { f.count = v; }, "count")},
      {"nth", number_into([](Fault& f, uint64_t v) { f.first = v, f.count = 1; }, "nth")},
      {"status", number_into([](Fault& f, uint64_t v) { f.status = uint16_t(v); }, "status")},
      {"headers", read_headers},
      {"body", text_into([](Fault& f, const std::string& v) { f.body = v; }, "body")},
      {"bodyBase64", read_base64},
      {"answer", read_answer},
      {"redirect", text_into(set_redirect, "redirect")},
      {"corrupt", flag_into(&Fault::corrupt, "corrupt")},
      {"silent", flag_into(&Fault::silent, "silent")},
      {"delay", number_into([](Fault& f, uint64_t v) { f.delay = v; }, "delay")},
      {"raw", text_into([](Fault& f, const std::string& v) { f.raw = v; }, "raw")},
      {"length", number_into([](Fault& f, uint64_t v) { f.claimed_length = v; }, "length")},
      {"cutAfter", number_into([](Fault& f, uint64_t v) { f.cut_after = v; }, "cutAfter")},
      {"stallAfter", number_into([](Fault& f, uint64_t v) { f.stall_after = v; }, "stallAfter")},
      {"resetAfter", number_into([](Fault& f, uint64_t v) { f.reset_after = v; }, "resetAfter")},
      {"trickle", read_trickle},
  };
  return table;
}

}  // namespace

Result<Fault> Fault::from_json(const json::Value& value) {
  if (value.as_object() == nullptr) return Error(Code::EUSAGE, "a fault is a JSON object");
  Fault fault;
  if (const auto status = number_of(value, "status")) fault.status = uint16_t(*status);
  for (const auto& [name, member] : *value.as_object()) {
    const auto reader = readers().find(name);
    if (reader == readers().end()) {
      return Error(Code::EUSAGE, "a fault has no member \"" + name + "\"");
    }
    GYRE_TRY(reader->second(fault, member));
  }
  if (fault.status && (*fault.status < 100 || *fault.status > 999)) {
    return wrong("status", "a number from 100 to 999");
  }
  return fault;
}

json::Value Fault::to_json() const {
  json::Object object;
  object.set("id", json::Value(double(id)));
  object.set("url", url);
  if (!method.empty()) object.set("method", method);
  object.set("seen", json::Value(double(seen)));
  object.set("hits", json::Value(double(hits)));
  return json::Value(std::move(object));
}

uint64_t Faults::add(Fault fault) {
  fault.id = next_id_++;
  rules_.push_back(std::move(fault));
  return rules_.back().id;
}

const Fault* Faults::match(const std::string& method, const std::string& target) {
  const std::string decoded = percent_decode(target);
  const Fault* chosen = nullptr;
  for (Fault& rule : rules_) {
    if (!rule.method.empty() && !equals_ignoring_case(rule.method, method)) continue;
    if (!matches_pattern(rule.url, target) && !matches_pattern(rule.url, decoded)) continue;
    ++rule.seen;
    const bool is_due = rule.seen >= rule.first && rule.hits < rule.count;
    if (!is_due || chosen != nullptr) continue;
    ++rule.hits;
    chosen = &rule;
  }
  return chosen;
}

io::http::Response apply(const Fault& fault, io::http::Response response) {
  if (fault.replaces_answer() && fault.body) response.headers.clear();
  if (fault.status) response.status = *fault.status;
  for (const auto& [name, value] : fault.headers) {
    std::erase_if(response.headers,
                  [&](const auto& header) { return equals_ignoring_case(header.first, name); });
    response.headers.emplace_back(name, value);
  }
  if (fault.body) response.body = *fault.body;
  if (fault.corrupt && !response.body.empty()) response.body[response.body.size() / 2] ^= 0x55;
  return response;
}

}  // namespace gyre::registry_mock
