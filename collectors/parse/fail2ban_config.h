// fail2ban's configuration as its own reader merges and expands it: Python's configparser with
// inclusions, "known/" and "section/" values.
//
//   [INCLUDES]
//   before = paths-debian.conf
//   [DEFAULT]
//   bantime  = 10m          ; a comment after white space
//   filter = %(__name__)s[mode=%(mode)s]
//   [sshd]
//   enabled = true
//   maxretry = %(known/maxretry)s
//
// Judged by `fail2ban-client -d` in a test. Not followed: values a filter file brings along
// (known/… of a filter), which none of the options we ask for use.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace clawvigil {

class Fail2banConfig {
 public:
  static constexpr std::size_t kMaxOptions = 20'000;  // of all files together
  static constexpr std::size_t kMaxValueBytes = 64UL * 1024;

  // The files named under [INCLUDES], as written: relative to the file's own directory.
  struct Includes {
    std::vector<std::string> before;
    std::vector<std::string> after;
  };
  [[nodiscard]] static Includes includes_of(std::string_view text);

  // Merges the next file; what it sets wins over what was there. Errc::too_large beyond
  // kMaxOptions; a line that is no option is skipped.
  [[nodiscard]] Result<> add(std::string_view text);

  // Without DEFAULT and INCLUDES, in alphabetical order.
  [[nodiscard]] std::vector<std::string> sections() const;

  // The expanded value, from DEFAULT if the section has none; nullopt: not set. Errc::parse for an
  // expansion that fails, too_large beyond kMaxValueBytes. Option names are lower case.
  [[nodiscard]] Result<std::optional<std::string>> value(std::string_view section,
                                                         std::string_view option) const;

 private:
  using Options = std::map<std::string, std::string, std::less<>>;
  using Sections = std::map<std::string, Options, std::less<>>;
  struct Expansion;

  static Sections parse(std::string_view text);
  [[nodiscard]] const std::string* raw(std::string_view section, std::string_view option) const;
  [[nodiscard]] const std::string* raw_reference(std::string_view section,
                                                 std::string_view reference) const;
  [[nodiscard]] Result<> expand(std::string_view section, std::string_view text, int depth,
                                Expansion& expansion) const;

  Sections sections_;  // DEFAULT among them
  Sections known_;     // what a later file replaced
};

// The name of a filter without its options: "sshd" of "sshd[mode=aggressive]".
[[nodiscard]] std::string_view fail2ban_filter_name(std::string_view filter);

}  // namespace clawvigil
