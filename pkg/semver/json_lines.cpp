#include "pkg/semver/json_lines.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "pkg/semver/algorithms.hpp"

namespace gyre::semver {
namespace {

using Json = nlohmann::ordered_json;

struct Failure {
  std::string text;
};

// One request's arguments; getters raise Failure, caught in answer_json_line.
class Call {
 public:
  Call(const Json& args, const Json& opts) : args_(args) {
    if (opts.is_boolean()) options_.mode = opts.get<bool>() ? Mode::kLoose : Mode::kStrict;
    if (!opts.is_object()) return;
    auto flag = [&opts](const char* name) {
      auto found = opts.find(name);
      return found != opts.end() && found->is_boolean() && found->get<bool>();
    };
    if (flag("loose")) options_.mode = Mode::kLoose;
    if (flag("includePrerelease")) options_.prereleases = Prereleases::kInclude;
    right_to_left_ = flag("rtl");
  }

  const RangeOptions& options() const { return options_; }
  Mode mode() const { return options_.mode; }
  bool right_to_left() const { return right_to_left_; }
  const Json& at(size_t index) const {
    static const Json kNull;
    return index < args_.size() ? args_[index] : kNull;
  }
  std::string text(size_t index) const {
    if (!at(index).is_string())
      throw Failure{"argument " + std::to_string(index) + " is no string"};
    return at(index).get<std::string>();
  }
  std::vector<std::string> texts(size_t index) const {
    if (!at(index).is_array()) throw Failure{"argument " + std::to_string(index) + " is no list"};
    std::vector<std::string> out;
    for (const Json& item : at(index)) {
      if (item.is_string()) out.push_back(item.get<std::string>());
    }
    return out;
  }
  std::optional<Version> try_version(size_t index) const {
    return at(index).is_string() ? parse(text(index), mode()) : std::nullopt;
  }
  Version version(size_t index) const {
    if (auto version = try_version(index)) return *version;
    throw Failure{"Invalid Version: " + at(index).dump()};
  }
  Version loose_version(size_t index) const {
    std::optional<Version> version;
    if (at(index).is_string()) version = parse(text(index), Mode::kLoose);
    if (version) return *version;
    throw Failure{"Invalid Version: " + at(index).dump()};
  }
  std::optional<Range> try_range(size_t index) const {
    return at(index).is_string() ? Range::parse(text(index), options_) : std::nullopt;
  }
  Range range(size_t index) const {
    if (auto range = try_range(index)) return *range;
    throw Failure{"Invalid SemVer Range: " + at(index).dump()};
  }

 private:
  const Json& args_;
  RangeOptions options_;
  bool right_to_left_ = false;
};

Json text_or_null(const std::optional<Version>& version) {
  return version ? Json(version->text()) : Json();
}

Json prerelease_json(const Version& version) {
  Json out = Json::array();
  for (const Identifier& word : version.prerelease)
    out.push_back(word.is_number ? Json(word.number) : Json(word.text));
  return out;
}

Json parse_op(const Call& call) {
  std::optional<Version> version = call.try_version(0);
  if (!version) return Json();
  Json out = {{"major", version->major}, {"minor", version->minor}, {"patch", version->patch}};
  out["prerelease"] = prerelease_json(*version);
  out["build"] = version->build;
  return out;
}

Json increment_op(const Call& call) {
  std::optional<Version> version = call.try_version(0);
  std::string identifier = call.at(2).is_string() ? call.text(2) : "";
  const Json& given = call.at(3);
  IdentifierBase base = IdentifierBase::kZero;
  if (given.is_boolean())
    base = given.get<bool>() ? IdentifierBase::kOne : IdentifierBase::kNone;
  else if (given.is_number())
    base = given.get<double>() != 0 ? IdentifierBase::kOne : base;
  else if (given.is_string() && given.get<std::string>() == "1")
    base = IdentifierBase::kOne;
  if (!version) return Json();
  return text_or_null(increment(*version, call.text(1), identifier, base, call.mode()));
}

Json best_op(const Call& call, bool highest) {
  std::vector<std::string> versions = call.texts(0);
  std::optional<Range> range = call.try_range(1);
  if (!range) return Json();
  size_t best = highest ? max_satisfying(versions, *range) : min_satisfying(versions, *range);
  return best == kNone ? Json() : Json(versions[best]);
}

Json sort_op(const Call& call, int sign) {
  std::vector<std::pair<Version, std::string>> versions;
  for (const std::string& text : call.texts(0)) {
    std::optional<Version> version = parse(text, call.mode());
    if (!version) throw Failure{"Invalid Version: " + text};
    versions.emplace_back(std::move(*version), text);
  }
  std::stable_sort(versions.begin(), versions.end(), [sign](const auto& a, const auto& b) {
    return sign * compare_build(a.first, b.first) < 0;
  });
  Json out = Json::array();
  for (const auto& [version, text] : versions) out.push_back(text);
  return out;
}

Json diff_op(const Call& call) {
  std::optional<Version> a = parse(call.text(0)), b = parse(call.text(1));
  if (!a || !b) throw Failure{"Invalid Version: " + call.text(a ? 1 : 0)};
  std::string_view difference = semver::difference(*a, *b);
  return difference.empty() ? Json() : Json(std::string(difference));
}

Json coerce_op(const Call& call) {
  std::string text;
  if (call.at(0).is_string())
    text = call.text(0);
  else if (call.at(0).is_number_integer())
    text = call.at(0).dump();
  else if (call.at(0).is_number())
    text = call.at(0).dump();
  else
    return Json();
  Direction direction = call.right_to_left() ? Direction::kRightToLeft : Direction::kLeftToRight;
  return text_or_null(coerce(text, direction, call.options()));
}

Json comparators_op(const Call& call) {
  Json out = Json::array();
  Range range = call.range(0);
  for (const ComparatorSet& set : range.alternatives()) {
    Json list = Json::array();
    for (const Comparator& comparator : set) list.push_back(comparator.text());
    out.push_back(std::move(list));
  }
  return out;
}

Json valid_range_op(const Call& call) {
  std::optional<Range> range = call.try_range(0);
  if (!range) return Json();
  std::string text = range->text();
  return text.empty() ? "*" : text;
}

Json satisfies_op(const Call& call) {
  std::optional<Version> version = call.try_version(0);
  std::optional<Range> range = call.try_range(1);
  return version && range && range->test(*version);
}

Json comparator_intersects_op(const Call& call) {
  auto a = parse_comparator(call.text(0), call.mode());
  auto b = parse_comparator(call.text(1), call.mode());
  if (!a || !b) throw Failure{"Invalid comparator: " + call.text(a ? 1 : 0)};
  return intersects(*a, *b, call.options());
}

Json prerelease_op(const Call& call) {
  std::optional<Version> version = call.try_version(0);
  if (!version || version->prerelease.empty()) return Json();
  return prerelease_json(*version);
}

Json truncate_op(const Call& call) {
  std::optional<Version> version = call.try_version(0);
  return version ? text_or_null(truncate(*version, call.text(1))) : Json();
}

Json subset_op(const Call& call) {
  // Two equal texts contain each other, even where nothing satisfies them.
  if (call.at(0).is_string() && call.at(0) == call.at(1)) return true;
  return is_subset(call.range(0), call.range(1));
}

bool holds(std::string_view relation, int order, const Call& call) {
  if (relation == "" || relation == "=" || relation == "==") return order == 0;
  if (relation == "!=") return order != 0;
  if (relation == ">") return order > 0;
  if (relation == ">=") return order >= 0;
  if (relation == "<") return order < 0;
  if (relation == "<=") return order <= 0;
  if (relation == "===") return call.at(0) == call.at(2);
  if (relation == "!==") return call.at(0) != call.at(2);
  throw Failure{"Invalid operator: " + std::string(relation)};
}

Json relation_op(const Call& call) {
  std::string relation = call.text(1);
  if (relation == "===" || relation == "!==") return holds(relation, 0, call);
  // A wrong relation is told before a wrong version.
  holds(relation, 0, call);
  return holds(relation, compare(call.version(0), call.version(2)), call);
}

Json outside_op(const Call& call) {
  std::string side = call.text(2);
  if (side != ">" && side != "<") throw Failure{"Must provide a hilo val of \"<\" or \">\""};
  return is_outside(call.version(0), call.range(1), side == ">" ? Side::kAbove : Side::kBelow);
}

// "eq", "gt" and the like: `relation` between the two arguments.
std::function<Json(const Call&)> relation(const char* relation) {
  return [relation](const Call& call) {
    return Json(holds(relation, compare(call.version(0), call.version(1)), call));
  };
}

using Operation = std::function<Json(const Call&)>;

const std::map<std::string, Operation, std::less<>>& operations() {
  static const std::map<std::string, Operation, std::less<>> kOperations = {
      {"satisfies", satisfies_op},
      {"valid", [](const Call& c) { return text_or_null(c.try_version(0)); }},
      {"clean", [](const Call& c) { return text_or_null(clean(c.text(0), c.mode())); }},
      {"parse", parse_op},
      {"prerelease", prerelease_op},
      {"valid-range", valid_range_op},
      {"compare", [](const Call& c) { return Json(compare(c.version(0), c.version(1))); }},
      {"rcompare", [](const Call& c) { return Json(compare(c.version(1), c.version(0))); }},
      {"compare-build",
       [](const Call& c) { return Json(compare_build(c.version(0), c.version(1))); }},
      {"max-satisfying", [](const Call& c) { return best_op(c, true); }},
      {"min-satisfying", [](const Call& c) { return best_op(c, false); }},
      {"sort", [](const Call& c) { return sort_op(c, 1); }},
      {"rsort", [](const Call& c) { return sort_op(c, -1); }},
      {"intersects", [](const Call& c) { return Json(intersects(c.range(0), c.range(1))); }},
      {"comparator-intersects", comparator_intersects_op},
      {"gtr",
       [](const Call& c) { return Json(is_outside(c.version(0), c.range(1), Side::kAbove)); }},
      {"ltr",
       [](const Call& c) { return Json(is_outside(c.version(0), c.range(1), Side::kBelow)); }},
      {"min-version", [](const Call& c) { return text_or_null(min_version(c.range(0))); }},
      {"subset", subset_op},
      {"simplify",
       [](const Call& c) { return Json(simplify(c.texts(0), c.text(1), c.options())); }},
      {"to-comparators", comparators_op},
      {"inc", increment_op},
      {"coerce", coerce_op},
      {"diff", diff_op},
      {"truncate", truncate_op},
      {"major", [](const Call& c) { return Json(c.version(0).major); }},
      {"minor", [](const Call& c) { return Json(c.version(0).minor); }},
      {"patch", [](const Call& c) { return Json(c.version(0).patch); }},
      {"eq", relation("=")},
      {"neq", relation("!=")},
      {"gt", relation(">")},
      {"gte", relation(">=")},
      {"lt", relation("<")},
      {"lte", relation("<=")},
      {"cmp", relation_op},
      {"outside", outside_op},
      {"compare-loose",
       [](const Call& c) { return Json(compare(c.loose_version(0), c.loose_version(1))); }},
  };
  return kOperations;
}

std::string error_line(const std::string& text) {
  return Json{{"error", text}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string answer_json_line(std::string_view line) {
  Json request = Json::parse(line, nullptr, false);
  if (request.is_discarded() || !request.is_object()) return error_line("not a JSON object");
  auto op = request.find("op"), args = request.find("args"), opts = request.find("opts");
  if (op == request.end() || !op->is_string()) return error_line("\"op\" must be a string");
  if (args == request.end() || !args->is_array()) return error_line("\"args\" must be a list");
  auto found = operations().find(op->get<std::string>());
  if (found == operations().end())
    return error_line("unknown op \"" + op->get<std::string>() + "\"");
  try {
    Json answer;
    answer["ok"] = found->second(Call(*args, opts == request.end() ? Json() : *opts));
    return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
  } catch (const Failure& failure) {
    return error_line(failure.text);
  }
}

}  // namespace gyre::semver
