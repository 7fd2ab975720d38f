// Shows an install's progress on stderr: one line redrawn in place on a terminal, plain lines
// elsewhere. Main thread.
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

 private:
  void draw(const pkg::InstallProgress& progress);
  void clear();
  std::string bar(size_t done, size_t total) const;

  const Output& out_;
  const bool is_live_;
  bool is_drawn_ = false;
  uint64_t started_ms_;
  size_t frame_ = 0;
  pkg::InstallPhase phase_ = pkg::InstallPhase::kReading;
};

}  // namespace gyre::cli
