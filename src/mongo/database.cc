#include "mongo/database.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "mongo/bson_writer.h"
#include "mongo/commit_record.h"
#include "mongo/computed_fields.h"
#include "mongo/driver.h"

namespace ordo::mongo {
namespace {

constexpr std::uint32_t kNamespaceExists = 48;
constexpr std::uint32_t kIndexOptionsConflict = 85;
constexpr std::uint32_t kIndexKeySpecsConflict = 86;

void set_default(mongoc_uri_t& uri, const char* option, std::chrono::milliseconds value) {
  if (mongoc_uri_has_option(&uri, option)) return;
  const auto bounded = std::clamp<std::int64_t>(value.count(), 1, 3'600'000);
  ORDO_CHECK(mongoc_uri_set_option_as_int32(&uri, option, static_cast<std::int32_t>(bounded)), option);
}

Result<Handle<mongoc_uri_t>> parse_uri(const Options& options) {
  bson_error_t error{};
  Handle<mongoc_uri_t> uri(mongoc_uri_new_with_error(options.uri.c_str(), &error));
  if (!uri) {
    // The library's message may quote a part of the address. With credentials in the address, that part could be a
    // password.
    const bool secret = options.uri.find('@') != std::string::npos;
    return fail(ErrorCode::kInvalid, "bad_mongo_uri",
                "the database's address is not mongodb://[user:password@]host[:port][,...]/database[?options]" +
                    (secret ? std::string("; percent-encode the special characters of the password")
                            : ": " + std::string(error.message)));
  }
  set_default(*uri, MONGOC_URI_SOCKETTIMEOUTMS, options.socket_timeout);
  set_default(*uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, options.server_selection_timeout);
  set_default(*uri, MONGOC_URI_CONNECTTIMEOUTMS, options.connect_timeout);
  set_default(*uri, MONGOC_URI_WAITQUEUETIMEOUTMS, options.wait_queue_timeout);
  // The server reports a slow majority before the socket times out and the connection is lost.
  const Handle<mongoc_write_concern_t> concern(mongoc_write_concern_new());
  const auto socket = mongoc_uri_get_option_as_int32(uri.get(), MONGOC_URI_SOCKETTIMEOUTMS, 0);
  mongoc_write_concern_set_wmajority(concern.get(), socket > 0 ? std::max(1, socket - socket / 5) : 0);
  mongoc_write_concern_set_journal(concern.get(), true);
  mongoc_uri_set_write_concern(uri.get(), concern.get());
  return uri;
}

Result<std::string> database_name(const mongoc_uri_t& uri, const Options& options) {
  std::string name = options.database;
  if (name.empty()) {
    const char* path = mongoc_uri_get_database(&uri);
    name = path != nullptr && *path != '\0' ? path : "ordo";
  }
  if (name.size() > 63 || name.find_first_of("/\\. \"$*<>:|?") != std::string::npos ||
      name.find('\0') != std::string::npos) {
    return fail(ErrorCode::kInvalid, "bad_database_name",
                "a database's name has at most 63 characters and none of /\\. \"$*<>:|?");
  }
  return name;
}

// --- collections and indexes -----------------------------------------------------------------------------------------

// Fields and directions.
using IndexKey = std::vector<std::pair<std::string_view, int>>;

struct Index {
  IndexKey key;
  std::optional<std::size_t> computed = std::nullopt;  // the filter, if documents of an older release lack its field
};

// As the shell names it: "status_1_placed_at_-1__id_-1".
std::string name_of(const IndexKey& key) {
  std::string name;
  for (const auto& [field, direction] : key) {
    name += name.empty() ? "" : "_";
    name.append(field).append("_").append(std::to_string(direction));
  }
  return name;
}

std::vector<Index> indexes_of(const CollectionSpec& spec) {
  std::vector<Index> out;
  const auto ordered = [&](IndexKey key) {
    if (!spec.time_path.empty()) key.emplace_back(spec.time_path, -1);
    key.emplace_back("_id", spec.time_path.empty() ? 1 : -1);
    return key;
  };
  if (!spec.time_path.empty()) out.push_back({ordered({})});
  if (!spec.updated_path.empty()) out.push_back({{{spec.updated_path, -1}, {"_id", -1}}});
  for (std::size_t i = 0; i < spec.filters.size(); ++i) {
    const auto& filter = spec.filters[i];
    if (filter.is_number()) continue;
    out.push_back({ordered({{filter.path, 1}}), filter.computed ? std::optional(i) : std::nullopt});
  }
  return out;
}

std::string create_index_command(std::string_view collection, const IndexKey& fields) {
  std::string command;
  BsonWriter out(command);
  const auto top = out.begin();
  out.text("createIndexes", collection);
  const auto array = out.begin_array("indexes");
  const auto entry = out.begin_document("0");
  const auto key = out.begin_document("key");
  for (const auto& [field, direction] : fields) out.int32(field, direction);
  out.end(key);
  out.text("name", name_of(fields));
  out.end(entry);
  out.end(array);
  out.end(top);
  return command;
}

// Runs a command that creates something. `fine` is the server's code for "it exists".
Result<void> make(const Lease& lease, const std::string& database, std::string_view command, std::uint32_t fine,
                  const std::string& doing) {
  const bson_t bson = view_of(command);
  bson_error_t error{};
  Reply reply;
  if (mongoc_client_write_command_with_opts(lease.get(), database.c_str(), &bson, nullptr, reply.receive(), &error) ||
      (error.domain == MONGOC_ERROR_SERVER && error.code == fine)) {
    return {};
  }
  Error mapped = to_error(error, doing);
  if (error.code == kIndexOptionsConflict || error.code == kIndexKeySpecsConflict) {
    mapped.code = ErrorCode::kConflict;
    mapped.reason = "index_conflict";
  }
  if (mapped.reason == "database_authentication") mapped.code = ErrorCode::kInvalid;
  return fail(std::move(mapped));
}

Result<void> make_collection(const Lease& lease, const std::string& database, std::string_view name) {
  std::string command;
  BsonWriter out(command);
  const auto top = out.begin();
  out.text("create", name);
  out.end(top);
  return make(lease, database, command, kNamespaceExists, "create collection " + std::string(name));
}

Result<std::vector<std::string>> index_names(const Database::Driver& driver, const Lease& lease,
                                             std::string_view collection) {
  std::vector<std::string> names;
  auto listed = each_index(driver, lease, collection,
                           [&](std::string_view index) { names.push_back(text_in(view_of(index), "name")); });
  if (!listed) return fail(std::move(listed.error()));
  return names;
}

// The fields of a computed filter are filled in before its index is made. So the index says that no document lacks the
// field, and the whole collection is read once, not at each start. Each start asks for every index: the server then
// says that an index of another program is in the way.
Result<void> ensure_indexes(Database::Driver& driver, const Lease& lease, Collection collection) {
  const auto& spec = spec_of(collection);
  const auto known = index_names(driver, lease, spec.name);
  if (!known) return fail(known.error());
  for (const auto& index : indexes_of(spec)) {
    const bool exists = std::find(known->begin(), known->end(), name_of(index.key)) != known->end();
    if (index.computed && !exists) {
      if (auto filled = fill_computed(driver, lease, collection, *index.computed); !filled) return filled;
    }
    // One at a time: FerretDB 1.24 fails on a request with two indexes that already exist.
    auto made = make(lease, driver.name, create_index_command(spec.name, index.key), 0,
                     "create an index of " + std::string(spec.name));
    if (!made) return made;
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const Options& options) {
  start_library();
  auto uri = parse_uri(options);
  if (!uri) return fail(std::move(uri.error()));
  auto name = database_name(**uri, options);
  if (!name) return fail(std::move(name.error()));
  auto driver = std::make_unique<Driver>(options, std::move(*uri), std::move(*name));
  // Reports what the library refuses at once. A name that does not resolve counts as an unavailable server.
  const auto resolved = driver->resolve();
  if (!resolved && resolved.error().code == ErrorCode::kInvalid) return fail(resolved.error());
  return std::unique_ptr<Database>(new Database(std::move(driver)));
}

Database::Database(std::unique_ptr<Driver> driver) : driver_(std::move(driver)) {}
Database::~Database() = default;

const std::string& Database::address() const {
  return driver_->address;
}

Result<void> Database::ping() {
  return driver_->ping();
}

Result<void> Database::ensure_collections() {
  const auto lease = driver_->lease(Purpose::read);
  if (!lease) return fail(lease.error());
  if (auto made = make_collection(*lease, driver_->name, kCommits); !made) return made;
  for (std::size_t i = 0; i < kCollections; ++i) {
    const auto collection = static_cast<Collection>(i);
    if (auto made = make_collection(*lease, driver_->name, spec_of(collection).name); !made) return made;
    if (auto made = ensure_indexes(*driver_, *lease, collection); !made) return made;
  }
  return {};
}

}  // namespace ordo::mongo
