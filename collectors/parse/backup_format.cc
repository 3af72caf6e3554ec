#include "collectors/parse/backup_format.h"

#include <array>
#include <cstdint>
#include <string>

#include "collectors/parse/secret_jwt.h"
#include "collectors/parse/secret_text.h"

namespace clawvigil::parse {

namespace {

using namespace std::string_view_literals;

constexpr std::array kEncrypted{
    "age-encryption.org/v1\n"sv,
    "-----BEGIN AGE ENCRYPTED FILE-----"sv,
    "Salted__"sv,      // openssl enc
    "U2FsdGVkX1"sv,    // openssl enc -a
    "LUKS\xba\xbe"sv,  // cryptsetup
    "scrypt\0"sv,      // scrypt(1)
    "RCLONE\0\0"sv,    // rclone crypt
    "$ANSIBLE_VAULT;"sv,
};

constexpr std::array kReadable{
    "\x1f\x8b"sv,          // gzip
    "\x28\xb5\x2f\xfd"sv,  // zstd
    "\xfd\x37zXZ\0"sv,     // xz
    "BZh"sv,               // bzip2
    "\x04\x22\x4d\x18"sv,  // lz4
    "LZIP"sv,
    "\x89LZO\0"sv,
    "SQLite format 3\0"sv,
    "070701"sv,  // cpio
};

constexpr std::size_t kTarMark = 257;

std::uint8_t byte_at(std::string_view text, std::size_t index) {
  return index < text.size() ? static_cast<std::uint8_t>(text[index]) : 0;
}

// One packet's header: its tag and where its body begins; nullopt if this is none.
struct Packet {
  unsigned tag = 0;
  std::size_t body = 0;
};

std::optional<Packet> read_packet(std::string_view text) {
  constexpr unsigned kPacket = 0x80;
  constexpr unsigned kNewForm = 0x40;
  constexpr unsigned kNewTag = 0x3f;
  constexpr unsigned kOldTag = 0x0f;
  constexpr unsigned kTwoBytes = 192;
  constexpr unsigned kPartial = 224;
  constexpr unsigned kFiveBytes = 255;
  const unsigned first = byte_at(text, 0);
  if ((first & kPacket) == 0) return std::nullopt;
  if ((first & kNewForm) == 0) {
    const unsigned length_type = first & 3U;
    if (length_type == 3) return std::nullopt;  // no length: never a session key
    return Packet{(first >> 2U) & kOldTag, 1 + (std::size_t{1} << length_type)};
  }
  const unsigned length = byte_at(text, 1);
  if (length >= kPartial && length != kFiveBytes) return std::nullopt;
  std::size_t size = length < kTwoBytes ? 1 : 2;
  if (length == kFiveBytes) size = 5;
  return Packet{first & kNewTag, 1 + size};
}

// True for a session key that is encrypted: what stands at the beginning of every encrypted
// message. The fields that follow are checked, as one byte alone says little.
bool begins_with_session_key(std::string_view text) {
  constexpr unsigned kPublicKey = 1;
  constexpr unsigned kSymmetricKey = 3;
  constexpr std::size_t kKeyIdBytes = 8;
  const auto packet = read_packet(text);
  if (!packet || packet->body >= text.size()) return false;
  const unsigned version = byte_at(text, packet->body);
  if (packet->tag == kPublicKey) {
    const unsigned algorithm = byte_at(text, packet->body + 1 + kKeyIdBytes);
    // RSA, Elgamal, ECDH, X25519, X448
    const bool known = algorithm == 1 || algorithm == 2 || algorithm == 16 || algorithm == 18 ||
                       algorithm == 25 || algorithm == 26;
    return version == 6 || (version == 3 && known);
  }
  if (packet->tag != kSymmetricKey || version < 4 || version > 6) return false;
  const unsigned cipher = byte_at(text, packet->body + 1);
  constexpr unsigned kLastCipher = 13;
  return version > 4 || (cipher >= 1 && cipher <= kLastCipher);
}

// The first bytes of what base64 stands for, up to the first character that is none.
std::string decode_base64(std::string_view text) {
  constexpr std::size_t kMost = 128;
  std::string letters;
  for (const char c : text) {
    if (c == '\r' || c == '\n') continue;
    const bool fits = secret_text::is_alnum(c) || c == '+' || c == '/';
    if (!fits || letters.size() == kMost) break;
    letters += c;
  }
  return secret_jwt::decode_base64url(letters).value_or("");
}

// After the headers of the armour comes an empty line.
std::optional<bool> read_armour(std::string_view head) {
  std::size_t blank = head.find("\n\n");
  std::size_t length = 2;
  if (const std::size_t other = head.find("\n\r\n"); other < blank) {
    blank = other;
    length = 3;
  }
  if (blank == std::string_view::npos) return std::nullopt;
  if (begins_with_session_key(decode_base64(head.substr(blank + length)))) return true;
  return std::nullopt;
}

std::uint32_t little_endian(std::string_view text, std::size_t offset, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes; i > 0; --i) value = (value << 8U) | byte_at(text, offset + i - 1);
  return value;
}

// Directories come before the files in them and are never encrypted: the first file counts.
std::optional<bool> read_zip(std::string_view head) {
  constexpr std::string_view kEntry = "PK\x03\x04";
  constexpr std::size_t kHeader = 30;
  while (head.starts_with(kEntry) && head.size() >= kHeader) {
    const std::uint32_t flags = little_endian(head, 6, 2);
    const std::uint32_t packed = little_endian(head, 18, 4);
    const std::size_t name = little_endian(head, 26, 2);
    const std::size_t extra = little_endian(head, 28, 2);
    if ((flags & 1U) != 0) return true;
    if (head.size() < kHeader + name + extra) return std::nullopt;
    const bool directory = name > 0 && head[kHeader + name - 1] == '/';
    if (!directory || packed != 0) return false;
    head.remove_prefix(kHeader + name + extra);
  }
  return std::nullopt;
}

}  // namespace

std::optional<bool> is_encrypted_backup(std::string_view head) {
  for (const std::string_view mark : kEncrypted) {
    if (head.starts_with(mark)) return true;
  }
  for (const std::string_view mark : kReadable) {
    if (head.starts_with(mark)) return false;
  }
  if (head.size() > kTarMark && head.substr(kTarMark).starts_with("ustar")) return false;
  if (head.starts_with("-----BEGIN PGP MESSAGE-----")) return read_armour(head);
  if (head.starts_with("PK\x03\x04")) return read_zip(head);
  if (begins_with_session_key(head)) return true;
  return std::nullopt;
}

}  // namespace clawvigil::parse
