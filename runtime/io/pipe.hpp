// Pipe: a unix-domain socket, or any pipe-like descriptor taken from outside. A bound path is
// unlinked when the pipe closes. Loop's thread.
#pragma once

#include <string>

#include "runtime/io/socket.hpp"

namespace gyre::io {

class Pipe final : public Socket {
 public:
  explicit Pipe(loop::Loop& loop) : Socket(loop) {}

  // Sockets and FIFOs; the descriptor is made non-blocking unless it is standard input or output,
  // which other processes share.
  Status open(int fd);
  Status bind_path(const std::string& path);
  // Adds read and write permission for everyone to the bound path.
  Status allow_all(bool readable, bool writable);
  const std::string& bound_path() const { return bound_path_; }

 protected:
  loop::CloseStep begin_close() override;

 private:
  std::string bound_path_;
};

}  // namespace gyre::io
