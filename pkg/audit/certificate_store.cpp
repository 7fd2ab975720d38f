#include "pkg/audit/certificate_store.hpp"

#include "pkg/store/crypto_api.hpp"

namespace gyre::pkg {

void CertificateStoreFree::operator()(x509_store_st* store) const {
  crypto().X509_STORE_free(store);
}

CertificateStore make_certificate_store(std::span<const Certificate> certificates, int64_t time) {
  CertificateStore store(crypto().X509_STORE_new());
  for (const Certificate& one : certificates) crypto().X509_STORE_add_cert(store.get(), one.get());
  X509_VERIFY_PARAM* parameters = crypto().X509_STORE_get0_param(store.get());
  crypto().X509_VERIFY_PARAM_set_time(parameters, static_cast<time_t>(time));
  if (!certificates.back().is_self_issued())
    crypto().X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  return store;
}

}  // namespace gyre::pkg
