#include "alerts/notify/sender.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <thread>

#include "alerts/notify/channel.h"
#include "alerts/notify/outbox_table.h"
#include "exporter/base/log.h"
#include "exporter/base/mutex.h"
#include "exporter/base/version.h"
#include "exporter/host/sandbox.h"

namespace clawvigil::notify {

namespace {

constexpr std::chrono::milliseconds kLongestWait{30'000};
constexpr std::chrono::milliseconds kStopPoll{50};
constexpr Duration kSaveRetry = std::chrono::seconds(10);

}  // namespace

class Sender::Worker {
 public:
  Worker(const Clock& clock, Outbox& outbox, Options options)
      : clock_(clock), outbox_(outbox), options_(std::move(options)) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { stop(Duration(0)); }

  void start(std::shared_ptr<const NotifyConfig> config) {
    configure(std::move(config));
    thread_ = std::thread([this] { run(); });
  }

  void configure(std::shared_ptr<const NotifyConfig> config) {
    {
      const MutexLock lock(mutex_);
      status_ = initial_status(*config);
      new_config_ = std::move(config);
    }
    wake();
  }

  void set_present(std::shared_ptr<const std::vector<Alert>> alerts) {
    {
      const MutexLock lock(mutex_);
      if (alerts == present_) return;
      present_ = std::move(alerts);
    }
    wake();
  }

  void alive() {
    const Instant now = clock_.now();
    const MutexLock lock(mutex_);
    // The first one starts the heartbeat; later ones are seen when it is due.
    if (!alive_) wake_locked();
    alive_ = now;
  }

  void wake() {
    const MutexLock lock(mutex_);
    wake_locked();
  }

  void stop(Duration grace) {
    if (!thread_.joinable()) return;
    {
      const MutexLock lock(mutex_);
      stop_by_ = std::chrono::duration_cast<SteadyTime::duration>(grace) + clock_.now().steady;
      wake_locked();
    }
    thread_.join();
  }

  std::vector<ReceiverStatus> status() const {
    std::vector<ReceiverStatus> all;
    {
      const MutexLock lock(mutex_);
      all = status_;
    }
    const auto lengths = outbox_.lengths();
    const auto counts = outbox_.counts();
    for (ReceiverStatus& status : all) {
      if (const auto found = lengths.find(status.name); found != lengths.end()) {
        status.queued = found->second;
      }
      if (const auto found = counts.find(status.name); found != counts.end()) {
        status.counts = found->second;
      }
    }
    return all;
  }

  std::set<std::string> failing() const {
    const MutexLock lock(mutex_);
    return failing_;
  }

 private:
  struct Input {
    std::shared_ptr<const NotifyConfig> config;
    std::shared_ptr<const std::vector<Alert>> present;
    std::optional<Instant> alive;
    std::optional<SteadyTime> stop_by;
  };

  static std::vector<ReceiverStatus> initial_status(const NotifyConfig& config) {
    std::vector<ReceiverStatus> all;
    all.reserve(config.receivers.size() + 1);
    for (const ReceiverConfig& receiver : config.receivers) {
      all.push_back({.name = receiver.name,
                     .kind = std::string(make_receiver(receiver)->kind()),
                     .counts = {},
                     .last_error = {},
                     .failing_since = {}});
    }
    if (has_heartbeat(config)) {
      all.push_back({.name = std::string(kHeartbeat),
                     .kind = std::string(kHeartbeat),
                     .counts = {},
                     .last_error = {},
                     .failing_since = {}});
    }
    return all;
  }

  void wake_locked() REQUIRES(mutex_) {
    woken_ = true;
    condition_.notify_all();
    if (transfers_ != nullptr) transfers_->wake();
  }

  void run() {
    if (const auto dropped = host::drop_capabilities(); !dropped) {
      log::warn("notifier keeps its capabilities", {{"error", dropped.error().message}});
    }
    store_.emplace(store::Store::open(options_.storage_path, clock_.now().wall));
    if (const auto ready = ensure_outbox_tables(*store_); !ready) {
      log::warn("outbox is not kept", {{"error", ready.error().message}});
    }
    while (true) {
      const Input input = take_input();
      if (input.config) rebuild(*input.config);
      const Instant now = clock_.now();
      if (input.present) set_present(*input.present, now);
      if (input.alive) set_alive(*input.alive);
      if (!input.stop_by) begin_due(now);
      if (input.stop_by && (!busy() || now.steady >= *input.stop_by)) break;
      save(now);
      publish_status(now);
      wait(input.stop_by.has_value(), now);
    }
    for (const auto& channel : channels_) channel->abandon();
    save_now();
    publish_status(clock_.now());
  }

  Input take_input() {
    const MutexLock lock(mutex_);
    woken_ = false;
    Input input{std::exchange(new_config_, nullptr), nullptr, alive_, stop_by_};
    if (present_ != seen_present_ || input.config) input.present = seen_present_ = present_;
    return input;
  }

  void rebuild(const NotifyConfig& config) {
    for (const auto& [id, channel] : under_way_) transfers_->cancel(id);
    under_way_.clear();
    for (const auto& channel : channels_) channel->abandon();
    channels_.clear();
    messages_.clear();
    presents_.clear();
    heartbeat_ = nullptr;
    std::vector<std::string> names;
    const RenderOptions options = render_options(config);
    for (const ReceiverConfig& receiver : config.receivers) {
      names.push_back(receiver.name);
      if (is_level_triggered(receiver)) {
        presents_.push_back(add<PresentChannel>(receiver, options, options_.secrets, outbox_));
      } else {
        messages_.push_back(add<MessageChannel>(receiver, options, options_.secrets, outbox_));
      }
    }
    if (has_heartbeat(config)) {
      heartbeat_ = add<HeartbeatChannel>(config.heartbeat, options_.secrets, outbox_);
      names.push_back(heartbeat_->name());
    }
    outbox_.keep_only(names, clock_.now().wall);
    if (!channels_.empty()) load_transfers();
  }

  template <class T, class... Arguments>
  T* add(Arguments&&... arguments) {
    auto channel = std::make_unique<T>(std::forward<Arguments>(arguments)...);
    T* const raw = channel.get();
    channels_.push_back(std::move(channel));
    return raw;
  }

  void load_transfers() {
    if (transfers_ != nullptr) return;
    auto created = host::Transfers::create("clawvigil/" + std::string(version()), options_.limits);
    if (!created) {
      no_transfers_ = created.error();
      log::error("no receiver can be told", {{"error", no_transfers_.message}});
      return;
    }
    const MutexLock lock(mutex_);
    transfers_ = *std::move(created);
  }

  void set_present(const std::vector<Alert>& alerts, Instant now) {
    for (PresentChannel* const channel : presents_) channel->set(alerts, now);
  }
  void set_alive(Instant at) {
    if (heartbeat_ != nullptr) heartbeat_->alive(at);
  }

  void begin_due(Instant now) {
    outbox_.expire(now.wall);
    for (MessageChannel* const channel : messages_) channel->pass_on(now);
    for (const auto& channel : channels_) {
      auto request = channel->next(now);
      if (!request) continue;
      if (transfers_ == nullptr) {
        channel->fail(no_transfers_, now);
        continue;
      }
      const std::uint64_t id = next_id_++;
      if (const auto started = transfers_->start(id, *std::move(request)); !started) {
        channel->fail(started.error(), now);
      } else {
        under_way_[id] = channel.get();
      }
    }
  }

  [[nodiscard]] bool busy() const { return !under_way_.empty(); }

  // Until something is due, has finished, or somebody has called.
  void wait(bool stopping, Instant now) {
    SteadyTime until = now.steady + kLongestWait;
    for (const auto& channel : channels_) {
      if (stopping || channel->busy()) continue;
      if (const auto due = channel->due_at()) until = std::min(until, *due);
    }
    auto timeout = std::chrono::ceil<std::chrono::milliseconds>(until - now.steady);
    timeout = std::max(timeout, std::chrono::milliseconds(1));
    if (stopping) timeout = std::min(timeout, kStopPoll);
    if (!busy()) {
      const MutexLock lock(mutex_);
      if (!woken_) condition_.wait_for(mutex_, timeout);
      return;
    }
    for (const auto& [id, reply] : transfers_->wait(timeout)) {
      const auto found = under_way_.find(id);
      if (found == under_way_.end()) continue;
      found->second->finish(reply, clock_.now());
      under_way_.erase(found);
    }
  }

  void save(Instant now) {
    if (save_again_ && now.steady < *save_again_) return;
    if (save_now()) {
      save_again_.reset();
    } else {
      save_again_ = now.steady + std::chrono::duration_cast<SteadyTime::duration>(kSaveRetry);
    }
  }
  bool save_now() {
    const auto saved = outbox_.save(*store_);
    if (!saved && !save_again_) {
      log::warn("outbox is not kept", {{"error", saved.error().message}});
    }
    return saved.has_value();
  }

  void publish_status(Instant now) {
    std::vector<ReceiverStatus> all;
    std::set<std::string> failing;
    for (const auto& channel : channels_) {
      all.push_back({.name = channel->name(),
                     .kind = std::string(channel->kind()),
                     .counts = {},
                     .last_error = channel->last_error(),
                     .failing_since = channel->failing_since()});
      if (channel->failing(now)) failing.insert(channel->name());
    }
    const MutexLock lock(mutex_);
    if (new_config_) return;  // of receivers that are no more
    status_ = std::move(all);
    failing_ = std::move(failing);
  }

  const Clock& clock_;
  Outbox& outbox_;
  const Options options_;
  std::thread thread_;

  mutable Mutex mutex_;
  std::condition_variable_any condition_;
  bool woken_ GUARDED_BY(mutex_) = false;
  std::shared_ptr<const NotifyConfig> new_config_ GUARDED_BY(mutex_);
  std::shared_ptr<const std::vector<Alert>> present_ GUARDED_BY(mutex_);
  std::optional<Instant> alive_ GUARDED_BY(mutex_);
  std::optional<SteadyTime> stop_by_ GUARDED_BY(mutex_);
  std::vector<ReceiverStatus> status_ GUARDED_BY(mutex_);
  std::set<std::string> failing_ GUARDED_BY(mutex_);

  // Of the thread. Set once, under the lock; others only wake it.
  std::unique_ptr<host::Transfers> transfers_;
  Error no_transfers_{Errc::unsupported, "libcurl is missing"};
  std::optional<store::Store> store_;
  std::shared_ptr<const std::vector<Alert>> seen_present_;
  std::vector<std::unique_ptr<Channel>> channels_;
  std::vector<MessageChannel*> messages_;
  std::vector<PresentChannel*> presents_;
  HeartbeatChannel* heartbeat_ = nullptr;
  std::map<std::uint64_t, Channel*> under_way_;
  std::uint64_t next_id_ = 1;
  std::optional<SteadyTime> save_again_;
};

Sender::Sender(const Clock& clock, Outbox& outbox, Options options)
    : worker_(std::make_unique<Worker>(clock, outbox, std::move(options))) {}
Sender::~Sender() = default;

void Sender::start(std::shared_ptr<const NotifyConfig> config) {
  worker_->start(std::move(config));
}
void Sender::configure(std::shared_ptr<const NotifyConfig> config) {
  worker_->configure(std::move(config));
}
void Sender::wake() { worker_->wake(); }
void Sender::set_present(std::shared_ptr<const std::vector<Alert>> alerts) {
  worker_->set_present(std::move(alerts));
}
void Sender::alive() { worker_->alive(); }
void Sender::stop(Duration grace) { worker_->stop(grace); }
std::vector<ReceiverStatus> Sender::status() const { return worker_->status(); }
std::set<std::string> Sender::failing() const { return worker_->failing(); }

}  // namespace clawvigil::notify
