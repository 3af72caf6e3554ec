#include "collectors/parse/apt_release.h"

#include "collectors/parse/control_file.h"
#include "exporter/base/strings.h"
#include "exporter/base/utc_time.h"

namespace clawvigil::parse {

namespace {

constexpr std::size_t kMaxValue = 256;

bool is_yes(std::string_view value) {
  const std::string lower = to_lower_ascii(value);
  return lower == "yes" || lower == "true" || lower == "1" || lower == "on" || lower == "with" ||
         lower == "enable";
}

// What is signed: the paragraph after the armour's headers.
std::string_view signed_part(std::string_view text) {
  constexpr std::string_view kArmour = "-----BEGIN PGP SIGNED MESSAGE-----";
  if (!text.starts_with(kArmour)) return text;
  (void)next_paragraph(text);
  return text;
}

}  // namespace

bool AptRelease::is_security() const {
  return label == "Debian-Security" || suite.ends_with("-security") ||
         codename.ends_with("-security");
}

AptRelease parse_apt_release(std::string_view text) {
  AptRelease release;
  text = signed_part(text);
  const std::string_view head = next_paragraph(text);
  for_each_field(head, [&](std::string_view field, std::string_view value) {
    const std::string name = to_lower_ascii(field.substr(0, kMaxValue));
    value = value.substr(0, kMaxValue);
    if (name == "origin") release.origin = value;
    if (name == "label") release.label = value;
    if (name == "suite") release.suite = value;
    if (name == "codename") release.codename = value;
    if (name == "version") release.version = value;
    if (name == "notautomatic") release.not_automatic = is_yes(value);
    if (name == "butautomaticupgrades") release.but_automatic_upgrades = is_yes(value);
    if (name == "date") release.date = parse_mail_date(value);
  });
  return release;
}

}  // namespace clawvigil::parse
