#include "exporter/host/wal_format.h"

#include <bit>
#include <cstring>
#include <utility>

namespace clawvigil::host {

namespace {

constexpr std::uint32_t kMinPageBytes = 512;
constexpr std::uint32_t kMaxPageBytes = 65536;

std::uint32_t native_word(std::string_view bytes, std::size_t offset) {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes.data() + offset, sizeof word);
  return word;
}

std::uint32_t byte_swapped(std::uint32_t word) {
  constexpr std::uint32_t kLowByte = 0xFF;
  return (word >> 24U) | ((word >> 8U) & (kLowByte << 8U)) | ((word & (kLowByte << 8U)) << 8U) |
         (word << 24U);
}

std::uint32_t word_at(std::string_view bytes, std::size_t offset, std::endian order) {
  const std::uint32_t word = native_word(bytes, offset);
  return order == std::endian::native ? word : byte_swapped(word);
}

// SQLite's checksum over `bytes` (a multiple of 8), whose words are read in `order`.
std::pair<std::uint32_t, std::uint32_t> checksum(std::string_view bytes, std::endian order) {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    first += word_at(bytes, i, order) + second;
    second += word_at(bytes, i + 4, order) + first;
  }
  return {first, second};
}

bool is_page_size(std::uint32_t bytes) {
  return bytes >= kMinPageBytes && bytes <= kMaxPageBytes && std::has_single_bit(bytes);
}

}  // namespace

std::optional<WalHeader> parse_wal_header(std::string_view bytes) {
  constexpr std::uint32_t kMagic = 0x377f0682;  // the last bit set: big-endian checksums
  constexpr std::size_t kPageSizeAt = 8;
  constexpr std::size_t kSaltsAt = 16;
  constexpr std::size_t kSumsAt = 24;
  if (bytes.size() < kWalHeaderBytes) return std::nullopt;
  const std::uint32_t magic = word_at(bytes, 0, std::endian::big);
  if ((magic & ~1U) != kMagic) return std::nullopt;
  const std::uint32_t page_bytes = word_at(bytes, kPageSizeAt, std::endian::big);
  if (!is_page_size(page_bytes)) return std::nullopt;
  const std::endian order = (magic & 1U) != 0 ? std::endian::big : std::endian::little;
  const std::pair stored{word_at(bytes, kSumsAt, std::endian::big),
                         word_at(bytes, kSumsAt + 4, std::endian::big)};
  if (checksum(bytes.substr(0, kSumsAt), order) != stored) return std::nullopt;
  return WalHeader{page_bytes, std::string(bytes.substr(kSaltsAt, 8))};
}

std::optional<WalIndexHeader> parse_wal_index_header(std::string_view bytes) {
  constexpr std::uint32_t kVersion = 3007000;
  constexpr std::size_t kCopyBytes = kWalIndexHeaderBytes / 2;
  constexpr std::size_t kInitialisedAt = 12;
  constexpr std::size_t kPageSizeAt = 14;
  constexpr std::size_t kLastFrameAt = 16;
  constexpr std::size_t kSaltsAt = 32;
  constexpr std::size_t kSumsAt = 40;
  if (bytes.size() < kWalIndexHeaderBytes) return std::nullopt;
  const std::string_view copy = bytes.substr(0, kCopyBytes);
  if (copy != bytes.substr(kCopyBytes, kCopyBytes)) return std::nullopt;
  if (copy[kInitialisedAt] == 0 || native_word(copy, 0) != kVersion) return std::nullopt;
  const std::pair stored{native_word(copy, kSumsAt), native_word(copy, kSumsAt + 4)};
  if (checksum(copy.substr(0, kSumsAt), std::endian::native) != stored) return std::nullopt;
  std::uint16_t short_page_size = 0;  // 65536 is stored as 1
  std::memcpy(&short_page_size, copy.data() + kPageSizeAt, sizeof short_page_size);
  const std::uint32_t page_bytes = short_page_size == 1 ? kMaxPageBytes : short_page_size;
  const std::uint32_t last_frame = native_word(copy, kLastFrameAt);
  if (last_frame != 0 && !is_page_size(page_bytes)) return std::nullopt;
  return WalIndexHeader{page_bytes, last_frame, std::string(copy.substr(kSaltsAt, 8))};
}

}  // namespace clawvigil::host
