// libyaml's functions, bound when the first YAML document is read (see pkg/shared_library.hpp). Any
// thread.
#pragma once

#include <yaml.h>

#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct YamlApi {
  decltype(&::yaml_parser_initialize) parser_initialize = nullptr;
  decltype(&::yaml_parser_delete) parser_delete = nullptr;
  decltype(&::yaml_parser_set_input_string) parser_set_input_string = nullptr;
  decltype(&::yaml_parser_parse) parser_parse = nullptr;
  decltype(&::yaml_event_delete) event_delete = nullptr;
};

// Loads libyaml once; later calls return the same table.
Result<const YamlApi*> load_yaml();

}  // namespace gyre::pkg
