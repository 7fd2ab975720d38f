#include "cli/prompt.hpp"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "runtime/base/defer.hpp"

namespace gyre::cli {
namespace {

constexpr size_t kLongestAnswer = 64 << 10;

}  // namespace

Result<std::string> ask_line(const std::string& question) {
  std::fputs((question + " ").c_str(), stderr);
  std::string line;
  while (line.size() < kLongestAnswer) {
    char c = 0;
    const ssize_t count = ::read(0, &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      return Error::with_code_name("ECANCELED", "the question was not answered");
    }
    if (c == '\n') break;
    if (c != '\r') line += c;
  }
  return line;
}

Result<std::string> ask_secret(const std::string& question) {
  termios before{};
  const bool is_terminal = ::tcgetattr(0, &before) == 0;
  if (is_terminal) {
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(0, TCSAFLUSH, &quiet);
  }
  const Defer restore([&] {
    if (!is_terminal) return;
    ::tcsetattr(0, TCSAFLUSH, &before);
    std::fputc('\n', stderr);
  });
  return ask_line(question);
}

}  // namespace gyre::cli
