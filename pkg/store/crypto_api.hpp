// libcrypto, bound when the first hash is computed or the first signature checked (see
// shared_library.hpp): an install that finds everything in the store needs neither, and loading the
// library takes as long as the rest of its start. Any thread. A machine without the library cannot
// run what needs it: the first use ends the process, as a missing library would at its start.
#pragma once

#include <openssl/ct.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace gyre::pkg {

#define GYRE_CRYPTO_FUNCTIONS(X)   \
  X(EVP_MD_CTX_new)                \
  X(EVP_MD_CTX_free)               \
  X(EVP_DigestInit_ex)             \
  X(EVP_DigestUpdate)              \
  X(EVP_DigestFinal_ex)            \
  X(EVP_sha1)                      \
  X(EVP_sha256)                    \
  X(EVP_sha384)                    \
  X(EVP_sha512)                    \
  X(EVP_DigestVerify)              \
  X(EVP_DigestVerifyInit)          \
  X(EVP_PKEY_free)                 \
  X(EVP_PKEY_get_base_id)          \
  X(ASN1_TIME_to_tm)               \
  X(X509_free)                     \
  X(X509_get_pubkey)               \
  X(d2i_PUBKEY)                    \
  X(d2i_X509)                      \
  X(BIO_free)                      \
  X(BIO_new_mem_buf)               \
  X(OPENSSL_sk_free)               \
  X(OPENSSL_sk_new_null)           \
  X(OPENSSL_sk_push)               \
  X(PEM_read_bio_X509)             \
  X(X509_STORE_CTX_free)           \
  X(X509_STORE_CTX_get_error)      \
  X(X509_STORE_CTX_init)           \
  X(X509_STORE_CTX_new)            \
  X(X509_STORE_add_cert)           \
  X(X509_STORE_free)               \
  X(X509_STORE_new)                \
  X(X509_VERIFY_PARAM_set_flags)   \
  X(X509_VERIFY_PARAM_set_time)    \
  X(X509_verify_cert)              \
  X(X509_verify_cert_error_string) \
  X(d2i_PublicKey)                 \
  X(PEM_read_bio_PUBKEY)           \
  X(i2d_PUBKEY)                    \
  X(X509_cmp)                      \
  X(X509_NAME_cmp)                 \
  X(X509_get_subject_name)         \
  X(X509_get_issuer_name)          \
  X(X509_get_extended_key_usage)   \
  X(X509_get_ext_d2i)              \
  X(GENERAL_NAMES_free)            \
  X(OBJ_txt2obj)                   \
  X(OBJ_obj2nid)                   \
  X(ASN1_OBJECT_free)              \
  X(X509_get_ext_by_OBJ)           \
  X(X509_get_ext_by_NID)           \
  X(X509_get_ext)                  \
  X(X509_delete_ext)               \
  X(X509_EXTENSION_get_data)       \
  X(X509_EXTENSION_free)           \
  X(ASN1_STRING_length)            \
  X(ASN1_STRING_get0_data)         \
  X(ASN1_STRING_free)              \
  X(d2i_ASN1_UTF8STRING)           \
  X(X509_STORE_CTX_get0_chain)     \
  X(X509_up_ref)                   \
  X(X509_dup)                      \
  X(i2d_re_X509_tbs)               \
  X(OPENSSL_sk_num)                \
  X(OPENSSL_sk_value)              \
  X(X509_STORE_get0_param)         \
  X(X509_ALGOR_get0)               \
  X(SCT_get_version)               \
  X(SCT_get0_log_id)               \
  X(SCT_get0_extensions)           \
  X(SCT_get0_signature)            \
  X(SCT_get_timestamp)             \
  X(SCT_LIST_free)                 \
  X(d2i_TS_RESP)                   \
  X(TS_RESP_free)                  \
  X(TS_RESP_get_token)             \
  X(TS_RESP_get_tst_info)          \
  X(TS_RESP_verify_response)       \
  X(TS_TST_INFO_get_msg_imprint)   \
  X(TS_TST_INFO_get_time)          \
  X(TS_MSG_IMPRINT_get_algo)       \
  X(TS_VERIFY_CTX_new)             \
  X(TS_VERIFY_CTX_free)            \
  X(TS_VERIFY_CTX_set_certs)       \
  X(TS_VERIFY_CTX_set_store)       \
  X(TS_VERIFY_CTX_set_data)        \
  X(TS_VERIFY_CTX_set_flags)       \
  X(PKCS7_get0_signers)

struct CryptoApi {
#define GYRE_CRYPTO_MEMBER(name) decltype(&::name) name = nullptr;
  GYRE_CRYPTO_FUNCTIONS(GYRE_CRYPTO_MEMBER)
#undef GYRE_CRYPTO_MEMBER
};

const CryptoApi& crypto();

}  // namespace gyre::pkg
