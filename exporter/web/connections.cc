#include "exporter/web/connections.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace clawvigil::web {

namespace {

// Descriptors are the lowest free numbers, so a gap this long is the end of those in use.
constexpr int kLongestGap = 64;

bool same(const sockaddr_in& a, const sockaddr_in& b) {
  return a.sin_family == b.sin_family && a.sin_port == b.sin_port &&
         a.sin_addr.s_addr == b.sin_addr.s_addr;
}

sockaddr_in to_sockaddr(std::string_view ip, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  ::inet_pton(AF_INET, std::string(ip).c_str(), &result.sin_addr);
  return result;
}

// Every socket of this process with the local address `local`: the listening one and all accepted
// from it.
std::vector<int> sockets_at(const sockaddr_in& local) {
  std::vector<int> result;
  int gap = 0;
  for (int fd = 0; gap < kLongestGap; ++fd) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      gap = errno == EBADF ? gap + 1 : 0;
      continue;
    }
    gap = 0;
    if (same(address, local)) result.push_back(fd);
  }
  return result;
}

// True for an established connection that has sent nothing we have not read: it waits for its
// client, not for us.
bool waits_for_client(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
  int unread = 0;
  return info.tcpi_state == TCP_ESTABLISHED && ::ioctl(fd, FIONREAD, &unread) == 0 && unread == 0;
}

}  // namespace

ConnectionTable::ConnectionTable(const Clock& clock, std::size_t threads, std::size_t spare)
    : clock_(clock),
      limit_(threads - spare),
      slots_(threads),
      keeper_([this](const std::stop_token& stop) { keep_room(stop); }) {}

void ConnectionTable::set_local(const sockaddr_in& local) {
  const MutexLock lock(mutex_);
  local_ = local;
}

Connection* ConnectionTable::add_thread() {
  const MutexLock lock(mutex_);
  return threads_ < slots_.size() ? &slots_[threads_++] : nullptr;
}

void ConnectionTable::open(Connection& connection) {
  const SteadyTime now = clock_.now().steady;
  const MutexLock lock(mutex_);
  connection = Connection{};
  connection.state = Connection::State::waiting;
  connection.since = now;
  if (stopping_) {
    shut_every_socket();
    return;
  }
  look_around();
  if (!is_short()) return;
  evict();
  shortage_.notify_one();
}

void ConnectionTable::begin_request(Connection& connection, std::string_view peer_ip,
                                    std::uint16_t peer_port) {
  const SteadyTime now = clock_.now().steady;
  const MutexLock lock(mutex_);
  connection.peer = to_sockaddr(peer_ip, peer_port);
  connection.state = Connection::State::handling;
  connection.since = now;
}

void ConnectionTable::end_request(Connection& connection) {
  const SteadyTime now = clock_.now().steady;
  const MutexLock lock(mutex_);
  connection.state = Connection::State::waiting;
  connection.since = now;
  const auto known = std::ranges::find_if(
      known_, [&](const Known& other) { return same(other.peer, connection.peer); });
  if (known != known_.end()) known->order = ++last_order_;
}

void ConnectionTable::begin_close(Connection& connection, std::string_view peer_ip,
                                  std::uint16_t peer_port) {
  const MutexLock lock(mutex_);
  connection.peer = to_sockaddr(peer_ip, peer_port);
  connection.state = Connection::State::closing;
}

void ConnectionTable::end_close(Connection& connection) {
  const MutexLock lock(mutex_);
  std::erase_if(known_, [&](const Known& other) { return same(other.peer, connection.peer); });
  connection = Connection{};
}

void ConnectionTable::shut_all() {
  const MutexLock lock(mutex_);
  stopping_ = true;
  shut_every_socket();
}

std::uint64_t ConnectionTable::evicted() const {
  const MutexLock lock(mutex_);
  return evicted_;
}

const Connection* ConnectionTable::slot_of(const sockaddr_in& peer) const {
  const auto found = std::ranges::find_if(slots_, [&](const Connection& c) {
    return c.state >= Connection::State::handling && same(c.peer, peer);
  });
  return found == slots_.end() ? nullptr : &*found;
}

bool ConnectionTable::is_short() const {
  const auto busy = std::ranges::count_if(
      slots_, [](const Connection& c) { return c.state != Connection::State::none; });
  // Who has been shut down makes room soon: on a busy machine its thread only needs time to notice.
  return busy - std::ranges::count_if(known_, &Known::evicted) >
         static_cast<std::ptrdiff_t>(limit_);
}

void ConnectionTable::keep_room(const std::stop_token& stop) {
  const MutexLock lock(mutex_);
  while (!stop.stop_requested()) {
    shortage_.wait(mutex_, stop, [this]() REQUIRES(mutex_) { return is_short(); });
    shortage_.wait_for(mutex_, stop, kRepeat, [] { return false; });
    if (stopping_ || !is_short()) continue;
    look_around();
    evict();
  }
}

void ConnectionTable::look_around() {
  std::vector<Known> present;
  for (const int fd : sockets_at(local_)) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    const auto before =
        std::ranges::find_if(known_, [&](const Known& other) { return same(other.peer, peer); });
    const bool is_new = before == known_.end();
    present.push_back(
        {fd, peer, is_new ? ++last_order_ : before->order, is_new ? false : before->evicted});
  }
  known_ = std::move(present);
}

// Follows look_around() under the same lock, so its descriptors are still those of their peers.
void ConnectionTable::evict() {
  const SteadyTime stuck = clock_.now().steady - kStuck;
  Known* victim = nullptr;
  for (Known& candidate : known_) {
    if (candidate.evicted) continue;
    if (victim != nullptr && candidate.order > victim->order) continue;
    if (const Connection* slot = slot_of(candidate.peer)) {
      const bool is_stuck = slot->state == Connection::State::handling && slot->since < stuck;
      if (!is_stuck) continue;
    }
    if (waits_for_client(candidate.fd)) victim = &candidate;
  }
  if (victim == nullptr) return;
  ::shutdown(victim->fd, SHUT_RDWR);
  victim->evicted = true;
  ++evicted_;
}

void ConnectionTable::shut_every_socket() {
  for (const int fd : sockets_at(local_)) ::shutdown(fd, SHUT_RDWR);
}

}  // namespace clawvigil::web
