#include "collectors/parse/package_index.h"

#include <cstring>

#include "collectors/parse/control_file.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

constexpr std::string_view kEnd = "\n\n";
constexpr std::string_view kName = "Package: ";

// "curl (7.88.1-10)": the source's name without its version.
std::string_view source_name(std::string_view source, std::string_view package) {
  if (source.empty()) return package;
  return trim(source.substr(0, source.find('(')));
}

// The name in the first line, where every archive has it.
std::string_view name_at_front(std::string_view paragraph) {
  if (!paragraph.starts_with(kName)) return control_field(paragraph, "Package");
  const std::size_t end = paragraph.find('\n');
  return trim(paragraph.substr(0, end).substr(kName.size()));
}

std::string_view skip_newlines(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of('\n'), text.size()));
}

bool has_files(std::string_view status) {
  const std::vector<std::string_view> words = split(status, ' ');
  constexpr std::size_t kWords = 3;
  if (words.size() != kWords) return false;
  return words[2] != "not-installed" && words[2] != "config-files";
}

}  // namespace

Result<> PackageIndexScanner::paragraph(std::string_view text) {
  const std::string_view name = name_at_front(text);
  if (name.empty()) return fail(Errc::parse, "a paragraph that is no package");
  if (!is_wanted_(name)) return {};
  IndexedPackage package{.name = name};
  std::string_view source;
  for_each_field(text, [&](std::string_view field, std::string_view value) {
    const std::string lower = to_lower_ascii(field);
    if (lower == "architecture") package.architecture = value;
    if (lower == "version") package.version = value;
    if (lower == "source") source = value;
    if (lower == "phased-update-percentage") {
      package.phased_percent = parse_integer<std::uint32_t>(value);
    }
  });
  package.source = source_name(source, name);
  if (!package.version.empty() && !package.architecture.empty()) on_package_(package);
  return {};
}

// Returns how many bytes were whole paragraphs.
Result<std::size_t> PackageIndexScanner::take_paragraphs(std::string_view text) {
  const std::size_t all = text.size();
  while (true) {
    text = skip_newlines(text);
    const std::size_t end = text.find(kEnd);
    if (end == std::string_view::npos) {
      if (text.size() > kMaxParagraph) return fail(Errc::too_large, "an endless paragraph");
      return all - text.size();
    }
    TRY(paragraph(text.substr(0, end + 1)));
    text.remove_prefix(end + kEnd.size());
  }
}

Result<> PackageIndexScanner::feed(std::string_view bytes) {
  if (!pending_.empty()) {
    // Completes the one begun before; the rest is read where it is.
    const bool split_end = pending_.back() == '\n' && bytes.starts_with('\n');
    const std::size_t end = split_end ? 0 : bytes.find(kEnd);
    const std::size_t take =
        end == std::string_view::npos ? bytes.size() : end + (split_end ? 1 : kEnd.size());
    pending_.append(bytes.substr(0, take));
    TRY_ASSIGN(const std::size_t taken, take_paragraphs(pending_));
    pending_.erase(0, taken);
    bytes.remove_prefix(take);
    if (!pending_.empty() || bytes.empty()) return {};
  }
  TRY_ASSIGN(const std::size_t taken, take_paragraphs(bytes));
  pending_.assign(bytes.substr(taken));
  return {};
}

Result<> PackageIndexScanner::finish() {
  const std::string_view rest = skip_newlines(pending_);
  if (rest.empty()) return {};
  return paragraph(rest);
}

Result<std::vector<InstalledPackage>> parse_dpkg_status(std::string_view text) {
  std::vector<InstalledPackage> packages;
  bool any = false;
  while (true) {
    const std::string_view paragraph = next_paragraph(text);
    if (paragraph.empty()) break;
    any = true;
    std::string_view name;
    std::string_view status;
    std::string_view architecture;
    std::string_view version;
    std::string_view source;
    for_each_field(paragraph, [&](std::string_view field, std::string_view value) {
      if (field == "Package") name = value;
      if (field == "Status") status = value;
      if (field == "Architecture") architecture = value;
      if (field == "Version") version = value;
      if (field == "Source") source = value;
    });
    if (name.empty()) return fail(Errc::parse, "a paragraph that is no package");
    if (!has_files(status) || version.empty()) continue;
    packages.push_back({std::string(name), std::string(architecture), std::string(version),
                        std::string(source_name(source, name)), status.starts_with("hold ")});
  }
  if (!any) return fail(Errc::parse, "no package in it");
  return packages;
}

}  // namespace clawvigil::parse
