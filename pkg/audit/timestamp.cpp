#include "pkg/audit/timestamp.hpp"

#include <openssl/ts.h>

#include <ctime>

#include "pkg/audit/bundle.hpp"
#include "pkg/audit/certificate_store.hpp"
#include "pkg/store/crypto_api.hpp"

namespace gyre::pkg {
namespace {

struct ResponseFree {
  void operator()(TS_RESP* response) const { crypto().TS_RESP_free(response); }
};
struct ContextFree {
  void operator()(TS_VERIFY_CTX* context) const { crypto().TS_VERIFY_CTX_free(context); }
};

Error refusal() { return bundle_error("its timestamp does not hold"); }

// SHA-2 only: what an authority signed under a weaker hash may be about anything.
bool has_strong_imprint(TS_TST_INFO* info) {
  TS_MSG_IMPRINT* imprint = crypto().TS_TST_INFO_get_msg_imprint(info);
  if (imprint == nullptr) return false;
  const ASN1_OBJECT* algorithm = nullptr;
  crypto().X509_ALGOR_get0(&algorithm, nullptr, nullptr, crypto().TS_MSG_IMPRINT_get_algo(imprint));
  const int nid = crypto().OBJ_obj2nid(algorithm);
  return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

// Whether `signer` is the one whose key signed the token.
bool is_signed_by(TS_RESP* response, const Certificate& signer, OPENSSL_STACK* candidates) {
  STACK_OF(X509)* signers = crypto().PKCS7_get0_signers(
      crypto().TS_RESP_get_token(response), reinterpret_cast<STACK_OF(X509)*>(candidates), 0);
  if (signers == nullptr) return false;
  auto* stack = reinterpret_cast<OPENSSL_STACK*>(signers);
  const bool is_only =
      crypto().OPENSSL_sk_num(stack) == 1 &&
      crypto().X509_cmp(static_cast<X509*>(crypto().OPENSSL_sk_value(stack, 0)), signer.get()) == 0;
  crypto().OPENSSL_sk_free(stack);
  return is_only;
}

bool is_issued_by(const Authority& authority, TS_RESP* response, const std::string& signature,
                  int64_t time) {
  const std::unique_ptr<TS_VERIFY_CTX, ContextFree> context(crypto().TS_VERIFY_CTX_new());
  OPENSSL_STACK* certificates = crypto().OPENSSL_sk_new_null();
  for (const Certificate& one : authority.certificates) {
    crypto().X509_up_ref(one.get());
    crypto().OPENSSL_sk_push(certificates, one.get());
  }
  // The signer itself is not what trust rests on, unless it is alone.
  const std::span<const Certificate> chain = authority.certificates;
  CertificateStore store = make_certificate_store(chain.subspan(chain.size() > 1 ? 1 : 0), time);
  // The context owns all it is given.
  crypto().TS_VERIFY_CTX_set_certs(context.get(), reinterpret_cast<STACK_OF(X509)*>(certificates));
  crypto().TS_VERIFY_CTX_set_store(context.get(), store.release());
  crypto().TS_VERIFY_CTX_set_data(
      context.get(),
      crypto().BIO_new_mem_buf(signature.data(), static_cast<int>(signature.size())));
  crypto().TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_SIGNATURE | TS_VFY_VERSION | TS_VFY_DATA);
  return is_signed_by(response, authority.certificates[0], certificates) &&
         crypto().TS_RESP_verify_response(context.get(), response) == 1;
}

}  // namespace

Result<int64_t> check_timestamp(const std::string& response, const std::string& signature,
                                const std::vector<Authority>& authorities) {
  const auto* at = reinterpret_cast<const unsigned char*>(response.data());
  const std::unique_ptr<TS_RESP, ResponseFree> parsed(
      crypto().d2i_TS_RESP(nullptr, &at, static_cast<long>(response.size())));
  TS_TST_INFO* info = parsed ? crypto().TS_RESP_get_tst_info(parsed.get()) : nullptr;
  std::tm parts{};
  if (info == nullptr || crypto().TS_RESP_get_token(parsed.get()) == nullptr ||
      !has_strong_imprint(info) ||
      crypto().ASN1_TIME_to_tm(crypto().TS_TST_INFO_get_time(info), &parts) != 1) {
    return refusal();
  }
  const int64_t time = ::timegm(&parts);
  for (const Authority& authority : authorities) {
    if (authority.in_use.covers(time) && is_issued_by(authority, parsed.get(), signature, time))
      return time;
  }
  return refusal();
}

}  // namespace gyre::pkg
