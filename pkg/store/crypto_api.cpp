#include "pkg/store/crypto_api.hpp"

#include <cstdio>
#include <cstdlib>

#include "pkg/shared_library.hpp"

namespace gyre::pkg {
namespace {

Result<CryptoApi> bind_crypto() {
  GYRE_ASSIGN(SharedLibrary library, SharedLibrary::open("libcrypto.so.3"));
  CryptoApi api;
  bool complete = true;
#define GYRE_CRYPTO_BIND(name) complete = library.bind(api.name, #name) && complete;
  GYRE_CRYPTO_FUNCTIONS(GYRE_CRYPTO_BIND)
#undef GYRE_CRYPTO_BIND
  if (!complete) return Error(Code::ERR_OPERATION_FAILED, "libcrypto lacks functions gyre needs");
  return api;
}

CryptoApi load_or_exit() {
  auto api = bind_crypto();
  if (api) return *api;
  std::fprintf(stderr, "error %s: %s\n", api.error().code().c_str(), api.error().message().c_str());
  std::_Exit(1);
}

}  // namespace

const CryptoApi& crypto() {
  static const CryptoApi api = load_or_exit();
  return api;
}

}  // namespace gyre::pkg
