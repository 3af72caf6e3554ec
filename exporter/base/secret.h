// Secret: a credential while it is looked at. It can be inspected on purpose with reveal(), but not
// printed, streamed, formatted or compared by accident, and its memory is wiped when it goes.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace clawvigil {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe();
      value_ = other.value_;
    }
    return *this;
  }
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      value_ = std::move(other.value_);
      other.wipe();
    }
    return *this;
  }
  ~Secret() { wipe(); }

  // The view lives as long as this object. Never log, export or store it.
  [[nodiscard]] std::string_view reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

  template <class Stream>
  friend Stream& operator<<(Stream&, const Secret&) = delete;

 private:
  void wipe() {
    ::explicit_bzero(value_.data(), value_.capacity());
    value_.clear();
  }
  std::string value_;
};

}  // namespace clawvigil
