// CachedDocument: a reply that is rendered once per change of its sources, lazily by the first who
// asks, and then handed out by pointer. Any thread; the lock covers a pointer swap only, and
// whoever asks while another renders waits for that rendering instead of repeating it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "exporter/base/mutex.h"
#include "exporter/collect/homes.h"
#include "exporter/collect/hub.h"
#include "exporter/model/exposition.h"
#include "exporter/web/alert_board.h"
#include "exporter/web/http.h"

namespace clawvigil::web {

// What a document is made from; compared by identity.
struct Sources {
  std::shared_ptr<const Snapshot> snapshot;
  std::shared_ptr<const HomeList> homes;
  std::shared_ptr<const AlertView> alerts;
  bool operator==(const Sources&) const = default;
};

class CachedDocument {
 public:
  // `headers`: complete lines, CRLF included.
  explicit CachedDocument(std::string_view content_type, std::string_view headers = kVary)
      : content_type_(content_type), headers_(headers) {}

  // The reply for `sources`; `render()` gives the body when there is none yet.
  template <class Render>
  [[nodiscard]] std::shared_ptr<const Reply> get(const Sources& sources, bool compressed,
                                                 const Render& render) {
    const std::shared_ptr<Edition> edition = edition_of(sources);
    std::call_once(edition->plain_once, [&] {
      edition->plain = std::make_shared<const Reply>(200, content_type_, render(), headers_);
    });
    if (!compressed) return edition->plain;
    std::call_once(edition->packed_once, [&] {
      const Result<std::string> packed = gzip(edition->plain->body());
      edition->packed =
          packed ? std::make_shared<const Reply>(200, content_type_, *packed, kPacked + headers_)
                 : edition->plain;
    });
    return edition->packed;
  }

 private:
  static constexpr std::string_view kVary = "Vary: Accept-Encoding\r\n";
  static inline const std::string kPacked = "Content-Encoding: gzip\r\n";

  struct Edition {
    explicit Edition(Sources made_from) : sources(std::move(made_from)) {}
    Sources sources;  // kept alive, so that an address is never mistaken for a later one
    std::once_flag plain_once;
    std::once_flag packed_once;
    std::shared_ptr<const Reply> plain;
    std::shared_ptr<const Reply> packed;
  };

  std::shared_ptr<Edition> edition_of(const Sources& sources) {
    const MutexLock lock(mutex_);
    if (!current_ || current_->sources != sources) current_ = std::make_shared<Edition>(sources);
    return current_;
  }

  std::string_view content_type_;
  std::string headers_;
  Mutex mutex_;
  std::shared_ptr<Edition> current_ GUARDED_BY(mutex_);
};

}  // namespace clawvigil::web
