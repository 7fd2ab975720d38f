// Runs a program to its end, or starts it and looks on: output goes through files, so there is
// nothing to drain meanwhile.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace gyre::test {

struct Run {
  int exit = 127;  // 128 + signal where one ended it
  std::string out, err;
  long peak_kib = 0;  // resident memory, of it and its children
};

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

class Program {
 public:
  // `scratch` gets the files stdout and stderr; it must outlive the program.
  Program(std::vector<std::string> args, const std::string& folder,
          const std::map<std::string, std::string>& variables, std::string scratch)
      : scratch_(std::move(scratch)) {
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    const std::string out = scratch_ + "/stdout", err = scratch_ + "/stderr";
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), flags, 0600);
    ::posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), flags, 0600);
    std::vector<std::string> lines;
    for (const auto& [name, value] : variables) lines.push_back(name + "=" + value);
    if (::posix_spawn(&pid_, args[0].c_str(), &actions, nullptr, pointers(args).data(),
                      pointers(lines).data()) != 0) {
      pid_ = -1;
    }
    ::posix_spawn_file_actions_destroy(&actions);
  }
  ~Program() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void signal(int number) const {
    if (pid_ > 0) ::kill(pid_, number);
  }
  Run wait() {
    Run result;
    if (pid_ <= 0) return result;
    int status = 0;
    rusage usage{};
    ::wait4(pid_, &status, 0, &usage);
    result.peak_kib = usage.ru_maxrss;
    pid_ = -1;
    result.exit = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    result.out = read_file(scratch_ + "/stdout");
    result.err = read_file(scratch_ + "/stderr");
    return result;
  }

 private:
  const std::string scratch_;
  pid_t pid_ = -1;
};

}  // namespace gyre::test
