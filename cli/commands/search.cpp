// gyre search <words…>
#include <regex>

#include "cli/commands/command.hpp"
#include "cli/registry_session.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::cli {
namespace {

using pkg::OrderedJson;

struct Parameters {
  std::vector<std::string> words;
  std::string exclude, options;
  size_t limit = 20;
  bool is_parseable = false, has_no_description = false;
};

std::string lowered(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string text_at(const OrderedJson& json, const char* key) {
  if (!json.is_object()) return {};
  const auto found = json.find(key);
  return found != json.end() && found->is_string()
             ? pkg::printable_text(found->get<std::string>(), 5000)
             : std::string();
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// Keywords are a list, or a text with commas.
std::vector<std::string> keywords_of(const OrderedJson& package) {
  std::vector<std::string> out;
  const auto found = package.find("keywords");
  if (found == package.end()) return out;
  if (found->is_array()) {
    for (const OrderedJson& word : *found) {
      if (word.is_string()) out.push_back(pkg::printable_text(word.get<std::string>(), 200));
    }
  } else if (found->is_string()) {
    std::string text = found->get<std::string>();
    std::replace(text.begin(), text.end(), ',', ' ');
    out = words_of(pkg::printable_text(text, 2000));
  }
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string maintainers_of(const OrderedJson& package) {
  std::vector<std::string> names;
  const auto found = package.find("maintainers");
  if (found == package.end() || !found->is_array()) return {};
  for (const OrderedJson& person : *found) names.push_back(text_at(person, "username"));
  return joined(names);
}

// "/x/" excludes by regular expression, other words by containment.
Result<bool> is_excluded(const OrderedJson& package, const std::vector<std::string>& patterns) {
  const std::string text = lowered(text_at(package, "name") + " " + maintainers_of(package) + " " +
                                   joined(keywords_of(package)));
  for (std::string pattern : patterns) {
    if (!pattern.starts_with('/')) {
      if (text.find(pattern) != std::string::npos) return true;
      continue;
    }
    if (pattern.size() > 1 && pattern.ends_with('/')) pattern.pop_back();
    try {
      if (std::regex_search(text, std::regex(pattern.substr(1)))) return true;
    } catch (const std::regex_error&) {
      return Error(Code::EUSAGE, "\"" + pattern + "\" is no regular expression");
    }
  }
  return false;
}

void print_parseable(const Output& out, const OrderedJson& package, bool has_no_description) {
  std::string line;
  const std::string date = text_at(package, "date").substr(0, 10);
  std::string keywords;
  for (const std::string& word : keywords_of(package)) {
    keywords += (keywords.empty() ? "" : ",") + word;
  }
  const std::string description = has_no_description ? "" : text_at(package, "description");
  for (const std::string& column :
       {text_at(package, "name"), description, date.empty() ? "prehistoric" : date,
        text_at(package, "version"), keywords}) {
    if (!column.empty()) line += (line.empty() ? "" : "\t") + column;
  }
  out.print(line);
}

void print_entry(const Output& out, const OrderedJson& package, bool has_no_description) {
  const std::string name = text_at(package, "name");
  const std::string date = text_at(package, "date").substr(0, 10);
  const auto publisher = package.find("publisher");
  std::string user = publisher == package.end() ? "" : text_at(*publisher, "username");
  if (user.empty()) user = "???";
  out.print(out.styled_out(Style::kCyan, name));
  const std::string description = text_at(package, "description");
  if (!description.empty() && !has_no_description) out.print(description);
  out.print("Version " + text_at(package, "version") + " published " +
            (date.empty() ? "prehistoric" : date) + " by " + user);
  out.print("Maintainers: " + maintainers_of(package));
  const std::string keywords = joined(keywords_of(package));
  if (!keywords.empty()) out.print("Keywords: " + keywords);
  out.print("https://npm.im/" + name + "\n");
}

pkg::RegistryRequest search_request(pkg::RegistryApi& api, const Parameters& parameters) {
  std::string text;
  for (const std::string& word : parameters.words)
    text += (text.empty() ? "" : " ") + lowered(word);
  pkg::RegistryRequest request;
  request.url = api.url("-/v1/search?text=" + pkg::encode_component(text) +
                        "&size=" + std::to_string(parameters.limit) + "&from=0");
  // The weights npm sends.
  std::string rest = "&quality=0.65&popularity=0.98&maintenance=0.5";
  if (parameters.options.find("sortBy=quality") != std::string::npos) {
    rest = "&quality=1&popularity=0&maintenance=0";
  } else if (parameters.options.find("sortBy=popularity") != std::string::npos) {
    rest = "&quality=0&popularity=1&maintenance=0";
  } else if (parameters.options.find("sortBy=maintenance") != std::string::npos) {
    rest = "&quality=0&popularity=0&maintenance=1";
  }
  request.url += rest;
  request.subject = "the search";
  return request;
}

void execute(Context& context, const Parameters& parameters) {
  if (parameters.words.empty()) {
    return context.fail(Error(Code::EUSAGE, "search must be called with words to look for"));
  }
  auto options = context.options();
  if (!options) return context.fail(options.error());
  RegistrySession session(context, std::move(*options), "search");
  auto answer = session.api().json(search_request(session.api(), parameters));
  if (!answer) return context.fail(answer.error());
  const auto objects = answer->is_object() ? answer->find("objects") : answer->end();
  if (objects == answer->end() || !objects->is_array()) {
    return context.fail(Error(Code::EREGISTRYREPLY, "the answer to the search has no \"objects\""));
  }
  const std::vector<std::string> patterns = words_of(lowered(parameters.exclude));
  OrderedJson found = OrderedJson::array();
  for (OrderedJson& object : *objects) {
    if (!object.is_object() || !object.contains("package")) continue;
    OrderedJson& package = object["package"];
    if (!package.is_object()) continue;
    auto excluded = is_excluded(package, patterns);
    if (!excluded) return context.fail(excluded.error());
    if (!*excluded) found.push_back(std::move(package));
  }
  if (context.out.is_json) return print_json(context.out, found);
  for (const OrderedJson& package : found) {
    if (parameters.is_parseable) {
      print_parseable(context.out, package, parameters.has_no_description);
    } else {
      print_entry(context.out, package, parameters.has_no_description);
    }
  }
  if (!found.empty() || parameters.is_parseable) return;
  std::string shown;
  for (const std::string& word : parameters.words) shown += " \"" + word + "\"";
  context.out.print("No matches found for" + shown);
}

}  // namespace

void add_search(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("words", parameters->words, "What to look for");
  app.add_option("--searchlimit", parameters->limit, "Most packages to show (20)")
      ->check(CLI::Range(1, 250));
  app.add_option("--searchexclude", parameters->exclude, "Leave out what contains these words");
  app.add_option("--searchopts", parameters->options,
                 "sortBy=optimal, quality, popularity or maintenance");
  app.add_flag("--parseable,-p", parameters->is_parseable, "Tabs between columns");
  app.add_flag("--no-description", parameters->has_no_description, "Leave descriptions out");
  app.add_flag_callback(
         "--long,-l", [] {}, "Accepted for compatibility")
      ->group("");
  add_common_options(app, context);
  app.footer(
      "Examples:\n"
      "  gyre search pad string\n"
      "  gyre search logger --searchlimit 5 --json\n"
      "  gyre search test --searchexclude \"react /^@/\"");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
