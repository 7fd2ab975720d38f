// libcrypto, bound when the first hash is computed or the first signature checked (see
// shared_library.hpp): an install that finds everything in the store needs neither, and loading the
// library takes as long as the rest of its start. Any thread. A machine without the library cannot
// run what needs it: the first use ends the process, as a missing library would at its start.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace gyre::pkg {

#define GYRE_CRYPTO_FUNCTIONS(X) \
  X(EVP_MD_CTX_new)              \
  X(EVP_MD_CTX_free)             \
  X(EVP_DigestInit_ex)           \
  X(EVP_DigestUpdate)            \
  X(EVP_DigestFinal_ex)          \
  X(EVP_sha1)                    \
  X(EVP_sha256)                  \
  X(EVP_sha384)                  \
  X(EVP_sha512)                  \
  X(EVP_DigestVerify)            \
  X(EVP_DigestVerifyInit)        \
  X(EVP_PKEY_free)               \
  X(EVP_PKEY_get_base_id)        \
  X(ASN1_TIME_to_tm)             \
  X(X509_free)                   \
  X(X509_get0_notAfter)          \
  X(X509_get0_notBefore)         \
  X(X509_get_pubkey)             \
  X(d2i_PUBKEY)                  \
  X(d2i_X509)                    \
  X(BIO_free)                    \
  X(BIO_new_mem_buf)             \
  X(OPENSSL_sk_free)             \
  X(OPENSSL_sk_new_null)         \
  X(OPENSSL_sk_push)             \
  X(PEM_read_bio_X509)           \
  X(X509_STORE_CTX_free)         \
  X(X509_STORE_CTX_get0_param)   \
  X(X509_STORE_CTX_get_error)    \
  X(X509_STORE_CTX_init)         \
  X(X509_STORE_CTX_new)          \
  X(X509_STORE_add_cert)         \
  X(X509_STORE_free)             \
  X(X509_STORE_new)              \
  X(X509_VERIFY_PARAM_set_flags) \
  X(X509_VERIFY_PARAM_set_time)  \
  X(X509_verify_cert)            \
  X(X509_verify_cert_error_string)

struct CryptoApi {
#define GYRE_CRYPTO_MEMBER(name) decltype(&::name) name = nullptr;
  GYRE_CRYPTO_FUNCTIONS(GYRE_CRYPTO_MEMBER)
#undef GYRE_CRYPTO_MEMBER
};

const CryptoApi& crypto();

}  // namespace gyre::pkg
