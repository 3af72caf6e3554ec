// Streaming decompression of a zstd file in bounded memory.
#pragma once

#include <zstd.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::usage {

class ZstdStream {
 public:
  // `file` must outlive the stream. Frames that would need more than 128 MiB of window are refused.
  explicit ZstdStream(const host::File& file);

  // Fills up to out.size() bytes; 0 at the end. Errc::parse for damaged or truncated data.
  [[nodiscard]] Result<std::size_t> read(std::span<char> out);
  [[nodiscard]] std::uint64_t produced() const { return produced_; }

 private:
  struct Deleter {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  const host::File& file_;
  std::unique_ptr<ZSTD_DCtx, Deleter> context_;
  std::vector<char> packed_;
  ZSTD_inBuffer input_{};
  std::uint64_t position_ = 0;
  std::uint64_t produced_ = 0;
  bool frame_open_ = false;
};

// A whole frame of at most `limit` bytes unpacked, written over `out`. Errc::parse or too_large.
[[nodiscard]] Result<> unpack_zstd(std::string_view packed, std::size_t limit, std::string& out);

}  // namespace clawvigil::usage
