// Shows an install's progress on stderr: one line redrawn in place on a terminal (phase, bar,
// counts, bytes, rate), now and then a plain line elsewhere. Main thread.
#pragma once

#include <string>

#include "cli/output.hpp"
#include "pkg/install.hpp"

namespace gyre::cli {

class ProgressDisplay final : public pkg::InstallObserver {
 public:
  explicit ProgressDisplay(const Output& out);
  ~ProgressDisplay() override { clear(); }

  void on_progress(const pkg::InstallProgress& progress) override;
  void on_warning(const pkg::Warning& warning) override;
  void on_notice(const std::string& text) override;
  void on_detail(const std::string& text) override;
  void on_script(const std::string& label, const std::string& event,
                 const std::string& command) override;

 private:
  void draw(const pkg::InstallProgress& progress);
  void say_now_and_then(const pkg::InstallProgress& progress);
  void clear();
  std::string bar(size_t done, size_t total) const;
  // Bytes a second, over the last second or so.
  uint64_t rate(uint64_t bytes);

  const Output& out_;
  const bool is_live_;
  const bool has_unicode_;
  bool is_drawn_ = false;
  uint64_t started_ms_, said_ms_;
  uint64_t sampled_ms_, sampled_bytes_ = 0, rate_ = 0;
  size_t frame_ = 0;
  pkg::InstallPhase phase_ = pkg::InstallPhase::kReading;
};

}  // namespace gyre::cli
