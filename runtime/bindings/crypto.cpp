// crypto — hashes, HMAC, key derivation, random bytes. Slow derivations run on the pool. Env's
// thread.
#include "runtime/bindings/registry.hpp"
#include "runtime/io/digest.hpp"
#include "runtime/loop/loop.hpp"
#include "workers/pool/thread_pool.hpp"

namespace gyre::bindings {
namespace {

using namespace engine;
using Info = v8::FunctionCallbackInfo<v8::Value>;
using workers::JobClass;

std::optional<size_t> optional_length(Env& env, v8::Local<v8::Value> value) {
  if (!value->IsNumber()) return std::nullopt;
  return static_cast<size_t>(value.As<v8::Number>()->Value());
}

// The bytes of a string (UTF-8) or of an array buffer view.
template <typename F>
Status with_bytes(Env& env, v8::Local<v8::Value> value, F&& use) {
  if (value->IsString()) {
    std::string text = to_utf8(env.isolate(), value);
    return use(as_bytes(text));
  }
  MutableBytes bytes;
  if (!bytes_of(value, bytes)) return Error(Code::ERR_INVALID_ARG_TYPE, "expected bytes");
  return use(ByteView(bytes));
}

class HashWrap final : public Wrap {
 public:
  // new Hash(name | Hash, outputLength | undefined)
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info& info) {
    auto length = optional_length(env, info[1]);
    if (auto* source = Wrap::unwrap<HashWrap>(info[0])) {
      GYRE_ASSIGN(io::Digest digest, source->digest_.copy(length));
      new HashWrap(env, self, std::move(digest));
      return ok();
    }
    GYRE_ASSIGN(io::Digest digest, io::Digest::create(to_utf8(env.isolate(), info[0]), length));
    new HashWrap(env, self, std::move(digest));
    return ok();
  }
  Status update(v8::Local<v8::Value> data) {
    return with_bytes(env(), data, [this](ByteView bytes) { return digest_.update(bytes); });
  }
  Result<Buffer> digest() { return digest_.finish(); }

 private:
  HashWrap(Env& env, v8::Local<v8::Object> self, io::Digest digest)
      : Wrap(env, self), digest_(std::move(digest)) {
    make_weak();
  }
  io::Digest digest_;
};

class HmacWrap final : public Wrap {
 public:
  // new Hmac(digest, key)
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info& info) {
    std::string name = to_utf8(env.isolate(), info[0]);
    return with_bytes(env, info[1], [&](ByteView key) -> Status {
      GYRE_ASSIGN(io::Hmac hmac, io::Hmac::create(name, key));
      new HmacWrap(env, self, std::move(hmac));
      return ok();
    });
  }
  Status update(v8::Local<v8::Value> data) {
    return with_bytes(env(), data, [this](ByteView bytes) { return hmac_.update(bytes); });
  }
  Result<Buffer> digest() { return hmac_.finish(); }

 private:
  HmacWrap(Env& env, v8::Local<v8::Object> self, io::Hmac hmac)
      : Wrap(env, self), hmac_(std::move(hmac)) {
    make_weak();
  }
  io::Hmac hmac_;
};

Result<Buffer> hash_once(Env& env, std::string name, v8::Local<v8::Value> data,
                         v8::Local<v8::Value> length) {
  std::optional<Buffer> out;
  GYRE_TRY(with_bytes(env, data, [&](ByteView bytes) -> Status {
    GYRE_ASSIGN(out, io::digest_once(name, bytes, optional_length(env, length)));
    return ok();
  }));
  return std::move(*out);
}

template <typename Work>
void submit(Env& env, Callback callback, Work work) {
  env.pool().submit(JobClass::kCpu, env.loop().mailbox(), std::move(work),
                    [callback = std::move(callback)](Result<Buffer> result) mutable {
                      callback.finish(std::move(result));
                    });
}

// Fills bytes[offset, offset + size); with a callback on the pool, holding the memory.
Status random_fill(Env& env, v8::Local<v8::ArrayBufferView> view, double offset, double size,
                   std::optional<Callback> callback) {
  MutableBytes bytes;
  bytes_of(view, bytes);
  if (offset < 0 || size < 0 || offset + size > static_cast<double>(bytes.size())) {
    return Error(Code::ERR_OUT_OF_RANGE, "offset and size exceed the buffer");
  }
  MutableBytes part = bytes.subspan(static_cast<size_t>(offset), static_cast<size_t>(size));
  if (!callback) return io::random_bytes(part);
  env.pool().submit(
      JobClass::kCpu, env.loop().mailbox(),
      [part, store = view->Buffer()->GetBackingStore()] { return io::random_bytes(part); },
      [callback = std::move(*callback)](Status status) mutable { callback.finish(status); });
  return ok();
}

Result<bool> timing_safe_equal(Env&, ByteView a, ByteView b) {
  if (a.size() != b.size()) return Error(Code::ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH);
  return io::constant_time_equal(a, b);
}

// Derivations take copies of their inputs, so that scripts may reuse the buffers at once.
Result<Buffer> pbkdf2_sync(Env&, ByteView password, ByteView salt, uint32_t iterations,
                           uint32_t length, std::string digest) {
  return io::pbkdf2(password, salt, iterations, length, digest);
}

void pbkdf2(Env& env, ByteView password, ByteView salt, uint32_t iterations, uint32_t length,
            std::string digest, Callback callback) {
  submit(env, std::move(callback),
         [password = Buffer::copy_of(password), salt = Buffer::copy_of(salt), iterations, length,
          digest] { return io::pbkdf2(password.view(), salt.view(), iterations, length, digest); });
}

io::ScryptParameters scrypt_parameters(double cost, double block, double parallel, double memory) {
  return {static_cast<uint64_t>(cost), static_cast<uint64_t>(block),
          static_cast<uint64_t>(parallel), static_cast<uint64_t>(memory)};
}

Result<Buffer> scrypt_sync(Env&, ByteView password, ByteView salt, uint32_t length, double cost,
                           double block, double parallel, double memory) {
  auto parameters = scrypt_parameters(cost, block, parallel, memory);
  GYRE_TRY(io::check_scrypt(parameters));
  return io::scrypt(password, salt, parameters, length);
}

Status scrypt(Env& env, ByteView password, ByteView salt, uint32_t length, double cost,
              double block, double parallel, double memory, Callback callback) {
  auto parameters = scrypt_parameters(cost, block, parallel, memory);
  GYRE_TRY(io::check_scrypt(parameters));
  submit(env, std::move(callback),
         [password = Buffer::copy_of(password), salt = Buffer::copy_of(salt), parameters, length] {
           return io::scrypt(password.view(), salt.view(), parameters, length);
         });
  return ok();
}

Result<Buffer> hkdf_sync(Env&, std::string digest, ByteView key, ByteView salt, ByteView info,
                         uint32_t length) {
  return io::hkdf(digest, key, salt, info, length);
}

void hkdf(Env& env, std::string digest, ByteView key, ByteView salt, ByteView info, uint32_t length,
          Callback callback) {
  submit(env, std::move(callback),
         [digest, key = Buffer::copy_of(key), salt = Buffer::copy_of(salt),
          info = Buffer::copy_of(info),
          length] { return io::hkdf(digest, key.view(), salt.view(), info.view(), length); });
}

std::vector<std::string> hash_names(Env&) { return io::digest_names(); }

constexpr auto kTable = binding(
    "crypto",
    cls<HashWrap>("Hash", method<&HashWrap::update>("update"), method<&HashWrap::digest>("digest")),
    cls<HmacWrap>("Hmac", method<&HmacWrap::update>("update"), method<&HmacWrap::digest>("digest")),
    fn<hash_once>("hashOnce"), fn<random_fill>("randomFill"),
    fn<timing_safe_equal>("timingSafeEqual"), fn<pbkdf2>("pbkdf2"), fn<pbkdf2_sync>("pbkdf2Sync"),
    fn<scrypt>("scrypt"), fn<scrypt_sync>("scryptSync"), fn<hkdf>("hkdf"),
    fn<hkdf_sync>("hkdfSync"), fn<hash_names>("hashNames"));

}  // namespace

BindingView crypto() { return kTable; }

}  // namespace gyre::bindings
