// perf — the clock of performance.now() and what the loop did with its time. Any Env thread.
#include <chrono>

#include "runtime/bindings/registry.hpp"
#include "runtime/engine/binding.hpp"
#include "runtime/loop/loop.hpp"

namespace gyre::bindings {
namespace {

using engine::Env;
using Info = v8::FunctionCallbackInfo<v8::Value>;

double monotonic_ms() {
  using namespace std::chrono;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

double wall_ms() {
  using namespace std::chrono;
  return duration<double, std::milli>(system_clock::now().time_since_epoch()).count();
}

// Both clocks read at the same moment, when the library is loaded.
struct Origin {
  double monotonic = monotonic_ms();
  double wall = wall_ms();
};
const Origin& origin() {
  static const Origin instance;
  return instance;
}
[[maybe_unused]] const Origin& kReadEarly = origin();

// Milliseconds since the process began.
void now(const Info& info) { info.GetReturnValue().Set(monotonic_ms() - origin().monotonic); }

// Milliseconds since 1970 at which now() was 0.
double time_origin(Env&) { return origin().wall; }

// [milliseconds spent waiting, milliseconds from the origin to the loop's first turn or -1].
v8::Local<v8::Value> loop_metrics(Env& env) {
  v8::Isolate* isolate = env.isolate();
  double idle = 0;
  double started = -1;
  if (env.has_loop()) {
    const auto metrics = env.loop().metrics();
    idle = static_cast<double>(metrics.idle_ns) / 1e6;
    if (metrics.started_ns != 0) {
      started = static_cast<double>(metrics.started_ns) / 1e6 - origin().monotonic;
    }
  }
  v8::Local<v8::Value> both[2] = {v8::Number::New(isolate, idle),
                                  v8::Number::New(isolate, started)};
  return v8::Array::New(isolate, both, 2);
}

using engine::binding;
using engine::fn;
using engine::raw;

constexpr auto kTable = binding("perf", raw<now>("now"), fn<time_origin>("timeOrigin"),
                                fn<loop_metrics>("loopMetrics"));

}  // namespace

engine::BindingView perf() { return kTable; }

}  // namespace gyre::bindings
