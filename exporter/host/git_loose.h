// Loose objects of a git repository: objects/<2 digits>/<38 digits>, a zlib stream of
//
//   blob 14\0<14 bytes>
//
// Read by ourselves because libgit2 writes beyond its buffer when more follows than the header says
// (libgit2 issue 7177), and opens a FIFO that stands in an object's place.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "exporter/base/result.h"

namespace clawvigil::host {

enum class GitObjectType : std::uint8_t { commit, tree, blob, tag };

using GitRawId = std::array<std::uint8_t, 20>;

struct LooseObject {
  GitObjectType type = GitObjectType::blob;
  std::uint64_t size = 0;  // bytes, as the header says
  std::string content;
};

// Reads an object below the open directory `objects`. not_found: it is not loose; unsafe: not a
// regular file; too_large: more than `limit` bytes, nothing of which is then unpacked; parse: its
// bytes are not what header and id say.
[[nodiscard]] Result<LooseObject> read_loose_object(int objects, const GitRawId& id,
                                                    std::uint64_t limit);
// Type and size only; what follows the header is not looked at.
[[nodiscard]] Result<LooseObject> read_loose_header(int objects, const GitRawId& id);

}  // namespace clawvigil::host
