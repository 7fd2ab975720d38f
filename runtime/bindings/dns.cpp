// The system's resolver for JavaScript, on the pool's dns class.
#include "runtime/io/dns.hpp"

#include <netdb.h>

#include "runtime/bindings/registry.hpp"
#include "runtime/engine/binding.hpp"
#include "runtime/loop/loop.hpp"
#include "workers/pool/thread_pool.hpp"

namespace gyre::bindings {
namespace {

using engine::Callback;
using engine::Env;

// callback(error | null, [address, family, address, family...])
void get_address_info(Env& env, std::string name, int32_t family, int32_t hints,
                      Callback callback) {
  auto done = [callback = std::make_shared<Callback>(std::move(callback))](
                  Result<std::vector<io::ResolvedAddress>> found) {
    if (!found) return callback->fail(found.error());
    Env& env = callback->env();
    if (!env.can_run_js()) return;
    engine::CallbackScope scope(env);
    std::vector<v8::Local<v8::Value>> items;
    for (const io::ResolvedAddress& item : *found) {
      items.push_back(engine::to_js_string(env.isolate(), item.address));
      items.push_back(v8::Integer::New(env.isolate(), item.family));
    }
    v8::Local<v8::Value> argv[] = {v8::Null(env.isolate()),
                                   v8::Array::New(env.isolate(), items.data(), items.size())};
    callback->invoke(scope, 2, argv);
  };
  (void)env.pool().submit(
      workers::JobClass::kDns, env.loop().mailbox(),
      [name = std::move(name), family, hints] {
        return io::resolve_name(name, static_cast<io::AddressFamily>(family), hints);
      },
      std::move(done));
}

// callback(error | null, hostname, service)
void get_name_info(Env& env, std::string address, uint32_t port, Callback callback) {
  (void)env.pool().submit(
      workers::JobClass::kDns, env.loop().mailbox(),
      [address = std::move(address), port] { return io::resolve_address(address, uint16_t(port)); },
      [callback =
           std::make_shared<Callback>(std::move(callback))](Result<io::ResolvedService> found) {
        if (!found) return callback->fail(found.error());
        callback->ok(found->hostname, found->service);
      });
}

using engine::binding, engine::constant, engine::fn;
constexpr auto kTable =
    binding("dns", fn<get_address_info>("getaddrinfo"), fn<get_name_info>("getnameinfo"),
            constant("AI_ADDRCONFIG", AI_ADDRCONFIG), constant("AI_ALL", AI_ALL),
            constant("AI_V4MAPPED", AI_V4MAPPED));
}  // namespace

BindingView dns() { return kTable; }
}  // namespace gyre::bindings
