// Output: everything the command line prints. Results go to stdout, errors, warnings and progress
// to stderr; colour only on terminals and never under NO_COLOR. Main thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pkg/report.hpp"
#include "runtime/base/error.hpp"
#include "runtime/base/result.hpp"

namespace gyre::cli {

enum class Style : uint8_t { kPlain, kBold, kDim, kRed, kGreen, kYellow, kCyan };

class Output {
 public:
  Output();

  bool is_json = false;
  bool is_silent = false;
  bool is_verbose = false;
  bool hides_warnings = false, hides_notes = false, hides_progress = false;

  // npm's names: silent, error, warn, notice, http, info, verbose, silly. EUSAGE for others.
  Status set_level(std::string_view level);
  void set_colors(bool on) { colors_out_ = colors_err_ = on; }
  bool shows_progress() const { return !hides_progress && !hides_notes && !is_silent && !is_json; }
  bool stderr_is_terminal() const { return stderr_is_terminal_; }
  bool stdin_is_terminal() const { return stdin_is_terminal_; }
  // Width of the terminal behind stderr.
  size_t columns() const;

  // A line on stdout; on stderr.
  void print(std::string_view line) const;
  void note(std::string_view line) const;
  void warning(const pkg::Warning& warning) const;
  // The headline, at most one hint; under --json one object on stdout.
  void error(const Error& error) const;
  void error(const pkg::InstallFailure& failure) const;

  std::string styled(Style style, std::string_view text) const;  // for stderr
  std::string styled_out(Style style, std::string_view text) const;

 private:
  bool stdout_is_terminal_, stderr_is_terminal_, stdin_is_terminal_;
  bool colors_out_, colors_err_;
};

// "ENOENT: no such file…" -> "no such file…": the headline has the code already.
std::string message_of(const Error& error);
// "1.2 s", "350 ms"; "3.4 MB".
std::string duration_text(std::chrono::milliseconds time);
std::string size_text(uint64_t bytes);
// "1 package", "2 packages".
std::string count_text(size_t count, std::string_view noun);

}  // namespace gyre::cli
