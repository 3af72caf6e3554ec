// Result<T>: the value, or why there is none. Used for everything that can fail.
//
// An Error carries a code from a small closed list (it becomes the `reason` label of metrics, so
// each value must stay meaningful to an owner) and a message for people. Messages never contain
// secrets or file contents. Context (path, key) is added once, by the code that knows it, with
// prefixed().
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace clawvigil {

enum class Errc {
  not_found,  // the file, table or process does not exist
  denied,     // the operating system refused the access
  unsafe,     // refused by us: symlink, device, FIFO, foreign owner, hard link, left its directory
  unsupported,  // understood, but of a version or kind this program does not handle
  too_large,    // beyond the bound stated in the reader's contract
  timeout,      // the deadline passed first
  busy,         // locked or changing under our hands; worth retrying
  parse,        // malformed content
  io,           // any other failure of the operating system
};

inline constexpr Errc kAllErrc[] = {Errc::not_found,   Errc::denied,    Errc::unsafe,
                                    Errc::unsupported, Errc::too_large, Errc::timeout,
                                    Errc::busy,        Errc::parse,     Errc::io};

// The label value and log word for `code`; equals the enumerator's name.
constexpr std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::not_found:
      return "not_found";
    case Errc::denied:
      return "denied";
    case Errc::unsafe:
      return "unsafe";
    case Errc::unsupported:
      return "unsupported";
    case Errc::too_large:
      return "too_large";
    case Errc::timeout:
      return "timeout";
    case Errc::busy:
      return "busy";
    case Errc::parse:
      return "parse";
    case Errc::io:
      return "io";
  }
  return "io";
}

struct Error {
  Errc code;
  std::string message;
};

template <class T = void>
using Result = std::expected<T, Error>;

// An unexpected value ready to be returned from a function that returns Result<...>.
[[nodiscard]] inline std::unexpected<Error> fail(Errc code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

// The same error with "context: " before its message.
[[nodiscard]] inline std::unexpected<Error> prefixed(Error error, std::string_view context) {
  error.message = std::string(context) + ": " + error.message;
  return std::unexpected(std::move(error));
}

// Maps an errno value to an Error whose message is "<what>: <strerror>".
Error error_from_errno(int errno_value, std::string_view what);

}  // namespace clawvigil

// Evaluates `expression` (a Result<T>); returns its error from the enclosing function, or else
// declares `variable` with the value.
// NOLINTBEGIN(bugprone-macro-parentheses): `variable` is a declaration.
#define CLAWVIGIL_CONCAT_INNER(a, b) a##b
#define CLAWVIGIL_CONCAT(a, b) CLAWVIGIL_CONCAT_INNER(a, b)
#define TRY_ASSIGN_NAMED(temporary, variable, expression)               \
  auto temporary = (expression);                                        \
  if (!temporary) return std::unexpected(std::move(temporary).error()); \
  variable = std::move(temporary).value()
#define TRY_ASSIGN(variable, expression) \
  TRY_ASSIGN_NAMED(CLAWVIGIL_CONCAT(try_result_, __LINE__), variable, expression)
// NOLINTEND(bugprone-macro-parentheses)

// The same for a Result<void>.
#define TRY(expression)                                      \
  do {                                                       \
    if (auto try_result = (expression); !try_result)         \
      return std::unexpected(std::move(try_result).error()); \
  } while (false)
