#include "kafka/client.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "base/log.h"

namespace ordo::kafka {
namespace {

// syslog's levels, as librdkafka uses them.
constexpr int kSyslogError = 3;
constexpr int kSyslogWarning = 4;

constexpr std::chrono::milliseconds kLeaderPause{20};

std::vector<Setting> common_settings(const Options& options, std::string_view role) {
  return {
      {"bootstrap.servers", options.bootstrap},
      {"client.id", options.client_id + "-" + std::string(role)},
  };
}

std::vector<Setting> common_defaults() {
  return {
      // Nagle's algorithm holds small requests back; librdkafka turned it off only in 2.10.
      {"socket.nagle.disable", "true"},
      {"socket.keepalive.enable", "true"},
      // A broker that is back is found within a second, not within ten.
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
      {"log_level", std::to_string(kSyslogWarning)},
  };
}

// What to do about a refusal that only settings can mend; empty for all else.
std::string mend_of(std::string_view message) {
  const auto says = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
  if (says("SASL authentication error") || says("SASL handshake failed")) {
    constexpr int kKnowsScramOfKafka4 = 0x02060100;  // 2.6.1, see confluentinc/librdkafka#4895
    const bool old = says("SCRAM") && (rd_kafka_version() & ~0xff) < kKnowsScramOfKafka4;
    return "kafka_settings: check sasl.mechanism, sasl.username and sasl.password" +
           (old ? std::string("; librdkafka ") + rd_kafka_version_str() +
                      " speaks a SCRAM that Kafka 4 refuses: take 2.6.1 or newer, or PLAIN within TLS"
                : std::string());
  }
  if (says("SSL handshake failed")) {
    return "kafka_settings: check security.protocol, and ssl.ca.location, the file of the CA that signed the brokers' "
           "certificates";
  }
  return {};
}

}  // namespace

int LogLimit::admit() {
  const auto window = std::chrono::steady_clock::now().time_since_epoch() / kWindow;
  auto current = window_.load();
  if (current != window && window_.compare_exchange_strong(current, window)) lines_ = 0;
  if (lines_.fetch_add(1) >= kLines) {
    ++left_out_;
    return -1;
  }
  return left_out_.exchange(0);
}

void Client::log_line(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
  if (level > kSyslogWarning) return;
  // All clients get the same settings, those for the other kind too, and librdkafka warns of each; the setting it calls
  // experimental is one that ordo makes.
  const std::string_view message(text);
  const auto says = [&](std::string_view words) { return message.find(words) != message.npos; };
  const std::string_view about(facility);
  if (about == "CONFWARN" && (says("will be ignored by") || says("enable.gapless.guarantee is experimental"))) return;
  // Offsets are committed for figures of lag alone; that some are not, as in each rebalance, is no news.
  if (about == "COMMITFAIL") return;
  auto* context = static_cast<Context*>(rd_kafka_opaque(handle));
  const int left_out = context->limit.admit();
  if (left_out < 0) return;
  const auto as = level <= kSyslogError ? LogLevel::kError : LogLevel::kWarn;
  if (const auto mend = mend_of(message); !mend.empty()) {
    return log(as, "kafka client",
               {{"client", context->name}, {"message", message}, {"mend", mend}, {"left_out", left_out}});
  }
  log(as, "kafka client",
      {{"client", context->name}, {"facility", facility}, {"message", message}, {"left_out", left_out}});
}

void Client::warn(std::string_view message) const {
  const int left_out = context_->limit.admit();
  if (left_out < 0) return;
  log_warn("kafka client", {{"client", context_->name}, {"message", message}, {"left_out", left_out}});
}

void* Client::owner_of(void* opaque) {
  return static_cast<Context*>(opaque)->owner;
}

Result<Client> Client::open(const Options& options, const Role& role) {
  if (auto valid = validate(options); !valid) return fail(std::move(valid.error()));
  std::unique_ptr<rd_kafka_conf_t, Destroy<rd_kafka_conf_destroy>> conf(rd_kafka_conf_new());
  char text[512];
  std::optional<Error> refused;
  const auto set = [&](const char* name, const std::string& value) {
    if (rd_kafka_conf_set(conf.get(), name, value.c_str(), text, sizeof text) == RD_KAFKA_CONF_OK || refused) return;
    refused = Error{ErrorCode::kInvalid, "invalid_kafka_options", std::string("librdkafka refuses ") + name, {}};
  };
  for (const auto& [name, value] : common_defaults()) set(name, value);
  for (const auto& [name, value] : role.defaults) set(name, value);
  for (const auto& [name, value] : options.settings) set(name.c_str(), value);
  for (const auto& [name, value] : common_settings(options, role.name)) set(name, value);
  for (const auto& [name, value] : role.fixed) set(name, value);
  if (refused) return fail(std::move(*refused));

  auto context = std::make_unique<Context>();
  context->name = role.name;
  context->owner = role.owner;
  rd_kafka_conf_set_opaque(conf.get(), context.get());
  rd_kafka_conf_set_log_cb(conf.get(), &Client::log_line);
  if (role.events != 0) rd_kafka_conf_set_events(conf.get(), role.events);
  if (role.rebalance != nullptr) rd_kafka_conf_set_rebalance_cb(conf.get(), role.rebalance);
  rd_kafka_t* handle = rd_kafka_new(role.type, conf.get(), text, sizeof text);
  if (handle == nullptr) {
    // Settings that contradict each other. The text names settings and numbers, no passwords.
    return fail(ErrorCode::kInvalid, "invalid_kafka_options", std::string("kafka_settings: ") + text);
  }
  (void)conf.release();  // now the handle's
  return Client(std::move(context), handle);
}

Error to_error(rd_kafka_resp_err_t code, std::string_view doing) {
  std::string message(doing);
  message.append(": ").append(rd_kafka_err2str(code));
  switch (code) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
      return {ErrorCode::kInvalid, "record_too_large", std::move(message), {}};
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return {ErrorCode::kBusy, "queue_full", std::move(message), {}};
    default:
      return {ErrorCode::kUnavailable, "broker_unavailable", std::move(message), {}};
  }
}

Result<TopicHandles> TopicHandles::open(rd_kafka_t* client, const Topology& topology) {
  TopicHandles topics;
  for (std::size_t i = 0; i < kTopics; ++i) {
    for (const bool dlq : {false, true}) {
      const auto topic = static_cast<Topic>(i);
      rd_kafka_topic_t* handle = rd_kafka_topic_new(client, topology.broker_name(topic, dlq).c_str(), nullptr);
      if (handle == nullptr) return fail(to_error(rd_kafka_last_error(), "opening a topic"));
      topics.handles_[slot_of(topic, dlq)].reset(handle);
    }
  }
  return topics;
}

Result<std::unique_ptr<Producer>> Producer::open(const Options& options, const Client::Role& role) {
  auto client = Client::open(options, role);
  if (!client) return fail(std::move(client.error()));
  auto topics = TopicHandles::open(client->get(), options.topology);
  if (!topics) return fail(std::move(topics.error()));
  QueuePtr events(rd_kafka_queue_get_main(client->get()));
  return std::make_unique<Producer>(Producer{std::move(*client), std::move(*topics), std::move(events)});
}

Result<std::pair<std::int64_t, std::int64_t>> watermarks(rd_kafka_t* client, const std::string& topic, int partition,
                                                         std::chrono::milliseconds timeout) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + timeout;
  std::int64_t low = 0;
  std::int64_t high = 0;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    const auto code = rd_kafka_query_watermark_offsets(client, topic.c_str(), partition, &low, &high,
                                                       ms(std::max(left, std::chrono::milliseconds(1))));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return std::pair(low, high);
    // A leader that was elected a moment ago may not know it yet.
    const bool passing =
        code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION || code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
    if (!passing || left <= kLeaderPause) {
      return fail(to_error(code, "asking for the range of " + topic + "/" + std::to_string(partition)));
    }
    std::this_thread::sleep_for(kLeaderPause);
  }
}

}  // namespace ordo::kafka
