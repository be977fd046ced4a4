#include "kafka/group_members.h"

#include <memory>
#include <string>

#include "kafka/client.h"

namespace ordo::kafka {
namespace {

using AdminOptionsPtr = std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<rd_kafka_AdminOptions_destroy>>;

}  // namespace

Result<int> group_members(const Options& options, ProcessorKind processor, std::chrono::milliseconds timeout) {
  Client::Role role;
  role.name = "admin";
  auto client = Client::open(options, role);
  if (!client) return fail(std::move(client.error()));
  const std::string name = options.group_prefix + std::string(to_string(processor));
  const AdminOptionsPtr admin(rd_kafka_AdminOptions_new(client->get(), RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS));
  char text[256];
  rd_kafka_AdminOptions_set_request_timeout(admin.get(), ms(timeout), text, sizeof text);
  const QueuePtr queue(rd_kafka_queue_new(client->get()));
  const char* names[] = {name.c_str()};
  rd_kafka_DescribeConsumerGroups(client->get(), names, 1, admin.get(), queue.get());
  const EventPtr event(rd_kafka_queue_poll(queue.get(), ms(timeout) + 1'000));
  const std::string doing = "asking for the members of the group " + name;
  if (!event) return fail(ErrorCode::kUnavailable, "broker_unavailable", doing + ": no answer in time");
  if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return fail(to_error(code, doing));
  }
  std::size_t count = 0;
  const auto* result = rd_kafka_event_DescribeConsumerGroups_result(event.get());
  const rd_kafka_ConsumerGroupDescription_t** groups = rd_kafka_DescribeConsumerGroups_result_groups(result, &count);
  int members = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* error = rd_kafka_ConsumerGroupDescription_error(groups[i]);
    const auto code = error != nullptr ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR;
    // A broker may say of a group that it never saw that there is none.
    if (code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) continue;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, doing));
    members += static_cast<int>(rd_kafka_ConsumerGroupDescription_member_count(groups[i]));
  }
  return members;
}

}  // namespace ordo::kafka
