// run_to_end: the blocking form of a child process, for execSync and its kin. Part of process.hpp.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/base/clock.hpp"
#include "runtime/io/process.hpp"

namespace gyre::io {
namespace {

class Run {
 public:
  explicit Run(const RunOptions& options) : options_(options) {}

  Result<RunResult> go() {
    GYRE_TRY(open_pipes());
    GYRE_ASSIGN(process_, spawn(spawn_));
    result_.pid = process_.pid;
    child_ends_.clear();
    if (options_.timeout_ms > 0) {
      deadline_ns_ = Clock::system().monotonic_ns() + options_.timeout_ms * 1'000'000;
    }
    while (!is_over()) step();
    for (auto& text : output_) result_.output.push_back(std::move(text));
    return std::move(result_);
  }

 private:
  Status open_pipes() {
    spawn_ = options_.spawn;
    size_t count = options_.captured.size();
    spawn_.fds.resize(std::max(count, spawn_.fds.size()), -1);
    ends_.resize(count);
    output_.resize(count);
    for (size_t index = 0; index < count; ++index) {
      if (!options_.captured[index]) continue;
      int pair[2];
      if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return Error::from_errno("spawnSync");
      }
      ends_[index] = UniqueFd(pair[0]);
      child_ends_.emplace_back(pair[1]);
      spawn_.fds[index] = pair[1];
      output_[index].emplace();
    }
    if (count > 0 && ends_[0]) {
      if (options_.input) input_ = *options_.input;
      if (input_.empty()) ::shutdown(ends_[0].get(), SHUT_WR);
    }
    return ok();
  }

  bool is_over() const {
    if (!has_exited_) return false;
    for (const UniqueFd& end : ends_) {
      if (end) return false;
    }
    return true;
  }

  void step() {
    std::vector<pollfd> polled;
    std::vector<size_t> owners;
    for (size_t index = 0; index < ends_.size(); ++index) {
      if (!ends_[index]) continue;
      bool writes = index == 0 && written_ < input_.size();
      polled.push_back(
          {ends_[index].get(), static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0});
      owners.push_back(index);
    }
    if (!has_exited_) polled.push_back({process_.pidfd.get(), POLLIN, 0});
    int ready = ::poll(polled.data(), polled.size(), remaining_ms());
    if (ready == 0) return time_out();
    if (ready < 0) return;
    for (size_t i = 0; i < owners.size(); ++i) {
      if ((polled[i].revents & POLLOUT) != 0) write_input();
      if ((polled[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0) read_output(owners[i]);
    }
    if (!has_exited_ && polled.back().revents != 0) wait_for_exit();
  }

  int remaining_ms() const {
    if (!deadline_ns_) return -1;
    uint64_t now = Clock::system().monotonic_ns();
    if (now >= *deadline_ns_) return 0;
    return static_cast<int>((*deadline_ns_ - now + 999'999) / 1'000'000);
  }

  void time_out() {
    deadline_ns_.reset();
    stop(ETIMEDOUT);
  }

  // Ends the child and what is being collected, for a reason.
  void stop(int reason) {
    if (result_.error == 0) result_.error = reason;
    if (!has_exited_) {
      (void)::syscall(SYS_pidfd_send_signal, process_.pidfd.get(), options_.kill_signal, nullptr,
                      0);
    }
    for (UniqueFd& end : ends_) end.reset();
  }

  void write_input() {
    if (!ends_[0]) return;
    std::string_view rest = std::string_view(input_).substr(written_);
    ssize_t count = ::send(ends_[0].get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // A child that does not read its input is no error.
    written_ = count < 0 ? input_.size() : written_ + static_cast<size_t>(count);
    if (written_ == input_.size()) ::shutdown(ends_[0].get(), SHUT_WR);
  }

  void read_output(size_t index) {
    if (!ends_[index]) return;
    char chunk[64 * 1024];
    ssize_t count = ::recv(ends_[index].get(), chunk, sizeof chunk, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return ends_[index].reset();
    auto& text = *output_[index];
    text.append(chunk, static_cast<size_t>(count));
    // What came with the last bytes is kept: the limit is for the process, not for the text.
    if (options_.max_buffer > 0 && static_cast<double>(text.size()) > options_.max_buffer) {
      stop(ENOBUFS);
    }
  }

  void wait_for_exit() {
    auto status = try_wait(process_);
    if (!status) return;
    has_exited_ = true;
    result_.status = *status;
  }

  const RunOptions& options_;
  SpawnOptions spawn_;
  SpawnedProcess process_;
  RunResult result_;
  std::vector<UniqueFd> ends_;
  std::vector<UniqueFd> child_ends_;
  std::vector<std::optional<std::string>> output_;
  std::string input_;
  size_t written_ = 0;
  std::optional<uint64_t> deadline_ns_;
  bool has_exited_ = false;
};

}  // namespace

Result<RunResult> run_to_end(const RunOptions& options) { return Run(options).go(); }

}  // namespace gyre::io
