#include "pkg/import/yaml_api.hpp"

#include <mutex>
#include <optional>

#include "pkg/shared_library.hpp"

namespace gyre::pkg {
namespace {

Result<YamlApi> bind_yaml() {
  GYRE_ASSIGN(const SharedLibrary library, SharedLibrary::open("libyaml-0.so.2"));
  YamlApi api;
  const bool is_whole = library.bind(api.parser_initialize, "yaml_parser_initialize") &&
                        library.bind(api.parser_delete, "yaml_parser_delete") &&
                        library.bind(api.parser_set_input_string, "yaml_parser_set_input_string") &&
                        library.bind(api.parser_parse, "yaml_parser_parse") &&
                        library.bind(api.event_delete, "yaml_event_delete");
  if (!is_whole) return Error(Code::ERR_OPERATION_FAILED, "libyaml lacks functions gyre needs");
  return api;
}

}  // namespace

Result<const YamlApi*> load_yaml() {
  static std::mutex mutex;
  static std::optional<YamlApi> loaded;
  std::lock_guard lock(mutex);
  if (!loaded) {
    GYRE_ASSIGN(loaded, bind_yaml());
  }
  return &*loaded;
}

}  // namespace gyre::pkg
