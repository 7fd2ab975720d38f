#include "tests/faults/fixture.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "tests/support/tar_builder.hpp"

namespace fs = std::filesystem;

namespace gyre::test {
namespace {

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string name_of(int index) {
  const std::string number = std::to_string(index);
  return index % 7 == 3 ? "@scope/p" + number : "p" + number;
}

std::string archive_name(int index, int version) {
  return "p" + std::to_string(index) + "-" + std::to_string(version) + ".tgz";
}

// Of every third package the second state has another version; every eleventh is new in it.
bool is_in_first(int index) { return index % 11 != 5; }
int version_in(int index, bool is_second) { return is_second && index % 3 == 0 ? 2 : 1; }

}  // namespace

Fixture::Fixture(std::string gyre, Size size) : gyre_(std::move(gyre)), size_(size) {
  ::chmod(root_.path().c_str(), 0755);
  fs::create_directories(root_ / "archives");
  fs::create_directories(root_ / "home");
  std::ofstream(root_ / "canary") << "alive";
  for (int i = 0; i < size_.packages; ++i) {
    make_archive(i, 1);
    if (version_in(i, true) == 2) make_archive(i, 2);
  }
}

void Fixture::make_archive(int index, int version) const {
  TarBuilder tar;
  const std::string name = name_of(index);
  tar.file("package/package.json", "{\"name\":\"" + name + "\",\"version\":\"" +
                                       std::to_string(version) + ".0.0\",\"bin\":{\"tool" +
                                       std::to_string(index) + "\":\"lib/0.js\"}}");
  for (int i = 0; i < size_.files; ++i) {
    const std::string text = name + " " + std::to_string(version) + " file " + std::to_string(i);
    tar.file("package/lib/" + std::string(i % 3 == 2 ? "deep/" : "") + std::to_string(i) + ".js",
             "// " + text + "\n" + std::string(static_cast<size_t>(i) * 40, 'x') + "\n");
  }
  std::ofstream(root_ / ("archives/" + archive_name(index, version)), std::ios::binary)
      << tar.tgz();
}

void Fixture::write_manifest(const std::string& project, bool is_second) const {
  std::string text =
      "{\n  \"name\": \"disturbed\",\n  \"version\": \"1.0.0\",\n  \"dependencies\": {";
  const char* separator = "\n";
  for (int i = 0; i < size_.packages; ++i) {
    if (!is_second && !is_in_first(i)) continue;
    text += separator + std::string("    \"") + name_of(i) + "\": \"file:../archives/" +
            archive_name(i, version_in(i, is_second)) + "\"";
    separator = ",\n";
  }
  std::ofstream(project + "/package.json") << text + "\n  }\n}\n";
}

std::string Fixture::new_project(bool is_second) {
  const std::string project = root_ / ("project" + std::to_string(projects_++));
  fs::create_directories(project);
  write_manifest(project, is_second);
  return project;
}

void Fixture::move_on(const std::string& project) const { write_manifest(project, true); }

std::string Fixture::new_store() const { return root_ / ("cache" + std::to_string(stores_++)); }

pid_t Fixture::start(const std::string& project, const std::string& store,
                     const std::vector<std::string>& args,
                     const std::function<void()>& in_child) const {
  const std::string out = project + ".out", err = project + ".err", home = root_ / "home";
  const pid_t child = ::fork();
  if (child != 0) {
    ::setpgid(child, child);
    return child;
  }
  ::setpgid(0, 0);
  if (::chdir(project.c_str()) != 0) ::_exit(126);
  ::dup2(::open("/dev/null", O_RDONLY), 0);
  ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
  ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
  ::setenv("HOME", home.c_str(), 1);
  ::setenv("GYRE_CACHE", store.c_str(), 1);
  ::setenv("npm_config_globalconfig", "/dev/null", 1);
  ::unsetenv("GYRE_STORE");
  std::vector<char*> argv{const_cast<char*>(gyre_.c_str())};
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  // Whoever the child becomes may not be able to reach the file by its name.
  const int program = ::open(gyre_.c_str(), O_PATH | O_CLOEXEC);
  if (in_child) in_child();
  ::fexecve(program, argv.data(), environ);
  ::_exit(127);
}

Ended Fixture::wait(pid_t child, const std::string& project) const {
  const auto started = std::chrono::steady_clock::now();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  Ended ended;
  ended.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  if (WIFEXITED(status)) ended.exit = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  ended.out = read_file(project + ".out");
  ended.err = read_file(project + ".err");
  return ended;
}

Ended Fixture::run(const std::string& project, const std::string& store,
                   const std::vector<std::string>& args) const {
  return wait(start(project, store, args), project);
}

Fixture::Listing Fixture::list(const std::string& folder) {
  Listing listing;
  for (auto entry = fs::recursive_directory_iterator(folder);
       entry != fs::recursive_directory_iterator(); ++entry) {
    const fs::path& path = entry->path();
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) continue;
    std::string text = std::to_string(info.st_mode & 07777);
    if (S_ISLNK(info.st_mode)) text = "link " + fs::read_symlink(path).string();
    if (S_ISREG(info.st_mode)) text += " file " + read_file(path);
    listing[path.lexically_relative(folder).string()] = text;
  }
  return listing;
}

Fixture::Listing Fixture::surroundings() const {
  Listing listing = list(root_ / "archives");
  struct stat info {};
  ::stat((root_ / "canary").c_str(), &info);
  listing["canary"] = std::to_string(info.st_ino) + " " + std::to_string(info.st_mode) + " " +
                      std::to_string(info.st_mtim.tv_nsec) + read_file(root_ / "canary");
  // Projects and stores have names of ours, and so have the outputs beside them.
  for (const auto& entry : fs::directory_iterator(root_.path())) {
    const std::string name = entry.path().filename();
    if (!name.starts_with("project") && !name.starts_with("cache")) listing[name] += " there";
  }
  return listing;
}

std::string Fixture::difference(const Listing& expected, const Listing& actual) {
  std::string text;
  int lines = 0;
  auto say = [&](const std::string& line) {
    if (++lines <= 10) text += "  " + line + "\n";
  };
  for (const auto& [path, what] : expected) {
    const auto found = actual.find(path);
    if (found == actual.end())
      say("missing: " + path);
    else if (found->second != what)
      say("differs: " + path);
  }
  for (const auto& [path, what] : actual) {
    if (!expected.contains(path)) say("left over: " + path);
  }
  return text;
}

}  // namespace gyre::test
