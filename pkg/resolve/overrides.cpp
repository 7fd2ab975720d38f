#include "pkg/resolve/overrides.hpp"

#include <algorithm>

#include "pkg/manifest/manifest.hpp"
#include "pkg/semver/algorithms.hpp"

namespace gyre::pkg::resolve {

struct OverrideParser {
  WantCache& wants;

  static Error bad(const std::string& key, const char* why) {
    return Error(Code::EUSAGE, "\"overrides\" in package.json: the entry \"" + key + "\" " + why);
  }

  Result<std::unique_ptr<OverrideSet>> read(const std::string& key, const OrderedJson& json,
                                            const OverrideSet* parent) {
    std::unique_ptr<OverrideSet> set(new OverrideSet(wants));
    set->parent_ = parent;
    if (parent) GYRE_TRY(read_key(key, *set));
    std::string own;
    if (json.is_string())
      own = json.get<std::string>();
    else if (!json.is_object())
      return bad(key, "must be a text or an object");
    bool has_own = json.is_string();
    if (json.is_object()) {
      for (auto& [child_key, value] : json.items()) {
        if (child_key == ".") {
          if (!value.is_string()) return bad(key, "must have a text under \".\"");
          own = value.get<std::string>();
          has_own = true;
          continue;
        }
        GYRE_ASSIGN(auto child, read(child_key, value, set.get()));
        set->children_.push_back(std::move(child));
      }
    }
    if (parent) set->value_ = has_own ? (own.empty() ? "*" : own) : set->condition_->text;
    return set;
  }

  Status read_key(const std::string& key, OverrideSet& set) {
    size_t at = key.find('@', 1);
    set.key_ = key;
    set.name_ = key.substr(0, at);
    if (!is_valid_package_name(set.name_)) return bad(key, "does not begin with a package name");
    std::string spec = at == std::string::npos ? "" : key.substr(at + 1);
    set.condition_ = wants.get(set.name_, spec.empty() ? "*" : spec);
    return ok();
  }
};

Result<std::unique_ptr<OverrideSet>> OverrideSet::parse(const std::string& json, WantCache& wants) {
  OrderedJson document = OrderedJson::parse(json, nullptr, false);
  if (!document.is_object())
    return Error(Code::EUSAGE, "\"overrides\" in package.json must be an object");
  return OverrideParser{wants}.read("", document, nullptr);
}

std::vector<const OverrideSet*> OverrideSet::rules() const {
  std::vector<const OverrideSet*> out;
  auto add = [&out](const OverrideSet* rule) {
    bool known = std::any_of(out.begin(), out.end(), [rule](const OverrideSet* other) {
      return other->key_ == rule->key_;
    });
    if (!known) out.push_back(rule);
  };
  for (const OverrideSet* set = this; set; set = set->parent_) {
    for (const auto& child : set->children_) add(child.get());
    if (set->parent_) add(set);
  }
  return out;
}

const OverrideSet* OverrideSet::behind(std::string_view name, const Want& want) const {
  for (const OverrideSet* rule : rules()) {
    if (rule->name_ != name) continue;
    if (rule->condition_->text == "*") return rule;
    SpecKind kind = want.kind();
    bool compares = kind == SpecKind::kRange || kind == SpecKind::kVersion;
    if (!compares) return rule;
    if (want.range && rule->condition_->range &&
        semver::intersects(*want.range, *rule->condition_->range))
      return rule;
  }
  return this;
}

bool OverrideSet::has_equal_children(const OverrideSet& other) const {
  if (children_.size() != other.children_.size()) return false;
  for (const auto& child : children_) {
    auto twin = std::find_if(other.children_.begin(), other.children_.end(),
                             [&child](const auto& o) { return o->key_ == child->key_; });
    if (twin == other.children_.end() || (*twin)->value_ != child->value_ ||
        !child->has_equal_children(**twin))
      return false;
  }
  return true;
}

bool OverrideSet::is_equal(const OverrideSet* other) const {
  if (other == this) return true;
  if (!other || key_ != other->key_ || value_ != other->value_ || !has_equal_children(*other))
    return false;
  return parent_ ? parent_->is_equal(other->parent_) : other->parent_ == nullptr;
}

bool OverrideSet::contradict(const OverrideSet* first, const OverrideSet* second) {
  for (const OverrideSet* a : first->rules()) {
    for (const OverrideSet* b : second->rules()) {
      if (a->key_ != b->key_ || a->is_equal(b)) continue;
      if (a->value_.starts_with('$') || b->value_.starts_with('$')) continue;
      const Want* left = first->wants_.get(a->name_, a->value_);
      const Want* right = first->wants_.get(b->name_, b->value_);
      if (left->range && right->range && !semver::intersects(*left->range, *right->range))
        return true;
    }
  }
  return false;
}

const OverrideSet* OverrideSet::merge(const OverrideSet* first, const OverrideSet* second) {
  for (const OverrideSet* set = second; set; set = set->parent_) {
    if (set->is_equal(first)) return second;
  }
  for (const OverrideSet* set = first; set; set = set->parent_) {
    if (set->is_equal(second)) return first;
  }
  if (contradict(first, second)) return nullptr;
  for (const OverrideSet* b = second; b; b = b->parent_) {
    for (const OverrideSet* a = first; a; a = a->parent_) {
      if (a->is_equal(b)) return a;
    }
  }
  return nullptr;
}

}  // namespace gyre::pkg::resolve
