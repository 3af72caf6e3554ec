#include "exporter/host/git_loose.h"

#include <fcntl.h>
#include <gcrypt.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <span>
#include <string_view>

#include "exporter/base/digits.h"
#include "exporter/base/fd.h"
#include "exporter/base/hex.h"

namespace clawvigil::host {

namespace {

constexpr std::size_t kMaxHeader = 32;  // "commit 18446744073709551615\0" has 28

std::unexpected<Error> damaged() { return fail(Errc::parse, "loose object: damaged"); }

std::string path_of(const GitRawId& id) {
  std::string path = to_hex(id);
  path.insert(2, 1, '/');
  return path;
}

Result<Fd> open_object(int objects, const GitRawId& id) {
  // No symlink, and no FIFO that would keep one waiting.
  Fd file(::openat(objects, path_of(id).c_str(),
                   O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!file && errno == ELOOP) return fail(Errc::unsafe, "loose object: a symlink");
  if (!file) return std::unexpected(error_from_errno(errno, "loose object"));
  struct ::stat found{};
  if (::fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode)) {
    return fail(Errc::unsafe, "loose object: not a regular file");
  }
  return file;
}

// Unpacks a file piece by piece.
class Inflater {
 public:
  explicit Inflater(Fd file) : file_(std::move(file)) { ready_ = ::inflateInit(&stream_) == Z_OK; }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { ::inflateEnd(&stream_); }

  // Fills `out` as far as the stream goes; returns the count.
  Result<std::size_t> read(std::span<char> out) {
    if (!ready_) return fail(Errc::too_large, "loose object: no memory");
    std::size_t total = 0;
    while (total < out.size() && !ended_) {
      if (stream_.avail_in == 0) TRY(refill());
      const auto room = static_cast<uInt>(std::min<std::size_t>(out.size() - total, 1U << 30U));
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + total);
      stream_.avail_out = room;
      const int status = ::inflate(&stream_, Z_NO_FLUSH);
      total += room - stream_.avail_out;
      if (status != Z_OK && status != Z_STREAM_END) return damaged();
      ended_ = status == Z_STREAM_END;
    }
    return total;
  }
  // Whether the stream ends here, its checksum being right.
  Result<bool> at_end() {
    char more = 0;
    TRY_ASSIGN(const std::size_t got, read({&more, 1}));
    return got == 0 && ended_;
  }

 private:
  Result<> refill() {
    const ssize_t got = ::read(file_.get(), buffer_.data(), buffer_.size());
    if (got < 0) return std::unexpected(error_from_errno(errno, "loose object"));
    if (got == 0) return damaged();
    stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_in = static_cast<uInt>(got);
    return {};
  }

  Fd file_;
  std::array<char, 16UL * 1024> buffer_{};
  z_stream stream_{};
  bool ready_ = false;
  bool ended_ = false;
};

std::optional<GitObjectType> type_of(std::string_view word) {
  if (word == "blob") return GitObjectType::blob;
  if (word == "tree") return GitObjectType::tree;
  if (word == "commit") return GitObjectType::commit;
  if (word == "tag") return GitObjectType::tag;
  return std::nullopt;
}

// "blob 14" without its NUL; the NUL is taken, nothing behind it.
Result<LooseObject> take_header(Inflater& stream, std::string& text) {
  text.clear();
  while (true) {
    char next = 0;
    TRY_ASSIGN(const std::size_t got, stream.read({&next, 1}));
    if (got == 0 || text.size() == kMaxHeader) return damaged();
    if (next == '\0') break;
    text += next;
  }
  const std::size_t space = std::min(text.find(' '), text.size());
  const auto type = type_of(std::string_view(text).substr(0, space));
  LooseObject object;
  const auto size = parse_integer<decltype(object.size)>(
      std::string_view(text).substr(std::min(space + 1, text.size())));
  if (!type || !size) return damaged();
  object.size = *size;
  object.type = *type;
  return object;
}

bool has_id(const std::string& header, const std::string& content, const GitRawId& id) {
  std::array<gcry_buffer_t, 2> parts{};
  parts[0].data = const_cast<char*>(header.c_str());  // NOLINT(*-const-cast): it is only read
  parts[0].len = header.size() + 1;                   // with its NUL
  parts[1].data = const_cast<char*>(content.data());  // NOLINT(*-const-cast)
  parts[1].len = content.size();
  GitRawId digest{};
  return ::gcry_md_hash_buffers(GCRY_MD_SHA1, 0, digest.data(), parts.data(),
                                static_cast<int>(parts.size())) == 0 &&
         digest == id;
}

}  // namespace

Result<LooseObject> read_loose_header(int objects, const GitRawId& id) {
  TRY_ASSIGN(Fd file, open_object(objects, id));
  Inflater stream(std::move(file));
  std::string header;
  return take_header(stream, header);
}

Result<LooseObject> read_loose_object(int objects, const GitRawId& id, std::uint64_t limit) {
  TRY_ASSIGN(Fd file, open_object(objects, id));
  Inflater stream(std::move(file));
  std::string header;
  TRY_ASSIGN(LooseObject object, take_header(stream, header));
  if (object.size > limit) {
    return fail(Errc::too_large, "object: more than " + std::to_string(limit) + " bytes");
  }
  object.content.resize(object.size);
  TRY_ASSIGN(const std::size_t got, stream.read(object.content));
  TRY_ASSIGN(const bool ended, stream.at_end());
  if (got != object.size || !ended || !has_id(header, object.content, id)) return damaged();
  return object;
}

}  // namespace clawvigil::host
