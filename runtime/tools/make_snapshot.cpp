// make_snapshot <file>: writes the start-up snapshot. Build time only.
#include <cstdio>

extern "C" int gyre_make_snapshot(const char* path);

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_snapshot <file>\n");
    return 2;
  }
  return gyre_make_snapshot(argv[1]);
}
