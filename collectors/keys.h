// keys: how old the credentials are that OpenClaw holds, when they end, how often they were
// exchanged, and how many stand in plain text. Reads openclaw.json, .env, systemd units, OpenClaw's
// databases and JSON files, SSH keys (OPENCLAW.md, sections 1, 2 and 8 of the design documents; the
// formats stand in the parsers). Values are compared by keyed hash and never leave memory.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kKeysInfo;
[[nodiscard]] std::unique_ptr<Collector> make_keys_collector();

}  // namespace clawvigil
