#include "cli/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "runtime/base/clock.hpp"

namespace gyre::cli {
namespace {

constexpr const char* kFrames[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
constexpr const char* kPlainFrames[] = {"|", "/", "-", "\\"};
constexpr size_t kBarWidth = 24;
constexpr uint64_t kQuietMs = 150;        // shorter runs show nothing: a flash only distracts
constexpr uint64_t kPlainEveryMs = 5000;  // between lines where there is no terminal
constexpr uint64_t kSampleMs = 1000;

// As npm decides it: what the locale says about its character set.
bool locale_has_unicode() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == 0) continue;
    const std::string text = value;
    return text.ends_with("UTF-8") || text.ends_with("utf8") || text.ends_with("UTF8") ||
           text.ends_with("utf-8");
  }
  return false;
}

std::string_view verb_of(pkg::InstallPhase phase) {
  switch (phase) {
    case pkg::InstallPhase::kReading:
      return "reading";
    case pkg::InstallPhase::kResolving:
      return "resolving";
    case pkg::InstallPhase::kFetching:
      return "fetching";
    case pkg::InstallPhase::kLinking:
      return "linking";
    case pkg::InstallPhase::kScripts:
      return "running scripts";
    case pkg::InstallPhase::kDone:
      return "done";
  }
  return "";
}

}  // namespace

ProgressDisplay::ProgressDisplay(const Output& out)
    : out_(out),
      is_live_(out.stderr_is_terminal() && out.shows_progress()),
      has_unicode_(locale_has_unicode()),
      started_ms_(Clock::system().monotonic_ms()),
      said_ms_(started_ms_),
      sampled_ms_(started_ms_) {}

void ProgressDisplay::on_progress(const pkg::InstallProgress& progress) {
  if (progress.phase == pkg::InstallPhase::kDone) return clear();
  if (is_live_) {
    if (Clock::system().monotonic_ms() - started_ms_ >= kQuietMs) draw(progress);
    return;
  }
  if (out_.is_verbose && progress.phase != phase_)
    out_.note(std::string(verb_of(progress.phase)) + " …");
  phase_ = progress.phase;
  if (out_.shows_progress() && !out_.is_verbose) say_now_and_then(progress);
}

// A log shows that a long install is alive, and how far it is.
void ProgressDisplay::say_now_and_then(const pkg::InstallProgress& progress) {
  const uint64_t now = Clock::system().monotonic_ms();
  if (now - said_ms_ < kPlainEveryMs) return;
  said_ms_ = now;
  std::string line(verb_of(progress.phase));
  if (progress.to_stage > 0) {
    line += " " + std::to_string(progress.staged) + "/" + std::to_string(progress.to_stage) +
            " packages";
  } else if (progress.resolved > 0) {
    line += ", " + count_text(progress.resolved, "package") + " so far";
  }
  if (progress.bytes > 0) line += ", " + size_text(progress.bytes);
  out_.note(line + ", " + duration_text(std::chrono::milliseconds(now - started_ms_)));
}

std::string ProgressDisplay::bar(size_t done, size_t total) const {
  const size_t filled = total == 0 ? 0 : std::min(done * kBarWidth / total, kBarWidth);
  std::string text;
  for (size_t i = 0; i < kBarWidth; ++i)
    text += i < filled ? (has_unicode_ ? "█" : "#") : (has_unicode_ ? "░" : "-");
  return text;
}

uint64_t ProgressDisplay::rate(uint64_t bytes) {
  const uint64_t now = Clock::system().monotonic_ms();
  const uint64_t elapsed = now - sampled_ms_;
  if (elapsed >= kSampleMs || (rate_ == 0 && elapsed >= kQuietMs)) {
    rate_ = (bytes - std::min(bytes, sampled_bytes_)) * 1000 / elapsed;
    sampled_ms_ = now;
    sampled_bytes_ = bytes;
  }
  return rate_;
}

void ProgressDisplay::draw(const pkg::InstallProgress& progress) {
  const char* frame = has_unicode_ ? kFrames[frame_++ % std::size(kFrames)]
                                   : kPlainFrames[frame_++ % std::size(kPlainFrames)];
  // Parts are dropped from the end where the terminal is too narrow: a line that wraps could not be
  // redrawn.
  size_t left = out_.columns() > 1 ? out_.columns() - 1 : 1;
  std::string line;
  auto add = [&](const std::string& text, size_t width, Style style) {
    if (width > left) {
      left = 0;
      return;
    }
    left -= width;
    line += out_.styled(style, text);
  };
  add(frame, 1, Style::kCyan);
  const std::string verb(verb_of(progress.phase));
  add(" " + verb, verb.size() + 1, Style::kPlain);
  std::string count;
  if (progress.phase == pkg::InstallPhase::kResolving) {
    count = "  " + count_text(progress.resolved, "package");
  } else if (progress.to_stage > 0) {
    add("  " + bar(progress.staged, progress.to_stage), kBarWidth + 2, Style::kCyan);
    count = " " + std::to_string(progress.staged) + "/" + std::to_string(progress.to_stage);
  }
  add(count, count.size(), Style::kPlain);
  if (progress.bytes > 0) {
    const std::string size = "  " + size_text(progress.bytes);
    add(size, size.size(), Style::kPlain);
    const std::string speed = "  " + size_text(rate(progress.bytes)) + "/s";
    add(speed, speed.size(), Style::kPlain);
  }
  std::fprintf(stderr, "\r\x1b[2K%s", line.c_str());
  std::fflush(stderr);
  is_drawn_ = true;
}

void ProgressDisplay::clear() {
  if (!is_drawn_) return;
  std::fputs("\r\x1b[2K", stderr);
  std::fflush(stderr);
  is_drawn_ = false;
}

void ProgressDisplay::on_warning(const pkg::Warning& warning) {
  clear();
  out_.warning(warning);
}
void ProgressDisplay::on_notice(const std::string& text) {
  clear();
  out_.note(text);
}
void ProgressDisplay::on_script(const std::string& label, const std::string& event,
                                const std::string& command) {
  clear();
  out_.note(out_.styled(Style::kDim, "$ " + command + "  (" + label + " " + event + ")"));
}
void ProgressDisplay::on_detail(const std::string& text) {
  if (!out_.is_verbose) return;
  clear();
  out_.note(out_.styled(Style::kDim, text));
}

}  // namespace gyre::cli
