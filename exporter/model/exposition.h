// Families to the Prometheus text format 0.0.4, through prometheus-cpp's types and serialiser.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "exporter/base/result.h"
#include "exporter/model/batch.h"

namespace clawvigil {

inline constexpr char kTextContentType[] = "text/plain; version=0.0.4; charset=utf-8";

// All samples of all batches, families sorted by name. A family belongs to one batch (the registry
// guarantees it); should two batches hold one, their samples are merged under one header.
[[nodiscard]] std::string render_text(std::span<const std::shared_ptr<const Batch>> batches);

// `data` as a gzip stream (RFC 1952).
[[nodiscard]] Result<std::string> gzip(std::string_view data);

}  // namespace clawvigil
