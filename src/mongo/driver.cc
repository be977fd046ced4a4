#include "mongo/driver.h"

#include "base/check.h"
#include "base/log.h"
#include "mongo/bson_writer.h"

namespace ordo::mongo {
namespace {

void on_library_log(mongoc_log_level_t level, const char* domain, const char* message, void*) {
  LogLevel as = LogLevel::kDebug;
  if (level == MONGOC_LOG_LEVEL_ERROR || level == MONGOC_LOG_LEVEL_CRITICAL) as = LogLevel::kError;
  if (level == MONGOC_LOG_LEVEL_WARNING) as = LogLevel::kWarn;
  if (level == MONGOC_LOG_LEVEL_MESSAGE || level == MONGOC_LOG_LEVEL_INFO) as = LogLevel::kInfo;
  // FerretDB has no such command. The library sends it for cleanup and needs no answer.
  if (std::string_view(message).find("endSessions") != std::string_view::npos) as = LogLevel::kDebug;
  log(as, "mongo driver", {{"domain", domain}, {"message", without_credentials(message)}});
}

std::string address_of(const mongoc_uri_t& uri, const std::string& name) {
  std::string out;
  for (const auto* host = mongoc_uri_get_hosts(&uri); host != nullptr; host = host->next) {
    if (!out.empty()) out.push_back(',');
    out += host->host_and_port;
  }
  if (out.empty()) {
    if (const char* srv = mongoc_uri_get_srv_hostname(&uri)) out = srv;
  }
  return out + "/" + name;
}

std::int64_t max_time_of(const mongoc_uri_t& uri, const Options& options) {
  const auto configured = static_cast<std::int32_t>(options.socket_timeout.count());
  const auto socket = mongoc_uri_get_option_as_int32(&uri, MONGOC_URI_SOCKETTIMEOUTMS, configured);
  return socket <= 0 ? 0 : std::max(1, socket - socket / 10);
}

Result<Handle<mongoc_client_pool_t>> make_pool(const mongoc_uri_t& uri, int size) {
  bson_error_t error{};
  Handle<mongoc_client_pool_t> pool(mongoc_client_pool_new_with_error(&uri, &error));
  // guard: unresolved-name-is-waited-for
  if (!pool && error.domain == MONGOC_ERROR_STREAM && error.code == MONGOC_ERROR_STREAM_NAME_RESOLUTION) {
    return fail(ErrorCode::kUnavailable, "database_unresolved", without_credentials(error.message));
  }
  if (!pool) return fail(ErrorCode::kInvalid, "bad_mongo_uri", without_credentials(error.message));
  mongoc_client_pool_set_error_api(pool.get(), MONGOC_ERROR_API_VERSION_2);
  mongoc_client_pool_set_appname(pool.get(), "ordo");
  mongoc_client_pool_max_size(pool.get(), static_cast<std::uint32_t>(std::max(1, size)));
  return pool;
}

}  // namespace

void start_library() {
  static const bool started = [] {
    mongoc_init();
    mongoc_log_set_handler(on_library_log, nullptr);
    return true;
  }();
  static_cast<void>(started);
}

std::int64_t Reply::number(const char* field) const {
  bson_iter_t at;
  return bson_iter_init_find(&at, &bson_, field) ? bson_iter_as_int64(&at) : 0;
}

bool Reply::has_elements(const char* array) const {
  bson_iter_t at;
  bson_iter_t element;
  return bson_iter_init_find(&at, &bson_, array) && BSON_ITER_HOLDS_ARRAY(&at) && bson_iter_recurse(&at, &element) &&
         bson_iter_next(&element);
}

bson_t view_of(std::string_view bson) {
  bson_t out;
  ORDO_CHECK(bson_init_static(&out, reinterpret_cast<const std::uint8_t*>(bson.data()), bson.size()), bson.size(),
             " bytes are no BSON document");
  return out;
}

std::string_view bytes_of(const bson_t& bson) {
  return {reinterpret_cast<const char*>(bson_get_data(&bson)), bson.len};
}

std::string text_in(const bson_t& bson, const char* path) {
  bson_iter_t at;
  bson_iter_t found;
  if (!bson_iter_init(&at, &bson) || !bson_iter_find_descendant(&at, path, &found)) return {};
  return BSON_ITER_HOLDS_UTF8(&found) ? bson_iter_utf8(&found, nullptr) : "";
}

Result<void> each_index(const Database::Driver& driver, const Lease& lease, std::string_view collection,
                        const std::function<void(std::string_view)>& visit) {
  const auto documents = driver.collection(lease, collection);
  const Handle<mongoc_cursor_t> cursor(mongoc_collection_find_indexes_with_opts(documents.get(), nullptr));
  for (;;) {
    const auto bson = next_bson(*cursor, "list the indexes of " + std::string(collection));
    if (!bson) return fail(bson.error());
    if (!*bson) return {};
    visit(**bson);
  }
}

Database::Driver::Driver(const Options& options, Handle<mongoc_uri_t> uri, std::string database)
    : name(std::move(database)),
      address(address_of(*uri, name)),
      max_time_ms(max_time_of(*uri, options)),
      primary(mongoc_read_prefs_new(MONGOC_READ_PRIMARY)),
      uri_(std::move(uri)),
      readers_{options.max_reading_clients, nullptr},
      writers_{options.max_stores, nullptr} {}

Result<mongoc_client_pool_t*> Database::Driver::pool(Purpose purpose) {
  const std::lock_guard lock(pools_mutex_);
  Pool& pool = purpose == Purpose::read ? readers_ : writers_;
  if (!pool.made) {
    auto made = make_pool(*uri_, pool.size);
    if (!made) return fail(std::move(made.error()));
    pool.made = std::move(*made);
  }
  return pool.made.get();
}

Result<void> Database::Driver::resolve() {
  const auto made = pool(Purpose::read);
  if (!made) return fail(made.error());
  return {};
}

Result<Lease> Database::Driver::lease(Purpose purpose) {
  const auto from = pool(purpose);
  if (!from) return fail(from.error());
  mongoc_client_t* client = mongoc_client_pool_pop(*from);
  if (client == nullptr) {
    return fail(ErrorCode::kUnavailable, "database_busy", "every connection to the database is in use");
  }
  return Lease(**from, *client);
}

Handle<mongoc_collection_t> Database::Driver::collection(const Lease& lease, std::string_view collection_name) const {
  return Handle<mongoc_collection_t>(
      mongoc_client_get_collection(lease.get(), name.c_str(), std::string(collection_name).c_str()));
}

Result<void> Database::Driver::run(const Lease& lease, const char* database, std::string_view command, Reply& reply,
                                   std::string_view doing) const {
  const bson_t bson = view_of(command);
  bson_error_t error{};
  if (!mongoc_client_command_with_opts(lease.get(), database, &bson, primary.get(), nullptr, reply.receive(), &error)) {
    return fail(to_error(error, doing));
  }
  return {};
}

Result<bool> Database::Driver::is_ferret(const Lease& lease) {
  {
    const std::lock_guard lock(mutex_);
    if (is_ferret_) return *is_ferret_;
  }
  std::string command;
  BsonWriter out(command);
  const auto top = out.begin();
  out.int32("buildInfo", 1);
  out.end(top);
  Reply reply;
  if (auto ran = run(lease, "admin", command, reply, "ask for the server's version"); !ran) {
    return fail(std::move(ran.error()));
  }
  const bool ferret = reply.has("ferretdbVersion") || reply.has("ferretdb");
  const std::lock_guard lock(mutex_);
  is_ferret_ = ferret;
  return ferret;
}

Result<void> Database::Driver::ping() {
  const std::lock_guard lock(mutex_);
  if (last_ping_ && std::chrono::steady_clock::now() - last_ping_at_ < std::chrono::seconds(1)) return *last_ping_;
  std::string command;
  BsonWriter out(command);
  const auto top = out.begin();
  out.int32("ping", 1);
  out.end(top);
  last_ping_ = [&]() -> Result<void> {
    const auto leased = lease(Purpose::read);
    if (!leased) return fail(leased.error());
    Reply reply;
    return run(*leased, name.c_str(), command, reply, "ping");
  }();
  last_ping_at_ = std::chrono::steady_clock::now();
  return *last_ping_;
}

}  // namespace ordo::mongo
