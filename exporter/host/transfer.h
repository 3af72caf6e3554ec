// Bounded HTTP requests and mails to services the owner chose, many at once on one thread.
//
// libcurl is loaded when the first Transfers is created: with the libraries it needs it is as large
// as the rest of this program, and a host without receivers never needs it. Per transfer: 10 s to
// connect, 30 s in all, 64 KiB of answer; redirects are not followed; certificates are verified;
// no cookies, no netrc, http(s) and smtp(s) only.
//
// A URL may be a secret from its path on (a bot token, a webhook): errors show scheme and host.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/base/secret.h"

namespace clawvigil::host {

inline constexpr std::size_t kMaxTransferReply = 64UL * 1024;

struct TransferLimits {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds total{30'000};
};

struct HttpRequest {
  enum class Method { get, post };
  Method method = Method::post;
  std::string url;
  std::vector<std::string> headers;  // "Content-Type: application/json"
  std::string body;                  // of a POST
  std::string username;              // basic authentication; empty: none
  Secret password;
  Secret bearer;  // Authorization: Bearer; empty: none
};

struct MailRequest {
  enum class Tls { starttls, implicit, none };  // required, never opportunistic
  std::string host;
  std::uint16_t port = 0;
  Tls tls = Tls::starttls;
  std::string ca_file;   // empty: the system's
  std::string greeting;  // the name in EHLO; empty: curl's choice
  std::string from;      // envelope addresses, without angle brackets
  std::vector<std::string> to;
  std::string username;  // empty: no authentication
  Secret password;
  std::string message;  // header and body with CRLF line ends
};

using TransferRequest = std::variant<HttpRequest, MailRequest>;

struct TransferReply {
  std::string origin;          // scheme://host that was asked
  int status = 0;              // of HTTP, or the last SMTP reply; 0: none came
  std::string body;            // its first kMaxTransferReply bytes
  std::string retry_after;     // the header of that name
  std::string redirect;        // scheme://host it pointed to
  std::optional<Error> error;  // why there is no answer, or the mail was not taken; no secret in it
  Duration took{};
};

struct FinishedTransfer {
  std::uint64_t id = 0;
  TransferReply reply;
};

// "https://api.telegram.org" of "https://api.telegram.org/bot1:x/sendMessage"; "" if it is no URL.
[[nodiscard]] std::string origin_of(std::string_view url);

// Used by one thread, but for wake().
class Transfers {
 public:
  // unsupported: libcurl.so.4 is not installed. `user_agent` as in "clawvigil/1.0".
  [[nodiscard]] static Result<std::unique_ptr<Transfers>> create(std::string user_agent,
                                                                 TransferLimits limits = {});
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;
  // Drops what is under way without waiting, for a resolver either.
  ~Transfers();

  // Begins a transfer; it ends in a FinishedTransfer with this id, which must not be in use.
  // Error: libcurl has no memory for it.
  [[nodiscard]] Result<> start(std::uint64_t id, TransferRequest request);
  // Forgets the transfer if it is under way.
  void cancel(std::uint64_t id);
  // Works on all transfers until one has finished, `timeout` has passed or wake() was called.
  [[nodiscard]] std::vector<FinishedTransfer> wait(std::chrono::milliseconds timeout);
  void wake();  // any thread
  [[nodiscard]] std::size_t running() const;

 private:
  class Impl;
  explicit Transfers(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clawvigil::host
