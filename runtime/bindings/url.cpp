// internalBinding('url'): the URL parser. Each call gives back the href and writes the offsets of
// its parts into the caller's Uint32Array (io::UrlComponents). Any Env's thread.
#include "runtime/io/url.hpp"

#include "runtime/engine/binding.hpp"

namespace gyre::bindings {

using engine::Env;
using Info = v8::FunctionCallbackInfo<v8::Value>;

namespace {

// The UTF-8 of a string argument, in place while it is short.
class Utf8Text {
 public:
  Utf8Text(v8::Isolate* isolate, v8::Local<v8::Value> value) {
    auto text = value.As<v8::String>();
    auto most = static_cast<size_t>(text->Length()) * 3;
    char* to = small_;
    if (most > sizeof small_) {
      large_.resize(most);
      to = large_.data();
    }
    int written =
        text->WriteUtf8(isolate, to, static_cast<int>(most), nullptr,
                        v8::String::NO_NULL_TERMINATION | v8::String::REPLACE_INVALID_UTF8);
    view_ = {to, static_cast<size_t>(written)};
  }
  std::string_view view() const { return view_; }

 private:
  char small_[1024];
  std::string large_;
  std::string_view view_;
};

void write_components(v8::Local<v8::Value> target, const io::UrlComponents& at) {
  MutableBytes bytes;
  if (!engine::bytes_of(target, bytes)) return;
  uint32_t words[io::kUrlComponentCount] = {
      at.protocol_end,   at.username_end, at.host_start, at.host_end,    at.port,
      at.pathname_start, at.search_start, at.hash_start, at.scheme_type,
  };
  if (bytes.size() >= sizeof words) std::memcpy(bytes.data(), words, sizeof words);
}

// Answers with the href; the very same string when the text was normal already.
void give_url(const Info& info, const io::UrlRecord& url, v8::Local<v8::Value> source,
              std::string_view source_text, v8::Local<v8::Value> components) {
  io::UrlComponents at;
  std::string href = io::serialize_url(url, &at);
  write_components(components, at);
  if (href == source_text) return info.GetReturnValue().Set(source);
  info.GetReturnValue().Set(engine::latin1_to_js(info.GetIsolate(), href));
}

bool all_strings(const Info& info, int count) {
  for (int i = 0; i < count; ++i) {
    if (info[i]->IsString()) continue;
    engine::throw_error(Env::from(info.GetIsolate()),
                        Error(Code::ERR_INVALID_ARG_TYPE, "argument must be a string"));
    return false;
  }
  return true;
}

std::optional<io::UrlRecord> parse_arguments(const Info& info, std::string_view input) {
  if (info[1]->IsUndefined()) return io::parse_url(input);
  if (!info[1]->IsString()) return std::nullopt;
  Utf8Text base_text(info.GetIsolate(), info[1]);
  auto base = io::parse_url(base_text.view());
  if (!base) return std::nullopt;
  return io::parse_url(input, &*base);
}

// (input, base or undefined, components): href, or undefined when invalid.
void parse(const Info& info) {
  if (!all_strings(info, 1)) return;
  Utf8Text input(info.GetIsolate(), info[0]);
  auto url = parse_arguments(info, input.view());
  if (url) give_url(info, *url, info[0], input.view(), info[2]);
}

// (input, base or undefined)
void can_parse(const Info& info) {
  if (!all_strings(info, 1)) return;
  Utf8Text input(info.GetIsolate(), info[0]);
  info.GetReturnValue().Set(parse_arguments(info, input.view()).has_value());
}

// (href, part, value, components): the new href, or undefined when the value is not valid there.
void update(const Info& info) {
  if (!info[0]->IsString() || !info[2]->IsString() || !info[1]->IsUint32()) return;
  Utf8Text href(info.GetIsolate(), info[0]);
  Utf8Text value(info.GetIsolate(), info[2]);
  auto url = io::parse_url(href.view());
  uint32_t part = info[1].As<v8::Uint32>()->Value();
  if (!url || part > static_cast<uint32_t>(io::UrlPart::kHref)) return;
  if (!io::set_url_part(*url, static_cast<io::UrlPart>(part), value.view())) return;
  give_url(info, *url, info[0], href.view(), info[3]);
}

std::string domain_to_ascii(Env&, std::string domain) {
  auto url = io::parse_url("ws://x");
  if (!url || !io::set_url_part(*url, io::UrlPart::kHostname, domain)) return {};
  return url->host.value_or("");
}

std::string domain_to_unicode(Env& env, std::string domain) {
  return io::domain_to_unicode(domain_to_ascii(env, std::move(domain)));
}

// The shape of url.format(): (href, fragment, unicode, search, auth).
Result<std::string> format(Env&, std::string href, bool fragment, bool unicode, bool search,
                           bool auth) {
  auto url = io::parse_url(href);
  if (!url) return Error(Code::ERR_INVALID_URL);
  if (!fragment) url->fragment.reset();
  if (unicode && url->host && !url->host->empty()) {
    std::string name = io::domain_to_unicode(*url->host);
    if (!name.empty()) url->host = std::move(name);
  }
  if (!search) url->query.reset();
  if (!auth) {
    url->username.clear();
    url->password.clear();
  }
  return io::serialize_url(*url);
}

using engine::binding;
using engine::fn;
using engine::raw;

constexpr auto kTable = binding("url", raw<parse>("parse"), raw<can_parse>("canParse"),
                                raw<update>("update"), fn<domain_to_ascii>("domainToASCII"),
                                fn<domain_to_unicode>("domainToUnicode"), fn<format>("format"));

}  // namespace

engine::BindingView url() { return kTable; }

}  // namespace gyre::bindings
