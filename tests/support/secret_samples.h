// A labelled set of texts with and without credentials, made when it is needed: a seeded generator
// writes credentials of every format into the kinds of text they leak into, so that no file of this
// repository holds one. What is random in them never was a credential of anybody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/secret_patterns.h"

namespace clawvigil::test {

// The same numbers on every machine.
class SampleRandom {
 public:
  explicit SampleRandom(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t limit);
  std::string text(std::string_view alphabet, std::size_t length);
  template <class Container>
  const auto& choose(const Container& from) {
    return from[below(std::size(from))];
  }

 private:
  std::uint64_t state_;
};

struct SecretSample {
  std::string kind;  // for the report: "github in yaml"
  std::string text;
  SecretRule rule = SecretRule::assignment;
  std::size_t begin = 0;  // of the secret in `text`
  std::size_t end = 0;
};

struct CleanSample {
  std::string kind;
  std::string text;
};

inline constexpr std::string_view kAlnum =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
inline constexpr std::string_view kHex = "0123456789abcdef";

// A credential in the form its provider issues today.
[[nodiscard]] std::string make_secret(SecretRule rule, SampleRandom& random);

// `each` samples of every rule, in changing contexts.
[[nodiscard]] std::vector<SecretSample> secret_samples(std::uint64_t seed, std::size_t each);

// Generated texts that look dangerous and are not, `each` of every kind.
[[nodiscard]] std::vector<CleanSample> clean_samples(std::uint64_t seed, std::size_t each);

}  // namespace clawvigil::test
