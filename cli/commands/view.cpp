// gyre view [<name[@version]>] [<field>…]
#include <cmath>
#include <ctime>

#include "cli/commands/command.hpp"
#include "cli/inspect.hpp"
#include "cli/registry_session.hpp"
#include "cli/workspaces.hpp"
#include "pkg/pack/pack.hpp"
#include "pkg/registry/single_package.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/registry/view.hpp"

namespace gyre::cli {
namespace {

using pkg::OrderedJson;

struct Parameters {
  std::vector<std::string> words;
  WorkspaceChoice workspaces;
};

std::string text_at(const OrderedJson& json, const char* key) {
  if (!json.is_object()) return {};
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string safe(const std::string& text) { return pkg::printable_text(text, 2000); }

// Seconds since the epoch of an ISO date; 0 if it is none.
int64_t seconds_of(const std::string& date) {
  std::tm parts{};
  if (::strptime(date.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return 0;
  return ::timegm(&parts);
}

// "3 weeks ago".
std::string age_text(int64_t then, int64_t now) {
  const int64_t delta = std::abs(now - then);
  const char* suffix = now >= then ? " ago" : " from now";
  struct Unit {
    int64_t seconds, until;
    const char *one, *many;
  };
  constexpr int64_t kMinute = 60, kHour = 3600, kDay = 86400;
  static constexpr Unit kUnits[] = {
      {kMinute, kHour, "a minute", "minutes"},
      {kHour, kDay, "an hour", "hours"},
      {kDay, 7 * kDay, "a day", "days"},
      {7 * kDay, 30 * kDay, "a week", "weeks"},
      {30 * kDay, 365 * kDay, "a month", "months"},
  };
  if (delta < 30) return "just now";
  if (delta < kMinute) return std::to_string(delta) + " seconds" + suffix;
  for (const Unit& unit : kUnits) {
    if (delta >= unit.until) continue;
    const int64_t count = delta / unit.seconds;
    if (count == 1 && unit.seconds == kDay) return now >= then ? "yesterday" : "tomorrow";
    return (count == 1 ? unit.one : std::to_string(count) + " " + unit.many) + suffix;
  }
  const bool is_one = delta / (365 * kDay) == 1;
  return std::string(is_one ? "a year" : "over a year") + suffix;
}

class Pretty {
 public:
  Pretty(const Output& out, const OrderedJson& document) : out_(out), document_(document) {}

  void print() {
    print_head();
    print_dist();
    print_dependencies();
    print_people();
    print_tags();
    print_publication();
  }

 private:
  std::string in(Style style, const std::string& text) const {
    return out_.styled_out(style, safe(text));
  }
  const OrderedJson& member(const char* key) const {
    static const OrderedJson none;
    const auto found = document_.find(key);
    return found == document_.end() ? none : *found;
  }

  void print_head() const {
    const OrderedJson& license_field = member("license");
    std::string license = license_field.is_string() ? license_field.get<std::string>()
                                                    : text_at(license_field, "type");
    if (license.empty()) license = "Proprietary";
    const size_t deps = member("dependencies").is_object() ? member("dependencies").size() : 0;
    out_.print("");
    out_.print(in(Style::kCyan, text_at(document_, "name") + "@" + text_at(document_, "version")) +
               " | " + in(license == "Proprietary" ? Style::kRed : Style::kGreen, license) +
               " | deps: " + in(Style::kCyan, deps == 0 ? "none" : std::to_string(deps)) +
               " | versions: " + in(Style::kCyan, std::to_string(member("versions").size())));
    const std::string description = text_at(document_, "description");
    if (!description.empty()) out_.print(safe(description));
    std::string site = text_at(document_, "homepage");
    if (site.empty()) site = text_at(member("homepage"), "url");
    if (!site.empty()) out_.print(in(Style::kCyan, site));
    const std::string deprecated = text_at(document_, "deprecated");
    if (!deprecated.empty()) {
      out_.print("\n" + in(Style::kRed, "DEPRECATED") + " ⚠️  - " + safe(deprecated));
    }
    print_list("keywords", member("keywords"));
    if (member("bin").is_object() && !member("bin").empty()) {
      std::vector<std::string> names;
      for (const auto& [name, path] : member("bin").items()) names.push_back(name);
      print_list("bin", OrderedJson(names));
    }
  }

  void print_list(const char* label, const OrderedJson& list) const {
    std::string line;
    if (!list.is_array()) return;
    for (const OrderedJson& item : list) {
      if (item.is_string()) line += (line.empty() ? "" : ", ") + in(Style::kCyan, item);
    }
    if (!line.empty()) out_.print("\n" + std::string(label) + ": " + line);
  }

  void print_dist() const {
    const OrderedJson& dist = member("dist");
    out_.print("\ndist");
    out_.print(".tarball: " + in(Style::kCyan, text_at(dist, "tarball")));
    out_.print(".shasum: " + in(Style::kGreen, text_at(dist, "shasum")));
    const std::string integrity = text_at(dist, "integrity");
    if (!integrity.empty()) out_.print(".integrity: " + in(Style::kGreen, integrity));
    if (!dist.is_object()) return;
    const auto size = dist.find("unpackedSize");
    if (size != dist.end() && size->is_number_unsigned() && *size != 0) {
      out_.print(".unpackedSize: " +
                 in(Style::kCyan, pkg::packed_size_text(size->get<uint64_t>())));
    }
  }

  void print_dependencies() const {
    constexpr size_t kMost = 24;
    const OrderedJson& dependencies = member("dependencies");
    if (!dependencies.is_object() || dependencies.empty()) return;
    std::string line;
    size_t count = 0;
    for (const auto& [name, range] : dependencies.items()) {
      if (count++ == kMost) break;
      line += (line.empty() ? "" : ", ") + in(Style::kCyan, name) + ": " +
              (range.is_string() ? safe(range) : "");
    }
    out_.print("\ndependencies:\n" + line);
    if (dependencies.size() > kMost) {
      out_.print("(...and " + std::to_string(dependencies.size() - kMost) + " more.)");
    }
  }

  void print_people() const {
    const OrderedJson& people = member("maintainers");
    if (!people.is_array() || people.empty()) return;
    out_.print("\nmaintainers:");
    for (const OrderedJson& person : people) {
      out_.print("- " +
                 safe(person.is_string() ? person.get<std::string>() : pkg::person_text(person)));
    }
  }

  void print_tags() const {
    constexpr size_t kMost = 5;
    struct Tag {
      int64_t time;
      std::string name, version;
    };
    std::vector<Tag> tags;
    if (!member("dist-tags").is_object()) return;
    for (const auto& [name, version] : member("dist-tags").items()) {
      if (!version.is_string()) continue;
      const std::string text = version.get<std::string>();
      const int64_t time =
          name == "latest" ? INT64_MAX : seconds_of(text_at(member("time"), text.c_str()));
      tags.push_back({time, name, text});
    }
    std::stable_sort(tags.begin(), tags.end(), [](const Tag& a, const Tag& b) {
      return a.time != b.time ? a.time > b.time : a.name > b.name;
    });
    out_.print("\ndist-tags:");
    for (size_t i = 0; i < std::min(tags.size(), kMost); ++i) {
      out_.print(in(Style::kCyan, tags[i].name) + ": " + safe(tags[i].version));
    }
    if (tags.size() > kMost) {
      out_.print("(...and " + std::to_string(tags.size() - kMost) + " more.)");
    }
  }

  void print_publication() const {
    const OrderedJson& user = member("_npmUser");
    if (!user.is_object() && !member("time").is_object()) return;
    std::string line = "published";
    const int64_t time = seconds_of(text_at(member("time"), text_at(document_, "version").c_str()));
    if (time != 0) line += " " + in(Style::kCyan, age_text(time, std::time(nullptr)));
    if (user.is_object()) line += " by " + safe(pkg::person_text(user));
    out_.print("\n" + line);
  }

  const Output& out_;
  const OrderedJson& document_;
};

// One version's answer without its frame: npm drops frames that hold one thing.
OrderedJson json_answer(const std::vector<pkg::ViewedVersion>& versions) {
  OrderedJson list = OrderedJson::array();
  for (const pkg::ViewedVersion& viewed : versions) {
    OrderedJson fields = OrderedJson::object();
    for (const auto& [name, value] : viewed.fields) {
      if (value) fields[name] = pkg::with_short_people(*value);
    }
    if (!viewed.fields.empty()) list.push_back(std::move(fields));
  }
  if (!list.empty() && list[0].size() == 1) {
    const std::string name = list[0].begin().key();
    for (OrderedJson& fields : list) {
      OrderedJson value = fields.value(name, OrderedJson());
      fields = std::move(value);
    }
  }
  if (list.size() == 1) {
    OrderedJson only = std::move(list[0]);
    return only;
  }
  return list;
}

void print_fields(const Output& out, const std::string& name,
                  const std::vector<pkg::ViewedVersion>& versions) {
  size_t answered = 0;
  for (const pkg::ViewedVersion& viewed : versions) answered += viewed.fields.empty() ? 0 : 1;
  const bool names_versions = answered > 1;
  bool names_fields = false;
  for (const pkg::ViewedVersion& viewed : versions) {
    names_fields = names_fields || viewed.fields.size() > 1;
    for (const auto& [field, value] : viewed.fields) {
      const OrderedJson shown = value ? pkg::with_short_people(*value) : OrderedJson();
      const bool is_plain = shown.is_string() && !names_versions && !names_fields;
      const std::string text = is_plain ? shown.get<std::string>()
                               : value  ? inspect(shown)
                                        : "undefined";
      out.print((names_versions ? name + "@" + viewed.version + " " : "") +
                (names_fields ? field + " = " : "") + text);
    }
  }
}

class Viewer {
 public:
  Viewer(Context& context, RegistrySession& session) : context_(context), session_(session) {}

  // `report` gets the answer under --json where several packages are viewed.
  Status view(const std::string& argument, const std::vector<std::string>& fields,
              OrderedJson* report) {
    GYRE_ASSIGN(const pkg::Spec spec, pkg::parse_argument(argument));
    if (!spec.is_registry()) {
      return Error(Code::EUSAGE, "view asks a registry: \"" + argument + "\" is no package there");
    }
    const std::string name = spec.target_name.empty() ? spec.name : spec.target_name;
    GYRE_ASSIGN(OrderedJson packument, pkg::ask_packument(session_.api(), name));
    pkg::ViewRequest request;
    request.wanted = spec.fetch_spec.empty() || spec.fetch_spec == "*"
                         ? session_.options().default_tag
                         : spec.fetch_spec;
    request.fields = fields;
    request.keeps_arrays = context_.out.is_json;
    GYRE_ASSIGN(const auto versions, pkg::view_versions(std::move(packument), request));
    if (context_.out.is_json) {
      OrderedJson answer = json_answer(versions);
      if (report != nullptr)
        (*report)[name] = std::move(answer);
      else if (!(answer.is_array() && answer.empty() && versions.size() != 1)) {
        print_json(context_.out, answer);
      }
    } else if (fields.empty()) {
      for (const auto& viewed : versions) Pretty(context_.out, viewed.document).print();
    } else {
      print_fields(context_.out, name, versions);
    }
    return ok();
  }

 private:
  Context& context_;
  RegistrySession& session_;
};

bool is_local(const std::string& word) { return word == "." || word.starts_with(".@"); }

void execute(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  RegistrySession session(context, std::move(*options), "view");
  Viewer viewer(context, session);
  const std::string word = parameters.words.empty() ? "." : parameters.words[0];
  const std::vector<std::string> fields(
      parameters.words.begin() + (parameters.words.empty() ? 0 : 1), parameters.words.end());
  if (!is_local(word)) {
    if (parameters.workspaces.is_given()) {
      context.out.warning({"", "workspaces are ignored for the package named"});
    }
    const Status viewed = viewer.view(word, fields, nullptr);
    if (!viewed) context.fail(viewed.error());
    return;
  }
  auto folders = chosen_folders(session.options(), parameters.workspaces);
  if (!folders) return context.fail(folders.error());
  OrderedJson report = OrderedJson::object();
  const bool is_many = parameters.workspaces.is_given();
  for (const std::string& folder : *folders) {
    auto manifest = pkg::load_manifest(folder + "/package.json");
    if (!manifest) return context.fail(manifest.error());
    const std::string& name = manifest->meta.name;
    if (name.empty()) {
      return context.fail(Error(Code::EPKGJSON, folder + "/package.json has no name"));
    }
    if (is_many && !context.out.is_json && !fields.empty()) context.out.print(name + ":");
    const Status viewed = viewer.view(name + word.substr(1), fields, is_many ? &report : nullptr);
    if (!viewed && (!is_many || viewed.error().code() != "E404" || context.out.is_json)) {
      return context.fail(viewed.error());
    }
    if (!viewed) context.fail(viewed.error());
  }
  if (is_many && context.out.is_json) print_json(context.out, report);
}

}  // namespace

void add_view(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("words", parameters->words,
                 "name[@version], then fields such as dist.tarball or versions[0]");
  add_setting_option(app, context, "--tag", "tag", "Version to show where none is named (latest)");
  add_workspace_options(app, parameters->workspaces);
  add_common_options(app, context);
  app.footer(
      "Examples:\n"
      "  gyre view left-pad                    what people want to know\n"
      "  gyre view left-pad@^1 version         one line per version\n"
      "  gyre view left-pad versions --json\n"
      "  gyre view left-pad dist.tarball maintainers[0].name\n"
      "  gyre view                             this folder's package");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
