// A Sigstore of our own for tests: certificate authority, transparency log, log of certificates and
// timestamp authority with fresh keys, the trust root that names them, and npm attestations of it,
// right or wrong in one chosen way. OpenSSL behind it; one thread.
#pragma once

#include <openssl/evp.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "pkg/manifest/manifest.hpp"
#include "pkg/store/integrity.hpp"

namespace gyre::test {

using pkg::OrderedJson;

inline std::string base64(const std::string& bytes) { return pkg::base64_encode(as_bytes(bytes)); }

inline std::string sha256(const std::string& text) {
  const pkg::Digest digest = pkg::hash_of(pkg::HashAlgorithm::kSha256, as_bytes(text));
  return {reinterpret_cast<const char*>(digest.bytes.data()), digest.size};
}

// What an i2d function writes.
template <typename Function, typename Thing>
std::string der_of(Function function, Thing* thing) {
  unsigned char* bytes = nullptr;
  const int size = function(thing, &bytes);
  std::string text(reinterpret_cast<char*>(bytes), size > 0 ? static_cast<size_t>(size) : 0);
  OPENSSL_free(bytes);
  return text;
}

// A P-256 key.
class SigningKey {
 public:
  SigningKey() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free) {}
  EVP_PKEY* get() const { return key_.get(); }
  std::string der() const { return der_of(i2d_PUBKEY, key_.get()); }
  std::string id() const { return sha256(der()); }
  std::string pem(const char* label, const std::string& der) const {
    const std::string name = std::string(label) + "-----\n";
    std::string lines;
    const std::string text = base64(der);
    for (size_t at = 0; at < text.size(); at += 64) lines += text.substr(at, 64) + "\n";
    return "-----BEGIN " + name + lines + "-----END " + name;
  }
  std::string sign(const std::string& message) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    unsigned char bytes[256];
    size_t size = sizeof bytes;
    EVP_DigestSign(context.get(), bytes, &size,
                   reinterpret_cast<const unsigned char*>(message.data()), message.size());
    return {reinterpret_cast<char*>(bytes), size};
  }

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

using CertificatePtr = std::unique_ptr<X509, decltype(&X509_free)>;

inline void add_extension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// An extension of any OID with these bytes as its value.
inline void add_raw_extension(X509* certificate, const char* oid, const std::string& value) {
  ASN1_OBJECT* object = OBJ_txt2obj(oid, 1);
  ASN1_OCTET_STRING* data = ASN1_OCTET_STRING_new();
  ASN1_OCTET_STRING_set(data, reinterpret_cast<const unsigned char*>(value.data()),
                        static_cast<int>(value.size()));
  X509_EXTENSION* extension = X509_EXTENSION_create_by_OBJ(nullptr, object, 0, data);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  ASN1_OCTET_STRING_free(data);
  ASN1_OBJECT_free(object);
}

// A short UTF8String or OCTET STRING in DER.
inline std::string der_string(char tag, const std::string& text) {
  std::string der(1, tag);
  if (text.size() >= 128) der += '\x81';
  return der + static_cast<char>(text.size()) + text;
}

inline std::string big_endian(uint64_t number, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    text += static_cast<char>(number >> shift);
  return text;
}

inline CertificatePtr new_certificate(const SigningKey& key, const char* subject,
                                      const char* issuer, int64_t from, int64_t seconds) {
  CertificatePtr certificate(X509_new(), X509_free);
  auto name = [](X509_NAME* to, const char* text) {
    X509_NAME_add_entry_by_txt(to, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text),
                               -1, -1, 0);
  };
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 7);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), from);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), from + seconds);
  X509_set_pubkey(certificate.get(), key.get());
  name(X509_get_subject_name(certificate.get()), subject);
  name(X509_get_issuer_name(certificate.get()), issuer);
  return certificate;
}

constexpr int64_t kSigned = 1'700'000'000;  // when attestations are signed
constexpr const char* kRepository = "https://github.com/Acme/app";
constexpr const char* kWorkflow =
    "https://github.com/Acme/app/.github/workflows/r.yml@refs/tags/v1";

// How an attestation is made; the defaults make a right one.
struct AttestationPlan {
  std::string kind = "dsse", version = "0.0.1";
  std::string format = "application/vnd.dev.sigstore.bundle.v0.3+json";
  std::string payload_type = "application/vnd.in-toto+json";
  int64_t logged_at = kSigned;
  int64_t certificate_from = kSigned - 60, certificate_seconds = 600;
  bool may_sign_code = true, has_sct = true;
  bool has_promise = true, has_proof = true, has_timestamp = false;
  int64_t stamped_at = kSigned;
  const SigningKey* authority = nullptr;        // another one than the instance's
  const SigningKey* log = nullptr;              // signs promise and checkpoint
  const SigningKey* certificate_log = nullptr;  // signs the SCT
  const SigningKey* signer = nullptr;           // whose signature it carries
  const SigningKey* registry = nullptr;         // signed with this key, no certificate
  const SigningKey* logged_signer = nullptr;    // whom the log's entry names
  std::string key_id, logged_payload, logged_signature, stamped;  // others than the right ones
};

class SigstoreInstance {
 public:
  SigstoreInstance()
      : authority_certificate_(make_authority(authority_, "authority")),
        stamp_authority_certificate_(make_authority(stamp_authority_, "stamp authority")),
        stamper_certificate_(make_stamper()) {}

  OrderedJson trusted_root() const {
    OrderedJson root;
    root["tlogs"][0] = log_json(log_);
    root["ctlogs"][0] = log_json(certificate_log_);
    root["certificateAuthorities"][0] = authority_json({authority_certificate_.get()});
    root["timestampAuthorities"][0] =
        authority_json({stamper_certificate_.get(), stamp_authority_certificate_.get()});
    return root;
  }
  std::string authority_pem() const {
    return authority_.pem("CERTIFICATE", der_of(i2d_X509, authority_certificate_.get()));
  }

  // An item of what `-/npm/v1/attestations/<id>` answers.
  OrderedJson attest(const std::string& payload, const AttestationPlan& plan = {}) const;

 private:
  static CertificatePtr make_authority(const SigningKey& key, const char* name) {
    CertificatePtr one = new_certificate(key, name, name, kSigned - 90'000'000, 180'000'000);
    add_extension(one.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(one.get(), key.get(), EVP_sha256());
    return one;
  }
  CertificatePtr make_stamper() const {
    CertificatePtr one =
        new_certificate(stamper_, "stamper", "stamp authority", kSigned - 80'000'000, 160'000'000);
    add_extension(one.get(), NID_ext_key_usage, "critical,timeStamping");
    X509_sign(one.get(), stamp_authority_.get(), EVP_sha256());
    return one;
  }
  static OrderedJson log_json(const SigningKey& key) {
    OrderedJson json;
    json["baseUrl"] = "https://log.example";
    json["publicKey"]["rawBytes"] = base64(key.der());
    json["publicKey"]["keyDetails"] = "PKIX_ECDSA_P256_SHA_256";
    json["publicKey"]["validFor"]["start"] = "2023-01-01T00:00:00Z";
    json["logId"]["keyId"] = base64(key.id());
    return json;
  }
  static OrderedJson authority_json(std::initializer_list<X509*> chain) {
    OrderedJson json;
    for (X509* one : chain)
      json["certChain"]["certificates"].push_back({{"rawBytes", base64(der_of(i2d_X509, one))}});
    json["validFor"]["start"] = "2023-01-01T00:00:00Z";
    return json;
  }

  std::string leaf(const AttestationPlan& plan) const;
  std::string timestamp(const std::string& signature, int64_t time) const;
  OrderedJson log_body(const AttestationPlan& plan, const std::string& payload,
                       const std::string& signed_text, const std::string& signature,
                       const std::string& verifier) const;
  OrderedJson log_entry(const AttestationPlan& plan, const std::string& body) const;

  SigningKey authority_, log_, certificate_log_, stamp_authority_, stamper_, signer_;
  CertificatePtr authority_certificate_, stamp_authority_certificate_, stamper_certificate_;
};

// The signer's certificate, in DER.
inline std::string SigstoreInstance::leaf(const AttestationPlan& plan) const {
  const SigningKey& issuer = plan.authority ? *plan.authority : authority_;
  CertificatePtr one = new_certificate(signer_, "signer", "authority", plan.certificate_from,
                                       plan.certificate_seconds);
  if (plan.may_sign_code) add_extension(one.get(), NID_ext_key_usage, "codeSigning");
  add_extension(one.get(), NID_subject_alt_name, "critical,URI:" + std::string(kWorkflow));
  const std::string arc = "1.3.6.1.4.1.57264.1.";
  add_raw_extension(one.get(), (arc + "8").c_str(), der_string(0x0c, "https://issuer.example"));
  add_raw_extension(one.get(), (arc + "12").c_str(), der_string(0x0c, kRepository));
  add_raw_extension(one.get(), (arc + "18").c_str(), der_string(0x0c, kWorkflow));
  X509_sign(one.get(), issuer.get(), EVP_sha256());
  if (!plan.has_sct) return der_of(i2d_X509, one.get());
  const std::string tbs = der_of(i2d_re_X509_tbs, one.get());
  const uint64_t time = static_cast<uint64_t>(kSigned - 30) * 1000;
  const std::string entry = std::string(2, '\0') + big_endian(time, 8) + big_endian(1, 2) +
                            issuer.id() + big_endian(tbs.size(), 3) + tbs + big_endian(0, 2);
  const SigningKey& log = plan.certificate_log ? *plan.certificate_log : certificate_log_;
  const std::string signature = log.sign(entry);
  const std::string sct = std::string(1, '\0') + certificate_log_.id() + big_endian(time, 8) +
                          big_endian(0, 2) + "\x04\x03" + big_endian(signature.size(), 2) +
                          signature;
  const std::string list = big_endian(sct.size() + 2, 2) + big_endian(sct.size(), 2) + sct;
  add_raw_extension(one.get(), "1.3.6.1.4.1.11129.2.4.2", der_string(0x04, list));
  X509_sign(one.get(), issuer.get(), EVP_sha256());
  return der_of(i2d_X509, one.get());
}

// A timestamp authority's answer about `signature`.
inline std::string SigstoreInstance::timestamp(const std::string& signature, int64_t time) const {
  TS_REQ* request = TS_REQ_new();
  TS_MSG_IMPRINT* imprint = TS_MSG_IMPRINT_new();
  X509_ALGOR* algorithm = X509_ALGOR_new();
  X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr);
  TS_MSG_IMPRINT_set_algo(imprint, algorithm);
  std::string hash = sha256(signature);
  TS_MSG_IMPRINT_set_msg(imprint, reinterpret_cast<unsigned char*>(hash.data()), 32);
  TS_REQ_set_version(request, 1);
  TS_REQ_set_msg_imprint(request, imprint);
  const std::string der = der_of(i2d_TS_REQ, request);
  TS_RESP_CTX* context = TS_RESP_CTX_new();
  ASN1_OBJECT* policy = OBJ_txt2obj("1.2.3.4", 1);
  TS_RESP_CTX_set_signer_cert(context, stamper_certificate_.get());
  TS_RESP_CTX_set_signer_key(context, stamper_.get());
  TS_RESP_CTX_set_signer_digest(context, EVP_sha256());
  TS_RESP_CTX_set_def_policy(context, policy);
  TS_RESP_CTX_add_md(context, EVP_sha256());
  TS_RESP_CTX_set_time_cb(
      context,
      [](TS_resp_ctx*, void* now, long* seconds, long* micros) {
        *seconds = *static_cast<long*>(now);
        *micros = 0;
        return 1;
      },
      &time);
  BIO* bio = BIO_new_mem_buf(der.data(), static_cast<int>(der.size()));
  TS_RESP* response = TS_RESP_create_response(context, bio);
  std::string answer = der_of(i2d_TS_RESP, response);
  TS_RESP_free(response);
  BIO_free(bio);
  ASN1_OBJECT_free(policy);
  TS_RESP_CTX_free(context);
  X509_ALGOR_free(algorithm);
  TS_MSG_IMPRINT_free(imprint);
  TS_REQ_free(request);
  return answer;
}

inline OrderedJson SigstoreInstance::log_body(const AttestationPlan& plan,
                                              const std::string& payload,
                                              const std::string& signed_text,
                                              const std::string& signature,
                                              const std::string& verifier) const {
  auto hex = [](const std::string& text) { return pkg::hex_encode(as_bytes(sha256(text))); };
  OrderedJson body;
  body["apiVersion"] = plan.version;
  body["kind"] = plan.kind;
  OrderedJson& spec = body["spec"];
  const std::string name = plan.kind + " " + plan.version;
  if (name == "dsse 0.0.1") {
    spec["payloadHash"]["value"] = hex(payload);
    spec["signatures"][0]["signature"] = base64(signature);
    spec["signatures"][0]["verifier"] = base64(signer_.pem("PUBLIC KEY", verifier));
  } else if (name == "dsse 0.0.2") {
    OrderedJson& dsse = spec["dsseV002"];
    dsse["payloadHash"]["digest"] = base64(sha256(payload));
    dsse["signatures"][0]["content"] = base64(signature);
    dsse["signatures"][0]["verifier"]["publicKey"]["rawBytes"] = base64(verifier);
  } else if (name == "hashedrekord 0.0.1") {
    spec["data"]["hash"]["value"] = hex(signed_text);
    spec["signature"]["content"] = base64(signature);
    spec["signature"]["publicKey"]["content"] = base64(signer_.pem("PUBLIC KEY", verifier));
  } else if (name == "hashedrekord 0.0.2") {
    OrderedJson& record = spec["hashedRekordV002"];
    record["data"]["digest"] = base64(sha256(signed_text));
    record["signature"]["content"] = base64(signature);
    record["signature"]["verifier"]["publicKey"]["rawBytes"] = base64(verifier);
  } else {
    OrderedJson& content = spec["content"];
    content["payloadHash"]["value"] = hex(payload);
    content["envelope"]["signatures"][0]["sig"] = base64(base64(signature));
    content["envelope"]["signatures"][0]["publicKey"] = base64(signer_.pem("PUBLIC KEY", verifier));
  }
  return body;
}

// The entry is the middle one of a tree of three.
inline OrderedJson SigstoreInstance::log_entry(const AttestationPlan& plan,
                                               const std::string& body) const {
  const SigningKey& log = plan.log ? *plan.log : log_;
  OrderedJson entry;
  entry["logIndex"] = "77";
  entry["logId"]["keyId"] = base64(log_.id());
  entry["kindVersion"] = {{"kind", plan.kind}, {"version", plan.version}};
  entry["integratedTime"] = std::to_string(plan.logged_at);
  entry["canonicalizedBody"] = base64(body);
  if (plan.has_promise) {
    const std::string text =
        "{\"body\":\"" + base64(body) + "\",\"integratedTime\":" + std::to_string(plan.logged_at) +
        ",\"logID\":\"" + pkg::hex_encode(as_bytes(log_.id())) + "\",\"logIndex\":77}";
    entry["inclusionPromise"]["signedEntryTimestamp"] = base64(log.sign(text));
  }
  if (!plan.has_proof) return entry;
  const std::string zero(1, '\0');
  const std::string first = sha256(zero + "first"), last = sha256(zero + "last");
  const std::string pair = sha256("\x01" + first + sha256(zero + body));
  const std::string note = "log.example - 1\n3\n" + base64(sha256("\x01" + pair + last)) + "\n";
  OrderedJson& proof = entry["inclusionProof"];
  proof["logIndex"] = "1";
  proof["hashes"] = {base64(first), base64(last)};
  proof["checkpoint"]["envelope"] = note + "\n\xe2\x80\x94 witness.example " + base64("abcdef") +
                                    "\n\xe2\x80\x94 log.example " +
                                    base64(log_.id().substr(0, 4) + log.sign(note)) + "\n";
  return entry;
}

inline OrderedJson SigstoreInstance::attest(const std::string& payload,
                                            const AttestationPlan& plan) const {
  const SigningKey& key = plan.registry ? *plan.registry : plan.signer ? *plan.signer : signer_;
  const std::string signed_text = "DSSEv1 " + std::to_string(plan.payload_type.size()) + " " +
                                  plan.payload_type + " " + std::to_string(payload.size()) + " " +
                                  payload;
  const std::string signature = key.sign(signed_text);
  OrderedJson attestation, material;
  attestation["predicateType"] = "https://slsa.dev/provenance/v1";
  OrderedJson& bundle = attestation["bundle"];
  bundle["mediaType"] = plan.format;
  if (plan.registry) {
    material["publicKey"]["hint"] = plan.key_id;
  } else if (plan.format.find("0.3") != std::string::npos) {
    material["certificate"]["rawBytes"] = base64(leaf(plan));
  } else {
    material["x509CertificateChain"]["certificates"][0]["rawBytes"] = base64(leaf(plan));
  }
  const SigningKey& named = plan.logged_signer ? *plan.logged_signer
                            : plan.registry    ? *plan.registry
                                               : signer_;
  const OrderedJson body =
      log_body(plan, plan.logged_payload.empty() ? payload : plan.logged_payload, signed_text,
               plan.logged_signature.empty() ? signature : plan.logged_signature, named.der());
  material["tlogEntries"][0] = log_entry(plan, body.dump());
  if (plan.has_timestamp) {
    material["timestampVerificationData"]["rfc3161Timestamps"][0]["signedTimestamp"] =
        base64(timestamp(plan.stamped.empty() ? signature : plan.stamped, plan.stamped_at));
  }
  bundle["verificationMaterial"] = material;
  OrderedJson& envelope = bundle["dsseEnvelope"];
  envelope["payload"] = base64(payload);
  envelope["payloadType"] = plan.payload_type;
  envelope["signatures"][0]["sig"] = base64(signature);
  envelope["signatures"][0]["keyid"] = plan.key_id;
  return attestation;
}

}  // namespace gyre::test
