#include "collectors/parse/secret_formats.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "collectors/parse/secret_jwt.h"
#include "collectors/parse/secret_text.h"
#include "exporter/base/digits.h"

namespace clawvigil::secret_formats {

namespace {

using namespace secret_text;
using enum SecretRule;

using Charset = bool (*)(char);

bool is_base32(char c) { return is_upper(c) || (c >= '2' && c <= '7'); }

enum class Extra { none, checksum, openai_mark, ends_in_aa, tailscale_mark };

struct Format {
  SecretRule rule;
  std::string_view prefix;
  Charset charset;  // of what follows the prefix
  std::size_t least;
  std::size_t most;
  Extra extra = Extra::none;
};

// The first that fits counts.
constexpr std::array kFormats = {
    Format{anthropic, "sk-ant-api", is_token, 80, 120, Extra::ends_in_aa},
    Format{anthropic, "sk-ant-admin", is_token, 80, 120, Extra::ends_in_aa},
    Format{anthropic, "sk-ant-oat", is_token, 80, 120, Extra::ends_in_aa},
    Format{anthropic, "sk-ant-ort", is_token, 80, 120, Extra::ends_in_aa},
    Format{anthropic, "sk-ant-sid", is_token, 80, 120, Extra::ends_in_aa},
    Format{openrouter, "sk-or-v1-", is_lower_hex, 64, 64},
    Format{openai, "sk-proj-", is_token, 40, 200, Extra::openai_mark},
    Format{openai, "sk-svcacct-", is_token, 40, 200, Extra::openai_mark},
    Format{openai, "sk-admin-", is_token, 40, 200, Extra::openai_mark},
    Format{openai, "sk-None-", is_token, 40, 200, Extra::openai_mark},
    Format{openai, "sk-", is_token, 40, 200, Extra::openai_mark},
    Format{groq, "gsk_", is_alnum, 52, 52},
    Format{xai, "xai-", is_alnum, 80, 80},
    Format{perplexity, "pplx-", is_alnum, 48, 56},
    Format{google_api_key, "AIza", is_token, 35, 35},
    Format{google_oauth, "GOCSPX-", is_token, 28, 28},
    Format{hugging_face, "hf_", is_alnum, 34, 40},
    Format{github, "ghp_", is_alnum, 36, 36, Extra::checksum},
    Format{github, "gho_", is_alnum, 36, 36, Extra::checksum},
    Format{github, "ghu_", is_alnum, 36, 36, Extra::checksum},
    Format{github, "ghs_", is_alnum, 36, 36, Extra::checksum},
    Format{github, "ghr_", is_alnum, 36, 76, Extra::none},
    Format{github, "github_pat_", is_token, 82, 82},
    Format{gitlab, "glpat-", is_token, 20, 300},
    Format{gitlab, "gldt-", is_token, 20, 20},
    Format{gitlab, "glrt-", is_token, 20, 300},
    Format{gitlab, "glptt-", is_lower_hex, 40, 40},
    Format{npm, "npm_", is_alnum, 36, 36, Extra::checksum},
    Format{notion, "ntn_", is_alnum, 40, 50},
    Format{stripe, "sk_live_", is_alnum, 24, 120},
    Format{stripe, "rk_live_", is_alnum, 24, 120},
    Format{stripe, "whsec_", is_alnum, 32, 64},
    Format{aws, "AKIA", is_base32, 16, 16},
    Format{aws, "ASIA", is_base32, 16, 16},
    Format{tailscale, "tskey-", is_token, 24, 80, Extra::tailscale_mark},
};

// The last six characters are the CRC-32 of those before, in base 62 (0-9A-Za-z).
bool has_checksum(std::string_view body) {
  constexpr std::size_t kSumLength = 6;
  constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr std::uint32_t kPolynomial = 0xEDB88320U;
  std::uint32_t crc = ~0U;
  for (const char c : body.substr(0, body.size() - kSumLength)) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kPolynomial : 0U);
  }
  crc = ~crc;
  for (std::size_t i = body.size(); i > body.size() - kSumLength; --i) {
    if (body[i - 1] != kDigits[crc % kDigits.size()]) return false;
    crc /= static_cast<std::uint32_t>(kDigits.size());
  }
  return true;
}

// 20 and more characters on both sides of base64("OpenAI").
bool has_openai_mark(std::string_view body) {
  constexpr std::string_view kMark = "T3BlbkFJ";
  constexpr std::size_t kSide = 20;
  const std::size_t mark = body.find(kMark);
  return mark != std::string_view::npos && mark >= kSide &&
         body.size() - mark - kMark.size() >= kSide;
}

bool is_extra(Extra extra, std::string_view body) {
  switch (extra) {
    case Extra::none:
      return true;
    case Extra::checksum:
      return has_checksum(body);
    case Extra::openai_mark:
      return has_openai_mark(body);
    case Extra::ends_in_aa:  // two digits, a dash, the key
      return is_digit(body[0]) && is_digit(body[1]) && body[2] == '-' && body.ends_with("AA");
    case Extra::tailscale_mark:
      return body.contains("CNTRL-");
  }
  return false;
}

// Prefix and length say nearly all; this keeps out what a person typed into the form.
bool is_random(std::string_view body) {
  constexpr double kMostWords = 0.7;
  return !is_placeholder(body) && share_of_words(body) <= kMostWords;
}

std::optional<Found> by_prefix(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view run = text.substr(begin, end - begin);
  if (!std::string_view("sgxpAGhnrwt").contains(run[0])) return std::nullopt;  // of the prefixes
  for (const Format& format : kFormats) {
    if (!run.starts_with(format.prefix)) continue;
    const std::string_view body = run.substr(format.prefix.size());
    if (body.size() < format.least || body.size() > format.most) continue;
    if (!all_of(body, format.charset) || !is_extra(format.extra, body)) continue;
    // Sixteen random capitals may well read like words.
    if (format.charset == is_base32 ? !is_placeholder(body) : is_random(body))
      return Found{format.rule, begin, end};
  }
  return std::nullopt;
}

// xoxb-<digits>-<digits>-<24>, xoxp-…-<32 hex>, xapp-1-A…-<digits>-<64 hex>
std::optional<Found> slack_token(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view run = text.substr(begin, end - begin);
  const bool app = run.starts_with("xapp-1-A");
  const bool other = run.size() > 5 && run.starts_with("xox") &&
                     std::string_view("abpers").contains(run[3]) && run[4] == '-';
  if (!app && !other) return std::nullopt;
  const std::size_t dash = run.rfind('-');
  const std::string_view last = run.substr(dash + 1);
  const std::string_view first = run.substr(5, dash - std::min<std::size_t>(dash, 5));
  const auto digits = static_cast<std::size_t>(std::ranges::count_if(first, is_digit));
  constexpr std::size_t kLeastLast = 22;
  constexpr std::size_t kLeastDigits = 9;
  if (last.size() < kLeastLast || last.size() > 146 || digits < kLeastDigits) return std::nullopt;
  if (!all_of(last, is_alnum) || !is_random(last)) return std::nullopt;
  return Found{slack, begin, end};
}

// What begins somewhere else but ends with this run.
std::optional<Found> by_context(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::size_t kLookBack = 80;
  const std::string_view run = text.substr(begin, end - begin);
  const std::size_t from = begin - std::min(begin, kLookBack);
  const std::string_view before = text.substr(from, begin - from);
  const auto preceded = [&](std::string_view word) { return before.ends_with(word); };
  if (preceded("ya29.") && run.size() >= 60 && is_random(run)) {
    return Found{google_oauth, begin - 5, end};
  }
  if (preceded("1//") && run.size() >= 60 && run.size() <= 110 && run[0] == '0' && is_random(run)) {
    return Found{google_oauth, begin - 3, end};
  }
  if (run.size() == 24 && before.contains("hooks.slack.com/services/T") && preceded("/") &&
      all_of(run, is_alnum) && is_random(run)) {
    return Found{slack, begin, end};
  }
  if (run.size() >= 60 && run.size() <= 80 && preceded("/") && before.contains("/api/webhooks/") &&
      is_random(run)) {
    return Found{discord, begin, end};
  }
  return std::nullopt;
}

// The base64 after the first line of a key, in a file or inside of a string; "Version: …" and the
// like stand before it. Anything else ends it.
std::string key_text(std::string_view after) {
  constexpr std::size_t kShortestLine = 16;
  const auto is_base64 = [](char c) { return is_alnum(c) || c == '+' || c == '/' || c == '='; };
  const auto is_between = [](char c) { return std::string_view(" \t\r\n\"'`,\\|>.").contains(c); };
  std::string body;
  for (std::size_t i = 0; i < after.size();) {
    if (is_between(after[i])) {
      const bool escape = after[i] == '\\' && i + 1 < after.size() &&
                          std::string_view("nrt").contains(after[i + 1]);
      i += escape ? 2 : 1;
      continue;
    }
    std::size_t stop = i;
    while (stop < after.size() && is_base64(after[stop])) ++stop;
    const std::string_view line = after.substr(i, stop - i);
    const bool header = stop < after.size() && (after[stop] == ':' || after[stop] == '-') &&
                        body.empty() && !line.empty();
    if (header) {
      stop = std::min({after.find('\n', stop), after.find("\\n", stop), after.size()});
    } else if (line.size() >= kShortestLine) {
      body += line;
    } else {
      return body;
    }
    i = stop;
  }
  return body;
}

std::size_t run_end(std::string_view text, std::size_t from) {
  while (from < text.size() && is_token(text[from])) ++from;
  return from;
}

// base64(user id).<6>.<27 … 38>
std::optional<Found> discord_token(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::size_t kTime = 6;
  const std::string_view id = text.substr(begin, end - begin);
  if (id.size() < 22 || id.size() > 28 || !std::string_view("MNO").contains(id[0])) {
    return std::nullopt;
  }
  const std::size_t second = end + 1;
  const std::size_t third = second + kTime + 1;
  if (third >= text.size() || text[end] != '.' || text[third - 1] != '.') return std::nullopt;
  if (!all_of(text.substr(second, kTime), is_token)) return std::nullopt;
  const std::size_t last = run_end(text, third);
  if (last - third < 27 || last - third > 38) return std::nullopt;
  const auto decoded = secret_jwt::decode_base64url(id);
  if (!decoded || decoded->size() < 16 || decoded->size() > 20 || !all_of(*decoded, is_digit)) {
    return std::nullopt;
  }
  if (!is_random(text.substr(third, last - third))) return std::nullopt;
  return Found{discord, begin, last};
}

// The run may begin with what belongs to the text around it: \n of JSON, %3D, a colour of a
// terminal.
std::size_t skip_escape(std::string_view text, std::size_t begin, std::size_t end) {
  const char before = begin > 0 ? text[begin - 1] : ' ';
  if (before == '\\' && std::string_view("nrt").contains(text[begin])) return begin + 1;
  if (before == '%' && end - begin > 2 && is_hex(text[begin]) && is_hex(text[begin + 1])) {
    return begin + 2;
  }
  if (before == '[') {
    std::size_t at = begin;
    while (at < end && is_digit(text[at])) ++at;
    if (at < end && text[at] == 'm') return at + 1;
  }
  return begin;
}

}  // namespace

std::optional<Found> at_run(std::string_view text, std::size_t begin, std::size_t end) {
  begin = skip_escape(text, begin, end);
  if (end - begin < 16) return std::nullopt;
  if (auto found = by_prefix(text, begin, end)) return found;
  if (text.substr(begin).starts_with("eyJ")) {
    if (const auto last = secret_jwt::token_end(text, begin, end)) return Found{jwt, begin, *last};
  }
  if (auto found = slack_token(text, begin, end)) return found;
  if (auto found = discord_token(text, begin, end)) return found;
  return by_context(text, begin, end);
}

std::optional<Found> at_colon(std::string_view text, std::size_t colon) {
  constexpr std::size_t kHash = 35;
  if (colon + kHash >= text.size() || text[colon + 1] != 'A') return std::nullopt;
  std::size_t begin = colon;
  while (begin > 0 && is_digit(text[begin - 1]) && colon - begin <= 11) --begin;
  if (colon - begin < 8 || colon - begin > 10) return std::nullopt;
  const std::size_t end = run_end(text, colon + 1);
  const std::string_view hash = text.substr(colon + 1, end - colon - 1);
  // The one in Telegram's own documentation.
  const bool is_documented = text.substr(begin, colon - begin) == "110201543";
  if (hash.size() != kHash || is_documented || !is_random(hash.substr(2))) return std::nullopt;
  return Found{telegram, begin, end};
}

std::optional<Found> at_dashes(std::string_view text, std::size_t dash) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::size_t kLongestLine = 64;
  constexpr std::size_t kLooked = 512;
  constexpr std::size_t kLeastKey = 60;  // Ed25519 in PKCS 8: 64 characters
  if (!text.substr(dash).starts_with(kBegin)) return std::nullopt;
  const std::string_view head = text.substr(dash, kLongestLine);
  const std::size_t name_end = head.find("-----", kBegin.size());
  if (name_end == std::string_view::npos) return std::nullopt;
  const std::string_view name = head.substr(kBegin.size(), name_end - kBegin.size());
  if (!name.ends_with("PRIVATE KEY") && !name.ends_with("PRIVATE KEY BLOCK")) return std::nullopt;
  const std::size_t end = dash + name_end + 5;
  const std::string body = key_text(text.substr(end, kLooked));
  if (body.size() < kLeastKey || share_of_words(body) > 0.5 || entropy(body) < 4) {
    return std::nullopt;
  }
  return Found{private_key, dash, end};
}

std::optional<Found> at_scheme(std::string_view text, std::size_t colon) {
  constexpr std::size_t kLongestPart = 256;
  constexpr std::size_t kLeastPassword = 8;
  const std::size_t user = colon + 3;
  const std::string_view rest = text.substr(user, 2 * kLongestPart);
  const std::size_t authority = rest.find_first_of("/?# \t\r\n\"'`<>\\,");
  const std::string_view head = rest.substr(0, authority);
  const std::size_t at = head.rfind('@');
  const std::size_t middle = head.find(':');
  if (at == std::string_view::npos || middle >= at) return std::nullopt;
  const std::string_view name = head.substr(0, middle);
  const std::string_view password = head.substr(middle + 1, at - middle - 1);
  const std::string_view host = head.substr(at + 1);
  if (password.size() < kLeastPassword || password.size() > kLongestPart || host.empty()) {
    return std::nullopt;
  }
  const bool mixed =
      std::ranges::any_of(password, is_digit) && std::ranges::any_of(password, is_alpha);
  const auto code = [](char c) { return std::string_view("${}()[]*|").contains(c); };
  if (!mixed || std::ranges::any_of(password, code) || password.contains("...")) {
    return std::nullopt;
  }
  if (is_placeholder(password) || password == name || host.starts_with("example.") ||
      host.contains(".example") || host.starts_with('$') || host.starts_with('{')) {
    return std::nullopt;
  }
  if (share_of_words(password) > 0.7 || password.ends_with("1234") || password.ends_with("7890"))
    return std::nullopt;
  return Found{url_password, user + middle + 1, user + at};
}

}  // namespace clawvigil::secret_formats
