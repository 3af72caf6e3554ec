// The sources of this checkout, for tests that hold them to the rules of CONTRIBUTING.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clawvigil::test {

struct SourceFile {
  std::string path;  // relative to the checkout: "exporter/host/file.cc"
  std::vector<std::string> lines;
};

// Every .h and .cc below `directory` ("exporter"), in order of their paths.
[[nodiscard]] std::vector<SourceFile> sources_below(std::string_view directory);

// The documents an owner reads, relative to the checkout: README.md, the runbook and docs/*.md.
[[nodiscard]] std::vector<std::string> owners_documents();

// The quoted includes of a file: "exporter/base/result.h".
[[nodiscard]] std::vector<std::string> includes_of(const SourceFile& source);

// "exporter/web" for exporter/web/http.h, "alerts/promql" likewise, "collectors/parse" for its
// parsers, "collectors" for what lies beside and below, "exporter" for main.cc.
[[nodiscard]] std::string layer_of(std::string_view path);

// A line without the comment at its end.
[[nodiscard]] std::string_view code_of(std::string_view line);

}  // namespace clawvigil::test
