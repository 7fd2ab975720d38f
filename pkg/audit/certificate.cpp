#include "pkg/audit/certificate.hpp"

#include "pkg/store/crypto_api.hpp"

namespace gyre::pkg {
namespace {

std::string text_of(const ASN1_STRING* string) {
  if (string == nullptr) return {};
  const int size = crypto().ASN1_STRING_length(string);
  if (size <= 0) return {};
  return {reinterpret_cast<const char*>(crypto().ASN1_STRING_get0_data(string)),
          static_cast<size_t>(size)};
}

// The first name of `type` in `names`.
std::string name_of(const GENERAL_NAMES* names, int type) {
  const auto* list = reinterpret_cast<const OPENSSL_STACK*>(names);
  for (int i = 0; i < crypto().OPENSSL_sk_num(list); ++i) {
    const auto* name = static_cast<const GENERAL_NAME*>(crypto().OPENSSL_sk_value(list, i));
    if (name->type == type) return text_of(name->d.ia5);
  }
  return {};
}

}  // namespace

Certificate Certificate::own(x509_st* certificate) {
  return Certificate(std::shared_ptr<x509_st>(certificate, crypto().X509_free));
}

std::optional<Certificate> Certificate::from_der(std::string_view der) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* at = begin;
  X509* certificate = crypto().d2i_X509(nullptr, &at, static_cast<long>(der.size()));
  if (certificate == nullptr) return std::nullopt;
  Certificate result = own(certificate);
  if (at != begin + der.size()) return std::nullopt;
  return result;
}

std::vector<Certificate> Certificate::read_pem(std::string_view pem) {
  std::vector<Certificate> all;
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(
      crypto().BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), crypto().BIO_free);
  while (memory) {
    X509* certificate = crypto().PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr);
    if (certificate == nullptr) break;
    all.push_back(own(certificate));
  }
  return all;
}

bool Certificate::operator==(const Certificate& other) const {
  return crypto().X509_cmp(get(), other.get()) == 0;
}

std::optional<PublicKey> Certificate::key() const {
  EVP_PKEY* key = crypto().X509_get_pubkey(get());
  if (key == nullptr) return std::nullopt;
  return PublicKey::own(key);
}

bool Certificate::is_self_issued() const {
  return crypto().X509_NAME_cmp(crypto().X509_get_subject_name(get()),
                                crypto().X509_get_issuer_name(get())) == 0;
}

bool Certificate::may_sign_code() const {
  const uint32_t usage = crypto().X509_get_extended_key_usage(get());
  return usage != UINT32_MAX && (usage & XKU_CODE_SIGN) != 0;
}

std::string Certificate::subject() const {
  auto* names = static_cast<GENERAL_NAMES*>(
      crypto().X509_get_ext_d2i(get(), NID_subject_alt_name, nullptr, nullptr));
  if (names == nullptr) return {};
  std::string found = name_of(names, GEN_URI);
  if (found.empty()) found = name_of(names, GEN_EMAIL);
  crypto().GENERAL_NAMES_free(names);
  return found;
}

std::string Certificate::extension(const char* oid) const {
  ASN1_OBJECT* object = crypto().OBJ_txt2obj(oid, 1);
  if (object == nullptr) return {};
  const int at = crypto().X509_get_ext_by_OBJ(get(), object, -1);
  crypto().ASN1_OBJECT_free(object);
  if (at < 0) return {};
  return text_of(crypto().X509_EXTENSION_get_data(crypto().X509_get_ext(get(), at)));
}

std::string Certificate::text_extension(const char* oid) const {
  const std::string der = extension(oid);
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  ASN1_UTF8STRING* string =
      crypto().d2i_ASN1_UTF8STRING(nullptr, &at, static_cast<long>(der.size()));
  std::string text = text_of(string);
  crypto().ASN1_STRING_free(string);
  return text;
}

}  // namespace gyre::pkg
