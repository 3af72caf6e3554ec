// Unpacks the lists apt keeps compressed (Acquire::GzipIndexes), by the extension it gives them:
// .lz4 (its choice), .gz, .xz, .zst; none for plain text.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::updates {

class Unpacker {
 public:
  using Take = std::function<Result<>(std::string_view bytes)>;

  virtual ~Unpacker() = default;
  // The next packed bytes; calls `take` for what comes out, in order. Errc::parse for damaged data,
  // too_large for what would need more than 64 MiB of memory; errors of `take` are returned.
  [[nodiscard]] virtual Result<> feed(std::string_view packed, const Take& take) = 0;
  // After the last byte: Errc::parse if more had to come.
  [[nodiscard]] virtual Result<> finish() = 0;
};

// Errc::unsupported for another extension (without the dot; "" for plain text).
[[nodiscard]] Result<std::unique_ptr<Unpacker>> make_unpacker(std::string_view extension);

}  // namespace clawvigil::updates
