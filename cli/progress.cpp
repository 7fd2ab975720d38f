#include "cli/progress.hpp"

#include <cstdio>

#include "runtime/base/clock.hpp"

namespace gyre::cli {
namespace {

constexpr const char* kFrames[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
constexpr size_t kBarWidth = 24;
constexpr uint64_t kQuietMs = 150;  // shorter runs show nothing: a flash only distracts

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
      is_live_(out.stderr_is_terminal() && !out.is_silent && !out.is_json),
      started_ms_(Clock::system().monotonic_ms()) {}

void ProgressDisplay::on_progress(const pkg::InstallProgress& progress) {
  if (progress.phase == pkg::InstallPhase::kDone) return clear();
  if (is_live_) {
    if (Clock::system().monotonic_ms() - started_ms_ >= kQuietMs) draw(progress);
    return;
  }
  if (progress.phase == phase_) return;
  phase_ = progress.phase;
  if (out_.is_verbose) out_.note(std::string(verb_of(phase_)) + " …");
}

std::string ProgressDisplay::bar(size_t done, size_t total) const {
  const size_t filled = total == 0 ? 0 : done * kBarWidth / total;
  std::string text;
  for (size_t i = 0; i < kBarWidth; ++i) text += i < filled ? "█" : "░";
  return out_.styled(Style::kCyan, text);
}

void ProgressDisplay::draw(const pkg::InstallProgress& progress) {
  std::string line = out_.styled(Style::kCyan, kFrames[frame_++ % std::size(kFrames)]);
  line += " " + std::string(verb_of(progress.phase));
  if (progress.phase == pkg::InstallPhase::kResolving) {
    line += "  " + count_text(progress.resolved, "package");
  } else if (progress.to_stage > 0) {
    line += "  " + bar(progress.staged, progress.to_stage) + " " + std::to_string(progress.staged) +
            "/" + std::to_string(progress.to_stage);
  }
  if (progress.bytes > 0) {
    const uint64_t elapsed = Clock::system().monotonic_ms() - started_ms_;
    line += "  " + size_text(progress.bytes);
    if (elapsed > 0) line += "  " + size_text(progress.bytes * 1000 / elapsed) + "/s";
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
void ProgressDisplay::on_detail(const std::string& text) {
  if (!out_.is_verbose) return;
  clear();
  out_.note(out_.styled(Style::kDim, text));
}

}  // namespace gyre::cli
