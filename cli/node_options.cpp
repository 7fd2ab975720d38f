#include "cli/node_options.hpp"

#include <algorithm>
#include <string_view>

namespace gyre::cli {
namespace {

// Options that take the next argument when written without "=". All others stand alone.
constexpr std::string_view kTakesValue[] = {
    "--env-file",
    "--env-file-if-exists",
    "--loader",
    "--experimental-loader",
    "--title",
    "--icu-data-dir",
    "--openssl-config",
    "--redirect-warnings",
    "--diagnostic-dir",
    "--trace-event-categories",
    "--dns-result-order",
    "--watch-path",
    "--test-name-pattern",
    "--test-reporter",
    "--test-reporter-destination",
    "--unhandled-rejections",
    "--stack-trace-limit",
    "--max-http-header-size",
    "--secure-heap",
    "--tls-cipher-list",
    "--disable-warning",
    "--localstorage-file",
};

class Parser {
 public:
  Parser(const std::vector<std::string>& args, bool stdin_is_terminal)
      : args_(args), stdin_is_terminal_(stdin_is_terminal) {}

  Result<NodeCommand> run() {
    while (at_ < args_.size()) {
      const std::string& argument = args_[at_];
      if (argument == "--") {
        ++at_;
        break;
      }
      if (argument == "-" || argument.size() < 2 || argument[0] != '-') break;
      GYRE_TRY(parse_option(argument));
    }
    choose_entry();
    auto& rest = command_.request.args;
    rest.assign(args_.begin() + static_cast<ptrdiff_t>(at_), args_.end());
    return std::move(command_);
  }

 private:
  RuntimeRequest& request() { return command_.request; }

  // The option's value: after "=", or the next argument.
  Status take_value(const std::string& name, std::string& value) {
    const std::string& written = args_[at_];
    const size_t equals = written.starts_with("--") ? written.find('=') : std::string::npos;
    request().exec_args.push_back(written);
    ++at_;
    if (equals != std::string::npos) {
      value = written.substr(equals + 1);
      return ok();
    }
    if (at_ >= args_.size()) return Error(Code::EUSAGE, name + " requires an argument");
    value = args_[at_];
    request().exec_args.push_back(value);
    ++at_;
    return ok();
  }

  Status take_into(const std::string& name, std::vector<std::string>& list) {
    std::string value;
    GYRE_TRY(take_value(name, value));
    list.push_back(std::move(value));
    return ok();
  }

  Status take_code(const std::string& name) {
    request().kind = RuntimeRequest::Kind::kEval;
    is_eval_ = true;
    return take_value(name, request().entry);
  }

  Status parse_option(const std::string& written) {
    const std::string name = written.substr(0, written.find('='));
    if (name == "-e" || name == "--eval") return take_code(name);
    if (name == "-p" || name == "--print" || name == "-pe") {
      request().print_result = true;
      // `-p -e code` as well as `-p code`.
      const bool is_alone = written == name && at_ + 1 < args_.size() &&
                            (args_[at_ + 1] == "-e" || args_[at_ + 1] == "--eval");
      if (!is_alone) return take_code(name);
    } else if (name == "-r" || name == "--require") {
      return take_into(name, request().require_modules);
    } else if (name == "--import") {
      return take_into(name, request().import_modules);
    } else if (name == "-C" || name == "--conditions") {
      return take_into(name, request().conditions);
    } else if (name == "--input-type") {
      return take_value(name, request().input_type);
    } else if (name == "-c" || name == "--check") {
      request().check_only = true;
    } else if (name == "-i" || name == "--interactive") {
      is_interactive_ = true;
    } else if (name == "-v" || name == "--version") {
      command_.action = NodeCommand::Action::kVersion;
    } else if (name == "-h" || name == "--help") {
      command_.action = NodeCommand::Action::kHelp;
    } else if (written == name && std::find(std::begin(kTakesValue), std::end(kTakesValue), name) !=
                                      std::end(kTakesValue)) {
      std::string unused;
      return take_value(name, unused);
    }
    request().exec_args.push_back(written);
    ++at_;
    return ok();
  }

  void choose_entry() {
    if (is_eval_) return;
    if (at_ < args_.size() && args_[at_] != "-") {
      request().kind = RuntimeRequest::Kind::kRunFile;
      request().entry = args_[at_++];
      return;
    }
    const bool names_stdin = at_ < args_.size();
    if (names_stdin) request().entry = args_[at_++];
    const bool wants_repl = !names_stdin && (is_interactive_ || stdin_is_terminal_);
    request().kind = wants_repl ? RuntimeRequest::Kind::kRepl : RuntimeRequest::Kind::kStdin;
  }

  const std::vector<std::string>& args_;
  const bool stdin_is_terminal_;
  size_t at_ = 0;
  bool is_eval_ = false;
  bool is_interactive_ = false;
  NodeCommand command_;
};

}  // namespace

Result<NodeCommand> parse_node_command(const std::vector<std::string>& args,
                                       bool stdin_is_terminal) {
  return Parser(args, stdin_is_terminal).run();
}

}  // namespace gyre::cli
