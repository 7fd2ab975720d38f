#include "registry-mock/registry.hpp"

#include "registry-mock/delivery.hpp"
#include "registry-mock/routes.hpp"

namespace gyre::registry_mock {
namespace {

std::string key_path(const Options& options) {
  return options.packages.empty() ? std::string() : options.packages.front() + "/_signing_key.pem";
}

}  // namespace

Registry::Registry(loop::Loop& loop, Options options)
    : loop_(loop),
      options_(std::move(options)),
      catalog_(options_.packages),
      key_(key_path(options_)) {}

Registry::~Registry() { close(); }

Result<std::unique_ptr<Registry>> Registry::listen(loop::Loop& loop, Options options) {
  std::unique_ptr<Registry> registry(new Registry(loop, std::move(options)));
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

void Registry::answer(io::http::Request request, const io::http::Responder& responder) {
  const Question question = split_question(request, url());
  if (auto control = answer_control(*this, question)) return responder.send(*control);
  const uint64_t number = journal_.add(request);
  const Fault* fault = faults_.match(request.method, request.target);
  const BodySent body_sent = question.is("HEAD") ? BodySent::kNo : BodySent::kYes;
  Answer response;
  if (fault == nullptr || !fault->replaces_answer()) response = answer_reading(*this, question);
  if (!response) response = failure_answer(404, "not found");
  if (JournalEntry* entry = journal_.find(number)) {
    entry->status = fault && fault->status ? *fault->status : response->status;
    entry->fault = fault ? fault->id : 0;
  }
  deliver(responder, std::move(*response), fault, body_sent);
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
  mailbox_->post([this, &task, &done] {
    task(*registry_);
    done.set_value();
  });
  finished.wait();
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
