// A TLS server on 127.0.0.1 for tests of clients: certificates made on the spot, one HTTP request a
// connection, and a note of the client certificate each brought. Not a server to learn from.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gyre::test {

struct KeyFree {
  void operator()(EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
};
struct CertificateFree {
  void operator()(X509* certificate) const { ::X509_free(certificate); }
};

// A key with a certificate; signed by `issuer`, or by itself as an authority.
class Identity {
 public:
  explicit Identity(const std::string& name, const Identity* issuer = nullptr)
      : key_(::EVP_EC_gen("P-256")), certificate_(::X509_new()) {
    X509* certificate = certificate_.get();
    ::X509_set_version(certificate, 2);
    static std::atomic<long> serial{1};
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate), serial++);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate), -3600);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate), 3600);
    ::X509_set_pubkey(certificate, key_.get());
    ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509* signer = issuer ? issuer->certificate() : certificate;
    ::X509_set_issuer_name(certificate, ::X509_get_subject_name(signer));
    add(NID_basic_constraints, issuer ? "critical,CA:FALSE" : "critical,CA:TRUE", signer);
    if (issuer) add(NID_subject_alt_name, "IP:127.0.0.1", signer);
    ::X509_sign(certificate, issuer ? issuer->key() : key(), ::EVP_sha256());
  }
  EVP_PKEY* key() const { return key_.get(); }
  X509* certificate() const { return certificate_.get(); }
  std::string certificate_pem() const {
    return pem([this](BIO* to) { ::PEM_write_bio_X509(to, certificate()); });
  }
  std::string key_pem() const {
    return pem([this](BIO* to) {
      ::PEM_write_bio_PrivateKey(to, key(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }

 private:
  void add(int kind, const char* value, X509* signer) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    ::X509V3_set_ctx(&context, signer, certificate(), nullptr, nullptr, 0);
    X509_EXTENSION* extension = ::X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    ::X509_add_ext(certificate(), extension, -1);
    ::X509_EXTENSION_free(extension);
  }
  template <typename Write>
  static std::string pem(Write write) {
    BIO* memory = ::BIO_new(BIO_s_mem());
    write(memory);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory, &text);
    std::string result(text, static_cast<size_t>(size));
    ::BIO_free(memory);
    return result;
  }
  std::unique_ptr<EVP_PKEY, KeyFree> key_;
  std::unique_ptr<X509, CertificateFree> certificate_;
};

class TlsServer {
 public:
  TlsServer(const Identity& identity, const Identity& client_authority)
      : context_(::SSL_CTX_new(::TLS_server_method())) {
    ::SSL_CTX_use_certificate(context_, identity.certificate());
    ::SSL_CTX_use_PrivateKey(context_, identity.key());
    ::SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    ::X509_STORE_add_cert(::SSL_CTX_get_cert_store(context_), client_authority.certificate());
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 16);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      sigset_t pipe;
      sigemptyset(&pipe);
      sigaddset(&pipe, SIGPIPE);
      ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
      run();
    });
  }
  ~TlsServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    ::SSL_CTX_free(context_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url() const { return "https://" + host() + "/"; }
  // Where requests are sent on to, from now on.
  void redirect_to(const std::string& url) {
    const std::lock_guard lock(mutex_);
    location_ = url;
  }
  // What GET of `target` gives from now on, in place of "hello".
  void answer(const std::string& target, const std::string& body) {
    const std::lock_guard lock(mutex_);
    bodies_[target] = body;
  }
  // Only `target` is redirected, not everything.
  void redirect(const std::string& target, const std::string& url) {
    const std::lock_guard lock(mutex_);
    redirects_[target] = url;
  }
  // One for each request: the client certificate's common name, empty without one.
  std::vector<std::string> clients() const {
    const std::lock_guard lock(mutex_);
    return clients_;
  }

 private:
  void run() {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const timeval limit{5, 0};
      ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
      SSL* tls = ::SSL_new(context_);
      ::SSL_set_fd(tls, fd);
      if (::SSL_accept(tls) == 1) serve(tls);
      ::SSL_shutdown(tls);
      ::SSL_free(tls);
      ::close(fd);
    }
  }
  void serve(SSL* tls) {
    std::string head;
    char chunk[4096];
    while (head.find("\r\n\r\n") == std::string::npos) {
      const int size = ::SSL_read(tls, chunk, sizeof chunk);
      if (size <= 0) return;
      head.append(chunk, static_cast<size_t>(size));
    }
    const std::lock_guard lock(mutex_);
    clients_.push_back(name_of_client(tls));
    const size_t begin = head.find(' ') + 1;
    const std::string answer = answer_to(head.substr(begin, head.find(' ', begin) - begin));
    ::SSL_write(tls, answer.data(), static_cast<int>(answer.size()));
  }
  std::string answer_to(const std::string& target) const {
    const auto redirect = redirects_.find(target);
    const std::string location = redirect == redirects_.end() ? location_ : redirect->second;
    const auto found = bodies_.find(target);
    const std::string body = found == bodies_.end() ? "hello" : found->second;
    return (location.empty() ? std::string("HTTP/1.1 200 OK\r\n")
                             : "HTTP/1.1 302 Found\r\nlocation: " + location + "\r\n") +
           "connection: close\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
  }
  static std::string name_of_client(SSL* tls) {
    const std::unique_ptr<X509, CertificateFree> certificate(::SSL_get1_peer_certificate(tls));
    if (!certificate) return {};
    char name[64] = {};
    ::X509_NAME_get_text_by_NID(::X509_get_subject_name(certificate.get()), NID_commonName, name,
                                sizeof name);
    return name;
  }

  SSL_CTX* context_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::string location_;
  std::map<std::string, std::string> bodies_, redirects_;
  std::vector<std::string> clients_;
  std::thread thread_;
};

}  // namespace gyre::test
