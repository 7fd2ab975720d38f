// Child processes: starting one, waiting for its end on a loop, and the blocking form that collects
// its output. The child gets exactly the descriptors named; everything else is close-on-exec.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/bytes.hpp"
#include "runtime/base/fd.hpp"
#include "runtime/base/result.hpp"
#include "runtime/loop/handle.hpp"
#include "runtime/loop/loop.hpp"

namespace gyre::io {

struct SpawnOptions {
  std::string file;               // a path, or a name looked up in the PATH of `env`
  std::vector<std::string> args;  // argv, the name first
  std::vector<std::string> env;   // "KEY=value"
  std::string cwd;                // "": as here
  std::optional<uint32_t> user;
  std::optional<uint32_t> group;
  bool detached = false;  // a session of its own
  // The child's descriptor i is a duplicate of fds[i]; -1: /dev/null.
  std::vector<int> fds;
};

// What waitid told.
struct ExitStatus {
  int code = 0;
  int signal = 0;  // 0: ended by itself
};

struct SpawnedProcess {
  pid_t pid = -1;
  UniqueFd pidfd;
};

// Any thread. Errors carry the syscall "spawn"; a child that could not be executed leaves none.
Result<SpawnedProcess> spawn(const SpawnOptions& options);
// Reaps; nothing while it runs.
std::optional<ExitStatus> try_wait(const SpawnedProcess& process);

// Waits on a loop for a child's end. Active until then, or until closed.
class ProcessWatch final : public loop::Handle {
 public:
  ProcessWatch(loop::Loop& loop, SpawnedProcess process, std::function<void(ExitStatus)> on_exit);
  void start();
  pid_t pid() const { return process_.pid; }
  bool has_exited() const { return has_exited_; }
  // Through the pidfd, so that a reused process number is never hit. ESRCH once it has ended.
  Status kill(int signal);

 protected:
  loop::CloseStep begin_close() override;

 private:
  class ExitOp;
  void on_readable();
  SpawnedProcess process_;
  std::function<void(ExitStatus)> on_exit_;
  Ref<loop::Op> op_;
  bool has_exited_ = false;
};

// The blocking form: feeds `input` to descriptor 0, collects what `captured` descriptors write.
struct RunOptions {
  SpawnOptions spawn;
  // For each of the child's descriptors: nothing, or a pipe whose output is collected (the entry
  // in spawn.fds is then ignored).
  std::vector<bool> captured;
  std::optional<std::string> input;
  uint64_t timeout_ms = 0;  // 0: none
  int kill_signal = 15;
  double max_buffer = 0;  // bytes per descriptor; <= 0: none
};
struct RunResult {
  pid_t pid = 0;
  ExitStatus status;
  std::vector<std::optional<std::string>> output;
  // The reason it was killed: ETIMEDOUT or ENOBUFS; 0 otherwise.
  int error = 0;
};
Result<RunResult> run_to_end(const RunOptions& options);

}  // namespace gyre::io
