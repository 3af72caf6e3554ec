// The header values a client chooses: Accept-Encoding, Host and Authorization. No other name than
// ours passes for ours, and no other credential than the one in the file is accepted.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/strings.h"
#include "exporter/web/auth.h"
#include "exporter/web/http.h"
#include "tests/support/manual_clock.h"

namespace {

using clawvigil::web::AuthVerdict;
using clawvigil::web::BasicAuth;

// htpasswd -nbBC 4 alice secret
constexpr std::string_view kUsers =
    "basic_auth_users: {alice: $2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW}";
constexpr std::string_view kCredential = "YWxpY2U6c2VjcmV0";

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == ':' || c == '[' ||
         c == ']';
}

void check_host(std::string_view host) {
  if (!clawvigil::web::is_our_host(host, "127.0.0.1", {"watch.example"})) return;
  const std::string name = clawvigil::to_lower_ascii(clawvigil::trim(host));
  if (!std::ranges::all_of(name, is_host_character)) std::abort();
  const auto begins = [&](std::string_view own) { return name.starts_with(own); };
  if (!begins("127.0.0.1") && !begins("localhost") && !begins("[::1]") &&
      !begins("watch.example")) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static clawvigil::test::ManualClock clock;
  static const std::unique_ptr<BasicAuth> auth = BasicAuth::parse(kUsers, clock).value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)clawvigil::web::accepts_gzip(text);
  check_host(text);
  clock.advance(BasicAuth::kRefill);
  if (auth->check(text) == AuthVerdict::accepted && text.find(kCredential) == text.npos) {
    std::abort();
  }
  return 0;
}
