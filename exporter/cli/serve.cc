// The daemon: builds every part, owns the order in which they start and stop.
//
//   state database, sandbox (no writes elsewhere, no exec)
//   → homes → HTTP server (its threads without any capability) → collectors → rules and sender
//   → main thread: signals, overdue runs, watchdog, the status socket
#include "exporter/cli/serve.h"

#include <malloc.h>
#include <poll.h>
#include <sqlite3.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "collectors/registry.h"
#include "exporter/base/log.h"
#include "exporter/base/version.h"
#include "exporter/cli/alerting.h"
#include "exporter/cli/one_shot.h"
#include "exporter/cli/status_document.h"
#include "exporter/collect/home_watcher.h"
#include "exporter/collect/runner.h"
#include "exporter/host/sandbox.h"
#include "exporter/host/status_socket.h"
#include "exporter/web/server.h"

namespace clawvigil::cli {

namespace {

constexpr Duration kTick = std::chrono::seconds(1);
constexpr Duration kStartTick = std::chrono::milliseconds(250);  // until systemd knows it is ready
constexpr Duration kTrimInterval = std::chrono::minutes(1);
constexpr Duration kStopGrace = std::chrono::milliseconds(600);
constexpr Duration kReadyGrace = std::chrono::seconds(5);  // then systemd is told whatever runs

// Small and steady: few arenas for many small threads, freed memory goes back to the system, and
// no SQLite connection fills buffers it does not need.
void configure_memory() {
  constexpr int kArenas = 1;
  constexpr int kTrimBytes = 256 * 1024;
  // NOLINTBEGIN(concurrency-mt-unsafe): no other thread runs yet.
  ::mallopt(M_ARENA_MAX, kArenas);
  ::mallopt(M_TRIM_THRESHOLD, kTrimBytes);
  ::mallopt(M_MMAP_THRESHOLD, kTrimBytes);
  // NOLINTEND(concurrency-mt-unsafe)
  ::sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
  ::sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
}

Fd block_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  return Fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

void confine(const Config& config, const Clock& clock) {
  // Opening the store once makes its directory exist before writes are confined to it.
  const store::Store store = store::Store::open(config.storage_path, clock.now().wall);
  if (store.problem()) {
    log::warn("state database", {{"path", config.storage_path},
                                 {"problem", store.problem()->message},
                                 {"persistent", store.persistent() ? "yes" : "no"}});
  }
  const auto confined =
      host::restrict_writes_and_exec(store.persistent() ? config.storage_path : std::string());
  if (!confined) log::warn("not confined", {{"reason", confined.error().message}});
}

// What the owner sees on the terminal.
void print_summary(const std::string& address, const Settings& settings, const HomeList& homes) {
  const Config& config = settings.config;
  std::cout << "clawvigil " << version() << " (" << revision() << ") is watching.\n"
            << "  page       http://" << address << "/\n"
            << "  metrics    http://" << address << config.web.telemetry_path << "\n";
  for (const Home& home : homes.homes) {
    std::cout << "  OpenClaw   " << home.label << ": " << home.path << "\n";
  }
  for (const Error& problem : homes.problems) {
    std::cout << "  OpenClaw   not watched: " << problem.message << "\n";
  }
  if (homes.homes.empty() && homes.problems.empty()) {
    std::cout << "  OpenClaw   none found on this host; it will be noticed when it is installed.\n"
              << "             Elsewhere than in a home directory: --openclaw.home=DIRECTORY\n";
  }
  if (config.alerts.enabled) {
    std::cout << "  rules      " << settings.rules->size() << " in force; see clawvigil check\n";
  }
  if (config.notify.receivers.empty()) {
    std::cout << "  tells      nobody yet: add notify.receivers to the configuration\n";
  }
  for (const ReceiverConfig& receiver : config.notify.receivers) {
    std::cout << "  tells      " << receiver.name << "\n";
  }
  std::cout << "  state      " << config.storage_path << "\n"
            << "Press Ctrl-C to stop.\n"
            << std::flush;
}

class Daemon {
 public:
  Daemon(Settings settings, std::function<Result<Settings>()> reload)
      : settings_(std::move(settings)),
        config_(std::make_shared<const Config>(settings_.config)),
        reload_(std::move(reload)) {}

  int run() {
    configure_memory();
    const Fd signals = block_signals();
    confine(*config_, clock_);
    if (const auto started = start(); !started) {
      log::error("cannot start", {{"error", started.error().message}});
      return started.error().code == Errc::too_large ? 2 : 1;
    }
    print_summary(server_->address(), settings_, *homes_->current());
    loop(signals.get());
    return stop();
  }

 private:
  Result<> start() {
    TRY_ASSIGN(host::Root root, host::Root::open(config_->rootfs));
    TRY_ASSIGN(HomeList homes, find_homes(root, config_->openclaw.homes));
    homes_->replace(std::make_shared<const HomeList>(std::move(homes)));
    reload_status_->last_success = clock_.now().wall;
    const SelfSources self{clock_.now().wall, reload_status_, homes_};
    std::vector<CollectorEntry> collectors = enabled_collectors(config_->collectors, self);
    std::vector<const CollectorInfo*> infos;
    infos.reserve(collectors.size());
    for (const CollectorEntry& entry : collectors) infos.push_back(entry.info);
    if (config_->alerts.enabled) infos.push_back(&alerting_info());
    hub_ = std::make_unique<Hub>(infos);
    shared_ = std::make_shared<RunnerShared>(std::move(root), config_, homes_, clock_);
    TRY(start_server());
    runner_ = std::make_unique<Runner>(std::move(collectors), shared_, *hub_);
    runner_->start();
    watcher_ = std::make_unique<HomeWatcher>(shared_, homes_);
    start_alerting();
    started_ = clock_.now().steady;
    next_trim_ = started_ + kReadyGrace;
    return {};
  }

  void start_alerting() {
    if (!config_->alerts.enabled) return;
    alerting_ = std::make_unique<Alerting>(
        Alerting::Options{host_name(), server_->address(), config_, settings_.rules}, *hub_, board_,
        clock_);
    alerting_->start();
    auto socket = host::StatusSocket::listen(status_socket_path(*config_));
    if (socket) {
      status_socket_.emplace(std::move(*socket));
    } else {
      log::warn("clawvigil check cannot ask this daemon", {{"error", socket.error().message}});
    }
  }

  // Threads inherit the capabilities of the thread that starts them: this one has given up all.
  Result<> start_server() {
    Result<std::unique_ptr<web::Server>> server = fail(Errc::io, "not started");
    std::thread([&] {
      if (const auto dropped = host::drop_capabilities(); !dropped) {
        log::warn("HTTP threads keep their capabilities", {{"error", dropped.error().message}});
      }
      server = web::Server::start(
          {config_->web,
           {std::string(version()), std::string(revision()), host_name(), clock_.now().wall},
           *hub_,
           *homes_,
           board_,
           clock_,
           [this] { reload_requested_ = true; }});
    }).join();
    TRY_ASSIGN(server_, std::move(server));
    return {};
  }

  void loop(int signals) {
    while (true) {
      // poll() passes over a negative descriptor.
      std::array<::pollfd, 2> wait{
          ::pollfd{signals, POLLIN, 0},
          ::pollfd{status_socket_ ? status_socket_->fd() : -1, POLLIN, 0},
      };
      const Duration tick = ready_sent_ ? kTick : kStartTick;
      ::poll(wait.data(), wait.size(), static_cast<int>(tick / std::chrono::milliseconds(1)));
      if ((wait[1].revents & POLLIN) != 0) tell_status();
      signalfd_siginfo info{};
      while (::read(signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        if (info.ssi_signo != SIGHUP) return;
        reload_requested_ = true;
      }
      if (reload_requested_.exchange(false)) reload();
      runner_->report_overdue();
      trim_memory();
      notify_systemd();
    }
  }

  void tell_status() {
    const auto view = board_.view(clock_.now().steady);
    if (!view) return status_socket_->answer({});
    const nlohmann::json document = status_document(view->posture, *hub_->snapshot(clock_.now()));
    status_socket_->answer(document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }

  // Reading a history leaves holes in the heap that malloc would keep.
  void trim_memory() {
    const SteadyTime now = clock_.now().steady;
    if (now < next_trim_) return;
    next_trim_ = now + kTrimInterval;
    static_cast<void>(::malloc_trim(0));
  }

  void notify_systemd() {
    if (!alerting_ || alerting_->alive(clock_.now().steady)) ::sd_notify(0, "WATCHDOG=1");
    if (ready_sent_) return;
    if (!hub_->ready() && clock_.now().steady - started_ < kReadyGrace) return;
    ready_sent_ = true;
    ::sd_notify(0, ("READY=1\nSTATUS=Watching on http://" + server_->address()).c_str());
  }

  void reload() {
    ::sd_notify(0, "RELOADING=1");
    auto loaded = reload_();
    reload_status_->successful = loaded.has_value();
    if (!loaded) {
      log::error("configuration not reloaded, the old one stays",
                 {{"error", loaded.error().message}});
    } else {
      warn_about_restart(loaded->config);
      log::configure(loaded->config.log.level, loaded->config.log.format);
      settings_ = std::move(*loaded);
      config_ = std::make_shared<const Config>(settings_.config);
      shared_->replace_config(config_);
      if (alerting_) alerting_->configure(config_, settings_.rules);
      reload_status_->last_success = clock_.now().wall;
      log::info("configuration reloaded");
    }
    ::sd_notify(0, "READY=1");
  }

  void warn_about_restart(const Config& next) const {
    const bool same = next.web == config_->web && next.collectors == config_->collectors &&
                      next.storage_path == config_->storage_path &&
                      next.rootfs == config_->rootfs &&
                      next.alerts.enabled == config_->alerts.enabled;
    if (!same) {
      log::warn(
          "web, collectors, storage.path, path.rootfs and alerts.enabled change only with a "
          "restart");
    }
  }

  int stop() {
    ::sd_notify(0, "STOPPING=1");
    log::info("stopping");
    watcher_.reset();
    server_->stop();
    status_socket_.reset();
    const bool told = !alerting_ || alerting_->stop(kStopGrace);
    // A thread that hangs may still use what this object holds: end without destroying it.
    if (!runner_->stop(kStopGrace) || !told) std::_Exit(0);
    return 0;
  }

  SystemClock clock_;
  Settings settings_;
  std::shared_ptr<const Config> config_;
  std::function<Result<Settings>()> reload_;
  std::shared_ptr<HomeRegistry> homes_ = std::make_shared<HomeRegistry>();
  std::shared_ptr<ReloadStatus> reload_status_ = std::make_shared<ReloadStatus>();
  std::atomic<bool> reload_requested_ = false;
  std::unique_ptr<Hub> hub_;
  std::shared_ptr<RunnerShared> shared_;
  std::unique_ptr<web::Server> server_;
  std::unique_ptr<Runner> runner_;
  std::unique_ptr<HomeWatcher> watcher_;
  web::AlertBoard board_;
  std::unique_ptr<Alerting> alerting_;
  std::optional<host::StatusSocket> status_socket_;
  SteadyTime started_;
  SteadyTime next_trim_;
  bool ready_sent_ = false;
};

}  // namespace

int serve(Settings settings, std::function<Result<Settings>()> reload) {
  return Daemon(std::move(settings), std::move(reload)).run();
}

}  // namespace clawvigil::cli
