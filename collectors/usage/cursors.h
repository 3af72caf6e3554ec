// Where reading of every source stands. A home may have a hundred thousand of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

namespace clawvigil::usage {

// Where reading of a file stands. Persisted; `id` is its row.
struct FileCursor {
  std::int64_t id = 0;
  std::uint64_t session = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;    // when it was last looked at
  std::uint64_t offset = 0;  // all complete lines before it are counted
  std::int64_t modified_ns = 0;
  std::uint64_t head_hash = 0;  // of the first bytes before `offset`: is it still the same file?
  std::uint64_t tail_hash = 0;  // of the last bytes before `offset`: was it rewritten?
  [[nodiscard]] auto key() const { return std::pair(device, inode); }
};

// Where reading of one session in an agent database stands.
struct RowCursor {
  std::int64_t id = 0;
  std::uint64_t session = 0;
  std::int64_t last_seq = -1;
  std::int64_t last_created_ms = 0;
  std::int64_t rows = 0;
  [[nodiscard]] std::uint64_t key() const { return session; }
};

// Cursors by their key, in one sorted block of memory: hardly more than what they consist of.
template <typename Cursor>
class CursorTable {
 public:
  using Key = decltype(std::declval<Cursor>().key());

  // Valid until the table changes.
  [[nodiscard]] const Cursor* find(const Key& key) const {
    const auto at = std::ranges::lower_bound(cursors_, key, {}, &Cursor::key);
    return at != cursors_.end() && at->key() == key ? &*at : nullptr;
  }
  // Puts them in the place of those with the same keys; of two with one key the later one. Moves
  // the table only if there are new ones.
  void merge(std::vector<Cursor> cursors) {
    std::ranges::stable_sort(cursors, {}, &Cursor::key);
    std::vector<Cursor> added;
    for (Cursor& cursor : cursors) {
      if (const Cursor* known = find(cursor.key())) {
        cursors_[static_cast<std::size_t>(known - cursors_.data())] = cursor;
      } else if (!added.empty() && added.back().key() == cursor.key()) {
        added.back() = cursor;
      } else {
        added.push_back(cursor);
      }
    }
    if (added.empty()) return;
    const std::size_t before = cursors_.size();
    const std::size_t after = before + added.size();
    if (after > cursors_.capacity()) cursors_.reserve(after + before / 8);
    std::ranges::copy(added, std::back_inserter(cursors_));
    std::ranges::inplace_merge(cursors_, cursors_.begin() + static_cast<std::ptrdiff_t>(before), {},
                               &Cursor::key);
  }
  template <typename Predicate>
  void erase_if(const Predicate& predicate) {
    std::erase_if(cursors_, predicate);
  }
  [[nodiscard]] const std::vector<Cursor>& all() const { return cursors_; }

 private:
  std::vector<Cursor> cursors_;
};

}  // namespace clawvigil::usage
