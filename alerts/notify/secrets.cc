#include "alerts/notify/secrets.h"

#include "exporter/base/strings.h"
#include "exporter/host/secret_file.h"

namespace clawvigil::notify {

Result<Secret> read_secret(const SecretOrigin& origin, const SecretPlaces& places) {
  if (!origin.file.empty()) return host::read_secret_file(origin.file);
  if (origin.credential.empty()) return Secret();
  const std::string name = sanitize(origin.credential);
  if (origin.credential.find('/') != std::string::npos || origin.credential.starts_with('.')) {
    return fail(Errc::unsafe, "\"" + name + "\" is not the name of a credential");
  }
  if (places.credentials.empty()) {
    return fail(Errc::not_found,
                "credential " + name +
                    ": not running as a systemd service with LoadCredential=" + name + ":…");
  }
  return host::read_secret_file(places.credentials + "/" + origin.credential);
}

std::string without(const std::string& text, const Secret& secret) {
  const bool quoted = !secret.empty() && text.find(secret.reveal()) != std::string::npos;
  return quoted ? std::string() : text;
}

}  // namespace clawvigil::notify
