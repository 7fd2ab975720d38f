// What only tests ask for: faults, the journal, the clock.
#include "registry-mock/files.hpp"
#include "registry-mock/routes.hpp"

namespace gyre::registry_mock {
namespace {

using io::http::Response;

Response faults_answer(Registry& registry, const Question& question) {
  if (question.is("DELETE")) {
    registry.faults().clear();
    return json_answer(200, json::Value(json::Object()));
  }
  if (question.is("POST")) {
    auto value = json::parse(question.request.body);
    if (!value) return failure_answer(value.error());
    auto fault = Fault::from_json(*value);
    if (!fault) return failure_answer(fault.error());
    json::Object answer;
    answer.set("id", json::Value(double(registry.faults().add(std::move(*fault)))));
    return json_answer(201, json::Value(std::move(answer)));
  }
  json::Array rules;
  for (const Fault& rule : registry.faults().rules()) rules.push_back(rule.to_json());
  json::Object answer;
  answer.set("faults", json::Value(std::move(rules)));
  return json_answer(200, json::Value(std::move(answer)));
}

Response journal_answer(Registry& registry, const Question& question) {
  if (question.is("DELETE")) {
    registry.journal().clear();
    return json_answer(200, json::Value(json::Object()));
  }
  json::Array entries;
  for (const JournalEntry& entry : registry.journal().entries()) entries.push_back(to_json(entry));
  json::Object answer;
  answer.set("requests", json::Value(std::move(entries)));
  return json_answer(200, json::Value(std::move(answer)));
}

Response clock_answer(Registry& registry, const Question& question) {
  if (question.is("PUT") || question.is("POST")) {
    auto value = json::parse(question.request.body);
    if (!value) return failure_answer(value.error());
    const json::Value* now = value->get("now");
    std::optional<uint64_t> time = number_of(*value, "now");
    if (now && now->as_string()) time = parse_iso_time(*now->as_string());
    if (!time && !(now && now->is_null())) {
      return failure_answer(400, "\"now\" must be an ISO time, milliseconds, or null");
    }
    registry.set_time(time);
  }
  json::Object answer;
  answer.set("now", iso_time(registry.clock().now()));
  return json_answer(200, json::Value(std::move(answer)));
}

}  // namespace

Answer answer_control(Registry& registry, const Question& question) {
  const auto& parts = question.parts;
  if (parts.size() != 3 || parts[0] != "-" || parts[1] != "mock") return std::nullopt;
  if (parts[2] == "faults") return faults_answer(registry, question);
  if (parts[2] == "journal") return journal_answer(registry, question);
  if (parts[2] == "clock") return clock_answer(registry, question);
  return std::nullopt;
}

}  // namespace gyre::registry_mock
