#include "pkg/import/yaml.hpp"

#include <cerrno>

#include "pkg/import/yaml_api.hpp"
#include "runtime/base/defer.hpp"

namespace gyre::pkg {
namespace {

constexpr size_t kMostDepth = 64;
constexpr size_t kMostDocuments = 16;
constexpr size_t kMostBytes = 32u << 20;

Error yaml_error(const std::string& path, const std::string& what, size_t line) {
  return Error(Code::ELOCKPARSE,
               path + " cannot be read: " + what + " at line " + std::to_string(line),
               "Restore the file from version control, or write it anew with its own tool.");
}

// One event of the parser, freed with it.
class Event {
 public:
  explicit Event(const YamlApi& api) : api_(api) {}
  ~Event() {
    if (is_set_) api_.event_delete(&event_);
  }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  bool read(yaml_parser_t& parser) {
    is_set_ = api_.parser_parse(&parser, &event_) != 0;
    return is_set_;
  }
  const yaml_event_t* operator->() const { return &event_; }
  size_t line() const { return event_.start_mark.line + 1; }

 private:
  const YamlApi& api_;
  yaml_event_t event_{};
  bool is_set_ = false;
};

bool has_extras(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_SCALAR_EVENT:
      return event.data.scalar.anchor != nullptr || event.data.scalar.tag != nullptr;
    case YAML_SEQUENCE_START_EVENT:
      return event.data.sequence_start.anchor != nullptr ||
             event.data.sequence_start.tag != nullptr;
    case YAML_MAPPING_START_EVENT:
      return event.data.mapping_start.anchor != nullptr || event.data.mapping_start.tag != nullptr;
    default:
      return event.type == YAML_ALIAS_EVENT;
  }
}

// Builds documents from events; open collections are on a stack of its own, not the machine's.
class DocumentReader {
 public:
  DocumentReader(const YamlApi& api, yaml_parser_t& parser, const std::string& path)
      : api_(api), parser_(parser), path_(path) {}

  Result<std::vector<YamlNode>> read() {
    while (true) {
      Event event(api_);
      if (!event.read(parser_)) return broken();
      if (event->type == YAML_STREAM_END_EVENT) return std::move(documents_);
      GYRE_TRY(take(event));
    }
  }

 private:
  struct Open {
    YamlNode node;
    std::string key;
    bool has_key = false;
  };

  Error broken() const {
    const char* problem = parser_.problem ? parser_.problem : "not YAML";
    const size_t line = parser_.problem_mark.line + 1;
    return yaml_error(path_, problem, line);
  }

  Status take(const Event& event) {
    if (has_extras(*event.operator->()))
      return yaml_error(path_, "anchors, aliases and tags are not allowed", event.line());
    switch (event->type) {
      case YAML_SCALAR_EVENT: {
        YamlNode node;
        node.line = event.line();
        node.text.assign(reinterpret_cast<const char*>(event->data.scalar.value),
                         event->data.scalar.length);
        return add(std::move(node), event.line());
      }
      case YAML_SEQUENCE_START_EVENT:
        return open(YamlNode::Kind::kSequence, event.line());
      case YAML_MAPPING_START_EVENT:
        return open(YamlNode::Kind::kMapping, event.line());
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return close(event.line());
      default:
        return ok();
    }
  }

  Status open(YamlNode::Kind kind, size_t line) {
    if (open_.size() >= kMostDepth) return yaml_error(path_, "it is nested too deeply", line);
    if (!open_.empty() && open_.back().node.is_mapping() && !open_.back().has_key)
      return yaml_error(path_, "a key is not text", line);
    Open opened;
    opened.node.kind = kind;
    opened.node.line = line;
    open_.push_back(std::move(opened));
    return ok();
  }

  Status close(size_t line) {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    return add(std::move(node), line);
  }

  Status add(YamlNode node, size_t line) {
    if (open_.empty()) {
      if (documents_.size() >= kMostDocuments)
        return yaml_error(path_, "it has too many documents", line);
      documents_.push_back(std::move(node));
      return ok();
    }
    Open& above = open_.back();
    if (above.node.kind == YamlNode::Kind::kSequence) {
      above.node.items.push_back(std::move(node));
    } else if (!above.has_key) {
      above.key = std::move(node.text);
      above.has_key = true;
    } else {
      above.node.members.emplace_back(std::move(above.key), std::move(node));
      above.key.clear();
      above.has_key = false;
    }
    return ok();
  }

  const YamlApi& api_;
  yaml_parser_t& parser_;
  const std::string& path_;
  std::vector<Open> open_;
  std::vector<YamlNode> documents_;
};

}  // namespace

YamlNode::YamlNode() = default;
YamlNode::YamlNode(const YamlNode&) = default;
YamlNode::YamlNode(YamlNode&&) noexcept = default;
YamlNode& YamlNode::operator=(const YamlNode&) = default;
YamlNode& YamlNode::operator=(YamlNode&&) noexcept = default;
YamlNode::~YamlNode() = default;

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, node] : members) {
    if (name == key) return &node;
  }
  return nullptr;
}

std::string YamlNode::text_of(std::string_view key) const {
  const YamlNode* node = find(key);
  return node && node->kind == Kind::kScalar ? node->text : std::string();
}

Result<std::vector<YamlNode>> parse_yaml(std::string_view text, const std::string& path) {
  if (text.size() > kMostBytes) return yaml_error(path, "it is too large", 1);
  GYRE_ASSIGN(const YamlApi* api, load_yaml());
  yaml_parser_t parser;
  if (api->parser_initialize(&parser) == 0)
    return Error::from_errno_number(ENOMEM, "yaml_parser_initialize");
  Defer release([&parser, api] { api->parser_delete(&parser); });
  api->parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()),
                               text.size());
  return DocumentReader(*api, parser, path).read();
}

}  // namespace gyre::pkg
