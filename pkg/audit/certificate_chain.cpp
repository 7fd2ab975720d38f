// find_issuer of trust_root.hpp.
#include "pkg/audit/bundle.hpp"
#include "pkg/audit/certificate_store.hpp"
#include "pkg/audit/trust_root.hpp"
#include "pkg/store/crypto_api.hpp"

namespace gyre::pkg {
namespace {

struct ContextFree {
  void operator()(X509_STORE_CTX* context) const { crypto().X509_STORE_CTX_free(context); }
};
// Holds no certificates of its own.
struct StackFree {
  void operator()(OPENSSL_STACK* stack) const { crypto().OPENSSL_sk_free(stack); }
};

// The second certificate of a chain that was verified.
std::optional<Certificate> issuer_in(X509_STORE_CTX* context) {
  const auto* chain =
      reinterpret_cast<const OPENSSL_STACK*>(crypto().X509_STORE_CTX_get0_chain(context));
  if (crypto().OPENSSL_sk_num(chain) < 2) return std::nullopt;
  auto* issuer = static_cast<X509*>(crypto().OPENSSL_sk_value(chain, 1));
  crypto().X509_up_ref(issuer);
  return Certificate::own(issuer);
}

Result<Certificate> verify_with(const Authority& authority, const Certificate& leaf,
                                OPENSSL_STACK* others, int64_t time) {
  const CertificateStore store = make_certificate_store(authority.certificates, time);
  const std::unique_ptr<X509_STORE_CTX, ContextFree> context(crypto().X509_STORE_CTX_new());
  if (crypto().X509_STORE_CTX_init(context.get(), store.get(), leaf.get(),
                                   reinterpret_cast<STACK_OF(X509)*>(others)) != 1) {
    return bundle_error("its certificate cannot be checked");
  }
  if (crypto().X509_verify_cert(context.get()) != 1) {
    const int reason = crypto().X509_STORE_CTX_get_error(context.get());
    return bundle_error("its certificate does not lead to the trust root: " +
                        std::string(crypto().X509_verify_cert_error_string(reason)));
  }
  auto issuer = issuer_in(context.get());
  if (!issuer) return bundle_error("its certificate is the authority's own");
  return std::move(*issuer);
}

}  // namespace

Result<Certificate> find_issuer(const std::vector<Authority>& authorities, const Certificate& leaf,
                                const std::vector<Certificate>& others, int64_t time) {
  const std::unique_ptr<OPENSSL_STACK, StackFree> stack(crypto().OPENSSL_sk_new_null());
  for (const Certificate& other : others) crypto().OPENSSL_sk_push(stack.get(), other.get());
  Error reason =
      bundle_error("no certificate authority of the trust root was in use when it was signed");
  for (const Authority& authority : authorities) {
    if (!authority.in_use.covers(time)) continue;
    auto issuer = verify_with(authority, leaf, stack.get(), time);
    if (issuer) return issuer;
    reason = std::move(issuer).error();
  }
  return reason;
}

}  // namespace gyre::pkg
