#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/encoding.h"
#include "settings/load_settings.h"
#include "settings/setting_specs.h"
#include "settings/setting_values.h"

namespace ordo::settings {
namespace {

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() {
    path_ = (std::filesystem::path(testing::TempDir()) /
             ("ordo_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + ".toml"))
                .string();
    sources_.default_config_file = path_;
    std::filesystem::remove(path_);
    ::umask(022);  // files that others can write are refused
  }
  ~SettingsTest() override { std::filesystem::remove(path_); }

  void file(const std::string& text) { std::ofstream(path_) << text; }
  Settings loaded() {
    auto settings = load_settings(sources_);
    EXPECT_TRUE(settings) << settings.error().text();
    return settings.value_or(Settings());
  }
  // All problems as one text; empty when there are none.
  std::string problems() {
    const auto settings = load_settings(sources_);
    return settings ? "" : settings.error().text();
  }

  std::string path_;
  SettingSources sources_;
};

TEST_F(SettingsTest, DefaultsAreACompleteEmbeddedShop) {
  const auto settings = loaded();
  EXPECT_TRUE(settings.embedded());
  EXPECT_EQ(settings.listen, (Address{"127.0.0.1", 8080}));
  EXPECT_EQ(settings.roles.size(), kRoles);
  EXPECT_TRUE(settings.origins.empty());
  EXPECT_EQ(settings.topology()[Topic::stock].partitions, 4);
  EXPECT_EQ(settings.topology()[Topic::stock].name, "stock");
}

TEST_F(SettingsTest, FlagBeatsEnvironmentBeatsFileBeatsDefault) {
  file("location = 'from-file'\ndata_dir = 'from-file'\nlisten = '[::1]:1'\ncurrency = 'EUR'\n");
  sources_.environment = {{"ORDO_DATA_DIR", "from-env"}, {"ORDO_LISTEN", "127.0.0.1:2"}, {"HOME", "/"}};
  sources_.flags = {{"listen", "127.0.0.1:3"}};
  const auto settings = loaded();
  EXPECT_EQ(settings.location, LocationId("from-file"));
  EXPECT_EQ(settings.currency, *Currency::parse("EUR"));
  EXPECT_EQ(settings.data_dir, "from-env");
  EXPECT_EQ(settings.listen, (Address{"127.0.0.1", 3}));
  EXPECT_EQ(settings.origins.at("location"), "file " + path_ + ":1");
  EXPECT_EQ(settings.origins.at("data_dir"), "environment ORDO_DATA_DIR");
  EXPECT_EQ(settings.origins.at("listen"), "flag --listen");
  EXPECT_FALSE(settings.origins.contains("url"));
}

TEST_F(SettingsTest, TakesTheNamesThatHostsSet) {
  file("listen = '[::1]:1'\n");
  sources_.environment = {{"PORT", "8081"}, {"DATABASE_URL", "mongodb://db/shop"}, {"ORDO_KAFKA", "broker:9092"}};
  auto settings = loaded();
  EXPECT_EQ(settings.listen, (Address{"::1", 8081}));
  EXPECT_EQ(settings.mongo, "mongodb://db/shop");
  EXPECT_EQ(settings.origins.at("mongo"), "environment DATABASE_URL");

  sources_.environment.emplace_back("ORDO_MONGO", "mongodb://other/shop");
  EXPECT_EQ(loaded().mongo, "mongodb://other/shop");

  sources_.environment = {{"PORT", "http"}};
  EXPECT_NE(problems().find("environment PORT: \"http\" is not possible"), std::string::npos) << problems();
}

TEST_F(SettingsTest, SecretsComeFromFilesToo) {
  const auto secret = testing::TempDir() + "ordo_settings_secret";
  std::ofstream(secret) << "mongodb://joe:hunter2@db/shop\n";
  file("kafka = 'b:1'\nmongo_file = '" + secret + "'\n");
  auto settings = loaded();
  EXPECT_EQ(settings.mongo, "mongodb://joe:hunter2@db/shop");
  EXPECT_EQ(settings.origins.at("mongo"), "file " + path_ + ":2, file " + secret);
  EXPECT_EQ(find_setting("mongo_file")->show(settings), secret);
  EXPECT_EQ(find_setting("mongo")->show(settings), "mongodb://***@db/shop");
  // The environment overrides the file, in either form.
  sources_.environment = {{"ORDO_MONGO", "mongodb://other/shop"}};
  settings = loaded();
  EXPECT_EQ(settings.mongo, "mongodb://other/shop");
  EXPECT_EQ(find_setting("mongo_file")->show(settings), "");
  sources_.environment = {{"ORDO_KAFKA_SETTINGS_FILE", secret + "2"}};
  std::ofstream(secret + "2") << "sasl.username=joe\nsasl.password=hunter2\n";
  EXPECT_EQ(loaded().kafka_settings.at("sasl.password"), "hunter2");

  sources_.environment = {{"ORDO_MONGO", "mongodb://other/shop"}, {"ORDO_MONGO_FILE", secret}};
  EXPECT_NE(problems().find("give mongo or mongo_file, not both"), std::string::npos) << problems();
  sources_.environment = {{"ORDO_MONGO_FILE", secret}};
  std::filesystem::permissions(secret, std::filesystem::perms::group_write, std::filesystem::perm_options::add);
  EXPECT_NE(problems().find("chmod go-w " + secret), std::string::npos) << problems();
  std::filesystem::permissions(secret, std::filesystem::perms::group_write, std::filesystem::perm_options::remove);
  sources_.environment = {{"ORDO_MONGO_FILE", secret + "-none"}};
  EXPECT_NE(problems().find("cannot be read"), std::string::npos) << problems();
  std::ofstream(secret) << "hunter2";
  sources_.environment = {};
  EXPECT_NE(problems().find("is not possible for mongo"), std::string::npos) << problems();
  EXPECT_EQ(problems().find("hunter2"), std::string::npos) << problems();
  for (const auto& spec : setting_specs()) {
    EXPECT_EQ(spec.secret, find_setting(spec.key + "_file") != nullptr) << spec.key;
  }
}

TEST_F(SettingsTest, TheDoorsSettings) {
  auto settings = loaded();
  EXPECT_EQ(settings.key_file(), "./ordo-data/api-keys.json");
  EXPECT_EQ(settings.audit_file(), "./ordo-data/audit.log");
  sources_.environment = {{"ORDO_API_KEYS", "/k"}, {"ORDO_CORS_ORIGINS", "https://a.example,http://localhost:3000"}};
  settings = loaded();
  EXPECT_EQ(settings.key_file(), "/k");
  EXPECT_EQ(settings.cors_origins, (std::vector<std::string>{"https://a.example", "http://localhost:3000"}));
  for (const auto* bad : {"*", "https://a.example/", "a.example", "https://A.example", "ftp://a", "https://"}) {
    sources_.environment = {{"ORDO_CORS_ORIGINS", bad}};
    EXPECT_NE(problems(), "") << bad;
  }
  sources_.environment = {{"ORDO_JWT_KEYS", "/jwks"}, {"ORDO_JWT_ISSUER", "i"}};
  EXPECT_NE(problems().find("jwt_issuer and jwt_audience are also needed"), std::string::npos) << problems();
  sources_.environment.emplace_back("ORDO_JWT_AUDIENCE", "a");
  EXPECT_EQ(problems(), "");
  sources_.environment = {{"ORDO_API_KEY", "a b"}};
  EXPECT_NE(problems(), "");
}

TEST_F(SettingsTest, RefusesUnknownNamesWithTheNearestOne) {
  file("locaton = 'x'\n[topics.stok]\npartitions = 3\n");
  sources_.environment = {{"ORDO_KAFKAA", "x"}, {"ORDO_TEST_MONGO", "not for the program"}};
  const auto text = problems();
  EXPECT_NE(text.find(path_ + ":1: there is no setting locaton, did you mean location?"), std::string::npos) << text;
  EXPECT_NE(text.find("topics.stok.partitions, did you mean topics.stock.partitions?"), std::string::npos) << text;
  EXPECT_NE(text.find("environment ORDO_KAFKAA: there is no setting of this name, did you mean ORDO_KAFKA?"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("ORDO_TEST_MONGO"), std::string::npos) << text;
}

TEST_F(SettingsTest, WrongTypesSayKeyValueAndWhatIsExpected) {
  file("partitions = '4'\nlisten = 8080\nlocation = true\nroles = [1]\nmax_body = '2MB'\nurl = 1.5\n");
  const auto text = problems();
  for (const auto* expected :
       {":1: partitions is text: expected a whole number 1..1000",
        ":2: listen is a whole number: expected host:port, in quotes",
        ":3: location is a boolean: expected an id, in quotes", ":4: roles is a list: expected a list of api,",
        ":5: \"2MB\" is not possible for max_body: expected a size such as",
        ":6: url is a number with a fraction: expected an address"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << "\nin " << text;
  }
}

TEST_F(SettingsTest, RefusesValuesOutOfRange) {
  const std::pair<std::string, std::string> bad[] = {
      {"partitions", "0"},
      {"partitions", "1001"},
      {"partitions", "4x"},
      {"listen", "127.0.0.1"},
      {"listen", "127.0.0.1:65536"},
      {"listen", "::1:80"},
      {"listen", "[[1]]:1"},
      {"trusted_proxies", "10.0.0.0/33"},
      {"currency", "dollars"},
      {"location", "a/b"},
      {"log_level", "loud"},
      {"roles", "api,kitchen"},
      {"roles", ""},
      {"stop_timeout", "forever"},
      {"retention", "5"},
      {"kafka_settings", "a"},
      {"kafka_settings", "a=b,"},
      {"cors_origins", "https://a.example,,"},
      {"allowed_hosts", "shop.example:80"},
      {"allowed_hosts", "http://shop.example"},
      {"max_body", "1TiB"},
      {"topics.stock.name", "a b"},
      {"mongo", "postgres://x"},
  };
  for (const auto& [key, value] : bad) {
    sources_.flags = {{key, value}};
    EXPECT_NE(problems().find("for " + key + ": expected "), std::string::npos) << key << "=" << value << problems();
  }
}

TEST_F(SettingsTest, KafkaAndMongoComeTogether) {
  sources_.flags = {{"kafka", "127.0.0.1:9092"}};
  EXPECT_NE(problems().find("flag --kafka: kafka is set and mongo is not: give both"), std::string::npos) << problems();
  sources_.flags = {{"mongo", "mongodb://h/db"}};
  EXPECT_NE(problems().find("flag --mongo: mongo is set and kafka is not"), std::string::npos) << problems();
  sources_.flags = {{"mongo", "mongodb://h/db"}, {"kafka", "127.0.0.1:9092"}};
  EXPECT_FALSE(loaded().embedded());
}

TEST_F(SettingsTest, CertificateAndKeyComeTogether) {
  sources_.flags = {{"tls_cert", "cert.pem"}};
  EXPECT_NE(problems().find("flag --tls-cert: tls_cert is set and tls_key is not"), std::string::npos) << problems();
  sources_.flags = {{"tls_key", "key.pem"}};
  EXPECT_NE(problems().find("flag --tls-key: tls_key is set and tls_cert is not"), std::string::npos) << problems();
  sources_.flags = {{"tls_cert", "cert.pem"}, {"tls_key", "key.pem"}, {"trusted_proxies", "10.0.0.0/8"}};
  EXPECT_EQ(loaded().tls_key, "key.pem");
}

TEST_F(SettingsTest, TwoTopicsNeverShareAName) {
  sources_.flags = {{"topics.stock.name", "orders.dlq"}, {"topics.order_events.name", "orders"}};
  EXPECT_NE(problems().find("the topic orders.dlq is also that of order_events"), std::string::npos) << problems();
}

TEST_F(SettingsTest, TopicsHaveTheirOwnNamesAndPartitions) {
  file("partitions = 8\nretention = '7d'\n[topics.stock]\npartitions = 2\nname = 'shop.stock'\n");
  const auto settings = loaded();
  EXPECT_EQ(settings.topology()[Topic::stock].partitions, 2);
  EXPECT_EQ(settings.topology()[Topic::stock].name, "shop.stock");
  EXPECT_EQ(settings.topology()[Topic::order_events].partitions, 8);
  EXPECT_EQ(settings.retention, std::chrono::days(7));
}

TEST_F(SettingsTest, TopicsKeepRecordsAsLongAsTheyOrAllShall) {
  // Without a broker, there is no broker default.
  EXPECT_EQ(loaded().retention_of(Topic::stock), kForever);
  file("retention = '7d'\n[topics.stock]\nretention = '24h'\n[topics.order_events]\nretention = 'forever'\n");
  auto settings = loaded();
  EXPECT_EQ(settings.retention_of(Topic::order_created), std::chrono::hours(7 * 24));
  EXPECT_EQ(settings.retention_of(Topic::stock), std::chrono::hours(24));
  EXPECT_EQ(settings.retention_of(Topic::order_events), kForever);
  EXPECT_EQ(find_setting("topics.stock.retention")->show(settings), "1d");
  EXPECT_EQ(find_setting("topics.payments.retention")->show(settings), "default");
  settings.retention = std::chrono::seconds(0);
  settings.kafka = settings.mongo = "somewhere";
  EXPECT_EQ(settings.retention_of(Topic::order_created), std::nullopt);
  EXPECT_EQ(settings.retention_of(Topic::stock), std::chrono::hours(24));
}

TEST_F(SettingsTest, ValuesHaveTheTypesOfTheirMembers) {
  auto settings = loaded();
  EXPECT_TRUE(std::holds_alternative<SimulatedGateway>(settings.gateway));
  EXPECT_EQ(find_setting("gateway")->show(settings), "simulated");
  EXPECT_EQ(find_setting("audit_reads")->show(settings), "no");
  EXPECT_EQ(settings.order_retention, kForever);
  file(
      "gateway = 'https://pay.example'\ncarrier = 'external'\naudit_reads = 'yes'\nio_threads = 3\n"
      "max_connections = 7\nmax_body = '2KiB'\nsegment_lapsed = 'forever'\n");
  settings = loaded();
  EXPECT_EQ(std::get<HttpGateway>(settings.gateway).url, "https://pay.example");
  EXPECT_EQ(find_setting("gateway")->show(settings), "https://pay.example");
  EXPECT_EQ(settings.carrier, Carrier::external);
  EXPECT_TRUE(settings.audit_reads);
  EXPECT_EQ(find_setting("audit_reads")->show(settings), "yes");
  EXPECT_EQ(settings.io_threads, 3);
  EXPECT_EQ(settings.max_connections, 7U);
  EXPECT_EQ(settings.max_body, kib(2));
  EXPECT_EQ(settings.segment_lapsed, kForever);
  for (const auto& [key, value] :
       {std::pair("gateway", "https://"), std::pair("carrier", "drone"), std::pair("audit_reads", "true"),
        std::pair("max_connections", "-1"), std::pair("topics.stock.retention", "-1s")}) {
    sources_.flags = {{key, value}};
    EXPECT_NE(problems().find(std::string("for ") + key + ": expected "), std::string::npos) << key << problems();
  }
}

TEST_F(SettingsTest, KafkaTakesFurtherSettingsWhoseValuesAreSecret) {
  file("kafka_settings = ['security.protocol=SASL_SSL', 'sasl.password=hunter2=']\n");
  const auto settings = loaded();
  EXPECT_EQ(settings.kafka_settings.at("sasl.password"), "hunter2=");
  EXPECT_EQ(find_setting("kafka_settings")->show(settings), "sasl.password=***,security.protocol=***");
}

// Anyone who can write one of these files decides whom ordo trusts.
TEST_F(SettingsTest, FilesThatOthersMayChangeAreRefused) {
  file("partitions = 2\n");
  ::chmod(path_.c_str(), 0620);
  EXPECT_NE(problems().find(path_ + " can be changed by others"), std::string::npos) << problems();
  sources_.default_config_file.reset();
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"kafka_settings", "client.rack=a,ssl.ca.location=" + path_},
           {"kafka_settings", "SSL.Key.Location=" + path_},
           {"kafka_settings", "plugin.library.paths=/none;" + path_},
           {"mongo", "mongodb://h/shop?tls=true&tlsCAFile=" + path_},
           {"mongo", "mongodb://h/shop?tls=true&tlsCAFile=" + percent_encoded(path_)},
           {"tls_ca", path_}}) {
    sources_.environment = {{"ORDO_KAFKA", "h:1"}, {find_setting(name)->env, value}};
    EXPECT_NE(problems().find(path_ + " can be changed by others"), std::string::npos) << name << ": " << problems();
    ::chmod(path_.c_str(), 0600);
    sources_.environment.push_back(name == "mongo" ? std::pair("ORDO_LOG_LEVEL", "info")
                                                   : std::pair("ORDO_MONGO", "mongodb://h/shop"));
    loaded();
    ::chmod(path_.c_str(), 0620);
  }
}

TEST_F(SettingsTest, MissingAndBrokenFilesAreErrors) {
  sources_.config_file = path_;
  EXPECT_NE(problems().find("there is no configuration file " + path_), std::string::npos);
  file("a = \n b");
  EXPECT_NE(problems().find(path_ + ":1: "), std::string::npos) << problems();
}

TEST_F(SettingsTest, ASecretIsNeverInAMessage) {
  sources_.flags = {{"mongo", "postgres://user:hunter2@host"}};
  EXPECT_EQ(problems().find("hunter2"), std::string::npos);
}

TEST(SettingSpecs, EachDefaultIsReadBackAndEachNameIsItsOwn) {
  std::set<std::string> names;
  const Settings defaults;
  for (const auto& spec : setting_specs()) {
    EXPECT_TRUE(names.insert(spec.key).second) << spec.key;
    EXPECT_TRUE(names.insert(spec.env).second) << spec.env;
    EXPECT_TRUE(names.insert(spec.flag).second) << spec.flag;
    EXPECT_FALSE(spec.help.empty() || spec.expects.empty()) << spec.key;
    Settings again;
    EXPECT_TRUE(spec.read(spec.show(defaults), again)) << spec.key;
    EXPECT_EQ(spec.show(again), spec.show(defaults)) << spec.key;
  }
}

TEST(SettingValues, Durations) {
  EXPECT_EQ(read_duration("90s"), std::chrono::seconds(90));
  EXPECT_EQ(read_duration("7d"), std::chrono::days(7));
  EXPECT_EQ(read_duration("forever"), kForever);
  for (const auto* bad : {"", "s", "1", "-1s", "1w", "1 s", "99999999999999999d"})
    EXPECT_FALSE(read_duration(bad)) << bad;
  EXPECT_EQ(show_duration(std::chrono::hours(2)), "2h");
  EXPECT_EQ(show_duration(std::chrono::seconds(0)), "0s");
  EXPECT_EQ(show_duration(kForever), "forever");
  EXPECT_EQ(show_bytes(mib(1)), "1MiB");
  EXPECT_EQ(read_bytes("1000"), ByteSize{1000});
}

TEST(SettingValues, ConnectionStringsAreMasked) {
  EXPECT_EQ(mask_uri("mongodb://user:p@ss@host:1/db?tlsCertificateKeyFilePassword=x"), "mongodb://***@host:1/db?***");
  EXPECT_EQ(mask_uri("mongodb://host/db"), "mongodb://host/db");
  EXPECT_EQ(mask_uri("hunter2"), "***");
  EXPECT_EQ(mask_uri(""), "");
}

TEST(SettingValues, Addresses) {
  EXPECT_EQ(show_address(*read_address("[::1]:80")), "[::1]:80");
  EXPECT_EQ(show_address(*read_address("localhost:0")), "localhost:0");
  EXPECT_FALSE(read_address(":80"));
  EXPECT_FALSE(read_address("h:"));
  EXPECT_FALSE(read_address("[[1]]:1"));
  EXPECT_FALSE(read_address("[]:1"));
  EXPECT_FALSE(read_address("h:+1"));
}

}  // namespace
}  // namespace ordo::settings
