#include "collectors/secrets/file_scan.h"

#include <algorithm>

namespace clawvigil::secrets {

namespace {

constexpr std::size_t kPieceBytes = 256UL * 1024;
constexpr std::size_t kOverlapBytes = 8UL * 1024;  // longer than what the matcher looks ahead

// Where the next piece begins: after the last line that leaves an overlap, or in the middle of a
// line that has no end.
std::size_t cut_of(std::string_view piece) {
  const std::size_t most = piece.size() - kOverlapBytes;
  const std::size_t newline = piece.substr(0, most).rfind('\n');
  return newline == std::string_view::npos ? most : newline + 1;
}

std::size_t last_line_end(std::string_view piece) {
  const std::size_t newline = piece.rfind('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

}  // namespace

Result<std::uint64_t> FileScan::read(const host::File& file, FileEnd end, std::uint64_t budget,
                                     Position& position, const Sink& sink) {
  std::uint64_t done = 0;
  buffer_.resize(kPieceBytes);
  while (done < budget) {
    TRY_ASSIGN(const std::size_t size, file.read_at(position.offset, buffer_));
    std::string_view piece(buffer_.data(), size);
    const bool last = size < kPieceBytes;
    if (position.offset == 0 && is_binary(piece)) {
      TRY_ASSIGN(const host::FileStat stat, file.stat());
      position.offset = stat.size;
      return size;
    }
    std::size_t cut = size;
    if (!last) {
      cut = cut_of(piece);
    } else if (end == FileEnd::growing) {
      cut = last_line_end(piece);
      piece = piece.substr(0, cut);
    }
    matcher_.scan(piece, [&](const SecretMatch& match) {
      if (match.offset < cut) sink(match.rule, position.line + match.line - 1);
    });
    position.line += static_cast<std::uint64_t>(std::ranges::count(piece.substr(0, cut), '\n'));
    position.offset += cut;
    done += cut;
    if (last) break;
  }
  return done;
}

}  // namespace clawvigil::secrets
