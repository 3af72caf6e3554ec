#include "tests/support/temp_dir.h"
#include "tests/support/build_paths.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace clawvigil::test {

TempDir::TempDir(mode_t mode) {
  path_ = (std::filesystem::temp_directory_path() / "clawvigil-test-XXXXXX").string();
  if (::mkdtemp(path_.data()) == nullptr || ::chmod(path_.c_str(), mode) != 0) {
    throw std::system_error(errno, std::generic_category(), path_);
  }
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::operator/(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

void TempDir::write(std::string_view name, std::string_view content, mode_t mode) const {
  const std::string path = *this / name;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
  if (::chmod(path.c_str(), mode) != 0) {
    throw std::system_error(errno, std::generic_category(), path);
  }
}

void TempDir::append(std::string_view name, std::string_view content) const {
  std::ofstream(*this / name, std::ios::binary | std::ios::app) << content;
}

host::Dir TempDir::anchor() const {
  const int fd = ::open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), path_);
  return host::Dir(Fd(fd));
}

std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) ADD_FAILURE() << "cannot read " << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::filesystem::path fixture(const std::string& relative) {
  return std::filesystem::path(CLAWVIGIL_SOURCE_DIR) / "tests" / relative;
}

}  // namespace clawvigil::test
