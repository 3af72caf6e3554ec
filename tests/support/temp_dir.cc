#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace clawvigil::test {

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "clawvigil-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "mkdtemp failed";
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void TempDir::write(const std::string& relative, std::string_view content) const {
  const auto target = path_ / relative;
  std::filesystem::create_directories(target.parent_path());
  std::ofstream(target, std::ios::binary | std::ios::trunc) << content;
}

void TempDir::append(const std::string& relative, std::string_view content) const {
  std::ofstream(path_ / relative, std::ios::binary | std::ios::app) << content;
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
