// The two headers of SQLite's write-ahead log that say which part of a -wal file is committed.
// Pure. Source: https://www.sqlite.org/walformat.html and fileformat2.html, section 4.
//
//   -wal, first 32 bytes, big-endian:     37 7f 06 82  00 2d e2 18  00 00 10 00  00 00 00 00  salts
//   sums -shm, first 96 bytes, native-endian:  two identical copies of the 48-byte index header
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clawvigil::host {

inline constexpr std::size_t kWalHeaderBytes = 32;
inline constexpr std::size_t kWalFrameHeaderBytes = 24;
inline constexpr std::size_t kWalIndexHeaderBytes = 96;  // both copies

struct WalHeader {
  std::uint32_t page_bytes = 0;
  std::string salts;  // 8 bytes, as in the file
};

struct WalIndexHeader {
  std::uint32_t page_bytes = 0;
  std::uint32_t last_frame = 0;  // last committed frame, counted from 1; 0: the log is empty
  std::string salts;             // of the -wal header these frames belong to
};

// nullopt when SQLite would not use the log either: wrong magic, page size or checksum.
[[nodiscard]] std::optional<WalHeader> parse_wal_header(std::string_view bytes);

// nullopt when the header is not initialised, being changed, or damaged.
[[nodiscard]] std::optional<WalIndexHeader> parse_wal_index_header(std::string_view bytes);

}  // namespace clawvigil::host
