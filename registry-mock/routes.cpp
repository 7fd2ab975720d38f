#include "registry-mock/routes.hpp"

#include <algorithm>

#include "registry-mock/text.hpp"

namespace gyre::registry_mock {
namespace {

// What clients of a proxy send has scheme and host in front: the mock stands in for one, too.
std::string origin_form(const std::string& target) {
  if (!target.starts_with("http://")) return target;
  const size_t slash = target.find('/', std::string_view("http://").size());
  return slash == std::string::npos ? "/" : target.substr(slash);
}

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    path.remove_prefix(path.front() == '/');
    const size_t end = path.find('/');
    const std::string_view part = path.substr(0, end);
    if (!part.empty()) parts.push_back(percent_decode(part));
    path = end == path.npos ? std::string_view() : path.substr(end);
  }
  return parts;
}

}  // namespace

std::string Question::argument(std::string_view key) const {
  return query_value(query, key).value_or(std::string());
}

Question split_question(const io::http::Request& request, const std::string& own_url) {
  Question question{request, {}, {}, {}, {}, {}, {}};
  const std::string target = origin_form(request.target);
  const size_t mark = target.find('?');
  question.path = target.substr(0, mark);
  if (mark != std::string::npos) question.query = target.substr(mark + 1);
  question.parts = segments_of(question.path);
  const std::string_view host = request.header("host");
  question.base_url = host.empty() ? own_url : "http://" + std::string(host) + "/";
  if (question.parts.empty() || question.parts[0] == "-") return question;
  size_t used = 1;
  question.package = question.parts[0];
  const bool is_split = question.package.starts_with('@') &&
                        question.package.find('/') == std::string::npos &&
                        question.parts.size() > 1;
  if (is_split) question.package += "/" + question.parts[used++];
  question.rest.assign(question.parts.begin() + ptrdiff_t(used), question.parts.end());
  return question;
}

io::http::Response json_answer(uint16_t status, const json::Value& value) {
  return {status, {{"content-type", "application/json"}}, json::write(value)};
}

io::http::Response failure_answer(uint16_t status, const std::string& text) {
  json::Object object;
  object.set("error", text);
  return json_answer(status, json::Value(std::move(object)));
}

io::http::Response access_answer(Access access) {
  if (access == Access::kForbidden) return failure_answer(403, "you may not do this");
  io::http::Response response = failure_answer(
      401, access == Access::kLogin ? "you must be logged in" : "a one-time password is needed");
  response.headers.emplace_back("www-authenticate", access == Access::kLogin ? "Bearer" : "OTP");
  return response;
}

io::http::Response failure_answer(const Error& error) {
  const bool is_absent = error.is(Code::E404);
  const bool is_askers = error.is(Code::EUSAGE) || error.is(Code::EJSONPARSE);
  return failure_answer(is_absent ? 404 : is_askers ? 400 : 500, error.message());
}

}  // namespace gyre::registry_mock
