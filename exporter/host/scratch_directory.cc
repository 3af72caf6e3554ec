#include "exporter/host/scratch_directory.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace clawvigil::host {

Result<ScratchDirectory> ScratchDirectory::create() {
  std::error_code error;
  std::string path = std::filesystem::temp_directory_path(error) / "clawvigil-XXXXXX";
  if (error || ::mkdtemp(path.data()) == nullptr) {
    return std::unexpected(error_from_errno(errno, path));
  }
  return ScratchDirectory(std::move(path));
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace clawvigil::host
