#include "cli/output.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "runtime/base/json.hpp"

namespace gyre::cli {
namespace {

bool wants_color(bool is_terminal) {
  const char* none = std::getenv("NO_COLOR");
  if (none != nullptr && *none != 0) return false;
  const char* force = std::getenv("FORCE_COLOR");
  if (force != nullptr && *force != 0) return std::string_view(force) != "0";
  const char* term = std::getenv("TERM");
  return is_terminal && (term == nullptr || std::string_view(term) != "dumb");
}

const char* escape_of(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kBold:
      return "\x1b[1m";
    case Style::kDim:
      return "\x1b[2m";
    case Style::kRed:
      return "\x1b[1;31m";
    case Style::kGreen:
      return "\x1b[32m";
    case Style::kYellow:
      return "\x1b[33m";
    case Style::kCyan:
      return "\x1b[36m";
  }
  return "";
}

std::string with_style(bool colors, Style style, std::string_view text) {
  if (!colors || style == Style::kPlain) return std::string(text);
  return escape_of(style) + std::string(text) + "\x1b[0m";
}

void write_line(FILE* stream, std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stream);
  std::fputc('\n', stream);
}

json::Value optional_text(const std::string& text) {
  return text.empty() ? json::Value(nullptr) : json::Value(text);
}

}  // namespace

Output::Output()
    : stdout_is_terminal_(::isatty(1) == 1),
      stderr_is_terminal_(::isatty(2) == 1),
      stdin_is_terminal_(::isatty(0) == 1),
      colors_out_(wants_color(stdout_is_terminal_)),
      colors_err_(wants_color(stderr_is_terminal_)) {
  // What an outer npm or gyre was told, its scripts' commands keep to.
  if (const char* level = std::getenv("npm_config_loglevel")) (void)set_level(level);
  if (const char* progress = std::getenv("npm_config_progress"))
    hides_progress = std::string_view(progress) == "false";
}

Status Output::set_level(std::string_view level) {
  const std::string_view levels[] = {"silent", "error", "warn",    "notice",
                                     "http",   "info",  "verbose", "silly"};
  const auto* found = std::find(std::begin(levels), std::end(levels), level);
  if (found == std::end(levels)) {
    return Error(Code::EUSAGE, "\"" + std::string(level) + "\" is no log level",
                 "silent, error, warn, notice, http, info, verbose or silly");
  }
  const auto rank = found - std::begin(levels);
  is_silent = rank == 0;
  hides_warnings = rank < 2;
  hides_notes = rank < 3;
  is_verbose = rank > 4;
  return ok();
}

size_t Output::columns() const {
  winsize size{};
  if (::ioctl(2, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

std::string Output::styled(Style style, std::string_view text) const {
  return with_style(colors_err_, style, text);
}
std::string Output::styled_out(Style style, std::string_view text) const {
  return with_style(colors_out_, style, text);
}

void Output::print(std::string_view line) const {
  write_line(stdout, line);
  std::fflush(stdout);
}
void Output::note(std::string_view line) const {
  if (!is_silent && !hides_notes) write_line(stderr, line);
}

void Output::warning(const pkg::Warning& warning) const {
  if (is_silent || hides_warnings) return;
  const std::string code = warning.code.empty() ? "" : " " + warning.code;
  write_line(stderr, styled(Style::kYellow, "warning" + code) + ": " + warning.message);
}

void Output::error(const Error& error) const {
  this->error(pkg::InstallFailure{error, {}, {}, {}});
}

void Output::error(const pkg::InstallFailure& failure) const {
  std::string message = message_of(failure.error);
  if (is_json) {
    json::Array chain;
    for (const std::string& link : failure.required_by) chain.emplace_back(link);
    json::Object details;
    details.set("code", failure.error.code());
    details.set("message", message);
    details.set("package", optional_text(failure.package));
    details.set("requiredBy", std::move(chain));
    details.set("url", optional_text(failure.url));
    details.set("hint", optional_text(failure.error.hint()));
    json::Object object;
    object.set("error", std::move(details));
    print(json::write(std::move(object), 2));
    return;
  }
  if (failure.required_by.size() > 1) {
    // After the sentence, before the details that follow on lines of their own.
    const size_t end = std::min(message.find('\n'), message.size());
    message.insert(end, " (" + pkg::chain_text(failure.required_by) + ")");
  }
  write_line(stderr, styled(Style::kRed, "error " + failure.error.code()) + ": " + message);
  if (!failure.error.hint().empty()) {
    write_line(stderr, styled(Style::kCyan, "hint") + ": " + failure.error.hint());
  }
}

std::string message_of(const Error& error) {
  const std::string prefix = error.code() + ": ";
  return error.message().starts_with(prefix) ? error.message().substr(prefix.size())
                                             : error.message();
}

std::string duration_text(std::chrono::milliseconds time) {
  char text[32];
  if (time.count() < 1000)
    std::snprintf(text, sizeof text, "%lld ms", static_cast<long long>(time.count()));
  else
    std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(time.count()) / 1000.0);
  return text;
}

std::string size_text(uint64_t bytes) {
  char text[32];
  if (bytes < 1000)
    std::snprintf(text, sizeof text, "%llu B", static_cast<unsigned long long>(bytes));
  else if (bytes < 1'000'000)
    std::snprintf(text, sizeof text, "%.1f kB", static_cast<double>(bytes) / 1e3);
  else
    std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(bytes) / 1e6);
  return text;
}

std::string count_text(size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace gyre::cli
