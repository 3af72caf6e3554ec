#include "exporter/web/peer.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace clawvigil::web {

namespace {

constexpr std::string_view kHowToAllow =
    "If that user shall read it anyway, start clawvigil with --web.allow-gateway-user.";

host::Address mapped(const in_addr& address) {
  constexpr std::size_t kPrefixBytes = 12;
  host::Address result{};
  result[kPrefixBytes - 2] = 0xFF;
  result[kPrefixBytes - 1] = 0xFF;
  std::memcpy(result.data() + kPrefixBytes, &address, sizeof address);
  return result;
}

}  // namespace

std::optional<std::string> PeerGuard::refusal(Connection& connection,
                                              const sockaddr_in& local) const {
  if (allow_) return std::nullopt;
  const std::shared_ptr<const HomeList> list = homes_.current();
  const uid_t self = ::geteuid();
  const auto watched = [self](const Home& home) { return home.uid != 0 && home.uid != self; };
  if (std::ranges::none_of(list->homes, watched)) return std::nullopt;
  if (!connection.owner) {
    const sockaddr_in& peer = connection.peer;
    connection.owner = lookup_(mapped(local.sin_addr), ntohs(local.sin_port), mapped(peer.sin_addr),
                               ntohs(peer.sin_port));
  }
  const Result<uid_t>& owner = *connection.owner;
  if (!owner) {
    return "Refused: the kernel did not tell which user this connection belongs to (" +
           owner.error().message + "). " + std::string(kHowToAllow);
  }
  const bool refused = std::ranges::any_of(
      list->homes, [&](const Home& home) { return watched(home) && home.uid == *owner; });
  if (!refused) return std::nullopt;
  return "Refused: this connection belongs to user " + std::to_string(*owner) +
         ", who runs a gateway that is watched here. " + std::string(kHowToAllow);
}

}  // namespace clawvigil::web
