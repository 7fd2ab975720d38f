#include "cli/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

#include "cli/node_options.hpp"
#include "cli/runtime_loader.hpp"
#include "runtime/base/fd.hpp"

namespace gyre::cli {
namespace {

// Whether a file starts with "#!…node": what gyre runs itself, with the options written there.
bool is_node_script(const std::string& path, std::vector<std::string>& options) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char head[256];
  const ssize_t size = fd ? ::read(fd.get(), head, sizeof head) : 0;
  if (size < 4 || head[0] != '#' || head[1] != '!') return false;
  std::string_view line(head + 2, static_cast<size_t>(size) - 2);
  line = line.substr(0, line.find_first_of("\r\n"));
  std::vector<std::string> words;
  for (size_t at = 0; at < line.size();) {
    const size_t begin = line.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    const size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    words.emplace_back(line.substr(begin, end - begin));
    at = end;
  }
  size_t at = 0;
  auto base = [](const std::string& word) { return word.substr(word.rfind('/') + 1); };
  if (at < words.size() && base(words[at]) == "env") ++at;
  if (at < words.size() && words[at] == "-S") ++at;
  if (at >= words.size() || base(words[at]) != "node") return false;
  options.assign(words.begin() + static_cast<ptrdiff_t>(at) + 1, words.end());
  return true;
}

}  // namespace

void set_environment(const std::vector<std::string>& lines) {
  ::clearenv();
  for (const std::string& line : lines) {
    const size_t equals = line.find('=', 1);
    if (equals == std::string::npos) continue;
    ::setenv(line.substr(0, equals).c_str(), line.c_str() + equals + 1, 1);
  }
}

void end_like(Context& context, const pkg::ScriptEnd& end) {
  context.exit_code = end.status();
  if (end.signal == 0) return;
  // Whoever started us sees the same death; but the core, if any, is the program's.
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::signal(end.signal, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, end.signal);
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
  ::raise(end.signal);
}

int become(Context& context, const std::string& path, const std::vector<std::string>& args,
           const std::vector<std::string>& environment) {
  set_environment(environment);
  std::vector<std::string> words;
  if (is_node_script(path, words)) {
    words.push_back(path);
    words.insert(words.end(), args.begin(), args.end());
    auto command = parse_node_command(words, context.out.stdin_is_terminal());
    if (!command) {
      context.fail(command.error());
      return context.exit_code;
    }
    context.argv0 = "node";
    return run_javascript(context, std::move(command->request));
  }
  std::vector<char*> argv{const_cast<char*>(path.c_str())};
  for (const std::string& argument : args) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execv(path.c_str(), argv.data());
  context.fail(Error::from_errno("exec", path));
  return errno == ENOENT ? 127 : 126;
}

std::string find_program(const std::vector<std::string>& folders, const std::string& name) {
  if (name.empty() || name.find('/') != std::string::npos) return {};
  for (const std::string& folder : folders) {
    const std::string path = folder + "/" + name;
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
        ::access(path.c_str(), X_OK) == 0) {
      return path;
    }
  }
  return {};
}

}  // namespace gyre::cli
