// Appends records to the log of a data directory that no server uses: append_records DIRECTORY < records. Each line of
// the input is a JSON object with topic, key and value, and perhaps type, source, id, subject and time. For tests that
// need records which the API would refuse. All records come into partition 0.
#include <boost/json.hpp>
#include <iostream>

#include "embedded/testing/shop.h"

namespace {

std::string text_of(const boost::json::object& line, const char* name) {
  const auto* found = line.if_contains(name);
  return found != nullptr ? std::string(found->as_string()) : std::string();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "append_records DIRECTORY < records\n";
    return 2;
  }
  std::string text;
  while (std::getline(std::cin, text)) {
    const boost::json::object line = boost::json::parse(text).as_object();
    const auto topic = ordo::parse_topic(text_of(line, "topic"));
    if (!topic) {
      std::cerr << "no topic " << text_of(line, "topic") << '\n';
      return 2;
    }
    ordo::Record record;
    record.at = {*topic, 0, false};
    record.appended_at = ordo::now();
    record.key = text_of(line, "key");
    record.value = text_of(line, "value");
    record.envelope.type = text_of(line, "type");
    record.envelope.source = text_of(line, "source");
    record.envelope.id = text_of(line, "id");
    record.envelope.subject = text_of(line, "subject");
    record.envelope.time = record.appended_at;
    const auto done = ordo::embedded::append_to_files(argv[1], ordo::Topology(), std::move(record));
    if (!done) {
      std::cerr << done.error().text() << '\n';
      return 1;
    }
  }
  return 0;
}
