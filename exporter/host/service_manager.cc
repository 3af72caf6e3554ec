#include "exporter/host/service_manager.h"

#include <systemd/sd-bus.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "exporter/base/digits.h"

namespace clawvigil::host {

namespace {

constexpr const char* kDestination = "org.freedesktop.systemd1";
constexpr std::size_t kMaxValue = 64UL * 1024;
constexpr std::size_t kMaxSocketPath = 107;  // of sockaddr_un

std::unexpected<Error> bus_error(int result, std::string_view what) {
  const int number = -result;
  if (number == ETIMEDOUT) return fail(Errc::timeout, std::string(what) + ": no answer in time");
  return std::unexpected(error_from_errno(number, what));
}

struct MessageCloser {
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, MessageCloser>;

// As addresses of D-Bus are written: what is not harmless becomes %xx.
std::string escape_address(std::string_view path) {
  constexpr std::string_view kHarmless = "-_/.";
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
    if (letter || kHarmless.find(c) != std::string_view::npos) {
      text.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text.push_back('%');
    text.push_back(kDigits[byte >> 4U]);
    text.push_back(kDigits[byte & 0xFU]);
  }
  return text;
}

// The text of the simple value the message is at, which it then is behind; nullopt for a value of
// another kind, which it is behind as well. A negative number of errno for a malformed message.
Result<std::optional<std::string>> read_value(sd_bus_message& message) {
  char kind = '\0';
  const char* contents = nullptr;
  int result = sd_bus_message_peek_type(&message, &kind, &contents);
  if (result < 0) return bus_error(result, "value");
  const std::string_view type = contents == nullptr ? "" : contents;
  if (kind != 'v' || type.size() != 1 ||
      std::string_view("sutbx").find(type) == std::string_view::npos) {
    result = sd_bus_message_skip(&message, "v");
    if (result < 0) return bus_error(result, "value");
    return std::nullopt;
  }
  union {
    const char* s;
    std::uint32_t u;
    std::uint64_t t;
    std::int64_t x;
    int b;
  } value{};
  result = sd_bus_message_read(&message, "v", contents, &value);
  if (result < 0) return bus_error(result, "value");
  switch (type.front()) {
    case 's':
      return std::string(std::string_view(value.s).substr(0, kMaxValue));
    case 'u':
      return std::to_string(value.u);
    case 't':
      return std::to_string(value.t);
    case 'x':
      return std::to_string(value.x);
    default:
      return std::string(value.b != 0 ? "1" : "0");
  }
}

}  // namespace

void ServiceManager::Closer::operator()(sd_bus* bus) const { sd_bus_close_unref(bus); }

Duration ServiceManager::left() const {
  return std::max(Duration::zero(), Duration(end_ - SystemClock().now().steady));
}

Result<ServiceManager> ServiceManager::connect(const std::string& rootfs, Duration budget) {
  const std::string path = (rootfs == "/" ? "" : rootfs) + "/run/dbus/system_bus_socket";
  if (path.size() > kMaxSocketPath) return fail(Errc::unsupported, "the path of the bus is long");
  ServiceManager manager(SystemClock().now().steady + budget);
  sd_bus* bus = nullptr;
  int result = sd_bus_new(&bus);
  if (result < 0) return bus_error(result, "D-Bus");
  manager.bus_.reset(bus);
  result = sd_bus_set_address(bus, ("unix:path=" + escape_address(path)).c_str());
  if (result >= 0) result = sd_bus_set_bus_client(bus, 1);
  if (result >= 0) result = sd_bus_start(bus);
  if (result < 0) return bus_error(result, "system bus");
  TRY(manager.wait_until_ready());
  return manager;
}

Result<> ServiceManager::wait_until_ready() {
  while (true) {
    int result = sd_bus_is_ready(bus_.get());
    if (result > 0) return {};
    if (result >= 0) result = sd_bus_process(bus_.get(), nullptr);
    if (result == 0) {
      const auto rest = std::chrono::ceil<std::chrono::microseconds>(left());
      if (rest.count() <= 0) return fail(Errc::timeout, "system bus: no answer in time");
      result = sd_bus_wait(bus_.get(), static_cast<std::uint64_t>(rest.count()));
    }
    if (result < 0 && result != -EINTR) return bus_error(result, "system bus");
  }
}

Result<ServiceManager::Properties> ServiceManager::properties(
    const std::string& unit, std::span<const std::string_view> wanted) {
  char* encoded = nullptr;
  const int result = sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit.c_str(), &encoded);
  if (result < 0) return bus_error(result, "name of a unit");
  const std::unique_ptr<char, decltype([](char* text) { std::free(text); })> path(encoded);
  TRY_ASSIGN(Properties found, read(path.get(), "org.freedesktop.systemd1.Unit", wanted));
  if (unit.ends_with(".service")) {
    TRY_ASSIGN(Properties more, read(path.get(), "org.freedesktop.systemd1.Service", wanted));
    found.merge(more);
  }
  return found;
}

Result<ServiceManager::Properties> ServiceManager::read(const std::string& path,
                                                        const char* interface,
                                                        std::span<const std::string_view> wanted) {
  Properties found;
  sd_bus_message* made = nullptr;
  int result = sd_bus_message_new_method_call(bus_.get(), &made, kDestination, path.c_str(),
                                              "org.freedesktop.DBus.Properties", "GetAll");
  const Message call(made);
  if (result >= 0) result = sd_bus_message_append(call.get(), "s", interface);
  if (result < 0) return bus_error(result, "call");
  const auto rest = std::chrono::ceil<std::chrono::microseconds>(left());
  if (rest.count() <= 0) return fail(Errc::timeout, "systemd: no answer in time");
  sd_bus_message* answer = nullptr;
  result = sd_bus_call(bus_.get(), call.get(), static_cast<std::uint64_t>(rest.count()), nullptr,
                       &answer);
  const Message reply(answer);
  if (result < 0) return bus_error(result, "systemd");
  result = sd_bus_message_enter_container(reply.get(), 'a', "{sv}");
  while (result >= 0 && (result = sd_bus_message_enter_container(reply.get(), 'e', "sv")) > 0) {
    const char* name = nullptr;
    result = sd_bus_message_read(reply.get(), "s", &name);
    if (result < 0) break;
    if (std::ranges::find(wanted, std::string_view(name)) == wanted.end()) {
      result = sd_bus_message_skip(reply.get(), "v");
    } else {
      TRY_ASSIGN(auto value, read_value(*reply));
      if (value) found.insert_or_assign(name, std::move(*value));
    }
    if (result >= 0) result = sd_bus_message_exit_container(reply.get());
  }
  if (result < 0) return bus_error(result, "answer of systemd");
  return found;
}

}  // namespace clawvigil::host
