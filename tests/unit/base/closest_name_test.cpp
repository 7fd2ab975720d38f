#include "runtime/base/closest_name.hpp"

#include <doctest.h>

using gyre::closest_name;

TEST_CASE("the nearest name is found, if one is near") {
  const std::vector<std::string> names = {"express", "lodash", "react", "react-dom"};
  CHECK(closest_name("expres", names) == "express");
  CHECK(closest_name("exrpess", names) == "express");
  CHECK(closest_name("reactdom", names) == "react-dom");
  CHECK(closest_name("raect", names) == "react");
  CHECK(closest_name("zod", names).empty());
  CHECK(closest_name("", names).empty());
  CHECK(closest_name(std::string(5000, 'a'), names).empty());
}
