// OpenSSL, loaded when it is first needed: its libraries are larger than the rest of this program.
// Its headers declare the types; nothing links it.
#pragma once

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>

#include "exporter/base/result.h"

namespace clawvigil::host {

// What is used of OpenSSL, found at run time; the types are those of its headers.
class OpenSsl {
 public:
  // unsupported: libssl.so.3 is not installed. Loaded once and kept; never nullptr.
  static Result<const OpenSsl*> load() {
    static const OpenSsl library;
    if (library.ready_) return &library;
    return fail(Errc::unsupported, "libssl.so.3 is not installed");
  }

  decltype(&::TLS_client_method) client_method = nullptr;
  decltype(&::SSL_CTX_new) context_new = nullptr;
  decltype(&::SSL_CTX_free) context_free = nullptr;
  decltype(&::SSL_CTX_set_options) set_options = nullptr;
  decltype(&::SSL_CTX_set_security_level) set_security_level = nullptr;
  decltype(&::SSL_CTX_get_cert_store) trusted = nullptr;
  decltype(&::SSL_CTX_set_alpn_protos) set_alpn = nullptr;
  decltype(&::X509_STORE_add_cert) trust = nullptr;

  decltype(&::SSL_new) create = nullptr;
  decltype(&::SSL_free) destroy = nullptr;
  decltype(&::SSL_set_fd) set_fd = nullptr;
  decltype(&::SSL_ctrl) control = nullptr;
  decltype(&::SSL_connect) handshake = nullptr;
  decltype(&::SSL_read) read = nullptr;
  decltype(&::SSL_write) write = nullptr;
  decltype(&::SSL_get_error) error = nullptr;
  decltype(&::ERR_clear_error) clear_errors = nullptr;
  decltype(&::SSL_get_verify_result) verify_result = nullptr;
  decltype(&::SSL_get0_peer_certificate) peer_certificate = nullptr;
  decltype(&::SSL_get0_verified_chain) verified_chain = nullptr;
  decltype(&::OPENSSL_sk_num) stack_size = nullptr;
  decltype(&::OPENSSL_sk_value) stack_value = nullptr;

  decltype(&::BIO_new_mem_buf) memory = nullptr;
  decltype(&::BIO_free) memory_free = nullptr;
  decltype(&::PEM_read_bio_X509) read_pem = nullptr;
  decltype(&::X509_free) certificate_free = nullptr;
  decltype(&::X509_get0_notBefore) not_before = nullptr;
  decltype(&::X509_get0_notAfter) not_after = nullptr;
  decltype(&::ASN1_TIME_to_tm) to_tm = nullptr;
  decltype(&::X509_check_host) check_host = nullptr;
  decltype(&::X509_check_ip_asc) check_ip = nullptr;

 private:
  OpenSsl();
  [[nodiscard]] bool find_sessions(void* library);
  [[nodiscard]] bool find_certificates(void* library);
  bool ready_ = false;
};

}  // namespace clawvigil::host
