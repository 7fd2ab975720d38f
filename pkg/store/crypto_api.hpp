// libcrypto's digests, bound when the first hash is computed (see shared_library.hpp): an install
// that finds everything in the store computes none, and loading the library takes as long as the
// rest of its start. Any thread. A machine without the library cannot run what needs hashes: the
// first use ends the process, as a missing library would at its start.
#pragma once

#include <openssl/evp.h>

namespace gyre::pkg {

#define GYRE_CRYPTO_FUNCTIONS(X) \
  X(MD_CTX_new)                  \
  X(MD_CTX_free)                 \
  X(DigestInit_ex) X(DigestUpdate) X(DigestFinal_ex) X(sha1) X(sha256) X(sha384) X(sha512)

struct CryptoApi {
#define GYRE_CRYPTO_MEMBER(name) decltype(&::EVP_##name) name = nullptr;
  GYRE_CRYPTO_FUNCTIONS(GYRE_CRYPTO_MEMBER)
#undef GYRE_CRYPTO_MEMBER
};

const CryptoApi& crypto();

}  // namespace gyre::pkg
