// CertificateStore: what OpenSSL verifies a chain against. Values; one thread each.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "pkg/audit/certificate.hpp"

struct x509_store_st;

namespace gyre::pkg {

struct CertificateStoreFree {
  void operator()(x509_store_st* store) const;
};
using CertificateStore = std::unique_ptr<x509_store_st, CertificateStoreFree>;

// Trusts `certificates`, an authority's, the last one nearest to its root, and has all of a chain
// be valid at `time`. A root in the list is the end of a chain, and must have been valid too.
CertificateStore make_certificate_store(std::span<const Certificate> certificates, int64_t time);

}  // namespace gyre::pkg
