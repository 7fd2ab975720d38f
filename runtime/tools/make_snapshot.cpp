// make_snapshot <file> <program>: writes the start-up snapshot, warmed up by running the program
// (its output is dropped). Build time only.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

extern "C" int gyre_make_snapshot(const char* path, const char* program);

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: make_snapshot <file> <program>\n");
    return 2;
  }
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || dup2(null, STDOUT_FILENO) < 0) {
    std::perror("/dev/null");
    return 1;
  }
  // What is compiled here belongs in the snapshot, not in somebody's cache folder.
  setenv("GYRE_COMPILE_CACHE", "off", 1);
  return gyre_make_snapshot(argv[1], argv[2]);
}
