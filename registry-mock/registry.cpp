#include "registry-mock/registry.hpp"

#include "registry-mock/delivery.hpp"
#include "registry-mock/files.hpp"
#include "registry-mock/routes.hpp"

namespace gyre::registry_mock {
namespace {

std::string path_of(const Options& options, const char* name) {
  return options.packages.empty() ? std::string() : options.packages.front() + "/" + name;
}

}  // namespace

Registry::Registry(loop::Loop& loop, Options options)
    : loop_(loop),
      options_(std::move(options)),
      catalog_(options_.packages),
      key_(path_of(options_, "_signing_key.pem")),
      upstream_(loop, options_.upstream) {}

Registry::~Registry() { close(); }

Result<std::unique_ptr<Registry>> Registry::listen(loop::Loop& loop, Options options) {
  std::unique_ptr<Registry> registry(new Registry(loop, std::move(options)));
  GYRE_TRY(registry->accounts_.load(path_of(registry->options_, "_accounts.json")));
  GYRE_ASSIGN(const io::Endpoint address,
              io::Endpoint::parse_ip("127.0.0.1", registry->options_.port));
  Registry* self = registry.get();
  io::http::ServerOptions limits;
  limits.keep_alive_timeout = Milliseconds(30'000);
  GYRE_ASSIGN(registry->server_,
              io::http::Server::listen(
                  loop, address,
                  [self](io::http::Request request, io::http::Responder responder) {
                    self->answer(std::move(request), responder);
                  },
                  limits));
  return registry;
}

std::string Registry::url() const {
  return "http://127.0.0.1:" + std::to_string(server_->port()) + "/";
}

void Registry::close() {
  if (server_) server_->close();
}

void Registry::set_time(std::optional<uint64_t> milliseconds) {
  clock_.set(milliseconds);
  catalog_.forget_rendered();
}

Surroundings Registry::surroundings(std::string base_url) {
  return {&clock_, &key_, std::move(base_url)};
}

// One request and what is to happen to its answer.
struct Registry::Exchange {
  io::http::Request request;
  io::http::Responder responder;
  std::optional<Fault> fault;
  uint64_t number = 0;
};

void Registry::answer(io::http::Request request, const io::http::Responder& responder) {
  if (auto control = answer_control(*this, split_question(request, url()))) {
    return responder.send(*control);
  }
  auto exchange = std::make_shared<Exchange>(Exchange{std::move(request), responder, {}, 0});
  exchange->number = journal_.add(exchange->request);
  const Fault* fault = faults_.match(exchange->request.method, exchange->request.target);
  if (fault) exchange->fault = *fault;
  if (fault && fault->replaces_answer()) return finish(*exchange, io::http::Response());
  if (upstream_.is_set()) return answer_with_upstream(std::move(exchange));
  finish(*exchange, std::nullopt);
}

Answer Registry::route(const Question& question) {
  if (!question.package.empty() && question.is_read()) {
    const Access access = accounts_.may_read(question.package, question.request);
    if (access != Access::kAllowed) return access_answer(access);
  }
  using Area = Answer (*)(Registry&, const Question&);
  for (const Area area : {&answer_reading, &answer_publishing, &answer_package_settings,
                          &answer_users, &answer_discovery}) {
    if (auto response = area(*this, question)) return response;
  }
  return std::nullopt;
}

void Registry::finish(const Exchange& exchange, std::optional<io::http::Response> response) {
  const Question question = split_question(exchange.request, url());
  const Fault* fault = exchange.fault ? &*exchange.fault : nullptr;
  if (!response) response = route(question);
  if (!response) response = failure_answer(404, "not found");
  if (JournalEntry* entry = journal_.find(exchange.number)) {
    entry->status = fault && fault->status ? *fault->status : response->status;
    entry->fault = fault ? fault->id : 0;
  }
  deliver(exchange.responder, std::move(*response), fault,
          question.is("HEAD") ? BodySent::kNo : BodySent::kYes);
}

void Registry::answer_with_upstream(std::shared_ptr<Exchange> exchange) {
  const Question question = split_question(exchange->request, url());
  if (!is_package_name(question.package) || !question.is_read() ||
      catalog_.has_removed(question.package)) {
    return finish(*exchange, std::nullopt);
  }
  auto package = catalog_.find(question.package);
  if (!package) return finish(*exchange, failure_answer(package.error()));
  if (*package) return bring_archive(std::move(exchange), **package);
  upstream_.packument(question.package, [this, exchange](Result<std::string> text) {
    take_packument(exchange, std::move(text));
  });
}

void Registry::take_packument(std::shared_ptr<Exchange> exchange, Result<std::string> text) {
  const std::string name = split_question(exchange->request, url()).package;
  auto document = text ? json::parse(*text) : Result<json::Value>(text.error());
  if (!document) {
    const bool is_absent = document.error().is(Code::E404);
    return finish(*exchange, failure_answer(is_absent ? 404 : 502, document.error().message()));
  }
  if (options_.record && !catalog_.folders().empty()) {
    const Status written = write_file(catalog_.folder_for(name) + "/_packument.json", *text);
    if (!written) return finish(*exchange, failure_answer(written.error()));
  }
  // Another request may have brought it meanwhile.
  auto known = catalog_.find(name);
  Package& package = known && *known ? **known : catalog_.adopt(name, *document);
  bring_archive(std::move(exchange), package);
}

void Registry::bring_archive(std::shared_ptr<Exchange> exchange, Package& package) {
  const Question question = split_question(exchange->request, url());
  const bool is_archive = question.rest.size() >= 2 && question.rest[0] == "-";
  if (!is_archive) return finish(*exchange, std::nullopt);
  for (const auto& [number, version] : package.versions) {
    const bool is_meant = version.file_name == question.rest.back();
    if (!is_meant || version.archive || version.source != Source::kUpstream) continue;
    upstream_.archive(version.upstream_url,
                      [this, exchange, number = number](Result<std::string> bytes) {
                        take_archive(exchange, number, std::move(bytes));
                      });
    return;
  }
  finish(*exchange, std::nullopt);
}

void Registry::take_archive(std::shared_ptr<Exchange> exchange, const std::string& number,
                            Result<std::string> bytes) {
  if (!bytes) {
    const bool is_absent = bytes.error().is(Code::E404);
    return finish(*exchange, failure_answer(is_absent ? 404 : 502, bytes.error().message()));
  }
  const std::string name = split_question(exchange->request, url()).package;
  auto package = catalog_.find(name);
  Version* version = package && *package ? (*package)->find(number) : nullptr;
  if (version == nullptr) return finish(*exchange, failure_answer(404, "Not found"));
  if (options_.record && !catalog_.folders().empty()) {
    const std::string path = catalog_.folder_for(name) + "/" + number + ".tgz";
    const Status written = write_file(path, *bytes);
    if (!written) return finish(*exchange, failure_answer(written.error()));
    version->source = Source::kArchive;
    version->path = path;
  } else {
    version->archive = std::make_shared<const std::string>(std::move(*bytes));
  }
  finish(*exchange, std::nullopt);
}

Result<std::unique_ptr<Server>> Server::start(Options options) {
  std::unique_ptr<Server> server(new Server());
  std::promise<Status> started;
  std::future<Status> outcome = started.get_future();
  server->thread_ = std::thread([self = server.get(), options = std::move(options),
                                 &started]() mutable { self->run(std::move(options), started); });
  Status status = outcome.get();
  if (!status) return std::move(status).error();
  return server;
}

void Server::run(Options options, std::promise<Status>& started) {
  auto loop = loop::Loop::create();
  if (!loop) return started.set_value(std::move(loop).error());
  auto registry = Registry::listen(**loop, std::move(options));
  if (!registry) return started.set_value(std::move(registry).error());
  loop_ = loop->get();
  mailbox_ = loop_->mailbox();
  registry_ = registry->get();
  url_ = registry_->url();
  started.set_value(ok());
  loop_->run();
  registry_->close();
  loop_->shut_down();
}

Server::~Server() {
  if (mailbox_) mailbox_->post([this] { loop_->stop(); });
  if (thread_.joinable()) thread_.join();
}

void Server::with(std::function<void(Registry&)> task) {
  std::promise<void> done;
  std::future<void> finished = done.get_future();
  const bool was_posted = mailbox_->post([this, &task, &done] {
    task(*registry_);
    done.set_value();
  });
  if (was_posted) finished.wait();
}

Result<uint64_t> Server::add_fault(std::string_view text) {
  GYRE_ASSIGN(const json::Value value, json::parse(text));
  GYRE_ASSIGN(Fault fault, Fault::from_json(value));
  return add_fault(std::move(fault));
}

uint64_t Server::add_fault(Fault fault) {
  uint64_t id = 0;
  with([&](Registry& registry) { id = registry.faults().add(std::move(fault)); });
  return id;
}

void Server::clear_faults() {
  with([](Registry& registry) { registry.faults().clear(); });
}

std::vector<JournalEntry> Server::requests() {
  std::vector<JournalEntry> entries;
  with([&](Registry& registry) { entries = registry.journal().entries(); });
  return entries;
}

void Server::clear_journal() {
  with([](Registry& registry) { registry.journal().clear(); });
}

void Server::set_time(std::optional<uint64_t> milliseconds) {
  with([milliseconds](Registry& registry) { registry.set_time(milliseconds); });
}

}  // namespace gyre::registry_mock
