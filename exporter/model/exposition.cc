#include "exporter/model/exposition.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <zlib.h>

#include <map>
#include <sstream>
#include <vector>

namespace clawvigil {

namespace {

prometheus::MetricFamily new_family(const MetricInfo& info) {
  prometheus::MetricFamily family;
  family.name = info.name;
  family.help = info.help;
  family.type = info.type == MetricType::counter ? prometheus::MetricType::Counter
                                                 : prometheus::MetricType::Gauge;
  return family;
}

prometheus::ClientMetric new_metric(const MetricInfo& info,
                                    const std::vector<std::string>& label_values, double value) {
  prometheus::ClientMetric metric;
  metric.label.reserve(label_values.size());
  for (std::size_t i = 0; i < label_values.size(); ++i) {
    metric.label.push_back({std::string(info.labels[i]), label_values[i]});
  }
  if (info.type == MetricType::counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  return metric;
}

}  // namespace

std::string render_text(std::span<const std::shared_ptr<const Batch>> batches) {
  std::map<std::string_view, prometheus::MetricFamily> by_name;
  for (const auto& batch : batches) {
    for (const auto& [name, family] : batch->families()) {
      auto& target = by_name.try_emplace(name, new_family(family.info)).first->second;
      for (const auto& [label_values, value] : family.samples) {
        target.metric.push_back(new_metric(family.info, label_values, value));
      }
    }
  }
  std::vector<prometheus::MetricFamily> families;
  families.reserve(by_name.size());
  for (auto& [name, family] : by_name) families.push_back(std::move(family));
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return std::move(out).str();
}

Result<std::string> gzip(std::string_view data) {
  constexpr int kGzipWindowBits = 15 + 16;
  constexpr int kFastLevel = 1;
  constexpr int kMemoryLevel = 8;
  z_stream stream{};
  if (::deflateInit2(&stream, kFastLevel, Z_DEFLATED, kGzipWindowBits, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
    return fail(Errc::io, "gzip: out of memory");
  }
  std::string out(::deflateBound(&stream, static_cast<uLong>(data.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = ::deflate(&stream, Z_FINISH);
  const uLong length = stream.total_out;
  ::deflateEnd(&stream);
  if (status != Z_STREAM_END) return fail(Errc::io, "gzip: compression failed");
  out.resize(length);
  return out;
}

}  // namespace clawvigil
