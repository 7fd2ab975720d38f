#include "pkg/registry/client.hpp"

#include <cstdio>
#include <ctime>
#include <optional>

#include "pkg/extract/inflate.hpp"
#include "pkg/registry/retry.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::pkg {
namespace {

constexpr const char* kFullType = "application/json";
constexpr size_t kMetadataLimit = size_t{128} << 20;

std::string seconds_text(Milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(time.count()) / 1000.0);
  return text;
}

bool is_markup(const std::string& content_type) {
  return content_type.starts_with("text/html") || content_type.starts_with("application/xhtml") ||
         content_type.starts_with("text/plain") || content_type.starts_with("application/xml") ||
         content_type.starts_with("text/xml");
}

// An answer to be read: metadata, or word that what is cached still holds.
bool is_metadata(const HttpResponse& response, bool is_cached) {
  if (response.status == 304) return is_cached;
  return response.status == 200 && !is_markup(response.content_type);
}

bool is_gzip(ByteView body) { return body.size() >= 2 && body[0] == 0x1f && body[1] == 0x8b; }

bool is_broken_gzip(ByteView body) {
  Buffer buffer;
  return is_gzip(body) && !unpack_reply(body, kMetadataLimit, 0, buffer);
}

std::string media_type(const std::string& content_type) {
  return printable_text(content_type.substr(0, content_type.find(';')), 80);
}

bool contains_otp(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text.find("otp") != std::string::npos;
}

Error too_many(const HttpResponse& response, const std::string& where) {
  std::string message = where + " answered 429 (too many requests)";
  if (!response.retry_after.empty()) {
    const auto wait = parse_retry_after(response.retry_after, std::time(nullptr));
    message += " and asks to wait " +
               (wait ? seconds_text(*wait) : printable_text(response.retry_after, 60));
  }
  return Error(Code::E429, message, "try again later");
}

}  // namespace

Error registry_error(const HttpResponse& response, const std::string& subject,
                     const Options& options) {
  const std::string host = url_host(response.url);
  const std::string where = host + " (" + printable_url(response.url) + ")";
  const bool sent_token = options.credentials_for(response.url) != nullptr;
  switch (response.status) {
    case 401:
      if (contains_otp(response.www_authenticate)) {
        return Error(Code::EOTP, where + " wants a one-time password for " + subject,
                     "repeat the command with --otp=<code>");
      }
      return Error(
          Code::E401,
          where + (sent_token ? " does not accept the login sent for " : " asks for a login for ") +
              subject,
          "gyre login --registry " + printable_url(options.registry));
    case 403:
      return Error(Code::E403, where + " refuses access to " + subject);
    case 404:
      return Error(
          Code::E404, subject + " is not in the registry: " + where + " answered 404",
          sent_token ? "check the name" : "check the name; private? no token was sent to " + host);
    case 429:
      return too_many(response, where);
    default:
      break;
  }
  std::string message = where + " answered " + std::to_string(response.status) + " for " + subject;
  if (response.tries > 1) {
    message +=
        ", " + std::to_string(response.tries) + " times in " + seconds_text(response.elapsed);
  }
  if (response.status == 500) return Error(Code::E500, message, "try again later");
  return Error::with_code_name("E" + std::to_string(response.status), message);
}

struct RegistryClient::Lookup {
  std::string name, url;
  const char* accept;
  PackumentCallback done;
  // Its body is read when it is needed: many lookups wait at a time.
  std::optional<CachedReply> cached;
  bool was_garbled = false;  // asked for again, once
};

// A reply until it is read: a body as it came, or word that the one in the cache still holds.
struct RegistryClient::FreshReply {
  FreshReply(const Lookup& lookup, HttpResponse response);

  // On a pool's thread.
  Result<std::shared_ptr<Packument>> read(const Lookup& lookup, const HttpCache& cache) {
    if (is_unchanged) {
      auto kept = cache.find(lookup.url, lookup.accept);
      if (!kept) return Error(Code::ENOTCACHED);
      head.body = std::move(kept->body);
    }
    // Parse first: an unusable reply is not worth keeping.
    GYRE_ASSIGN(auto packument, parse(lookup.name, printable_url(lookup.url)));
    packument->keep_reply(std::move(body));
    return packument;
  }
  Result<std::shared_ptr<Packument>> parse(const std::string& name, const std::string& source) {
    if (is_unchanged) return Packument::parse(as_bytes(head.body), name, source);
    if (says_gzip && !is_gzip(body.view())) {
      is_garbled = true;
      return Error(Code::EREGISTRYREPLY,
                   source +
                       " answered with metadata that cannot be used: it is not gzipped, "
                       "although its content-encoding says so");
    }
    auto packument = Packument::parse(body.view(), name, source);
    is_garbled = !packument && is_broken_gzip(body.view());
    return packument;
  }
  CachedReply head;
  Buffer body;
  bool is_unchanged = false, may_store = false;
  bool says_gzip = false, is_garbled = false;
};

RegistryClient::FreshReply::FreshReply(const Lookup& lookup, HttpResponse response)
    : body(std::move(response.body)),
      is_unchanged(response.status == 304),
      says_gzip(response.content_encoding == "gzip") {
  head.etag = is_unchanged && response.etag.empty() ? lookup.cached->etag : response.etag;
  head.last_modified = response.last_modified;
  head.content_type = response.content_type;
  head.stored_at = std::time(nullptr);
  const auto freshness = freshness_of(response.cache_control);
  head.fresh_until = head.stored_at + freshness.value_or(0);
  may_store = freshness.has_value();
}

struct RegistryClient::Found {
  std::optional<CachedReply> head;
  std::shared_ptr<Packument> packument;  // of what may be used without asking
};

RegistryClient::RegistryClient(const Options& options, LazyTransport& transport,
                               workers::ThreadPool& pool, std::shared_ptr<workers::Mailbox> mailbox)
    : options_(options),
      transport_(transport),
      pool_(pool),
      gate_(pool),
      mailbox_(std::move(mailbox)),
      cache_(std::make_shared<HttpCache>(options.cache_dir + "/metadata")) {}

void RegistryClient::packument(const std::string& name, Metadata metadata, PackumentCallback done) {
  auto lookup = std::make_shared<Lookup>();
  lookup->name = name;
  lookup->url = options_.registry_for(name) + escape_package_name(name);
  lookup->accept = metadata == Metadata::kFull ? kFullType : kAbbreviatedMetadata;
  lookup->done = std::move(done);
  bool is_cached = cache_->has(lookup->url, lookup->accept);
  if (!is_cached && metadata == Metadata::kAbbreviated && cache_->has(lookup->url, kFullType)) {
    lookup->accept = kFullType;  // all of it is at hand
    is_cached = true;
  }
  if (!options_.offline && !is_cached) return ask(std::move(lookup));
  pool_.submit(
      workers::JobClass::kCpu, mailbox_,
      [lookup, cache = cache_, &options = options_]() -> Found {
        Found found{cache->find(lookup->url, lookup->accept), nullptr};
        if (!found.head) return found;
        const bool is_usable =
            options.offline || options.prefer_offline ||
            (!options.prefer_online && found.head->fresh_until > std::time(nullptr));
        if (is_usable) {
          auto packument = Packument::parse(as_bytes(found.head->body), lookup->name,
                                            printable_url(lookup->url));
          // A damaged entry is as good as none.
          if (!packument) return Found{};
          found.packument = std::move(*packument);
        }
        found.head->body = std::string();
        return found;
      },
      [this, lookup](Result<Found> found) {
        if (found && found->packument) {
          lookup->done(std::shared_ptr<const Packument>(std::move(found->packument)));
        } else if (options_.offline) {
          lookup->done(Error(Code::ENOTCACHED,
                             "the metadata of " + lookup->name +
                                 " is not in the cache, and the network is not to be used",
                             "run once without --offline"));
        } else {
          if (found) lookup->cached = std::move(found->head);
          ask(lookup);
        }
      });
}

void RegistryClient::ask(std::shared_ptr<Lookup> lookup) {
  auto transport = transport_.get();
  if (!transport) return lookup->done(std::move(transport).error());
  HttpRequest request;
  request.url = lookup->url;
  request.encoding = BodyEncoding::kGzip;
  request.max_body = kMetadataLimit;
  request.headers.push_back(std::string("accept: ") + lookup->accept);
  if (lookup->was_garbled) request.headers.push_back("cache-control: no-cache");
  if (lookup->cached && !lookup->cached->etag.empty()) {
    request.headers.push_back("if-none-match: " + lookup->cached->etag);
  } else if (lookup->cached && !lookup->cached->last_modified.empty()) {
    request.headers.push_back("if-modified-since: " + lookup->cached->last_modified);
  }
  // On the transport's thread: metadata goes on to be read whatever the owner is busy with; the
  // rest is for the owner.
  (*transport)->send(std::move(request), [this, lookup](Result<HttpResponse> response) {
    if (response && is_metadata(*response, lookup->cached.has_value())) {
      return read(lookup, std::make_shared<FreshReply>(*lookup, std::move(*response)));
    }
    auto shared = std::make_shared<Result<HttpResponse>>(std::move(response));
    mailbox_->post([this, lookup, shared] {
      if (*shared) {
        refuse(lookup, std::move(*shared).value());
      } else {
        lookup->done(std::move(*shared).error());
      }
    });
  });
}

void RegistryClient::refuse(std::shared_ptr<Lookup> lookup, HttpResponse response) {
  // Some registries do not have the short form of every package.
  if (response.status == 404 && lookup->accept != kFullType) {
    lookup->accept = kFullType;
    lookup->cached.reset();
    return ask(std::move(lookup));
  }
  if (response.status != 200) {
    return lookup->done(registry_error(response, lookup->name, options_));
  }
  lookup->done(Error(Code::EREGISTRYREPLY,
                     url_host(response.url) + " answered " + media_type(response.content_type) +
                         ", not package metadata (" + printable_url(response.url) + ")",
                     "a proxy or a login page may be in the way; check the registry setting"));
}

// Any thread.
void RegistryClient::read(std::shared_ptr<Lookup> lookup, std::shared_ptr<FreshReply> fresh) {
  gate_.post(workers::JobClass::kCpu, [this, lookup, fresh, cache = cache_, mailbox = mailbox_] {
    auto packument = fresh->read(*lookup, *cache);
    if (!packument) {
      auto error = std::make_shared<Error>(std::move(packument).error());
      mailbox->post([this, lookup, fresh, error] { take_in(lookup, *fresh, std::move(*error)); });
      return;
    }
    const Answer answer(std::move(*packument));
    // Taken before the owner may put the text away.
    const auto text = fresh->may_store ? answer->text() : nullptr;
    // The tree waits for it; nobody waits for the cache.
    mailbox->post([lookup, answer] { lookup->done(answer); });
    if (text) cache->store(lookup->url, lookup->accept, fresh->head, *text);
  });
}

// What could not be read.
void RegistryClient::take_in(std::shared_ptr<Lookup> lookup, const FreshReply& fresh, Error error) {
  const bool is_garbled = fresh.is_garbled && !lookup->was_garbled;
  if (!fresh.is_unchanged && !is_garbled) return lookup->done(std::move(error));
  lookup->cached.reset();  // gone, or damaged: ask for all of it
  lookup->was_garbled |= is_garbled;
  ask(std::move(lookup));
}

}  // namespace gyre::pkg
