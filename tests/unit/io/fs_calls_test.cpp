#include <doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "runtime/io/file.hpp"
#include "runtime/io/fs_calls.hpp"
#include "runtime/io/fs_tree.hpp"
#include "runtime/io/process.hpp"
#include "runtime/io/watch.hpp"
#include "runtime/io/whole_file.hpp"

namespace gyre::io {
namespace {

// A folder of its own, gone after the test.
struct Folder {
  Folder() {
    auto made = fs::mkdtemp("/tmp/gyre-fs-test-");
    REQUIRE(made);
    path = *made;
  }
  ~Folder() {
    fs::Removal how;
    how.recursive = fs::Removal::Recursive::kYes;
    (void)fs::remove(path, how);
  }
  std::string operator/(const std::string& name) const { return path + '/' + name; }
  std::string path;
};

void put(const std::string& path, std::string_view text) {
  REQUIRE(fs::write_whole(path, as_bytes(text), {O_WRONLY | O_CREAT | O_TRUNC, 0644}));
}

TEST_CASE("an error names the system call and the path") {
  auto missing = fs::open("/no/such/file", O_RDONLY, 0);
  REQUIRE(!missing);
  CHECK(missing.error().code() == "ENOENT");
  CHECK(missing.error().syscall() == "open");
  CHECK(missing.error().path() == "/no/such/file");
}

TEST_CASE("a file is read back as it was written") {
  Folder folder;
  put(folder / "a", "hello");
  auto bytes = fs::read_whole(folder / "a", O_RDONLY);
  REQUIRE(bytes);
  CHECK(bytes->text() == "hello");
}

TEST_CASE("files of /proc are read although they claim to be empty") {
  auto bytes = fs::read_whole("/proc/self/status", O_RDONLY);
  REQUIRE(bytes);
  CHECK(bytes->size() > 0);
}

TEST_CASE("reading a directory as a file is EISDIR") {
  Folder folder;
  auto bytes = fs::read_whole(folder.path, O_RDONLY);
  REQUIRE(!bytes);
  CHECK(bytes.error().code() == "EISDIR");
  CHECK(bytes.error().syscall() == "read");
}

TEST_CASE("a cached stat agrees with a full one") {
  Folder folder;
  put(folder / "a", "hello");
  auto full = fs::stat(folder / "a", fs::Follow::kYes);
  REQUIRE(full);
  auto cached = fs::stat_if_cached(folder / "a", fs::Follow::kYes);
  if (cached) {
    REQUIRE(*cached);
    CHECK((*cached)->fields == full->fields);
  }
}

TEST_CASE("a listing holds names and types, sorted, without the dot names") {
  Folder folder;
  put(folder / "b", "");
  REQUIRE(fs::mkdir(folder / "a", 0755));
  REQUIRE(fs::symlink("b", folder / "c"));
  auto entries = fs::list_directory(folder.path);
  REQUIRE(entries);
  REQUIRE(entries->size() == 3);
  CHECK((*entries)[0].name == "a");
  CHECK((*entries)[0].type == fs::EntryType::kDirectory);
  CHECK((*entries)[1].type == fs::EntryType::kFile);
  CHECK((*entries)[2].type == fs::EntryType::kLink);
}

TEST_CASE("make_directories tells the first folder it made, and nothing the second time") {
  Folder folder;
  auto first = fs::make_directories(folder / "x/y/z", 0777);
  REQUIRE(first);
  CHECK(**first == folder / "x");
  auto second = fs::make_directories(folder / "x/y/z", 0777);
  REQUIRE(second);
  CHECK(!*second);
}

TEST_CASE("make_directories over a file is EEXIST, below a file ENOTDIR") {
  Folder folder;
  put(folder / "file", "");
  CHECK(fs::make_directories(folder / "file", 0777).error().code() == "EEXIST");
  CHECK(fs::make_directories(folder / "file/x/y", 0777).error().code() == "ENOTDIR");
}

TEST_CASE("realpath names the component that is missing") {
  Folder folder;
  auto real = fs::realpath(folder / "no/such");
  REQUIRE(!real);
  CHECK(real.error().path() == folder / "no");
  CHECK(real.error().syscall() == "lstat");
}

TEST_CASE("removing a tree does not follow links out of it") {
  Folder folder;
  REQUIRE(fs::mkdir(folder / "outside", 0755));
  put(folder / "outside/kept", "x");
  REQUIRE(fs::mkdir(folder / "tree", 0755));
  REQUIRE(fs::symlink(folder / "outside", folder / "tree/link"));
  fs::Removal how;
  how.recursive = fs::Removal::Recursive::kYes;
  CHECK(fs::remove(folder / "tree", how));
  CHECK(fs::exists(folder / "outside/kept"));
  CHECK(!fs::exists(folder / "tree"));
}

TEST_CASE("a file copied onto itself keeps its bytes") {
  Folder folder;
  put(folder / "a", "hello");
  CHECK(fs::copy_file(folder / "a", folder / "a", 0));
  CHECK(fs::read_whole(folder / "a", O_RDONLY)->text() == "hello");
}

TEST_CASE("an exclusive copy refuses a file that is there") {
  Folder folder;
  put(folder / "a", "hello");
  put(folder / "b", "other");
  Status copied = fs::copy_file(folder / "a", folder / "b", 1);
  REQUIRE(!copied);
  CHECK(copied.error().code() == "EEXIST");
  CHECK(fs::read_whole(folder / "b", O_RDONLY)->text() == "other");
}

// A loop, or nothing where the kernel has no io_uring.
std::unique_ptr<loop::Loop> make_loop() {
  auto loop = loop::Loop::create();
  REQUIRE(loop);
  return std::move(loop).value();
}

TEST_CASE("the ring opens, reads and closes a file") {
  Folder folder;
  put(folder / "a", "hello");
  auto loop = make_loop();
  char text[16];
  std::string got;
  file::open(*loop, folder / "a", O_RDONLY, 0, [&](Result<UniqueFd> opened) {
    REQUIRE(opened);
    int fd = opened->release();
    MutableBytes bytes{reinterpret_cast<uint8_t*>(text), sizeof text};
    file::read(*loop, fd, bytes, int64_t{1}, [&, fd](Result<size_t> count) {
      REQUIRE(count);
      got.assign(text, *count);
      file::close(*loop, fd, [](Status status) { CHECK(status); });
    });
  });
  loop->run();
  CHECK(got == "ello");
}

TEST_CASE("a whole file larger than a chunk comes in one piece") {
  Folder folder;
  std::string large(3 * 1024 * 1024 + 17, 'x');
  large[2'000'000] = 'y';
  put(folder / "a", large);
  auto loop = make_loop();
  bool called = false;
  read_whole_file(*loop, folder / "a", O_RDONLY, [&](Result<Buffer> bytes) {
    REQUIRE(bytes);
    CHECK(bytes->text() == large);
    called = true;
  });
  loop->run();
  CHECK(called);
}

TEST_CASE("the ring's errors name the call and both paths") {
  auto loop = make_loop();
  std::string message;
  file::rename(*loop, "/no/a", "/no/b", [&](Status status) {
    REQUIRE(!status);
    message = status.error().message();
  });
  loop->run();
  CHECK(message == "ENOENT: no such file or directory, rename '/no/a' -> '/no/b'");
}

SpawnOptions shell(const std::string& script) {
  SpawnOptions options;
  options.file = "sh";
  options.args = {"sh", "-c", script};
  options.env = {"PATH=/usr/bin:/bin"};
  options.fds = {-1, -1, -1};
  return options;
}

TEST_CASE("a child's end is told with its exit code or signal") {
  auto loop = make_loop();
  for (auto [script, code, signal] : {std::tuple{"exit 7", 7, 0}, std::tuple{"kill -9 $$", 0, 9}}) {
    auto process = spawn(shell(script));
    REQUIRE(process);
    std::optional<ExitStatus> status;
    auto watch = make_ref<ProcessWatch>(*loop, std::move(process).value(),
                                        [&](ExitStatus ended) { status = ended; });
    watch->start();
    loop->run();
    REQUIRE(status);
    CHECK(status->code == code);
    CHECK(status->signal == signal);
    watch->close();
    loop->run();
  }
}

TEST_CASE("a program that does not exist is ENOENT and leaves no child") {
  SpawnOptions options = shell("");
  options.file = "no-such-program";
  auto process = spawn(options);
  REQUIRE(!process);
  CHECK(process.error().code() == "ENOENT");
}

TEST_CASE("a child's output is collected while its input is fed") {
  RunOptions options;
  options.spawn = shell("cat; echo done >&2");
  options.captured = {true, true, true};
  options.input = std::string(1'000'000, 'z');
  auto result = run_to_end(options);
  REQUIRE(result);
  CHECK(result->status.code == 0);
  CHECK(result->output[1] == *options.input);
  CHECK(result->output[2] == "done\n");
}

TEST_CASE("a child that takes too long is killed") {
  RunOptions options;
  options.spawn = shell("exec sleep 60");
  options.captured = {true, true, true};
  options.timeout_ms = 20;
  auto result = run_to_end(options);
  REQUIRE(result);
  CHECK(result->error == ETIMEDOUT);
  CHECK(result->status.signal == 15);
}

TEST_CASE("a watcher hears of files made in its directory") {
  Folder folder;
  auto loop = make_loop();
  auto hub = make_ref<WatchHub>(*loop);
  std::string heard;
  Ref<PathWatcher> watcher;
  watcher = make_ref<PathWatcher>(hub, [&](WatchEvent event, const std::string& name) {
    if (event == WatchEvent::kRename) heard = name;
    watcher->close();
  });
  REQUIRE(watcher->start(folder.path));
  put(folder / "new", "x");
  loop->run();
  CHECK(heard == "new");
  watcher.reset();
}

}  // namespace
}  // namespace gyre::io
