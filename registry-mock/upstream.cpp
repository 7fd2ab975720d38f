#include "registry-mock/upstream.hpp"

#include <curl/curl.h>

#include <memory>

#include "registry-mock/text.hpp"

namespace gyre::registry_mock {
namespace {

constexpr size_t kBodyLimit = size_t{512} << 20;
constexpr long kTimeoutSeconds = 120;

struct HandleFree {
  void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
};
struct ListFree {
  void operator()(curl_slist* list) const { ::curl_slist_free_all(list); }
};

size_t collect(const char* bytes, size_t size, size_t count, void* text) {
  auto& body = *static_cast<std::string*>(text);
  if (body.size() + size * count > kBodyLimit) return 0;
  body.append(bytes, size * count);
  return size * count;
}

Error failure(const std::string& text) {
  return Error::with_code_name("EUPSTREAM", "the upstream registry: " + text);
}

Result<std::string> fetch(const std::string& url, const std::string& accept) {
  const std::unique_ptr<CURL, HandleFree> handle(::curl_easy_init());
  const std::unique_ptr<curl_slist, ListFree> headers(
      ::curl_slist_append(nullptr, ("accept: " + accept).c_str()));
  std::string body;
  ::curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  ::curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  ::curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  ::curl_easy_setopt(handle.get(), CURLOPT_ACCEPT_ENCODING, "");
  ::curl_easy_setopt(handle.get(), CURLOPT_FOLLOWLOCATION, 1L);
  ::curl_easy_setopt(handle.get(), CURLOPT_MAXREDIRS, 5L);
  ::curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, kTimeoutSeconds);
  ::curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, collect);
  ::curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &body);
  const CURLcode code = ::curl_easy_perform(handle.get());
  if (code != CURLE_OK) return failure(::curl_easy_strerror(code));
  long status = 0;
  ::curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 404) return Error(Code::E404);
  if (status != 200) return failure("it answered " + std::to_string(status));
  return body;
}

}  // namespace

Upstream::Upstream(loop::Loop& loop, std::string url) : loop_(loop), url_(std::move(url)) {
  if (url_.empty()) return;
  if (!url_.ends_with('/')) url_ += '/';
  ::curl_global_init(CURL_GLOBAL_DEFAULT);
}

void Upstream::packument(const std::string& name, Done done) {
  get(url_ + percent_encode(name), "application/json", std::move(done));
}

void Upstream::archive(const std::string& url, Done done) { get(url, "*/*", std::move(done)); }

void Upstream::get(std::string url, std::string accept, Done done) {
  pool_.submit(
      workers::JobClass::kBlocking, loop_.mailbox(),
      [url = std::move(url), accept = std::move(accept)] { return fetch(url, accept); },
      std::move(done));
}

}  // namespace gyre::registry_mock
