// Where receivers get their secrets.
#pragma once

#include "alerts/notify/receiver.h"
#include "exporter/base/result.h"
#include "exporter/base/secret.h"
#include "exporter/config/alerting.h"

namespace clawvigil::notify {

// The secret of `origin`; an empty one when the origin is empty. Errors as of read_secret_file().
[[nodiscard]] Result<Secret> read_secret(const SecretOrigin& origin, const SecretPlaces& places);

// `text` unless a secret is in it: services quote what they were asked for.
[[nodiscard]] std::string without(const std::string& text, const Secret& secret);

}  // namespace clawvigil::notify
