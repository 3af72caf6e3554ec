#include "exporter/host/certificate_frames.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"
#include "exporter/host/child_frames.h"

namespace clawvigil::host {

namespace {

// The years certificates can name, 0 to 9999.
constexpr std::int64_t kFirst = -62'167'219'200;
constexpr std::int64_t kLast = 253'402'300'799;

void append(std::string& text, const Validity& validity) {
  text += " " + std::to_string(validity.not_before.time_since_epoch().count());
  text += " " + std::to_string(validity.not_after.time_since_epoch().count());
}

std::chrono::sys_seconds time_of(std::int64_t seconds) {
  return std::chrono::sys_seconds(std::chrono::seconds(std::clamp(seconds, kFirst, kLast)));
}

}  // namespace

std::string outcome_frame(const Result<std::string>& outcome) {
  return outcome ? "\1" + *outcome : std::string(1, '\0') + encode_error(outcome.error());
}

Result<std::string> outcome_of(std::string_view frame) {
  if (frame.empty()) return fail(Errc::parse, "the child process sent an empty frame");
  const bool good = frame.front() == '\1';
  frame.remove_prefix(1);
  if (!good) return std::unexpected(decode_error(frame));
  return std::string(frame);
}

std::string encode(const CertificateFacts& facts) {
  std::string text = std::to_string(facts.verify_result) + (facts.name_matches ? " 1" : " 0");
  append(text, facts.leaf);
  if (facts.chain) append(text, *facts.chain);
  return text;
}

Result<CertificateFacts> decode_facts(std::string_view text) {
  constexpr std::size_t kWithoutChain = 4;
  constexpr std::size_t kWithChain = 6;
  const auto wrong = fail(Errc::parse, "the child process sent no facts of a certificate");
  std::vector<std::int64_t> numbers;
  for (const std::string_view word : split(text, ' ')) {
    const auto number = parse_integer<std::int64_t>(word);
    if (!number || numbers.size() == kWithChain) return wrong;
    numbers.push_back(*number);
  }
  if (numbers.size() != kWithoutChain && numbers.size() != kWithChain) return wrong;
  CertificateFacts facts;
  facts.verify_result = static_cast<int>(numbers[0]);
  facts.name_matches = numbers[1] != 0;
  facts.leaf = {time_of(numbers[2]), time_of(numbers[3])};
  if (numbers.size() == kWithChain) facts.chain = {time_of(numbers[4]), time_of(numbers[5])};
  return facts;
}

}  // namespace clawvigil::host
