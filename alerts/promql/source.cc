#include "alerts/promql/source.h"

#include <bit>
#include <utility>

#include "alerts/promql/regex.h"

namespace clawvigil::promql {
namespace {
constexpr std::uint64_t kStaleBits = 0x7ff0000000000002;
}  // namespace

double stale_marker() { return std::bit_cast<double>(kStaleBits); }
bool is_stale(double value) { return std::bit_cast<std::uint64_t>(value) == kStaleBits; }

struct Matcher::Regex {
  promql::Regex compiled;
};

Matcher::Matcher(Kind kind, std::string name, std::string value, std::shared_ptr<const Regex> regex)
    : kind_(kind), name_(std::move(name)), value_(std::move(value)), regex_(std::move(regex)) {}

Result<Matcher> Matcher::create(Kind kind, std::string name, std::string value) {
  std::shared_ptr<const Regex> regex;
  if (kind == Kind::matches || kind == Kind::not_matches) {
    TRY_ASSIGN(promql::Regex compiled, promql::Regex::compile(value));
    regex = std::make_shared<const Regex>(Regex{std::move(compiled)});
  }
  return Matcher(kind, std::move(name), std::move(value), std::move(regex));
}

bool Matcher::matches(std::string_view label_value) const {
  switch (kind_) {
    case Kind::equal:
      return label_value == value_;
    case Kind::not_equal:
      return label_value != value_;
    case Kind::matches:
      return regex_->compiled.matches(label_value);
    case Kind::not_matches:
      return !regex_->compiled.matches(label_value);
  }
  return false;
}

}  // namespace clawvigil::promql
