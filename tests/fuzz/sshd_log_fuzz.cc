// What is taken from a message of sshd lies inside it, has no spaces, and comes from its beginning.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/sshd_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto parsed = parse_auth_log_line(line);
  const std::string_view message = parsed ? parsed->message : line;
  const auto event = parse_sshd_message(message);
  if (!event) return 0;
  if ((event->kind == SshEventKind::accepted) != message.starts_with("Accepted ")) std::abort();
  for (const std::string_view part : {event->method, event->user, event->address}) {
    if (part.find(' ') != std::string_view::npos) std::abort();
    if (!part.empty() && (part.data() < message.data() ||
                          part.data() + part.size() > message.data() + message.size())) {
      std::abort();
    }
  }
  const auto network = network_of(event->address);
  if (network && network->size() != 5 && network->size() != 8) std::abort();
  return 0;
}
