// Commits, trees, tags and refs of git: bytes an agent wrote.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/git_objects.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto commit = parse::parse_git_commit(input)) {
    if (commit->parents.size() > parse::GitCommit::kMaxParents) std::abort();
    for (const std::string_view part :
         {commit->author.name, commit->author.email, commit->committer.email, commit->message}) {
      if (!part.empty() &&
          (part.data() < input.data() || part.data() + part.size() > input.data() + input.size())) {
        std::abort();
      }
    }
  }
  if (const auto tree = parse::parse_git_tree(input)) {
    std::size_t bytes = 0;
    for (const parse::GitTreeEntry& entry : *tree) bytes += entry.name.size() + 3 + 20;
    if (bytes > size) std::abort();
  }
  static_cast<void>(parse::parse_git_tag(input));
  if (const auto id = parse::parse_git_ref(input); id && *id) {
    if (parse::git_id_from_hex(to_hex(**id)) != **id) std::abort();
  }
  static_cast<void>(
      parse::parse_packed_refs(input, [&](std::string_view name, const parse::GitId&) -> Result<> {
        if (name.empty() || name.size() > size) std::abort();
        return {};
      }));
  return 0;
}
