#include "exporter/base/result.h"

#include <cerrno>
#include <system_error>

namespace clawvigil {

namespace {

Errc classify(int errno_value) {
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
    case ESRCH:
    case ENXIO:
      return Errc::not_found;
    case EACCES:
    case EPERM:
      return Errc::denied;
    case ELOOP:
    case EXDEV:
      return Errc::unsafe;
    case ETIMEDOUT:
      return Errc::timeout;
    case EAGAIN:
    case EBUSY:
    case EINTR:
      return Errc::busy;
    case EFBIG:
    case ENAMETOOLONG:
    case EOVERFLOW:
      return Errc::too_large;
    case ENOSYS:
    case EOPNOTSUPP:
    case EAFNOSUPPORT:
      return Errc::unsupported;
    default:
      return Errc::io;
  }
}

}  // namespace

Error error_from_errno(int errno_value, std::string_view what) {
  return Error{classify(errno_value),
               std::string(what) + ": " + std::generic_category().message(errno_value)};
}

}  // namespace clawvigil
