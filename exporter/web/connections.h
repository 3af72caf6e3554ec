// ConnectionTable: keeps idle and slow clients from blinding the server.
//
// civetweb gives every connection a thread of a fixed pool and waits there for the request. Two
// dozen clients that connect and say nothing (or a byte a second) would occupy the pool until their
// timeouts, and nobody could scrape meanwhile. So every thread has a slot here that says what it is
// doing, and a connection that is taken while fewer than `spare` threads are left makes room: the
// oldest waiting connection (by its last answered request, or else its arrival, so that dribbling
// does not make it younger) is shut down, its thread wakes up at once and takes the next
// connection. While that was not enough, a thread of our own repeats it every kRepeat. Spared are
// clients whose request is being answered (unless they do not take the answer for kStuck) and those
// with unread input, which are waiting for us and not we for them. Timeouts can therefore be
// generous while there is no pressure.
//
// civetweb does not tell which descriptor a connection has, so the kernel is asked at every
// arrival: ours are the established sockets with our local address, and those not seen before are
// the newest.
//
// Any thread. shutdown(2) happens under the lock, and every closing connection is entered here
// before its descriptor goes and until it is gone, so a recycled descriptor is never hit.
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string_view>
#include <thread>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"
#include "exporter/base/result.h"

namespace clawvigil::web {

// The connection a server thread is serving.
struct Connection {
  enum class State { none, waiting, handling, closing };

  sockaddr_in peer{};                  // known while handling and closing
  std::optional<Result<uid_t>> owner;  // for the thread itself; forgotten with the connection
  State state = State::none;           // under the table's lock
  SteadyTime since;                    // of the state; under the table's lock
};

class ConnectionTable {
 public:
  static constexpr std::chrono::milliseconds kStuck{1000};
  static constexpr std::chrono::milliseconds kRepeat{10};

  ConnectionTable(const Clock& clock, std::size_t threads, std::size_t spare);
  ~ConnectionTable() = default;
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;

  // The address the server turned out to listen on.
  void set_local(const sockaddr_in& local);

  // The slot of one more server thread; nullptr for more than `threads`.
  [[nodiscard]] Connection* add_thread();

  // The life of one connection, told by its thread.
  void open(Connection& connection);  // may shut down another
  void begin_request(Connection& connection, std::string_view peer_ip, std::uint16_t peer_port);
  void end_request(Connection& connection);
  void begin_close(Connection& connection, std::string_view peer_ip, std::uint16_t peer_port);
  void end_close(Connection& connection);

  // Shuts down every connection and every later one, and the listening socket, so that all of
  // civetweb's threads wake up and see that they shall end.
  void shut_all();

  [[nodiscard]] std::uint64_t evicted() const;  // connections shut down for lack of threads

 private:
  [[nodiscard]] bool is_short() const REQUIRES(mutex_);
  struct Known {
    int fd;
    sockaddr_in peer;
    std::uint64_t order;  // grows with every arrival and answered request
    bool evicted;         // shut down by us; its thread is about to be free
  };

  void look_around() REQUIRES(mutex_);
  void evict() REQUIRES(mutex_);
  void keep_room(const std::stop_token& stop);
  void shut_every_socket() REQUIRES(mutex_);
  [[nodiscard]] const Connection* slot_of(const sockaddr_in& peer) const REQUIRES(mutex_);

  const Clock& clock_;
  const std::size_t limit_;
  mutable Mutex mutex_;
  sockaddr_in local_ GUARDED_BY(mutex_){};
  std::vector<Connection> slots_;  // its size never changes
  std::size_t threads_ GUARDED_BY(mutex_) = 0;
  std::vector<Known> known_ GUARDED_BY(mutex_);
  std::uint64_t last_order_ GUARDED_BY(mutex_) = 0;
  std::uint64_t evicted_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::condition_variable_any shortage_;
  std::jthread keeper_;  // last: it uses all of the above
};

}  // namespace clawvigil::web
