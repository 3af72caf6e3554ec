#include "tests/support/source_tree.h"

#include <algorithm>
#include <filesystem>

#include "exporter/base/strings.h"
#include "tests/support/build_paths.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

namespace fs = std::filesystem;

std::vector<SourceFile> sources_below(std::string_view directory) {
  const fs::path checkout(CLAWVIGIL_SOURCE_DIR);
  std::vector<SourceFile> sources;
  for (const auto& entry : fs::recursive_directory_iterator(checkout / directory)) {
    if (entry.path().extension() != ".h" && entry.path().extension() != ".cc") continue;
    SourceFile source{entry.path().lexically_relative(checkout).string(), {}};
    const std::string text = read_all(entry.path());
    for (const std::string_view line : split(text, '\n')) source.lines.emplace_back(line);
    if (source.lines.back().empty()) source.lines.pop_back();
    sources.push_back(std::move(source));
  }
  std::ranges::sort(sources, {}, &SourceFile::path);
  return sources;
}

std::vector<std::string> owners_documents() {
  const fs::path checkout(CLAWVIGIL_SOURCE_DIR);
  std::vector<std::string> documents = {"README.md", "alerts/RUNBOOK.md"};
  for (const auto& entry : fs::directory_iterator(checkout / "docs")) {
    if (entry.path().extension() != ".md") continue;
    documents.push_back(entry.path().lexically_relative(checkout).string());
  }
  std::ranges::sort(documents);
  return documents;
}

std::vector<std::string> includes_of(const SourceFile& source) {
  constexpr std::string_view kInclude = "#include \"";
  std::vector<std::string> includes;
  for (const std::string& line : source.lines) {
    if (!line.starts_with(kInclude)) continue;
    includes.push_back(line.substr(kInclude.size(), line.rfind('"') - kInclude.size()));
  }
  return includes;
}

std::string layer_of(std::string_view path) {
  const std::vector<std::string_view> parts = split(path, '/');
  const bool own_layer =
      parts.size() > 2 && (parts[0] == "exporter" || parts[0] == "alerts" || parts[1] == "parse");
  return std::string(parts[0]) + (own_layer ? "/" + std::string(parts[1]) : "");
}

std::string_view code_of(std::string_view line) { return line.substr(0, line.find("//")); }

}  // namespace clawvigil::test
