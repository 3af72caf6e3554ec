#include "exporter/host/openssl.h"

#include <dlfcn.h>

#include "exporter/host/shared_library.h"

namespace clawvigil::host {

bool OpenSsl::find_sessions(void* library) {
  return find_function(library, "TLS_client_method", client_method) &&
         find_function(library, "SSL_CTX_new", context_new) &&
         find_function(library, "SSL_CTX_free", context_free) &&
         find_function(library, "SSL_CTX_set_options", set_options) &&
         find_function(library, "SSL_CTX_set_security_level", set_security_level) &&
         find_function(library, "SSL_CTX_get_cert_store", trusted) &&
         find_function(library, "SSL_CTX_set_alpn_protos", set_alpn) &&
         find_function(library, "X509_STORE_add_cert", trust) &&
         find_function(library, "SSL_new", create) && find_function(library, "SSL_free", destroy) &&
         find_function(library, "SSL_set_fd", set_fd) &&
         find_function(library, "SSL_ctrl", control) &&
         find_function(library, "SSL_connect", handshake) &&
         find_function(library, "SSL_read", read) && find_function(library, "SSL_write", write) &&
         find_function(library, "SSL_get_error", error) &&
         find_function(library, "ERR_clear_error", clear_errors) &&
         find_function(library, "SSL_get_verify_result", verify_result) &&
         find_function(library, "SSL_get0_peer_certificate", peer_certificate) &&
         find_function(library, "SSL_get0_verified_chain", verified_chain);
}

// Of libcrypto, which libssl brings along.
bool OpenSsl::find_certificates(void* library) {
  return find_function(library, "OPENSSL_sk_num", stack_size) &&
         find_function(library, "OPENSSL_sk_value", stack_value) &&
         find_function(library, "BIO_new_mem_buf", memory) &&
         find_function(library, "BIO_free", memory_free) &&
         find_function(library, "PEM_read_bio_X509", read_pem) &&
         find_function(library, "X509_free", certificate_free) &&
         find_function(library, "X509_get0_notBefore", not_before) &&
         find_function(library, "X509_get0_notAfter", not_after) &&
         find_function(library, "ASN1_TIME_to_tm", to_tm) &&
         find_function(library, "X509_check_host", check_host) &&
         find_function(library, "X509_check_ip_asc", check_ip);
}

OpenSsl::OpenSsl() {
  constexpr std::uint64_t kOptions = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT;
  void* const library = ::dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return;
  decltype(&::OPENSSL_init_ssl) start = nullptr;
  const bool complete = find_function(library, "OPENSSL_init_ssl", start) &&
                        find_sessions(library) && find_certificates(library);
  ready_ = complete && start(kOptions, nullptr) == 1;
}

}  // namespace clawvigil::host
