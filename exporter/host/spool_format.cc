#include "exporter/host/spool_format.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "exporter/base/strings.h"
#include "exporter/base/whole_seconds.h"

namespace clawvigil::host {

namespace {

using nlohmann::json;

// The year 2200, beyond which seconds no longer fit SystemTime's nanoseconds soon after.
constexpr std::int64_t kLatest = 7'258'118'400;

std::unexpected<Error> malformed(std::string_view what) {
  return fail(Errc::parse, "report of a probe: " + std::string(what));
}

// A member of an object, or null.
template <class Wanted>
const Wanted* member(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : found->get_ptr<const Wanted*>();
}

Result<> check_subjects(const std::vector<ProbeReading>& readings) {
  if (readings.size() > kMaxReadings) return malformed("too many readings");
  std::set<std::string_view> seen;
  for (const ProbeReading& reading : readings) {
    const std::string& subject = reading.subject;
    if (subject.empty() || subject.size() > kMaxSubject ||
        sanitize(subject, kMaxSubject) != subject) {
      return malformed("a subject must be a short line of text");
    }
    if (!seen.insert(subject).second) return malformed("a subject stands there twice");
  }
  return {};
}

json to_json(const ProbeReading& reading) {
  if (reading.output) return {{"subject", reading.subject}, {"output", *reading.output}};
  const Error& error = reading.output.error();
  return {{"subject", reading.subject},
          {"error",
           {{"reason", to_string(error.code)},
            {"message", sanitize(error.message, kMaxReadingError)}}}};
}

Errc to_errc(std::string_view reason) {
  const auto* const found =
      std::ranges::find_if(kAllErrc, [&](Errc code) { return to_string(code) == reason; });
  return found == std::end(kAllErrc) ? Errc::io : *found;
}

Result<ProbeReading> to_reading(const json& object) {
  const auto* const subject = member<json::string_t>(object, "subject");
  const auto* const output = member<json::string_t>(object, "output");
  const auto* const error = member<json::object_t>(object, "error");
  if (subject == nullptr || (output == nullptr) == (error == nullptr)) {
    return malformed("a reading needs a subject, and an output or an error");
  }
  if (output != nullptr) return ProbeReading{*subject, *output};
  const json why(*error);
  const auto* const reason = member<json::string_t>(why, "reason");
  const auto* const message = member<json::string_t>(why, "message");
  if (reason == nullptr || message == nullptr) return malformed("an error needs a reason");
  return ProbeReading{*subject, fail(to_errc(*reason), sanitize(*message, kMaxReadingError))};
}

}  // namespace

Result<std::string> format_probe_report(std::string_view probe, std::string_view boot_id,
                                        const ProbeReport& report) {
  TRY(check_subjects(report.readings));
  json readings = json::array();
  for (const ProbeReading& reading : report.readings) {
    if (reading.output && !is_valid_utf8(*reading.output)) {
      return malformed("the output of " + reading.subject + " is not UTF-8");
    }
    readings.push_back(to_json(reading));
  }
  const auto taken = to_whole_seconds(report.taken);
  const json document = {{"schema", kSpoolSchema},
                         {"probe", probe},
                         {"taken", taken},
                         {"boot", boot_id},
                         {"readings", std::move(readings)}};
  std::string text = document.dump() + "\n";
  if (text.size() <= kMaxProbeReport) return text;
  return fail(Errc::too_large, "report of a probe: " + std::to_string(text.size()) +
                                   " bytes, more than " + std::to_string(kMaxProbeReport));
}

Result<ProbeReport> parse_probe_report(std::string_view text, std::string_view probe,
                                       std::string_view boot_id) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) return malformed("not a JSON object");
  const auto* const schema = member<json::number_unsigned_t>(document, "schema");
  if (schema == nullptr) return malformed("it names no schema");
  if (*schema != kSpoolSchema) {
    return fail(Errc::unsupported, "report of a probe: schema " + std::to_string(*schema) +
                                       ", of another version of clawvigil; run the probe again");
  }
  const auto* const name = member<json::string_t>(document, "probe");
  const auto* const taken = member<json::number_unsigned_t>(document, "taken");
  const auto* const boot = member<json::string_t>(document, "boot");
  const auto* const readings = member<json::array_t>(document, "readings");
  if (name == nullptr || *name != probe) return malformed("it is not of this probe");
  if (taken == nullptr || *taken > kLatest) return malformed("it does not say when it was made");
  if (boot == nullptr || readings == nullptr) return malformed("its boot or readings are missing");
  if (readings->size() > kMaxReadings) return malformed("too many readings");
  ProbeReport report{.taken = SystemTime(std::chrono::seconds(*taken)),
                     .readings = {},
                     .this_boot = *boot == boot_id};
  for (const json& object : *readings) {
    TRY_ASSIGN(ProbeReading reading, to_reading(object));
    report.readings.push_back(std::move(reading));
  }
  TRY(check_subjects(report.readings));
  return report;
}

}  // namespace clawvigil::host
