// The families of the collector "gateway" that come from openclaw.json.
#pragma once

#include <string_view>

#include "collectors/parse/openclaw_config.h"
#include "exporter/model/batch.h"

namespace clawvigil {

// Sets the samples of `home`; what is not known is left out and noted in `out`. No secret leaves.
void export_gateway_settings(std::string_view home, const OpenClawSettings& settings, Batch& out);

}  // namespace clawvigil
