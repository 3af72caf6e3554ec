#include "collectors/usage/zstd_stream.h"

namespace clawvigil::usage {

namespace {

constexpr std::size_t kPackedBuffer = 128UL * 1024;
constexpr int kMaxWindowLog = 27;

}  // namespace

ZstdStream::ZstdStream(const host::File& file)
    : file_(file), context_(ZSTD_createDCtx()), packed_(kPackedBuffer) {
  ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
}

Result<std::size_t> ZstdStream::read(std::span<char> out) {
  ZSTD_outBuffer output{out.data(), out.size(), 0};
  while (output.pos < output.size) {
    if (input_.pos == input_.size) {
      TRY_ASSIGN(const std::size_t got, file_.read_at(position_, packed_));
      if (got == 0) {
        if (output.pos == 0 && frame_open_) return fail(Errc::parse, "truncated zstd data");
        break;
      }
      position_ += got;
      input_ = {packed_.data(), got, 0};
    }
    const std::size_t status = ZSTD_decompressStream(context_.get(), &output, &input_);
    if (ZSTD_isError(status) != 0U) return fail(Errc::parse, ZSTD_getErrorName(status));
    frame_open_ = status != 0;
  }
  produced_ += output.pos;
  return output.pos;
}

Result<> unpack_zstd(std::string_view packed, std::size_t limit, std::string& out) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_ERROR) return fail(Errc::parse, "not a zstd frame");
  if (size == ZSTD_CONTENTSIZE_UNKNOWN) return fail(Errc::unsupported, "zstd frame without size");
  if (size > limit) return fail(Errc::too_large, "zstd frame too large");
  out.resize(static_cast<std::size_t>(size));
  const std::size_t status = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
  if (ZSTD_isError(status) != 0U) return fail(Errc::parse, ZSTD_getErrorName(status));
  out.resize(status);
  return {};
}

}  // namespace clawvigil::usage
