#include "collectors/parse/access_log.h"

#include <algorithm>
#include <charconv>

#include "collectors/parse/access_log_json.h"
#include "exporter/base/digits.h"
#include "exporter/base/ip_address.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::string_view kDigits = "0123456789";

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

bool is_escaped(std::string_view line, std::size_t quote) {
  std::size_t backslashes = 0;
  while (backslashes < quote && line[quote - backslashes - 1] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

std::size_t find_quote(std::string_view line, std::size_t from) {
  std::size_t at = line.find('"', from);
  while (at != std::string_view::npos && is_escaped(line, at)) at = line.find('"', at + 1);
  return at;
}

// The word before the first space, which is removed along with the space.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

// The same from the end.
std::string_view take_last_word(std::string_view& text) {
  const std::size_t space = text.rfind(' ');
  const std::size_t start = space == std::string_view::npos ? 0 : space + 1;
  const std::string_view word = text.substr(start);
  text = text.substr(0, start == 0 ? 0 : start - 1);
  return word;
}

// A quoted text at the end, without its quotes; nullopt if there is none.
std::optional<std::string_view> take_last_quoted(std::string_view& text) {
  if (!text.ends_with('"')) return std::nullopt;
  const std::size_t close = text.size() - 1;
  if (close == 0) return std::nullopt;
  std::size_t open = text.rfind('"', close - 1);
  while (open != std::string_view::npos && open > 0 && is_escaped(text, open)) {
    open = text.rfind('"', open - 1);
  }
  if (open == std::string_view::npos || is_escaped(text, open)) return std::nullopt;
  const std::string_view quoted = text.substr(open + 1, close - open - 1);
  text = text.substr(0, open);
  if (text.ends_with(' ')) text.remove_suffix(1);
  return quoted;
}

int status_of(std::string_view word) {
  int status = 0;
  if (word.size() != 3 || !is_number(word) || word.front() == '0') return 0;
  std::from_chars(word.data(), word.data() + word.size(), status);
  return status;
}

bool is_byte_count(std::string_view word) { return word == "-" || is_number(word); }

// What follows the quote that ends the request: " 401 179", then nothing or a space.
int status_after(std::string_view rest) {
  if (!rest.starts_with(' ')) return 0;
  rest.remove_prefix(1);
  const int status = status_of(take_word(rest));
  return is_byte_count(take_word(rest)) ? status : 0;
}

// d a digit, a a letter, s a sign, all else itself.
bool fits(char c, char shape) {
  switch (shape) {
    case 'd':
      return is_digit(c);
    case 'a':
      return c >= 'A' && c <= 'z';
    case 's':
      return c == '+' || c == '-';
    default:
      return c == shape;
  }
}

// Takes "[22/Nov/2026:08:02:24 +0000] " from the end.
bool take_time(std::string_view& head) {
  constexpr std::string_view kShape = "[dd/aaa/dddd:dd:dd:dd sdddd] ";
  if (head.size() < kShape.size()) return false;
  const std::string_view time = head.substr(head.size() - kShape.size());
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (!fits(time[i], kShape[i])) return false;
  }
  head.remove_suffix(kShape.size());
  return true;
}

// "198.51.100.7 - user" or the same after a host.
void read_client(std::string_view head, AccessRecord& record) {
  const std::string_view first = take_word(head);
  const std::string_view second = take_word(head);
  if (is_ip_address(second)) {
    record.host = bare_host(first);
    record.client = second;
  } else {
    record.client = first;
  }
}

// … status size "referrer" "agent" count "router" "url" 3ms
std::optional<AccessRecord> parse_traefik(std::string_view line) {
  constexpr std::string_view kUnit = "ms";
  std::string_view duration = take_last_word(line);
  if (!duration.ends_with(kUnit)) return std::nullopt;
  duration.remove_suffix(kUnit.size());
  if (!is_number(duration)) return std::nullopt;
  const auto url = take_last_quoted(line);
  const auto router = take_last_quoted(line);
  if (!url || !router || !is_number(take_last_word(line))) return std::nullopt;
  const auto agent = take_last_quoted(line);
  const auto referrer = take_last_quoted(line);
  if (!agent || !referrer || !is_byte_count(take_last_word(line))) return std::nullopt;
  AccessRecord record;
  record.status = status_of(take_last_word(line));
  if (record.status == 0 || !line.ends_with('"')) return std::nullopt;
  record.client = take_word(line);
  record.upstream_port = loopback_port(*url);
  return record;
}

std::optional<AccessRecord> parse_common(std::string_view line) {
  const std::size_t open = find_quote(line, 0);
  if (open == std::string_view::npos) return std::nullopt;
  std::string_view head = line.substr(0, open);
  if (!take_time(head)) return std::nullopt;
  AccessRecord record;
  for (std::size_t close = find_quote(line, open + 1);
       close != std::string_view::npos && record.status == 0; close = find_quote(line, close + 1)) {
    record.status = status_after(line.substr(close + 1));
  }
  if (record.status == 0) return std::nullopt;
  read_client(head, record);
  return record;
}

}  // namespace

struct AccessLogParser::Json {
  AccessJsonReader reader;
};

AccessLogParser::AccessLogParser() : json_(std::make_unique<Json>()) {}
AccessLogParser::AccessLogParser(AccessLogParser&&) noexcept = default;
AccessLogParser& AccessLogParser::operator=(AccessLogParser&&) noexcept = default;
AccessLogParser::~AccessLogParser() = default;

std::optional<AccessRecord> AccessLogParser::parse(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.starts_with('{')) return json_->reader.read(line);
  if (auto record = parse_traefik(line)) return record;
  return parse_common(line);
}

std::string_view next_refused_candidate(std::string_view& lines) {
  std::size_t at = 0;
  while (true) {
    const void* const found =
        at < lines.size() ? std::memchr(lines.data() + at, '4', lines.size() - at) : nullptr;
    if (found == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const char*>(found) - lines.data());
    const std::string_view number = lines.substr(at, 3);
    if (number == "401" || number == "403" || number == "429") {
      const std::size_t before = lines.rfind('\n', at);
      const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
      const std::size_t end = std::min(lines.find('\n', at), lines.size() - 1) + 1;
      const std::string_view line = lines.substr(start, end - start);
      lines.remove_prefix(end);
      return line;
    }
    ++at;
  }
  lines = {};
  return {};
}

std::string bare_host(std::string_view origin) {
  if (const std::size_t scheme = origin.find("://"); scheme != std::string_view::npos) {
    origin.remove_prefix(scheme + 3);
  }
  origin = origin.substr(0, origin.find_first_of("/?#"));
  if (origin.starts_with('[')) {
    return to_lower_ascii(origin.substr(1, std::min(origin.find(']'), origin.size()) - 1));
  }
  const std::size_t colon = origin.find(':');
  if (colon != std::string_view::npos && colon == origin.rfind(':')) {
    origin = origin.substr(0, colon);
  }
  while (origin.ends_with('.')) origin.remove_suffix(1);
  return to_lower_ascii(origin);
}

}  // namespace clawvigil
