// Tty: a terminal as a stream, its window size and its modes. Its mode is put back
// when it closes. Loop's thread.
#pragma once

#include <termios.h>

#include <utility>

#include "runtime/io/stream.hpp"

namespace gyre::io {

class Tty final : public Stream {
 public:
  explicit Tty(loop::Loop& loop) : Stream(loop) {}
  // Writes block, as terminals' do everywhere. ENOTTY when the descriptor is no terminal.
  Status open(int fd);
  // Columns, rows.
  Result<std::pair<int, int>> window_size() const;
  Status set_raw_mode(bool raw);

 protected:
  void on_closed() override;

 private:
  termios original_{};
  bool is_raw_ = false;
};

}  // namespace gyre::io
