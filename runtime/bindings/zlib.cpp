// zlib — one compression stream per Codec object: steps run at once or on the pool. Env's thread.
#include <zlib.h>

#include "runtime/bindings/registry.hpp"
#include "runtime/bindings/zlib_codec.hpp"
#include "runtime/loop/loop.hpp"
#include "workers/pool/thread_pool.hpp"

namespace gyre::bindings {
namespace {

using namespace engine;
using Info = v8::FunctionCallbackInfo<v8::Value>;

// Where a step left off: what JavaScript reads after each one.
enum ResultField : uint32_t { kOutputLeft = 0, kInputLeft = 1 };

struct StepBytes {
  ByteView in;
  MutableBytes out;
  std::shared_ptr<v8::BackingStore> in_store;
  std::shared_ptr<v8::BackingStore> out_store;
};

class CodecWrap final : public Wrap {
 public:
  // new Codec(mode, Uint32Array(2) for the results)
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info& info) {
    if (!info[1]->IsUint32Array()) return Error(Code::ERR_INVALID_ARG_TYPE, "results");
    new CodecWrap(env, self,
                  static_cast<CodecMode>(info[0]->Int32Value(env.context()).FromMaybe(0)),
                  info[1].As<v8::Uint32Array>());
    return ok();
  }

  Status init_zlib(int32_t window_bits, int32_t level, int32_t memory_level, int32_t strategy,
                   std::optional<ByteView> dictionary) {
    ZlibOptions options{window_bits, level, memory_level, strategy, {}};
    if (dictionary) options.dictionary = Buffer::copy_of(*dictionary);
    GYRE_ASSIGN(codec_, make_zlib(mode_, std::move(options)));
    return ok();
  }
  Status init_brotli(std::vector<uint32_t> parameters) {
    GYRE_ASSIGN(codec_, make_brotli(mode_, std::move(parameters)));
    return ok();
  }
  Status init_zstd(std::vector<uint32_t> parameters, double pledged,
                   std::optional<ByteView> dictionary) {
    uint64_t size = pledged < 0 ? ~uint64_t{0} : static_cast<uint64_t>(pledged);
    GYRE_ASSIGN(codec_, make_zstd(mode_, std::move(parameters), size,
                                  dictionary ? Buffer::copy_of(*dictionary) : Buffer()));
    return ok();
  }
  Status reset() { return codec_ ? codec_->reset() : not_ready(); }
  Status set_parameters(int32_t level, int32_t strategy) {
    return codec_ ? codec_->set_parameters(level, strategy) : not_ready();
  }

  // writeSync(flush, in, inOffset, inLength, out, outOffset, outLength): undefined, or
  // [message, errno, code]. Positions are left in the results array.
  static void write_sync(const Info& info) {
    auto* self = Wrap::unwrap<CodecWrap>(info.This());
    StepBytes bytes;
    if (self == nullptr || !self->read_step(info, bytes)) return;
    CodecProgress progress = self->codec_->step(flush_of(info), bytes.in, bytes.out);
    v8::Local<v8::Value> failure = self->publish(progress);
    info.GetReturnValue().Set(failure);
  }

  // write(..., callback): the same on the pool; callback(failure).
  static void write(const Info& info) {
    auto* self = Wrap::unwrap<CodecWrap>(info.This());
    StepBytes bytes;
    if (self == nullptr || !self->read_step(info, bytes) || !info[7]->IsFunction()) return;
    Env& env = self->env();
    self->make_strong();
    self->is_busy_ = true;
    env.pool().submit(
        workers::JobClass::kCpu, env.loop().mailbox(),
        [codec = self->codec_.get(), flush = flush_of(info), bytes = std::move(bytes)] {
          return codec->step(flush, bytes.in, bytes.out);
        },
        [self, callback = Callback(env, info[7].As<v8::Function>())](
            Result<CodecProgress> progress) mutable { self->finish(progress, callback); });
  }

  void close() {
    if (is_busy_) {
      close_when_idle_ = true;
    } else {
      codec_.reset();
    }
  }

  void on_teardown() override {
    // A job may still run on the codec: it is then freed by nobody, with the process.
    if (is_busy_) (void)codec_.release();
  }

 private:
  CodecWrap(Env& env, v8::Local<v8::Object> self, CodecMode mode, v8::Local<v8::Uint32Array> out)
      : Wrap(env, self),
        mode_(mode),
        results_store_(out->Buffer()->GetBackingStore()),
        results_(reinterpret_cast<uint32_t*>(static_cast<uint8_t*>(results_store_->Data()) +
                                             out->ByteOffset())) {
    make_weak();
  }
  static Status not_ready() { return Error(Code::ERR_INVALID_STATE, "the stream is closed"); }
  static int flush_of(const Info& info) { return info[0].As<v8::Int32>()->Value(); }

  static bool read_range(const Info& info, int at, MutableBytes& bytes,
                         std::shared_ptr<v8::BackingStore>& store) {
    auto offset = static_cast<size_t>(info[at + 1].As<v8::Number>()->Value());
    auto length = static_cast<size_t>(info[at + 2].As<v8::Number>()->Value());
    MutableBytes whole;
    if (info[at]->IsNull()) {
      bytes = {};
      return length == 0;
    }
    if (!bytes_of(info[at], whole) || offset > whole.size() || length > whole.size() - offset) {
      return false;
    }
    if (info[at]->IsArrayBufferView()) {
      store = info[at].As<v8::ArrayBufferView>()->Buffer()->GetBackingStore();
    }
    bytes = whole.subspan(offset, length);
    return true;
  }

  bool read_step(const Info& info, StepBytes& bytes) {
    MutableBytes in;
    if (codec_ == nullptr || is_busy_) {
      throw_error(env(), not_ready().error());
      return false;
    }
    for (int i : {0, 2, 3, 5, 6}) {
      if (!info[i]->IsNumber()) return reject();
    }
    if (!info[0]->IsInt32() || !read_range(info, 1, in, bytes.in_store) ||
        !read_range(info, 4, bytes.out, bytes.out_store)) {
      return reject();
    }
    bytes.in = in;
    return true;
  }
  bool reject() {
    throw_error(env(), Error(Code::ERR_BUFFER_OUT_OF_BOUNDS));
    return false;
  }

  v8::Local<v8::Value> publish(const CodecProgress& progress) {
    results_[kOutputLeft] = static_cast<uint32_t>(progress.output_left);
    results_[kInputLeft] = static_cast<uint32_t>(progress.input_left);
    v8::Isolate* isolate = env().isolate();
    if (progress.error_code == nullptr) return v8::Undefined(isolate);
    v8::Local<v8::Value> parts[] = {to_js_string(isolate, progress.message),
                                    v8::Integer::New(isolate, progress.error_number),
                                    to_js_string(isolate, progress.error_code)};
    return v8::Array::New(isolate, parts, 3);
  }

  void finish(Result<CodecProgress>& progress, Callback& callback) {
    is_busy_ = false;
    if (env().can_run_js() && progress) {
      CallbackScope scope(env());
      v8::Local<v8::Value> argv[] = {publish(*progress)};
      if (close_when_idle_) codec_.reset();
      callback.invoke(scope, 1, argv);
    }
    // The callback may have started the next step, which needs the wrap to stay.
    if (!is_busy_) make_weak();
  }

  CodecMode mode_;
  std::unique_ptr<Codec> codec_;
  std::shared_ptr<v8::BackingStore> results_store_;
  uint32_t* results_;
  bool is_busy_ = false;
  bool close_when_idle_ = false;
};

uint32_t crc32_of(Env& env, v8::Local<v8::Value> data, uint32_t value) {
  auto run = [value](ByteView bytes) {
    return static_cast<uint32_t>(crc32_z(value, bytes.data(), bytes.size()));
  };
  if (data->IsString()) {
    std::string text = to_utf8(env.isolate(), data);
    return text.empty() ? value : run(as_bytes(text));
  }
  MutableBytes bytes;
  return bytes_of(data, bytes) && !bytes.empty() ? run(bytes) : value;
}

constexpr auto kTable = binding(
    "zlib", fn<crc32_of>("crc32"),
    cls<CodecWrap>("Codec", method<&CodecWrap::init_zlib>("initZlib"),
                   method<&CodecWrap::init_brotli>("initBrotli"),
                   method<&CodecWrap::init_zstd>("initZstd"), method<&CodecWrap::reset>("reset"),
                   method<&CodecWrap::set_parameters>("setParameters"),
                   method<&CodecWrap::close>("close"), raw_method<CodecWrap::write>("write"),
                   raw_method<CodecWrap::write_sync>("writeSync")));

}  // namespace

BindingView zlib() { return kTable; }

}  // namespace gyre::bindings
