#include "exporter/base/hmac.h"

#include <gcrypt.h>

#include <cstdlib>
#include <vector>

namespace clawvigil {

namespace {

// libgcrypt wants to be told once that it is used; libsystemd may have done so.
bool initialise() {
  if (::gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P) != 0) return true;
  if (::gcry_check_version(nullptr) == nullptr) return false;
  ::gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
  ::gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
  return true;
}

gcry_buffer_t buffer(std::string_view text) {
  return {text.size(), 0, text.size(), const_cast<char*>(text.data())};  // only read
}

}  // namespace

HmacDigest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts) {
  static const bool ready = initialise();
  if (!ready) std::abort();
  std::vector<gcry_buffer_t> buffers{buffer(key)};
  for (const std::string_view part : parts) buffers.push_back(buffer(part));
  HmacDigest digest{};
  const gcry_error_t status =
      ::gcry_md_hash_buffers(GCRY_MD_SHA256, GCRY_MD_FLAG_HMAC, digest.data(), buffers.data(),
                             static_cast<int>(buffers.size()));
  if (status != 0) std::abort();
  return digest;
}

}  // namespace clawvigil
