// Changes of the key file, by commands and by callers of the API.
#include "access/key_change.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>

#include "access/key_file.h"
#include "access/key_store.h"
#include "base/log.h"

namespace ordo::access {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

class KeyChange : public testing::Test {
 protected:
  KeyChange() {
    std::string name = (fs::path(testing::TempDir()) / "ordo_keys_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = (folder_ / "keys.json").string();
    ::umask(022);
    set_log_level(LogLevel::kOff);
  }
  ~KeyChange() override {
    fs::remove_all(folder_);
    set_log_level(LogLevel::kInfo);
  }

  IssuedKey create(const std::string& name, AccessRole role = AccessRole::admin) {
    auto issued = create_key(path_, {name, role}, at_);
    EXPECT_TRUE(issued) << issued.error().text();
    return issued.value_or(IssuedKey());
  }

  fs::path folder_;
  std::string path_;
  const Timestamp at_ = now();
};

TEST_F(KeyChange, CreatesKeysOnceAName) {
  const auto issued = create("shop");
  EXPECT_EQ(parse_key_text(issued.text)->id, issued.key.id);
  EXPECT_EQ(create_key(path_, {"shop"}, at_).error().reason, "key_exists");
  EXPECT_EQ(create_key(path_, {" shop"}, at_).error().reason, "bad_name");
  const KeyRequest wide{"wide", AccessRole::support, PermissionSet{Permission::dlq_write}};
  EXPECT_EQ(create_key(path_, wide, at_).error().reason, "bad_scope");
  const auto refuse = [](const std::vector<ApiKey>& keys, const ApiKey& key) -> Result<void> {
    return fail(ErrorCode::kConflict, "no", key.name + std::to_string(keys.size()));
  };
  EXPECT_EQ(create_key(path_, {"other"}, at_, refuse).error().message, "other1");
  EXPECT_EQ(read_key_file(path_)->size(), 1U);
}

TEST_F(KeyChange, RevokesByIdAndByName) {
  const auto issued = create("shop");
  EXPECT_EQ(revoke_key(path_, KeyNaming::id, "shop", at_).error().reason, "unknown_key");
  EXPECT_EQ(revoke_key(path_, KeyNaming::name_or_id, "shop", at_)->id, issued.key.id);
  const auto again = revoke_key(path_, KeyNaming::id, issued.key.id, at_ + seconds(9));
  EXPECT_EQ(again->revoked, read_key_file(path_)->front().revoked) << "the first time counts";
  create("shop");  // the name is free again
}

TEST_F(KeyChange, RotatesWithTheSameRights) {
  auto request = KeyRequest{"shop", AccessRole::merchant, PermissionSet{Permission::orders_read}};
  request.expires = at_ + seconds(100);
  const auto old = create_key(path_, request, at_);
  ASSERT_TRUE(old);
  const auto fresh = rotate_key(path_, KeyNaming::id, old->key.id, seconds(10), at_ + seconds(50));
  ASSERT_TRUE(fresh) << fresh.error().text();
  EXPECT_EQ(fresh->key.permissions(), old->key.permissions());
  EXPECT_EQ(fresh->key.expires, at_ + seconds(150));
  EXPECT_EQ(read_key_file(path_)->front().expires, at_ + seconds(60));
  EXPECT_EQ(rotate_key(path_, KeyNaming::name_or_id, "shop", seconds(0), at_ + seconds(51)).error().reason,
            "ambiguous_key");
  ASSERT_TRUE(rotate_key(path_, KeyNaming::id, fresh->key.id, seconds(0), at_ + seconds(51)));
  EXPECT_EQ(rotate_key(path_, KeyNaming::id, fresh->key.id, seconds(0), at_ + seconds(52)).error().reason,
            "unknown_key");
}

TEST_F(KeyChange, OfAServerTakeEffectAtOnceAndGiveOwnRightsOnly) {
  AuthenticatorOptions options;
  options.key_file = path_;
  const auto authenticator = *Authenticator::open(options);
  KeyStore store(path_, *authenticator);
  EXPECT_TRUE(store.list()->empty());
  const auto first = store.create({"owner", AccessRole::admin}, nullptr, at_);
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_TRUE(authenticator->closed());
  EXPECT_EQ(store.create({"other", AccessRole::admin}, nullptr, at_).error().reason, "first_key_exists");
  const auto owner = authenticator->authenticate(first->text, at_);
  ASSERT_TRUE(owner) << owner.error().text();

  const PermissionSet few{Permission::access_read, Permission::access_write};
  const auto keeper = store.create({"keeper", AccessRole::admin, few}, owner->get(), at_);
  ASSERT_TRUE(keeper);
  const auto narrow = authenticator->authenticate(keeper->text, at_);
  ASSERT_TRUE(narrow) << narrow.error().text();
  EXPECT_EQ(store.create({"x", AccessRole::read_only}, narrow->get(), at_).error().reason, "beyond_own_rights");
  EXPECT_EQ(store.rotate(first->key.id, seconds(0), narrow->get(), at_).error().reason, "beyond_own_rights");
  EXPECT_TRUE(store.create({"x", AccessRole::admin, few}, narrow->get(), at_));

  ASSERT_TRUE(store.revoke(keeper->key.id, at_));
  EXPECT_EQ(authenticator->authenticate(keeper->text, at_).error().reason, "key_revoked");
  EXPECT_EQ(store.list()->size(), 3U);
}

}  // namespace
}  // namespace ordo::access
