// internalBinding('fs'): the path half of node:fs. `xSync` throws, `x` takes a callback.
#include <fcntl.h>

#include "runtime/bindings/fs_async.hpp"
#include "runtime/bindings/fs_ready.hpp"
#include "runtime/bindings/fs_stat.hpp"
#include "runtime/bindings/registry.hpp"
#include "runtime/io/file.hpp"

namespace gyre::bindings {
namespace {

using engine::Callback;
using engine::Env;
namespace fs = io::fs;

NameForm name_form(bool as_buffer) { return as_buffer ? NameForm::kBuffer : NameForm::kString; }

template <Result<std::string> (*F)(const std::string&)>
Result<Name> named(const std::string& path, bool as_buffer) {
  GYRE_ASSIGN(std::string name, F(path));
  return Name{std::move(name), name_form(as_buffer)};
}

template <EntryForm kForm>
Result<Entries> list(const std::string& path, bool as_buffer) {
  GYRE_ASSIGN(auto entries, fs::list_directory(path));
  return Entries{std::move(entries), name_form(as_buffer), kForm};
}

// The next entries of an open directory.
Result<Entries> read_entries(int fd, bool as_buffer) {
  GYRE_ASSIGN(auto entries, fs::read_entries(fd));
  return Entries{std::move(entries), name_form(as_buffer), EntryForm::kNamesAndTypes};
}

Result<UniqueFd> open_directory(const std::string& path) {
  auto fd = fs::open(path, O_RDONLY | O_DIRECTORY, 0);
  if (fd) return fd;
  return Error::from_errno_number(fd.error().errno_number(), "opendir", path);
}

Result<StatFsAnswer> statfs(const std::string& path, bool big) {
  GYRE_ASSIGN(auto stat, fs::statfs(path));
  return StatFsAnswer{stat, big ? Numbers::kBigInt : Numbers::kDouble};
}

Status remove(const std::string& path, bool recursive, bool force, uint32_t max_retries,
              uint32_t retry_delay) {
  fs::Removal how;
  if (recursive) how.recursive = fs::Removal::Recursive::kYes;
  if (force) how.missing = fs::Removal::Missing::kIgnored;
  how.max_retries = max_retries;
  how.retry_delay_ms = retry_delay;
  return fs::remove(path, how);
}

template <fs::Follow kFollow>
Status change_owner(const std::string& path, int64_t user, int64_t group) {
  return fs::chown(path, static_cast<uint32_t>(user), static_cast<uint32_t>(group), kFollow);
}

template <fs::Follow kFollow>
Status set_times(const std::string& path, double access, double modification) {
  return fs::utimes(path, {access, modification}, kFollow);
}

Status truncate(const std::string& path, int64_t length) {
  GYRE_ASSIGN(UniqueFd fd, fs::open(path, O_RDWR, 0));
  return fs::ftruncate(fd.get(), length);
}

// What the ring has a request for. The continuation hands the outcome to JavaScript.
auto deliver(Callback callback) {
  return [callback = std::move(callback)](Status status) mutable { callback.finish(status); };
}
void rename_later(Env& env, Path from, Path to, Callback callback) {
  io::file::rename(env.loop(), std::move(from.text), std::move(to.text),
                   deliver(std::move(callback)));
}
void link_later(Env& env, Path from, Path to, Callback callback) {
  io::file::link(env.loop(), std::move(from.text), std::move(to.text),
                 deliver(std::move(callback)));
}
void symlink_later(Env& env, Path target, Path path, Callback callback) {
  io::file::symlink(env.loop(), std::move(target.text), std::move(path.text),
                    deliver(std::move(callback)));
}
void unlink_later(Env& env, Path path, Callback callback) {
  io::file::unlink(env.loop(), std::move(path.text), deliver(std::move(callback)));
}
void rmdir_later(Env& env, Path path, Callback callback) {
  io::file::rmdir(env.loop(), std::move(path.text), deliver(std::move(callback)));
}
void mkdir_later(Env& env, Path path, uint32_t mode, Callback callback) {
  io::file::mkdir(env.loop(), std::move(path.text), mode, deliver(std::move(callback)));
}
void access_later(Env& env, Path path, int32_t mode, Callback callback) {
  if (auto cached = fs::access_if_cached(path.text, mode)) {
    return env.state<ReadyAnswers>().add(std::move(callback), std::move(*cached));
  }
  run_on_pool(env, std::move(callback),
              [path = std::move(path.text), mode] { return fs::access(path, mode); });
}

// A blocking function for the sync form, a ring request for the other.
template <auto kLater, auto kNow>
constexpr auto ring_call(const char* name, const char* sync_name) {
  return engine::detail::join(engine::fn<kLater>(name),
                              engine::fn<&detail::FsCall<kNow>::now>(sync_name));
}

bool exists(Env&, Path path) { return fs::exists(path.text); }

constexpr auto kTable = engine::binding(
    "fs", ring_call<access_later, fs::access>("access", "accessSync"),
    engine::fn<exists>("existsSync"), engine::raw<stat_now<fs::Follow::kYes>>("statSync"),
    engine::raw<stat_now<fs::Follow::kNo>>("lstatSync"),
    engine::raw<stat_later<fs::Follow::kYes>>("stat"),
    engine::raw<stat_later<fs::Follow::kNo>>("lstat"), fs_call<statfs>("statfs", "statfsSync"),
    ring_call<rename_later, fs::rename>("rename", "renameSync"),
    ring_call<link_later, fs::link>("link", "linkSync"),
    ring_call<symlink_later, fs::symlink>("symlink", "symlinkSync"),
    fs_call<named<fs::readlink>>("readlink", "readlinkSync"),
    fs_call<named<fs::realpath>>("realpath", "realpathSync"),
    fs_call<named<fs::native_realpath>>("realpathNative", "realpathNativeSync"),
    fs_call<named<fs::mkdtemp>>("mkdtemp", "mkdtempSync"),
    ring_call<unlink_later, fs::unlink>("unlink", "unlinkSync"),
    ring_call<rmdir_later, fs::rmdir>("rmdir", "rmdirSync"), fs_call<remove>("rm", "rmSync"),
    ring_call<mkdir_later, fs::mkdir>("mkdir", "mkdirSync"),
    fs_call<fs::make_directories>("mkdirRecursive", "mkdirRecursiveSync"),
    fs_call<list<EntryForm::kNames>>("readdir", "readdirSync"),
    fs_call<list<EntryForm::kNamesAndTypes>>("readdirTypes", "readdirTypesSync"),
    fs_call<open_directory>("opendir", "opendirSync"),
    fs_call<read_entries>("readEntries", "readEntriesSync"),
    fs_call<fs::chmod>("chmod", "chmodSync"),
    fs_call<change_owner<fs::Follow::kYes>>("chown", "chownSync"),
    fs_call<change_owner<fs::Follow::kNo>>("lchown", "lchownSync"),
    fs_call<set_times<fs::Follow::kYes>>("utimes", "utimesSync"),
    fs_call<set_times<fs::Follow::kNo>>("lutimes", "lutimesSync"),
    fs_call<fs::copy_file>("copyFile", "copyFileSync"),
    fs_call<truncate>("truncate", "truncateSync"));

}  // namespace

engine::BindingView fs() { return kTable; }

}  // namespace gyre::bindings
