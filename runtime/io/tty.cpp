#include "runtime/io/tty.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

namespace gyre::io {

Status Tty::open(int fd) {
  if (::isatty(fd) == 0) return Error::from_errno_number(EINVAL, "open");
  if (::tcgetattr(fd, &original_) != 0) return Error::from_errno("tcgetattr");
  // A duplicate, so that closing the stream leaves standard input and output usable.
  UniqueFd own(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!own) return Error::from_errno("fcntl");
  adopt(std::move(own), DescriptorKind::kOther);
  set_blocking_writes(true);
  return ok();
}

Result<std::pair<int, int>> Tty::window_size() const {
  winsize size{};
  if (::ioctl(fd(), TIOCGWINSZ, &size) != 0) return Error::from_errno("ioctl");
  return std::pair<int, int>(size.ws_col, size.ws_row);
}

Status Tty::set_raw_mode(bool raw) {
  if (raw == is_raw_) return ok();
  termios mode = original_;
  if (raw) {
    mode.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INPCK | ISTRIP | IXON);
    mode.c_oflag |= ONLCR;
    mode.c_cflag |= CS8;
    mode.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN | ISIG);
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
  }
  if (::tcsetattr(fd(), TCSADRAIN, &mode) != 0) return Error::from_errno("tcsetattr");
  is_raw_ = raw;
  return ok();
}

void Tty::on_closed() {
  if (is_raw_) (void)set_raw_mode(false);
  Stream::on_closed();
}

}  // namespace gyre::io
