#include "tests/support/journal_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "tests/support/program.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

namespace {

constexpr const char* kProgram = "/lib/systemd/systemd-journal-remote";
constexpr std::chrono::sys_days kBegin = std::chrono::year(2026) / 11 / 21;

// https://systemd.io/JOURNAL_EXPORT_FORMATS: NAME=VALUE, or NAME, a 64 bit length and the bytes.
void append_field(std::string& text, const std::string& name, const std::string& value) {
  if (value.find('\n') == std::string::npos) {
    text += name + "=" + value + "\n";
    return;
  }
  text += name + "\n";
  for (std::size_t i = 0; i < sizeof(std::uint64_t); ++i) {
    text += static_cast<char>((value.size() >> (8 * i)) & 0xFFU);
  }
  text += value + "\n";
}

}  // namespace

bool has_journal_writer() { return std::filesystem::exists(kProgram); }

JournalWriter::JournalWriter(std::string directory) : directory_(std::move(directory)) {
  std::filesystem::create_directories(directory_);
}

SystemTime JournalWriter::last_time() const { return kBegin + std::chrono::seconds(written_); }

void JournalWriter::write(const std::vector<JournalFields>& entries, std::string_view file) {
  std::string text;
  for (const JournalFields& entry : entries) {
    ++written_;
    const auto since_epoch =
        std::chrono::duration_cast<std::chrono::microseconds>(last_time().time_since_epoch());
    text += "__REALTIME_TIMESTAMP=" + std::to_string(since_epoch.count()) +
            "\n__MONOTONIC_TIMESTAMP=" + std::to_string(written_ * 1'000'000) +
            "\n_BOOT_ID=5f1a4c3e8d2b4f6a9c0e1d2b3a4f5c6d\n";
    for (const auto& [name, value] : entry) append_field(text, name, value);
    text += "\n";
  }
  const TempDir scratch;
  scratch.write("entries.export", text);
  const auto process = start_program(
      {kProgram, "--split-mode=none", "--output=" + directory_ + "/" + std::string(file),
       scratch / "entries.export"},
      scratch / "log");
  EXPECT_EQ(process->wait(), 0) << read_all(scratch / "log");
}

void JournalWriter::rotate() {
  const std::filesystem::path place(directory_);
  std::filesystem::rename(place / "system.journal",
                          place / ("system@" + std::to_string(written_) + ".journal"));
}

JournalFields sshd_entry(std::string_view message, std::string_view identifier) {
  return {{"MESSAGE", std::string(message)},  {"SYSLOG_IDENTIFIER", std::string(identifier)},
          {"_TRANSPORT", "syslog"},           {"_UID", "0"},
          {"_COMM", std::string(identifier)}, {"_PID", "812"},
          {"_SYSTEMD_UNIT", "ssh.service"}};
}

}  // namespace clawvigil::test
