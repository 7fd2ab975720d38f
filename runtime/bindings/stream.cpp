// What kind of thing a descriptor is, for standard streams and descriptors given to sockets.
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/bindings/registry.hpp"
#include "runtime/bindings/stream_wrap.hpp"

namespace gyre::bindings {
namespace {

const char* socket_kind(int fd) {
  int type = 0;
  socklen_t size = sizeof(type);
  sockaddr_storage name{};
  socklen_t name_size = sizeof(name);
  if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &name_size) != 0) {
    return "UNKNOWN";
  }
  const bool ip = name.ss_family == AF_INET || name.ss_family == AF_INET6;
  if (type == SOCK_STREAM) return ip ? "TCP" : name.ss_family == AF_UNIX ? "PIPE" : "UNKNOWN";
  return type == SOCK_DGRAM && ip ? "UDP" : "UNKNOWN";
}

// TTY, FILE, PIPE, TCP, UDP, UNKNOWN or INVALID.
std::string guess_handle_type(Env&, int32_t fd) {
  struct stat info;
  if (fd < 0 || ::fstat(fd, &info) != 0) return "INVALID";
  if (S_ISREG(info.st_mode)) return "FILE";
  if (S_ISCHR(info.st_mode)) return ::isatty(fd) == 1 ? "TTY" : "FILE";
  if (S_ISFIFO(info.st_mode)) return "PIPE";
  if (S_ISSOCK(info.st_mode)) return socket_kind(fd);
  return "UNKNOWN";
}

using engine::binding, engine::fn;
constexpr auto kTable = binding("stream", fn<guess_handle_type>("guessHandleType"));
}  // namespace

BindingView stream() { return kTable; }
}  // namespace gyre::bindings
