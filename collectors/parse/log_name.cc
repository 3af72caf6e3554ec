#include "collectors/parse/log_name.h"

namespace clawvigil {

namespace {

bool names_a_time(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9' &&
         text.find_first_not_of("0123456789.-_T") == std::string_view::npos;
}

}  // namespace

bool is_log_file_name(std::string_view name, std::string_view base) {
  if (base.empty()) return false;
  if (name == base) return true;
  if (name.starts_with(base)) {
    name.remove_prefix(base.size());
    return (name.front() == '.' || name.front() == '-') && names_a_time(name.substr(1));
  }
  constexpr std::string_view kExtension = ".log";
  if (!base.ends_with(kExtension) || !name.ends_with(kExtension)) return false;
  base.remove_suffix(kExtension.size());
  name.remove_suffix(kExtension.size());
  if (!name.starts_with(base)) return false;
  name.remove_prefix(base.size());
  return name.starts_with('-') && names_a_time(name.substr(1));
}

}  // namespace clawvigil
