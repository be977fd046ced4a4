#include "kafka/group_members.h"

#include <algorithm>
#include <memory>

#include "kafka/client.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

using GroupList = std::unique_ptr<const rd_kafka_group_list, Destroy<rd_kafka_group_list_destroy>>;

Error failure(rd_kafka_resp_err_t code, const std::string& group) {
  return to_error(code, "asking for the members of the group " + group);
}

Result<GroupList> list_group(rd_kafka_t* client, const std::string& group, milliseconds timeout) {
  const rd_kafka_group_list* list = nullptr;
  const auto code = rd_kafka_list_groups(client, group.c_str(), &list, ms(timeout));
  GroupList owned(list);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(failure(code, group));
  return owned;
}

// Whether the group has stored offsets, which only its coordinator knows.
Result<bool> has_offsets(rd_kafka_t* client, const Options& options, const std::string& group, Topic inbox,
                         milliseconds timeout) {
  const auto topic = options.topology.broker_name(inbox, false);
  const auto offsets = list_partitions(topic, first_partitions(partitions_of(options.topology, inbox, false)));
  const auto code = rd_kafka_committed(client, offsets.get(), ms(timeout));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(failure(code, group));
  const auto* begin = offsets->elems;
  return std::any_of(begin, begin + offsets->cnt, [](const auto& each) { return each.offset >= 0; });
}

}  // namespace

Result<std::vector<GroupMember>> list_members(rd_kafka_t* client, const std::string& group, milliseconds timeout) {
  const auto list = list_group(client, group, timeout);
  if (!list) return fail(list.error());
  std::vector<GroupMember> members;
  for (int i = 0; i < (*list)->group_cnt; ++i) {
    const auto& found = (*list)->groups[i];
    for (int m = 0; m < found.member_cnt; ++m) {
      members.push_back({found.members[m].client_id, found.members[m].client_host});
    }
  }
  return members;
}

Result<int> group_members(const Options& options, ProcessorKind processor, milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const std::string group = options.group_prefix + std::string(to_string(processor));
  Client::Role role;
  role.type = RD_KAFKA_CONSUMER;
  role.name = "admin";
  role.fixed = {{"group.id", group}, {"enable.auto.commit", "false"}, {"allow.auto.create.topics", "false"}};
  auto client = Client::open(options, role);
  if (!client) return fail(std::move(client.error()));
  // The coordinator must answer first: otherwise the lists of the other brokers prove nothing. A group with offsets is
  // on its coordinator's list, with or without members.
  const auto known = has_offsets(client->get(), options, group, inbox_of(processor), time_left(deadline));
  if (!known) return fail(known.error());
  const auto list = list_group(client->get(), group, time_left(deadline));
  if (!list) return fail(list.error());
  if (*known && (*list)->group_cnt == 0) return fail(failure(RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, group));
  int members = 0;
  for (int i = 0; i < (*list)->group_cnt; ++i) {
    const auto& found = (*list)->groups[i];
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(failure(found.err, group));
    members += found.member_cnt;
  }
  return members;
}

}  // namespace ordo::kafka
