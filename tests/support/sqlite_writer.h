// The other side of the SQLite tests: plain, writing connections, as another program has them, and
// a writer that keeps an invariant while it does everything a writer may do to its files.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace clawvigil::test {

// Throws on any error.
class WritingConnection {
 public:
  explicit WritingConnection(const std::string& path);
  void execute(const std::string& sql);
  // Like execute, but false when the database is busy.
  bool try_execute(const std::string& sql);
  std::int64_t integer(const std::string& sql);

 private:
  struct Closer {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  std::unique_ptr<sqlite3, Closer> database_;
};

struct WriterProgress {
  std::atomic<std::uint64_t> commits{0};
  std::atomic<std::uint64_t> checkpoints{0};  // complete ones
  std::atomic<bool> stop{false};
};

// Accounts in two tables whose balances add up to kTotalBalance, and a ledger whose every row is
// `seed` repeated; counter.value is its number of rows.
inline constexpr std::int64_t kAccounts = 50;
inline constexpr std::int64_t kTotalBalance = 2 * kAccounts * 1000;
void create_accounts(const std::string& path, const std::string& journal_mode);

enum class WriterStyle {
  checkpointing,  // small auto-checkpoints and explicit ones of all kinds
  reopening,      // closes and opens again all the time, so -wal and -shm come and go
  restless,       // both, and switches between rollback journal and WAL
};
// Runs until progress.stop, or for ever; 0 unless SQLite failed.
int write_accounts(const std::string& path, WriterStyle style, unsigned seed,
                   WriterProgress& progress);

}  // namespace clawvigil::test
