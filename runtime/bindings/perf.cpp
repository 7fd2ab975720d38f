// perf — the clock of performance.now() and what the loop did with its time. Any Env thread.
#include <chrono>

#include "runtime/bindings/registry.hpp"
#include "runtime/engine/binding.hpp"

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

using engine::binding;
using engine::fn;
using engine::raw;

constexpr auto kTable = binding("perf", raw<now>("now"), fn<time_origin>("timeOrigin"));

}  // namespace

engine::BindingView perf() { return kTable; }

}  // namespace gyre::bindings
