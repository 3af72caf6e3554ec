#include "collectors/parse/secret_assignment.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "collectors/parse/secret_text.h"

namespace clawvigil::secret_assignment {

namespace {

using namespace secret_text;

constexpr std::size_t kLongestName = 48;
constexpr std::size_t kLongestValue = 512;

constexpr std::array<std::string_view, 16> kPasswords = {
    "password", "passwd", "passphrase", "passwort", "kennwort",   "motdepasse",
    "senha",    "pwd",    "wachtwoord", "parola",   "contrasena", "contraseña",
    "пароль",   "密码",   "パスワード", "passcode"};
constexpr std::array<std::string_view, 16> kTokens = {
    "apikey",     "secret",      "secretkey",     "token",        "accesskey", "privatekey",
    "authkey",    "authtoken",   "encryptionkey", "signingkey",   "masterkey", "sharedkey",
    "credential", "credentials", "apisecret",     "sessionsecret"};
// Names that end like a secret and are none.
constexpr std::array<std::string_view, 18> kHarmless = {
    "publickey",         "publicapikey",     "publictoken",    "pagetoken", "nexttoken",
    "continuationtoken", "csrftoken",        "xsrftoken",      "synctoken", "cursortoken",
    "cancellationtoken", "resumetoken",      "startpagetoken", "eostoken",  "bostoken",
    "padtoken",          "publishabletoken", "clienttoken"};
// What may stand behind the word: API_KEY_PROD, TOKEN2.
constexpr std::array<std::string_view, 8> kSuffixes = {"production", "prod", "dev",   "staging",
                                                       "live",       "main", "value", "primary"};

template <std::size_t N>
bool ends_in_one_of(std::string_view name, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return name.ends_with(word); });
}

void strip_suffix(std::string& name) {
  while (!name.empty() && is_digit(name.back())) name.pop_back();
  for (const std::string_view suffix : kSuffixes) {
    if (name.ends_with(suffix) && name.size() > suffix.size()) {
      name.resize(name.size() - suffix.size());
      return;
    }
  }
}

Name judge_name(std::string name) {
  strip_suffix(name);
  if (name.empty()) return Name::ordinary;
  if (ends_in_one_of(name, kHarmless)) return Name::ordinary;
  if (name.ends_with("secretaccesskey") || name.ends_with("awssecretkey")) return Name::aws_secret;
  if (ends_in_one_of(name, kPasswords)) return Name::password;
  if (ends_in_one_of(name, kTokens)) return Name::token;
  return Name::ordinary;
}

bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
// Between a name and its separator: quotes, emphasis, the bracket of env["NAME"].
bool is_decoration(char c) {
  return is_quote(c) || is_blank(c) || c == '\\' || c == '*' || c == ']';
}
constexpr int kMostDecorations = 6;

// The bytes up to `end` that may be a name, in lower case and without what separates its words.
std::string name_before(std::string_view text, std::size_t end) {
  for (int i = 0; end > 0 && i < kMostDecorations && is_decoration(text[end - 1]); ++i) --end;
  std::string name;
  for (std::size_t i = end; i > 0 && end - i < kLongestName; --i) {
    const char c = text[i - 1];
    const bool letter = is_alnum(c) || static_cast<unsigned char>(c) >= 0x80;
    if (!letter && c != '_' && c != '-' && c != '.' && c != ' ') break;
    if (letter) name += to_lower(c);
  }
  std::ranges::reverse(name);
  return name;
}

constexpr std::uint32_t packed(char a, char b, char c) {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(a)) << 16U |
         static_cast<std::uint32_t>(static_cast<unsigned char>(b)) << 8U |
         static_cast<unsigned char>(c);
}
constexpr std::uint32_t packed(const char (&text)[4]) { return packed(text[0], text[1], text[2]); }

// Cheap and nearly always enough: how the names that promise something end.
bool may_end_a_name(std::string_view text, std::size_t separator) {
  std::size_t at = separator;
  for (int i = 0; at > 0 && i < kMostDecorations && is_decoration(text[at - 1]); ++i) --at;
  if (at < 3) return false;
  const char last = to_lower(text[at - 1]);
  if (is_digit(last) || static_cast<unsigned char>(last) >= 0x80) return true;
  switch (packed(to_lower(text[at - 3]), to_lower(text[at - 2]), last)) {
    case packed("key"):  // api key, access key …
    case packed("ret"):  // secret
    case packed("ken"):  // token
    case packed("ord"):  // password, wachtwoord
    case packed("swd"):  // passwd
    case packed("pwd"):
    case packed("ase"):  // passphrase
    case packed("ort"):  // Passwort, Kennwort
    case packed("sse"):  // mot de passe
    case packed("nha"):  // senha
    case packed("ola"):  // parola
    case packed("ena"):  // contrasena
    case packed("ode"):  // passcode
    case packed("ial"):  // credential
    case packed("als"):
    case packed("ion"):  // kSuffixes
    case packed("rod"):
    case packed("dev"):
    case packed("ing"):
    case packed("ive"):
    case packed("ain"):
    case packed("lue"):
    case packed("ary"):
      return true;
    default:
      return static_cast<unsigned char>(text[at - 2]) >= 0x80;  // contraseña
  }
}

bool ends_unquoted(char c) {
  return is_blank(c) || is_quote(c) || std::string_view("\r\n,;&<>|)}]\\").contains(c);
}

std::size_t quoted_end(std::string_view text, std::size_t begin, char quote) {
  const std::size_t limit = std::min(text.size(), begin + kLongestValue);
  std::size_t end = begin;
  while (end < limit && text[end] != quote && text[end] != '\n' && text[end] != '\\') ++end;
  return end < limit && text[end] != '\n' ? end : begin;
}

std::size_t unquoted_end(std::string_view text, std::size_t begin) {
  const std::size_t limit = std::min(text.size(), begin + kLongestValue);
  std::size_t end = begin;
  while (end < limit && !ends_unquoted(text[end])) ++end;
  if (end - begin == kLongestValue) return begin;
  while (end > begin && std::string_view(".:*").contains(text[end - 1])) --end;  // of a sentence
  return end;
}

bool is_password_character(char c) { return c > ' ' && c < 0x7F; }
bool is_token_character(char c) { return is_token(c) || std::string_view("+/=.~").contains(c); }
bool is_code_character(char c) { return std::string_view("(){}[]<>$\"'`\\").contains(c); }

struct Classes {
  bool lower = false;
  bool upper = false;
  std::size_t digits = 0;
  bool other = false;
};

Classes classes_of(std::string_view value) {
  Classes classes;
  for (const char c : value) {
    classes.lower = classes.lower || is_lower(c);
    classes.upper = classes.upper || is_upper(c);
    classes.digits += is_digit(c) ? 1 : 0;
    classes.other = classes.other || !is_alnum(c);
  }
  return classes;
}

bool is_token_value(std::string_view value) {
  constexpr std::size_t kLeast = 16;
  constexpr std::size_t kLeastHex = 32;
  constexpr double kLeastEntropy = 3.0;
  constexpr double kMostWords = 0.4;
  if (value.size() < kLeast || !all_of(value, is_token_character) || is_uuid(value)) return false;
  if (all_of(value, is_hex)) {
    const Classes hex = classes_of(value);
    return value.size() >= kLeastHex && (hex.lower || hex.upper);
  }
  const Classes classes = classes_of(value);
  if (classes.digits < 2 || !(classes.lower || classes.upper)) return false;
  if (entropy(value) < kLeastEntropy || share_of_words(value) > kMostWords) return false;
  return std::ranges::count_if(value, [](char c) { return c == '.' || c == '/'; }) <= 4;
}

bool is_password_value(std::string_view value, bool quoted) {
  constexpr std::size_t kLeast = 8;
  constexpr std::size_t kMost = 64;
  // Words joined like a name are one: "level-2-of-tests".
  const bool is_joined =
      all_of(value, [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
  const double most_words = is_joined ? 0.5 : 0.8;
  if (value.size() < kLeast || value.size() > kMost || !all_of(value, is_password_character)) {
    return false;
  }
  const auto code = std::ranges::count_if(value, is_code_character);
  if (code > (quoted ? 1 : 0)) return false;
  const Classes classes = classes_of(value);
  return classes.digits > 0 && classes.other && (classes.lower || classes.upper) &&
         entropy(value) >= 2.7 && share_of_words(value) <= most_words;
}

}  // namespace

std::optional<Value> value_at(std::string_view text, std::size_t separator) {
  const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : '\n'; };
  if (!may_end_a_name(text, separator)) return std::nullopt;
  const char before = separator > 0 ? text[separator - 1] : '\n';
  const bool is_walrus = text[separator] == '=' && before == ':';
  if (std::string_view("=!<>+:").contains(before) && !is_walrus) return std::nullopt;
  std::size_t begin = separator + 1;
  if (at(begin) == '=' || (text[separator] == ':' && at(begin) == ':')) return std::nullopt;
  Value value;
  value.name = judge_name(name_before(text, is_walrus ? separator - 1 : separator));
  if (value.name == Name::ordinary) return std::nullopt;
  if (text[separator] == '=' && at(begin) == '>') ++begin;
  for (int i = 0; i < 8 && (is_blank(at(begin)) || at(begin) == '*'); ++i) ++begin;
  if (at(begin) == '\\' && is_quote(at(begin + 1))) ++begin;
  value.quoted = is_quote(at(begin));
  if (value.quoted) {
    value.begin = begin + 1;
    value.end = quoted_end(text, value.begin, at(begin));
  } else {
    value.begin = begin;
    value.end = unquoted_end(text, begin);
  }
  return value.end > value.begin ? std::optional(value) : std::nullopt;
}

std::optional<Value> value_after_word(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t word_end = begin;
  while (word_end > 0 && begin - word_end < 2 &&
         (is_blank(text[word_end - 1]) || is_quote(text[word_end - 1]))) {
    --word_end;
  }
  if (word_end == begin || word_end == 0) return std::nullopt;
  const std::size_t from = word_end - std::min<std::size_t>(word_end, kLongestName);
  const std::string_view before = text.substr(from, word_end - from);
  const bool bearer = before.ends_with("Bearer") || before.ends_with("bearer");
  std::size_t word = before.size();
  while (word > 0 && is_token(before[word - 1])) --word;
  const std::string_view flag = before.substr(word);
  if (!bearer && !flag.starts_with("--")) return std::nullopt;
  Value value{bearer ? Name::token : judge_name(name_before(flag, flag.size())), begin,
              unquoted_end(text, begin), is_quote(text[begin - 1])};
  value.end = std::max(value.end, end);
  return value.name == Name::ordinary ? std::nullopt : std::optional(value);
}

std::optional<SecretRule> judge(std::string_view text, const Value& value) {
  const std::string_view secret = text.substr(value.begin, value.end - value.begin);
  if (is_reference(secret) || is_placeholder(secret)) return std::nullopt;
  // token = request(…), password = list[…]
  const char after = value.end < text.size() ? text[value.end] : '\n';
  if (!value.quoted && (after == '(' || after == '[')) return std::nullopt;
  if (value.name == Name::aws_secret && secret.size() == 40 && is_token_value(secret)) {
    return SecretRule::aws;
  }
  if (is_token_value(secret)) return SecretRule::assignment;
  if (value.name == Name::password && is_password_value(secret, value.quoted)) {
    return SecretRule::assignment;
  }
  return std::nullopt;
}

}  // namespace clawvigil::secret_assignment
