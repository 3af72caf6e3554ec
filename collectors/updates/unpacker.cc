#include "collectors/updates/unpacker.h"

#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace clawvigil::updates {

namespace {

constexpr std::size_t kPiece = 128UL * 1024;
constexpr std::uint64_t kMemory = 64UL * 1024 * 1024;

Error damaged() { return {Errc::parse, "damaged compressed data"}; }

class PlainText final : public Unpacker {
 public:
  Result<> feed(std::string_view packed, const Take& take) override { return take(packed); }
  Result<> finish() override { return {}; }
};

class Lz4 final : public Unpacker {
 public:
  Lz4() { (void)LZ4F_createDecompressionContext(&context_, LZ4F_VERSION); }
  ~Lz4() override { LZ4F_freeDecompressionContext(context_); }
  Lz4(const Lz4&) = delete;
  Lz4& operator=(const Lz4&) = delete;
  Lz4(Lz4&&) = delete;
  Lz4& operator=(Lz4&&) = delete;

  Result<> feed(std::string_view packed, const Take& take) override {
    if (context_ == nullptr) return fail(Errc::too_large, "no memory");
    while (true) {
      std::size_t produced = piece_.size();
      std::size_t consumed = packed.size();
      expected_ =
          LZ4F_decompress(context_, piece_.data(), &produced, packed.data(), &consumed, nullptr);
      if (LZ4F_isError(expected_) != 0) return std::unexpected(damaged());
      packed.remove_prefix(consumed);
      if (produced > 0) TRY(take({piece_.data(), produced}));
      if (packed.empty() && produced < piece_.size()) return {};
    }
  }
  Result<> finish() override { return expected_ == 0 ? Result<>() : std::unexpected(damaged()); }

 private:
  LZ4F_dctx* context_ = nullptr;
  std::size_t expected_ = 1;
  std::vector<char> piece_ = std::vector<char>(kPiece);
};

class Zstd final : public Unpacker {
 public:
  Zstd() {
    constexpr int kWindowLog = 26;  // 64 MiB
    if (context_) ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kWindowLog);
  }

  Result<> feed(std::string_view packed, const Take& take) override {
    if (!context_) return fail(Errc::too_large, "no memory");
    ZSTD_inBuffer input{packed.data(), packed.size(), 0};
    while (true) {
      ZSTD_outBuffer output{piece_.data(), piece_.size(), 0};
      expected_ = ZSTD_decompressStream(context_.get(), &output, &input);
      if (ZSTD_isError(expected_) != 0) return std::unexpected(damaged());
      if (output.pos > 0) TRY(take({piece_.data(), output.pos}));
      if (input.pos == input.size && output.pos < output.size) return {};
    }
  }
  Result<> finish() override { return expected_ == 0 ? Result<>() : std::unexpected(damaged()); }

 private:
  struct Deleter {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Deleter> context_{ZSTD_createDCtx()};
  std::size_t expected_ = 1;
  std::vector<char> piece_ = std::vector<char>(kPiece);
};

class Gzip final : public Unpacker {
 public:
  Gzip() {
    constexpr int kGzipOnly = 16;
    ready_ = inflateInit2(&stream_, kGzipOnly + MAX_WBITS) == Z_OK;
  }
  ~Gzip() override {
    if (ready_) inflateEnd(&stream_);
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  Gzip(Gzip&&) = delete;
  Gzip& operator=(Gzip&&) = delete;

  Result<> feed(std::string_view packed, const Take& take) override {
    if (!ready_) return fail(Errc::too_large, "no memory");
    std::string input(packed);  // zlib takes no const
    stream_.next_in = reinterpret_cast<Bytef*>(input.data());
    stream_.avail_in = static_cast<uInt>(input.size());
    while (true) {
      if (at_end_ && stream_.avail_in > 0) {
        if (inflateReset(&stream_) != Z_OK) return std::unexpected(damaged());
        at_end_ = false;
      }
      stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
      stream_.avail_out = static_cast<uInt>(piece_.size());
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
        return std::unexpected(damaged());
      }
      at_end_ = status == Z_STREAM_END;
      const std::size_t produced = piece_.size() - stream_.avail_out;
      if (produced > 0) TRY(take({piece_.data(), produced}));
      if (stream_.avail_in == 0 && (at_end_ || stream_.avail_out > 0)) return {};
    }
  }
  Result<> finish() override { return at_end_ ? Result<>() : std::unexpected(damaged()); }

 private:
  z_stream stream_{};
  bool ready_ = false;
  bool at_end_ = false;
  std::vector<char> piece_ = std::vector<char>(kPiece);
};

class Xz final : public Unpacker {
 public:
  Xz() { ready_ = lzma_stream_decoder(&stream_, kMemory, LZMA_CONCATENATED) == LZMA_OK; }
  ~Xz() override { lzma_end(&stream_); }
  Xz(const Xz&) = delete;
  Xz& operator=(const Xz&) = delete;
  Xz(Xz&&) = delete;
  Xz& operator=(Xz&&) = delete;

  Result<> feed(std::string_view packed, const Take& take) override {
    take_ = &take;
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
    stream_.avail_in = packed.size();
    return run(LZMA_RUN);
  }
  Result<> finish() override {
    if (take_ == nullptr) return std::unexpected(damaged());
    stream_.avail_in = 0;
    TRY(run(LZMA_FINISH));
    return at_end_ ? Result<>() : std::unexpected(damaged());
  }

 private:
  Result<> run(lzma_action action) {
    if (!ready_) return fail(Errc::too_large, "no memory");
    while (!at_end_) {
      stream_.next_out = reinterpret_cast<std::uint8_t*>(piece_.data());
      stream_.avail_out = piece_.size();
      const lzma_ret status = lzma_code(&stream_, action);
      if (status == LZMA_MEMLIMIT_ERROR) return fail(Errc::too_large, "needs too much memory");
      at_end_ = status == LZMA_STREAM_END;
      if (status != LZMA_OK && status != LZMA_STREAM_END && status != LZMA_BUF_ERROR) {
        return std::unexpected(damaged());
      }
      const std::size_t produced = piece_.size() - stream_.avail_out;
      if (produced > 0) TRY((*take_)({piece_.data(), produced}));
      if (stream_.avail_in == 0 && stream_.avail_out > 0) return {};
      if (status == LZMA_BUF_ERROR) return std::unexpected(damaged());
    }
    return {};
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ready_ = false;
  bool at_end_ = false;
  const Take* take_ = nullptr;
  std::vector<char> piece_ = std::vector<char>(kPiece);
};

}  // namespace

Result<std::unique_ptr<Unpacker>> make_unpacker(std::string_view extension) {
  if (extension.empty()) return std::make_unique<PlainText>();
  if (extension == "lz4") return std::make_unique<Lz4>();
  if (extension == "zst") return std::make_unique<Zstd>();
  if (extension == "gz") return std::make_unique<Gzip>();
  if (extension == "xz") return std::make_unique<Xz>();
  return fail(Errc::unsupported, "compressed as ." + std::string(extension));
}

}  // namespace clawvigil::updates
