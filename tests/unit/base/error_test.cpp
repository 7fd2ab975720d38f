#include "runtime/base/error.hpp"

#include <doctest.h>

#include <cerrno>
#include <string>

namespace gyre {

TEST_CASE("a system error reads as Node's users know it") {
  Error error = Error::from_errno_number(ENOENT, "open", "/no/such");
  CHECK(error.code() == "ENOENT");
  CHECK(error.message() == "ENOENT: no such file or directory, open '/no/such'");
  CHECK(error.errno_number() == ENOENT);
}

TEST_CASE("the list of codes is sorted and without repeats") {
  for (size_t i = 1; i < code_count(); ++i) {
    CAPTURE(code_info(static_cast<Code>(i)).name);
    CHECK(std::string(code_info(static_cast<Code>(i - 1)).name) <
          code_info(static_cast<Code>(i)).name);
  }
}

}  // namespace gyre
