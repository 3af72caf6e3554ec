#include "exporter/host/http_reply.h"

#include <algorithm>
#include <charconv>

#include "exporter/base/strings.h"

namespace clawvigil::host {

namespace {

constexpr std::string_view kProtocol = "HTTP/1.";

template <class Number>
std::optional<Number> parse_digits(std::string_view text) {
  Number number{};
  const bool digits =
      !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

// "HTTP/1.1 200 OK"
Result<int> parse_status_line(std::string_view line) {
  constexpr std::size_t kStatusAt = std::string_view("HTTP/1.1 ").size();
  constexpr std::size_t kStatusDigits = 3;
  constexpr int kFirstFinal = 200;
  const bool shape = line.starts_with(kProtocol) && line.size() >= kStatusAt + kStatusDigits &&
                     line[kStatusAt - 1] == ' ';
  const auto status =
      shape ? parse_digits<int>(line.substr(kStatusAt, kStatusDigits)) : std::nullopt;
  if (!status || *status < kFirstFinal) return fail(Errc::io, "the answer is not HTTP");
  return *status;
}

Result<> parse_header(std::string_view line, ReplyHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return fail(Errc::io, "the answer is not HTTP");
  const std::string name = to_lower_ascii(line.substr(0, colon));
  if (name == "transfer-encoding") return fail(Errc::io, "the answer has a transfer coding");
  if (name != "content-length") return {};
  const auto length = parse_digits<std::size_t>(trim(line.substr(colon + 1)));
  if (!length || (head.body_size && head.body_size != length)) {
    return fail(Errc::io, "the answer's length is malformed");
  }
  head.body_size = length;
  return {};
}

}  // namespace

Result<std::optional<ReplyHead>> parse_reply_head(std::string_view received) {
  constexpr std::string_view kLineEnd = "\r\n";
  constexpr std::string_view kHeadEnd = "\r\n\r\n";
  const std::size_t shared = std::min(received.size(), kProtocol.size());
  if (received.substr(0, shared) != kProtocol.substr(0, shared)) {
    return fail(Errc::io, "the answer is not HTTP");
  }
  const std::size_t end = received.substr(0, kMaxReplyHead).find(kHeadEnd);
  if (end == std::string_view::npos) {
    if (received.size() < kMaxReplyHead) return std::nullopt;
    return fail(Errc::too_large, "the answer's header is too large");
  }
  ReplyHead head;
  head.size = end + kHeadEnd.size();
  std::string_view rest = received.substr(0, end + kLineEnd.size());
  const auto next_line = [&] {
    const std::string_view line = rest.substr(0, rest.find(kLineEnd));
    rest.remove_prefix(line.size() + kLineEnd.size());
    return line;
  };
  TRY_ASSIGN(head.status, parse_status_line(next_line()));
  while (!rest.empty()) TRY(parse_header(next_line(), head));
  return head;
}

}  // namespace clawvigil::host
