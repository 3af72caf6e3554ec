// Server: the loopback HTTP endpoint, on civetweb. Owns the listening socket and a fixed pool of
// threads; what is answered is site.h, who is let in peer.h and auth.h, and why idle clients do no
// harm connections.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"
#include "exporter/collect/hub.h"
#include "exporter/config/config.h"
#include "exporter/web/alert_board.h"
#include "exporter/web/peer.h"
#include "exporter/web/site.h"

namespace clawvigil::web {

struct ServerOptions {
  WebConfig config;
  About about;
  const Hub& hub;  // these four must outlive the server
  const HomeRegistry& homes;
  AlertBoard& alerts;
  const Clock& clock;
  std::function<void()>
      on_reload;  // POST /-/reload; called by a server thread, must return at once
  OwnerLookup connection_owner = &host::connection_owner;
};

class Server {
 public:
  // Listens when it returns. Errors say what is wrong with the address, that the port is in use
  // (busy), or what is wrong with the authentication file. Starts threads that inherit the signal
  // mask of the caller, and ignores SIGPIPE in the whole process.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(ServerOptions options);
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Ends all connections and threads; takes some ten milliseconds. Idempotent; not from a request.
  void stop();

  [[nodiscard]] std::uint16_t port() const;   // the bound one when port 0 was asked for
  [[nodiscard]] std::string address() const;  // "127.0.0.1:9842"
  [[nodiscard]] std::uint64_t evicted_connections() const;  // shut down for lack of threads

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clawvigil::web
