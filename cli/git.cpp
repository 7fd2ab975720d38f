#include "cli/git.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/base/defer.hpp"
#include "runtime/base/fd.hpp"

extern char** environ;

namespace gyre::cli {
namespace {

constexpr size_t kMostOutput = 64 << 20;

struct GitEnd {
  int status = 0;
  std::string text;
};

std::string read_all(int fd) {
  std::string text;
  char chunk[16 << 10];
  while (true) {
    const ssize_t count = ::read(fd, chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    if (text.size() < kMostOutput) text.append(chunk, static_cast<size_t>(count));
  }
}

enum class Messages : uint8_t { kInText, kDropped };

Result<GitEnd> spawn_git(const std::string& folder, const std::vector<std::string>& arguments,
                         Messages messages) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return Error::from_errno("pipe");
  const UniqueFd read_end(fds[0]);
  UniqueFd write_end(fds[1]);
  std::vector<std::string> line = {"git", "-C", folder};
  line.insert(line.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : line) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const Defer cleanup([&actions] { ::posix_spawn_file_actions_destroy(&actions); });
  ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), 1);
  if (messages == Messages::kInText)
    ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), 2);
  else
    ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, "git", &actions, nullptr, argv.data(), environ);
  if (failed != 0) return Error::from_errno_number(failed, "spawn", "git");
  write_end.reset();
  GitEnd end{0, read_all(read_end.get())};
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  end.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return end;
}

}  // namespace

Result<std::string> run_git(const std::string& folder, const std::vector<std::string>& arguments) {
  GYRE_ASSIGN(GitEnd end, spawn_git(folder, arguments, Messages::kInText));
  while (end.text.ends_with('\n')) end.text.pop_back();
  if (end.status == 0) return std::move(end.text);
  return Error(Code::ERR_OPERATION_FAILED, "git " + arguments.front() + ": " + end.text);
}

Result<std::string> git_diff(const std::string& folder, const std::string& old_name,
                             const std::string& new_name) {
  GYRE_ASSIGN(GitEnd end, spawn_git(folder,
                                    {"-c", "core.safecrlf=false", "-c", "core.quotePath=false",
                                     "diff", "--no-index", "--no-color", "--no-ext-diff",
                                     "--no-textconv", "--no-renames", "--no-prefix", "--full-index",
                                     "--ignore-submodules", old_name, new_name},
                                    Messages::kDropped));
  // 1: they differ.
  if (end.status <= 1) return std::move(end.text);
  return Error(Code::ERR_OPERATION_FAILED, "git diff failed in " + folder);
}

}  // namespace gyre::cli
