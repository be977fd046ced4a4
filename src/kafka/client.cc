#include "kafka/client.h"

#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "base/log.h"
#include "kafka/topic_limits.h"
#include "kafka/troubles.h"

namespace ordo::kafka {
namespace {

// Syslog's levels, which librdkafka uses.
constexpr int kSyslogError = 3;
constexpr int kSyslogWarning = 4;

// The process as the broker shows it to people.
std::string place_of(const Options& options) {
  if (!options.instance.empty()) return options.instance;
  char host[256] = "";
  return gethostname(host, sizeof host - 1) == 0 && host[0] != '\0' ? host : "unknown";
}

std::vector<Setting> common_settings(const Options& options, std::string_view role) {
  return {
      {"bootstrap.servers", options.bootstrap},
      {"client.id", options.client_id + "-" + place_of(options) + "-" + std::string(role)},
  };
}

std::vector<Setting> common_defaults() {
  return {
      // Nagle's algorithm delays small requests; librdkafka disabled it only in 2.10.
      {"socket.nagle.disable", "true"},
      {"socket.keepalive.enable", "true"},
      // Finds a returning broker within one second, not ten.
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
      {"log_level", std::to_string(kSyslogWarning)},
  };
}

// The remedy for a refusal that only settings can fix; empty for all other errors.
std::string mend_of(std::string_view message) {
  const auto says = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
  if (says("SASL authentication error") || says("SASL handshake failed")) {
    constexpr int kKnowsScramOfKafka4 = 0x02060100;  // 2.6.1, see confluentinc/librdkafka#4895
    const bool old = says("SCRAM") && (rd_kafka_version() & ~0xff) < kKnowsScramOfKafka4;
    return "kafka_settings: check sasl.mechanism, sasl.username and sasl.password" +
           (old ? std::string("; librdkafka ") + rd_kafka_version_str() +
                      " uses a form of SCRAM that Kafka 4 refuses: use 2.6.1 or newer, or PLAIN with TLS"
                : std::string());
  }
  if (says("SSL handshake failed")) {
    return "kafka_settings: check security.protocol, and ssl.ca.location, the file of the CA that signed the brokers' "
           "certificates";
  }
  return {};
}

bool is_refusal(std::string_view message) {
  return message.find("opic authorization failed") != message.npos ||
         message.find("roup authorization failed") != message.npos;
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
  // All clients get the same settings, including those for the other kind of client, and librdkafka warns of each. ordo
  // uses the setting that it calls experimental on purpose.
  const std::string_view message(text);
  const auto says = [&](std::string_view words) { return message.find(words) != message.npos; };
  const std::string_view about(facility);
  if (about == "CONFWARN" && (says("will be ignored by") || says("enable.gapless.guarantee is experimental"))) return;
  // Offsets are committed only for lag metrics. Failures, as in each rebalance, do not matter.
  if (about == "COMMITFAIL") return;
  auto* context = static_cast<Context*>(rd_kafka_opaque(handle));
  if (context->troubles_told && is_refusal(message)) return;
  // The cluster has just started; librdkafka retries.
  if (about == "GETPID" && says("load in progress"))
    return log_info("kafka client", {{"client", context->name}, {"message", message}});
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
  if (context_->troubles_told && is_refusal(message)) return;
  const int left_out = context_->limit.admit();
  if (left_out < 0) return;
  log_warn("kafka client", {{"client", context_->name}, {"message", message}, {"left_out", left_out}});
}

void Client::count(rd_kafka_resp_err_t code, std::string_view topic) const {
  if (context_->errors) context_->errors->note(context_->name, topic, rd_kafka_err2name(code));
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
  context->errors = options.errors;
  context->troubles_told = options.troubles != nullptr;
  rd_kafka_conf_set_opaque(conf.get(), context.get());
  rd_kafka_conf_set_log_cb(conf.get(), &Client::log_line);
  if (role.events != 0) rd_kafka_conf_set_events(conf.get(), role.events);
  if (role.rebalance != nullptr) rd_kafka_conf_set_rebalance_cb(conf.get(), role.rebalance);
  rd_kafka_t* handle = rd_kafka_new(role.type, conf.get(), text, sizeof text);
  if (handle == nullptr) {
    // Contradictory settings. The text names settings and numbers, but no passwords.
    return fail(ErrorCode::kInvalid, "invalid_kafka_options", std::string("kafka_settings: ") + text);
  }
  (void)conf.release();  // the handle owns it now
  return Client(std::move(context), handle);
}

Error to_error(rd_kafka_resp_err_t code, std::string_view doing) {
  std::string message(doing);
  message.append(": ").append(rd_kafka_err2str(code));
  switch (code) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:  // larger than a segment
      return {ErrorCode::kInvalid, "record_too_large", std::move(message), {}};
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return {ErrorCode::kBusy, "queue_full", std::move(message), {}};
    default:
      return {ErrorCode::kUnavailable, "broker_unavailable", std::move(message), {}};
  }
}

PartitionList list_partitions(const std::string& topic, const std::vector<int>& partitions) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const int partition : partitions) rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
  return list;
}

std::vector<int> first_partitions(int count) {
  std::vector<int> partitions(static_cast<std::size_t>(count));
  std::iota(partitions.begin(), partitions.end(), 0);
  return partitions;
}

void note_written(const Options& options, const TopicPartition& at, rd_kafka_resp_err_t code) {
  if (options.troubles == nullptr) return;
  if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
    options.troubles->denied(TroubleWith::topic, options.topology.broker_name(at.topic, at.dlq), Right::write,
                             rd_kafka_err2str(code));
  } else if (code == RD_KAFKA_RESP_ERR_NO_ERROR && options.troubles->any()) {
    options.troubles->granted(TroubleWith::topic, options.topology.broker_name(at.topic, at.dlq), Right::write);
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

Result<std::unique_ptr<Producer>> Producer::open(const Options& options, Client::Role role, std::size_t most_batch) {
  // The topic limits the size of a record, see Options::limits. A batch is refused as a whole, so it must not be larger
  // than the largest accepted record.
  role.defaults.emplace_back("message.max.bytes", "1000000000");
  role.fixed.emplace_back("batch.size", std::to_string(std::min(batch_bytes(options), most_batch)));
  auto client = Client::open(options, role);
  if (!client) return fail(std::move(client.error()));
  auto topics = TopicHandles::open(client->get(), options.topology);
  if (!topics) return fail(std::move(topics.error()));
  QueuePtr events(rd_kafka_queue_get_main(client->get()));
  return std::make_unique<Producer>(Producer{std::move(*client), std::move(*topics), std::move(events)});
}

Result<LogIdentity> identity_of(rd_kafka_t* client, const std::string& topic, std::chrono::milliseconds timeout) {
  LogIdentity log;
  log.topic = topic;
  const auto wait = ms(timeout);
  if (char* id = rd_kafka_clusterid(client, wait); id != nullptr) {
    log.cluster = id;
    rd_kafka_mem_free(client, id);
    return log;
  }
  // No answer, or an answer without an id.
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(client, 0, nullptr, &metadata, wait);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "asking for the cluster's id"));
  rd_kafka_metadata_destroy(metadata);
  return log;
}

}  // namespace ordo::kafka
