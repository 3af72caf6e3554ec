// Any sudoers file ends in a bounded judgement, and a rule for another user never gives a right.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/sudo_rights.h"

namespace sudoers = clawvigil::parse::sudoers;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const sudoers::File file = sudoers::parse_file(text);
  if (file.problems.size() > 16) std::abort();
  const sudoers::Subject claw{.name = "claw",
                              .uid = 1000,
                              .groups = {"claw", "sudo"},
                              .gids = {1000, 27},
                              .host = "box.example.org"};
  const sudoers::SudoRights rights = sudoers::rights_of(claw, file.entries);
  if (rights.all_without_password && !rights.all) std::abort();
  if (rights.some_without_password && !rights.some) std::abort();
  if ((rights.all || rights.some) && text.find('=') == std::string_view::npos) std::abort();
  static_cast<void>(sudoers::is_drop_in(text));
  return 0;
}
