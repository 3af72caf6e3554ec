// audit: what OpenClaw's own security audit finds. The probe openclaw-audit runs it, as the user it
// belongs to, once a day; here its answer is read from the spool, which may lie as it likes.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kAuditInfo;
[[nodiscard]] std::unique_ptr<Collector> make_audit_collector();

}  // namespace clawvigil
