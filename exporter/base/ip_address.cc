#include "exporter/base/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace clawvigil {

bool is_ip_address(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size()) return false;
  if (text.find('\0') != std::string_view::npos) return false;
  std::ranges::copy(text, terminated.begin());
  in6_addr parsed{};
  return ::inet_pton(AF_INET, terminated.data(), &parsed) == 1 ||
         ::inet_pton(AF_INET6, terminated.data(), &parsed) == 1;
}

}  // namespace clawvigil
