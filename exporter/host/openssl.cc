#include "exporter/host/openssl.h"

#include <dlfcn.h>

namespace clawvigil::host {

namespace {

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

}  // namespace

bool OpenSsl::find_sessions(void* library) {
  return find(library, "TLS_client_method", client_method) &&
         find(library, "SSL_CTX_new", context_new) && find(library, "SSL_CTX_free", context_free) &&
         find(library, "SSL_CTX_set_options", set_options) &&
         find(library, "SSL_CTX_set_security_level", set_security_level) &&
         find(library, "SSL_CTX_get_cert_store", trusted) &&
         find(library, "SSL_CTX_set_alpn_protos", set_alpn) &&
         find(library, "X509_STORE_add_cert", trust) && find(library, "SSL_new", create) &&
         find(library, "SSL_free", destroy) && find(library, "SSL_set_fd", set_fd) &&
         find(library, "SSL_ctrl", control) && find(library, "SSL_connect", handshake) &&
         find(library, "SSL_read", read) && find(library, "SSL_write", write) &&
         find(library, "SSL_get_error", error) && find(library, "ERR_clear_error", clear_errors) &&
         find(library, "SSL_get_verify_result", verify_result) &&
         find(library, "SSL_get0_peer_certificate", peer_certificate) &&
         find(library, "SSL_get0_verified_chain", verified_chain);
}

// Of libcrypto, which libssl brings along.
bool OpenSsl::find_certificates(void* library) {
  return find(library, "OPENSSL_sk_num", stack_size) &&
         find(library, "OPENSSL_sk_value", stack_value) &&
         find(library, "BIO_new_mem_buf", memory) && find(library, "BIO_free", memory_free) &&
         find(library, "PEM_read_bio_X509", read_pem) &&
         find(library, "X509_free", certificate_free) &&
         find(library, "X509_get0_notBefore", not_before) &&
         find(library, "X509_get0_notAfter", not_after) &&
         find(library, "ASN1_TIME_to_tm", to_tm) && find(library, "X509_check_host", check_host) &&
         find(library, "X509_check_ip_asc", check_ip);
}

OpenSsl::OpenSsl() {
  constexpr std::uint64_t kOptions = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT;
  void* const library = ::dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return;
  decltype(&::OPENSSL_init_ssl) start = nullptr;
  const bool complete = find(library, "OPENSSL_init_ssl", start) && find_sessions(library) &&
                        find_certificates(library);
  ready_ = complete && start(kOptions, nullptr) == 1;
}

}  // namespace clawvigil::host
