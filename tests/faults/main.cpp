// Disturbs installs and checks what the next one makes of it.
//
//   fault_tests <gyre> kill [times] [packages] [files]   SIGKILL at random moments
//   fault_tests <gyre> signals                           SIGINT, SIGTERM, SIGHUP in every phase
//   fault_tests <gyre> disk                              no space, read-only folders
//   fault_tests <gyre> store                             many at once on one cold store, damage
//
// Exit 0: all held. A failure names the seed; GYRE_SEED repeats it.
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>
#include <thread>

#include "tests/faults/fixture.hpp"
#include "tests/support/time_limit.hpp"

namespace fs = std::filesystem;
using gyre::test::Ended;
using gyre::test::Fixture;
using gyre::test::Size;

namespace {

int failures = 0;

bool check(bool holds, const std::string& what) {
  if (!holds) {
    ++failures;
    std::cerr << "FAILED: " << what << "\n";
  }
  return holds;
}

void pause_ms(double ms) {
  std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(ms));
}

// What an undisturbed install leaves, for the first and the second state.
struct Expected {
  Fixture::Listing first, second;
  double seconds = 0;
};

std::string trouble(const Ended& ended) {
  return "exit " + std::to_string(ended.exit) + " signal " + std::to_string(ended.signal) + "\n" +
         ended.out + ended.err;
}

Expected undisturbed(Fixture& fixture) {
  Expected expected;
  const std::string store = fixture.new_store();
  const std::string project = fixture.new_project();
  const Ended first = fixture.run(project, store);
  check(first.exit == 0, "undisturbed install: " + trouble(first));
  expected.seconds = first.seconds;
  expected.first = Fixture::list(project);
  fixture.move_on(project);
  const Ended second = fixture.run(project, store);
  check(second.exit == 0, "undisturbed update: " + trouble(second));
  expected.second = Fixture::list(project);
  fs::remove_all(project);
  fs::remove_all(store);
  return expected;
}

// One of: everything cold; a warm store and a lockfile; an update of half the packages.
struct Scene {
  std::string project, store;
  bool is_update = false;
};

Scene set_up(Fixture& fixture, int kind, const std::string& warm_store) {
  Scene scene{fixture.new_project(), kind == 0 ? fixture.new_store() : warm_store, kind == 2};
  if (kind == 0) return scene;
  check(fixture.run(scene.project, warm_store).exit == 0, "setting the scene");
  if (kind == 1) fs::remove_all(scene.project + "/node_modules");
  if (kind == 2) fixture.move_on(scene.project);
  return scene;
}

// Every top-level package that can be seen has its package.json, which is linked last.
void check_whole_packages(const std::string& project, const std::string& context) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(project + "/node_modules", error)) {
    const std::string name = entry.path().filename();
    if (name[0] == '.' || name[0] == '@') continue;
    check(fs::exists(entry.path() / "package.json"), context + ": half of " + name + " is seen");
  }
}

// Chooses moments within the install, however its length changes with the machine's load: a run
// that ended too early says how long runs are, one that was hit lets them be a little longer.
class Moments {
 public:
  Moments(unsigned seed, double longest_ms) : random_(seed), longest_ms_(kKinds, longest_ms) {}
  double next(int kind) {
    return std::uniform_real_distribution<double>(0, longest_ms_[kind])(random_);
  }
  void learn(int kind, const Ended& ended) {
    longest_ms_[kind] = ended.signal == SIGKILL ? longest_ms_[kind] * 1.02 : ended.seconds * 950;
  }
  static constexpr int kKinds = 3;

 private:
  std::mt19937 random_;
  std::vector<double> longest_ms_;
};

// What the next run makes of a project whose install was killed.
void check_repaired(Fixture& fixture, const Scene& scene, const Expected& expected,
                    const std::string& context) {
  check_whole_packages(scene.project, context);
  const Ended again = fixture.run(scene.project, scene.store);
  check(again.exit == 0, context + ": the second run failed: " + trouble(again));
  const std::string difference = Fixture::difference(
      scene.is_update ? expected.second : expected.first, Fixture::list(scene.project));
  check(difference.empty(), context + ":\n" + difference);
  const std::string workshop = scene.store + "/store/v1/tmp";
  check(!fs::exists(workshop) || fs::is_empty(workshop), context + ": leftovers in " + workshop);
}

void kill_at_random(Fixture& fixture, int times) {
  std::random_device device;
  const char* given = std::getenv("GYRE_SEED");
  const unsigned seed = given ? unsigned(std::atoll(given)) : device();
  const Expected expected = undisturbed(fixture);
  const std::string warm_store = fixture.new_store();
  Moments moments(seed, expected.seconds * 1000);
  int hits = 0, tries = 0;
  for (; hits < times && tries < 2 * times && failures == 0; ++tries) {
    const int kind = tries % Moments::kKinds;
    const Scene scene = set_up(fixture, kind, warm_store);
    const double ms = moments.next(kind);
    const std::string context = "kill " + std::to_string(tries) + " (kind " + std::to_string(kind) +
                                ") after " + std::to_string(ms) +
                                " ms, GYRE_SEED=" + std::to_string(seed);
    const pid_t child = fixture.start(scene.project, scene.store, {"install"});
    pause_ms(ms);
    ::kill(-child, SIGKILL);
    const Ended ended = fixture.wait(child, scene.project);
    moments.learn(kind, ended);
    hits += ended.signal == SIGKILL;
    check_repaired(fixture, scene, expected, context);
    fs::remove_all(scene.project);
    if (kind == 0) fs::remove_all(scene.store);
  }
  check(failures > 0 || hits == times,
        "only " + std::to_string(hits) + " of " + std::to_string(tries) + " installs were hit");
  std::cout << tries << " installs, " << hits << " killed before their end, seed " << seed << "\n";
}

// What is promised: the prompt is back within a second.
bool is_soon(double seconds) {
  const auto limit = gyre::test::time_limit(std::chrono::seconds(1));
  return seconds < std::chrono::duration<double>(limit).count();
}

constexpr int kBeforeMainMs = 30;

// The project holds what it held before, or what it was to become.
void check_interrupted(Fixture& fixture, const Scene& scene, const Expected& expected, int signal,
                       double ms) {
  const auto before = Fixture::list(scene.project);
  const pid_t child = fixture.start(scene.project, scene.store, {"install"});
  pause_ms(ms);
  ::kill(child, signal);
  const Ended ended = fixture.wait(child, scene.project);
  const std::string context =
      "signal " + std::to_string(signal) + " after " + std::to_string(ms) + " ms";
  // Until main() runs a signal ends the process by itself.
  const double before_main =
      double(gyre::test::time_limit(std::chrono::milliseconds(kBeforeMainMs)).count());
  const bool was_in_time =
      ended.exit == 0 || ended.exit == 128 + signal || (ended.signal == signal && ms < before_main);
  check(was_in_time, context + ": " + trouble(ended));
  check(is_soon(ended.seconds), context + ": took " + std::to_string(ended.seconds) + " s to end");
  if (ended.exit == 128 + signal) {
    const std::string changed = Fixture::difference(before, Fixture::list(scene.project));
    // What could not be removed in time is left to the next run, under a name of ours.
    if (changed.find(".gyre-") == std::string::npos) {
      check(changed.empty(), context + " changed the project:\n" + changed);
    }
  }
  const Ended again = fixture.run(scene.project, scene.store);
  check(again.exit == 0, context + ": the second run failed: " + trouble(again));
  const std::string difference = Fixture::difference(
      scene.is_update ? expected.second : expected.first, Fixture::list(scene.project));
  check(difference.empty(), context + ":\n" + difference);
}

// A child nobody reaps counts as gone.
bool is_running(pid_t process) {
  std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
  std::string number, name, state;
  return static_cast<bool>(stat >> number >> name >> state) && state != "Z";
}

void interrupt(Fixture& fixture) {
  const Expected expected = undisturbed(fixture);
  const std::string warm_store = fixture.new_store();
  int count = 0;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    for (const double part : {0.02, 0.2, 0.4, 0.6, 0.8}) {
      const Scene scene = set_up(fixture, count++ % 3, warm_store);
      check_interrupted(fixture, scene, expected, signal, expected.seconds * 1000 * part);
    }
  }
  // A script that never ends, and its child.
  const std::string project = fixture.new_project();
  std::ofstream(project + "/package.json")
      << R"({"name":"slow","scripts":{"postinstall":"sleep 987 & echo $! > pid; wait"}})";
  const pid_t child = fixture.start(project, warm_store, {"install"});
  for (int i = 0; i < 500 && !fs::exists(project + "/pid"); ++i) pause_ms(20);
  pause_ms(50);
  ::kill(child, SIGTERM);
  const Ended ended = fixture.wait(child, project);
  check(ended.exit == 143, "SIGTERM during a script: " + trouble(ended));
  check(is_soon(ended.seconds), "a script ends " + std::to_string(ended.seconds) + " s later");
  std::ifstream file(project + "/pid");
  pid_t sleeper = 0;
  file >> sleeper;
  pause_ms(100);
  check(sleeper > 0 && !is_running(sleeper), "the script's child is still there");
}

// RLIMIT_FSIZE stands in for a full disk: a write beyond it fails, with EFBIG for ENOSPC.
void fill_disk(Fixture& fixture) {
  const Expected expected = undisturbed(fixture);
  for (const rlim_t limit : {0, 64, 600, 4000}) {
    const std::string project = fixture.new_project(), store = fixture.new_store();
    const auto before = Fixture::list(project);
    const pid_t child = fixture.start(project, store, {"install"}, [limit] {
      const rlimit value{limit, limit};
      ::setrlimit(RLIMIT_FSIZE, &value);
      ::signal(SIGXFSZ, SIG_IGN);
    });
    const Ended ended = fixture.wait(child, project);
    const std::string context = "files of at most " + std::to_string(limit) + " bytes";
    // The limit holds for its own output files as well: with 0 nothing can be said.
    check(ended.exit == 1, context + ": " + trouble(ended));
    if (limit >= 600) {
      check(ended.err.find("EFBIG") != std::string::npos,
            context + " without its code: " + ended.err);
      check(ended.err.find("/") != std::string::npos, context + " without a path: " + ended.err);
    }
    const std::string changed = Fixture::difference(before, Fixture::list(project));
    check(changed.empty(), context + " changed the project:\n" + changed);
    const Ended again = fixture.run(project, store);
    check(again.exit == 0, context + ": the second run failed: " + trouble(again));
    const std::string difference = Fixture::difference(expected.first, Fixture::list(project));
    check(difference.empty(), context + ":\n" + difference);
  }
}

// A file system without room, where the machine lets us have one: a tmpfs in a name space of ours.
bool has_small_disk(const std::string& folder) {
  const std::string probe = "unshare -rm mount -t tmpfs -o size=64k none " + folder;
  return std::system((probe + " 2>/dev/null").c_str()) == 0;
}

void run_on_small_disk(Fixture& fixture, const std::string& gyre, const std::string& what) {
  const std::string project = fixture.new_project(), store = fixture.new_store();
  fs::create_directories(store);
  const std::string target = what == "store" ? store : project;
  // The manifest has to be on the small disk as well; the archives stay where they are.
  const std::string script =
      "cp package.json /tmp/gyre-small-$$ && mount -t tmpfs -o size=" + std::string("96k none ") +
      target + " && cd " + project +
      " && { [ -f package.json ] || cp /tmp/gyre-small-$$ package.json; }; " +
      "rm -f /tmp/gyre-small-$$; GYRE_CACHE=" + store + " " + gyre +
      " install 2>small.err || echo status $? >>small.err; ls -A; cat small.err";
  const std::string command =
      "cd " + project + " && unshare -rm sh -c '" + script + "' > " + project + ".log 2>&1";
  check(std::system(command.c_str()) == 0, "small disk: could not run");
  std::ifstream file(project + ".log");
  std::stringstream text;
  text << file.rdbuf();
  const bool said = text.str().find("error ENOSPC") != std::string::npos;
  check(said, "no room for the " + what + " is not ENOSPC: " + text.str());
  check(text.str().find("status 1") != std::string::npos, "no room, but exit 0: " + text.str());
  check(text.str().find("node_modules") == std::string::npos || what == "store" ||
            text.str().find("node_modules/") != std::string::npos,
        "a half-made node_modules stays: " + text.str());
}

// Everybody can write but for root, who can write everywhere: as root the install runs as nobody.
constexpr uid_t kNobody = 65534;

void become_nobody() {
  if (::geteuid() != 0) return;
  if (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)
    ::_exit(125);
}

void give_to_nobody(const std::string& folder) {
  if (::geteuid() != 0) return;
  for (auto at = fs::recursive_directory_iterator(folder); at != fs::end(at); ++at)
    (void)::lchown(at->path().c_str(), kNobody, kNobody);
  (void)::lchown(folder.c_str(), kNobody, kNobody);
}

void check_read_only(Fixture& fixture, const Scene& scene, const std::string& locked,
                     const Fixture::Listing& expected) {
  give_to_nobody(scene.project);
  give_to_nobody(scene.store);
  ::chmod(locked.c_str(), 0555);
  const auto before = Fixture::list(scene.project);
  const auto run = [&] {
    return fixture.wait(fixture.start(scene.project, scene.store, {"install"}, become_nobody),
                        scene.project);
  };
  const Ended ended = run();
  // A slow build says first what it is waiting for.
  check(ended.exit == 1 && ("\n" + ended.err).find("\nerror EACCES: ") != std::string::npos,
        locked + " is read-only: " + trouble(ended));
  check(ended.err.find(locked) != std::string::npos, locked + " is not named: " + ended.err);
  const std::string changed = Fixture::difference(before, Fixture::list(scene.project));
  check(changed.empty(), locked + " is read-only, and yet:\n" + changed);
  ::chmod(locked.c_str(), 0755);
  const Ended again = run();
  check(again.exit == 0, locked + " is writable again: " + trouble(again));
  const std::string difference = Fixture::difference(expected, Fixture::list(scene.project));
  check(difference.empty(), locked + " is writable again:\n" + difference);
}

void run_read_only(Fixture& fixture) {
  const Expected expected = undisturbed(fixture);
  const std::string store = fixture.new_store();
  fs::create_directories(store);
  const Scene fresh = set_up(fixture, 0, store);
  fs::create_directories(fresh.store);
  check_read_only(fixture, fresh, fresh.project, expected.first);
  const Scene update = set_up(fixture, 2, store);
  check_read_only(fixture, update, update.project, expected.second);
  const Scene modules = set_up(fixture, 2, store);
  check_read_only(fixture, modules, modules.project + "/node_modules", expected.second);
  const Scene no_store = set_up(fixture, 0, store);
  fs::create_directories(no_store.store);
  check_read_only(fixture, no_store, no_store.store, expected.first);
}

// A store on another file system: files are copied, which is said to who wants to know.
void use_other_disk(Fixture& fixture) {
  const std::string project = fixture.new_project();
  struct stat here {
  }, there{};
  char folder[] = "/dev/shm/gyre-store-XXXXXX";
  if (::mkdtemp(folder) == nullptr || ::stat(project.c_str(), &here) != 0 ||
      ::stat(folder, &there) != 0 || here.st_dev == there.st_dev) {
    std::cout << "no second file system here: a store on another one was not tried\n";
    return;
  }
  const Expected expected = undisturbed(fixture);
  const Ended ended = fixture.run(project, folder, {"install", "--verbose"});
  check(ended.exit == 0, "the store on another file system: " + trouble(ended));
  check(ended.err.find("files are copied") != std::string::npos,
        "nothing says that files are copied: " + ended.err);
  std::string difference = Fixture::difference(expected.first, Fixture::list(project));
  check(difference.empty(), "the store on another file system:\n" + difference);
  const std::string quiet = fixture.new_project();
  check(fixture.run(quiet, folder).err.find("copied") == std::string::npos,
        "copying is said without --verbose");
  fs::remove_all(folder);
}

void many_at_once(Fixture& fixture) {
  const Expected expected = undisturbed(fixture);
  const std::string store = fixture.new_store();
  std::vector<std::pair<pid_t, std::string>> children;
  for (int i = 0; i < 10; ++i) {
    const std::string project = fixture.new_project();
    children.emplace_back(fixture.start(project, store, {"install"}), project);
  }
  for (const auto& [child, project] : children) {
    const Ended ended = fixture.wait(child, project);
    check(ended.exit == 0, "ten at once: " + trouble(ended));
  }
  for (const auto& [child, project] : children) {
    const std::string difference = Fixture::difference(expected.first, Fixture::list(project));
    check(difference.empty(), "ten at once, " + project + ":\n" + difference);
  }
  const Ended verified = fixture.run(children[0].second, store, {"store", "verify"});
  check(verified.exit == 0 && verified.out.find("damaged") == std::string::npos,
        "the store after ten at once: " + trouble(verified));
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The second install in a project waits for its turn, and says so.
void two_in_one_project(Fixture& fixture) {
  const std::string store = fixture.new_store(), project = fixture.new_project();
  std::ofstream(project + "/package.json")
      << R"({"name":"busy","scripts":)"
      << R"({"postinstall":"touch at; while [ ! -e go ]; do sleep 0.02; done"}})";
  const pid_t first = fixture.start(project, store, {"install"});
  for (int i = 0; i < 1000 && !fs::exists(project + "/at"); ++i) pause_ms(10);
  check(fs::exists(project + "/at"), "the first install does not come to its script");
  const pid_t second = fixture.start(project, store, {"install"});
  const std::string told = "waiting for another install in " + project, said = project + ".err";
  auto has_told = [&] { return text_of(said).find(told) != std::string::npos; };
  for (int i = 0; i < 1000 && !has_told(); ++i) pause_ms(10);
  check(has_told(), "the second install does not say that it waits: " + text_of(said));
  pause_ms(50);
  check(::kill(second, 0) == 0, "the second install does not wait");
  std::ofstream(project + "/go") << "";
  check(fixture.wait(first, project).exit == 0, "two in one project: the first");
  check(fixture.wait(second, project).exit == 0, "two in one project: the second");
}

// A run that was killed while it cleaned up leaves its stage beside a finished tree.
void finished_but_for_its_stage(Fixture& fixture) {
  const Expected expected = undisturbed(fixture);
  const std::string store = fixture.new_store(), project = fixture.new_project();
  check(fixture.run(project, store).exit == 0, "the first install");
  for (const char* stage : {"/.gyre-99998/99998/new", "/node_modules/.gyre-99999/99999/new/0"}) {
    fs::create_directories(project + stage);
    std::ofstream(project + stage + "/a.js") << "1";
  }
  check(fixture.run(project, store).exit == 0, "the install that finds a stage");
  const std::string difference = Fixture::difference(expected.first, Fixture::list(project));
  check(difference.empty(), "a stage without its process:\n" + difference);
}

// Files that went missing from the store come again.
void damaged_store(Fixture& fixture) {
  const Expected expected = undisturbed(fixture);
  const std::string store = fixture.new_store(), project = fixture.new_project();
  check(fixture.run(project, store).exit == 0, "filling the store");
  fs::remove_all(project + "/node_modules");
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(store + "/store")) {
    if (entry.path().filename() == "1.js" && ++count % 2 == 0) fs::remove(entry.path());
  }
  check(count > 2, "the store has no files to lose");
  const Ended again = fixture.run(project, store);
  check(again.exit == 0, "from a store with holes: " + trouble(again));
  const std::string difference = Fixture::difference(expected.first, Fixture::list(project));
  check(difference.empty(), "from a store with holes:\n" + difference);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: fault_tests <gyre> kill|signals|disk|store [times] [packages] [files]\n";
    return 2;
  }
  auto number = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  const std::string gyre = fs::absolute(argv[1]), what = argv[2];
  const int times = number(3, 6);
  Fixture fixture(gyre, Size{number(4, 40), number(5, 12)});
  const auto surroundings = fixture.surroundings();
  if (what == "kill") {
    kill_at_random(fixture, times);
  } else if (what == "signals") {
    interrupt(fixture);
  } else if (what == "disk") {
    fill_disk(fixture);
    run_read_only(fixture);
    use_other_disk(fixture);
    if (const std::string probe = fixture.new_project(); has_small_disk(probe)) {
      run_on_small_disk(fixture, gyre, "store");
      run_on_small_disk(fixture, gyre, "project");
    } else {
      std::cout << "no name spaces here: a really full disk was not tried\n";
    }
  } else if (what == "store") {
    many_at_once(fixture);
    two_in_one_project(fixture);
    finished_but_for_its_stage(fixture);
    damaged_store(fixture);
  } else {
    std::cerr << "there is no test called " << what << "\n";
    return 2;
  }
  const std::string around = Fixture::difference(surroundings, fixture.surroundings());
  check(around.empty(), "something beside the projects has changed:\n" + around);
  if (failures == 0) std::cout << "ok\n";
  return failures == 0 ? 0 : 1;
}
