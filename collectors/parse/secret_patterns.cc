// How a gigabyte is looked through: every credential longer than 15 characters without a break
// fills an aligned block of eight bytes, whatever it is; the others have a ':' or '=' before them,
// and private keys have dashes. Sixteen bytes at a time are asked for one of these, which is
// seldom; only there the text is looked at.
#include "collectors/parse/secret_patterns.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <string>

#include "collectors/parse/secret_assignment.h"
#include "collectors/parse/secret_formats.h"
#include "collectors/parse/secret_text.h"

namespace clawvigil {

namespace {

using secret_formats::Found;
using secret_text::is_token;

constexpr std::size_t kBlock = 16;
constexpr std::size_t kHalf = 8;
constexpr std::size_t kLooked = kBlock + 2;  // bytes that look_at() reads
constexpr std::uint64_t kFull = ~std::uint64_t{0};
constexpr std::uint64_t kLowBits = 0x0101010101010101;  // one of each byte
constexpr std::string_view kKeyBegin = "-----BEGIN";
static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");
using Bytes = unsigned char __attribute__((vector_size(kBlock)));
using Halves = std::array<std::uint64_t, 2>;

// Which of 16 bytes belong to a run, and which are marks: each byte 0 or 0xFF.
struct Look {
  Halves run;
  Halves marks;
};

Bytes load(const char* at) {
  Bytes bytes;
  std::memcpy(&bytes, at, kBlock);
  return bytes;
}

Halves halves(Bytes mask) { return std::bit_cast<Halves>(mask); }

// Reads kLooked bytes.
Look look_at(const char* at) {
  const Bytes bytes = load(at);
  const Bytes letters = (bytes | 0x20) - 'a';
  const Bytes run =
      Bytes(letters < 26) | Bytes((bytes - '0') < 10) | Bytes(bytes == '_') | Bytes(bytes == '-');
  const Bytes dashes =
      Bytes(bytes == '-') & Bytes(load(at + 1) == '-') & Bytes(load(at + 2) == '-');
  const Bytes marks = Bytes(bytes == ':') | Bytes(bytes == '=') | dashes;
  return {halves(run), halves(marks)};
}

bool is_of_interest(const Look& look) {
  return look.run[0] == kFull || look.run[1] == kFull || (look.marks[0] | look.marks[1]) != 0;
}

class Scan {
 public:
  Scan(std::string_view text, const SecretMatcher::Sink& sink) : text_(text), sink_(sink) {}

  void run() {
    std::size_t at = 0;
    for (; at + kLooked <= text_.size(); at += kBlock) visit(at, look_at(text_.data() + at));
    for (; at < text_.size(); at += kBlock) {
      std::array<char, kLooked> rest{};
      text_.copy(rest.data(), kLooked, at);
      visit(at, look_at(rest.data()));
    }
  }

 private:
  // What the block at `at` shows, in the order of the text: a half that is part of a run holds no
  // separator.
  void visit(std::size_t at, const Look& look) {
    if (!is_of_interest(look) || matches_ >= SecretMatcher::kMaxMatches) return;
    for (std::size_t half = 0; half < look.run.size(); ++half) {
      const std::size_t begin = at + half * kHalf;
      if (look.run[half] == kFull) {
        if (begin >= looked_) run_at(begin);
        continue;
      }
      for (std::uint64_t marks = look.marks[half] & kLowBits; marks != 0; marks &= marks - 1) {
        mark(begin + static_cast<std::size_t>(std::countr_zero(marks)) / 8);
      }
    }
  }

  void mark(std::size_t at) {
    if (text_[at] != '-') return separator(at);
    const bool is_first = at == 0 || text_[at - 1] != '-';
    if (is_first && text_.substr(at).starts_with(kKeyBegin)) {
      emit(secret_formats::at_dashes(text_, at));
    }
  }

  // Looks at the run around `inside`; returns its end.
  std::size_t run_at(std::size_t inside) {
    constexpr std::size_t kShortest = 16;
    std::size_t begin = inside;
    while (begin > looked_ && is_token(text_[begin - 1])) --begin;
    std::size_t end = inside;
    while (end < text_.size() && is_token(text_[end])) ++end;
    if (text_.substr(begin, end - begin).ends_with(kKeyBegin)) {
      emit(secret_formats::at_dashes(text_, end - kKeyBegin.size()));
    } else if (end - begin >= kShortest && end - begin <= SecretMatcher::kMaxSecretBytes) {
      if (!emit(secret_formats::at_run(text_, begin, end))) word_before(begin, end);
    }
    looked_ = end;
    return end;
  }

  void word_before(std::size_t begin, std::size_t end) {
    if (const auto value = secret_assignment::value_after_word(text_, begin, end)) {
      judge(*value);
    }
  }

  void separator(std::size_t at) {
    if (text_[at] == ':') {
      if (text_.substr(at).starts_with("://")) {
        emit(secret_formats::at_scheme(text_, at));
        return;
      }
      if (emit(secret_formats::at_colon(text_, at))) return;
    }
    const auto value = secret_assignment::value_at(text_, at);
    if (!value || value->begin < done_) return;
    if (!holds_a_format(*value)) judge(*value);
  }

  // What a provider's format says is more than what the name says; the run is looked at in its
  // turn.
  [[nodiscard]] bool holds_a_format(const secret_assignment::Value& value) const {
    std::size_t i = value.begin;
    while (i < value.end) {
      if (text_[i] == ':') {
        if (text_.substr(i).starts_with("://")) return false;
        if (secret_formats::at_colon(text_, i)) return true;
      }
      std::size_t end = i;
      while (end < text_.size() && is_token(text_[end])) ++end;
      const bool is_run = end > i && end - i <= SecretMatcher::kMaxSecretBytes;
      if (is_run && secret_formats::at_run(text_, i, end)) return true;
      i = std::max(end, i + 1);
    }
    return false;
  }

  void judge(const secret_assignment::Value& value) {
    if (const auto rule = secret_assignment::judge(text_, value)) {
      emit(Found{*rule, value.begin, value.end});
    }
  }

  bool emit(const std::optional<Found>& found) {
    if (!found) return false;
    if (found->begin < done_) return true;
    done_ = found->end;
    ++matches_;
    line_ += static_cast<std::size_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                   text_.begin() + static_cast<std::ptrdiff_t>(found->begin), '\n'));
    counted_ = found->begin;
    sink_({found->rule, found->begin, found->end - found->begin, line_});
    return true;
  }

  std::string_view text_;
  const SecretMatcher::Sink& sink_;
  std::size_t looked_ = 0;  // all runs before it have been looked at
  std::size_t done_ = 0;    // the end of the last match
  std::size_t matches_ = 0;
  std::size_t counted_ = 0;  // lines are counted up to here
  std::size_t line_ = 1;
};

constexpr std::array<std::string_view, kSecretRules> kNames = {
    "anthropic",      "openai",       "openrouter",   "groq",         "xai",       "perplexity",
    "google_api_key", "google_oauth", "hugging_face", "github",       "gitlab",    "npm",
    "slack",          "telegram",     "discord",      "notion",       "stripe",    "aws",
    "tailscale",      "private_key",  "jwt",          "url_password", "assignment"};

// Names in lower case; what begins with '.' is an ending.
constexpr std::array<std::string_view, 62> kSkippedEndings = {
    ".png",    ".jpg",     ".jpeg", ".gif",     ".webp", ".bmp",   ".ico",  ".svg",         ".tiff",
    ".heic",   ".mp3",     ".ogg",  ".opus",    ".wav",  ".m4a",   ".flac", ".mp4",         ".mov",
    ".mkv",    ".webm",    ".pdf",  ".zip",     ".gz",   ".tgz",   ".bz2",  ".xz",          ".zst",
    ".7z",     ".rar",     ".tar",  ".jar",     ".so",   ".o",     ".a",    ".dll",         ".exe",
    ".bin",    ".wasm",    ".pyc",  ".class",   ".woff", ".woff2", ".ttf",  ".otf",         ".eot",
    ".sqlite", ".sqlite3", ".db",   ".parquet", ".npy",  ".onnx",  ".gguf", ".safetensors", ".map",
    ".min.js", ".min.css", ".lock", ".lockb",   ".sum",  ".docx",  ".xlsx", ".pptx"};
constexpr std::array<std::string_view, 5> kSkippedNames = {
    "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "bun.lock", "gradle.lockfile"};

}  // namespace

std::string_view to_string(SecretRule rule) { return kNames[static_cast<std::size_t>(rule)]; }

void SecretMatcher::scan(std::string_view text, const Sink& sink) const { Scan(text, sink).run(); }

bool may_hold_secrets(std::string_view path) {
  constexpr std::size_t kLongestName = 255;
  std::string name(path.substr(path.rfind('/') + 1).substr(0, kLongestName));
  std::ranges::transform(name, name.begin(), secret_text::to_lower);
  return std::ranges::find(kSkippedNames, name) == kSkippedNames.end() &&
         std::ranges::none_of(kSkippedEndings,
                              [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_binary(std::string_view content) {
  constexpr std::size_t kLooked = 8192;
  return content.substr(0, kLooked).contains('\0');
}

}  // namespace clawvigil
