#include "records/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace vouch {
namespace {

constexpr int kBusyMilliseconds = 60000;

Error database_error(sqlite3* database) {
  return Error{std::string("the database: ") + sqlite3_errmsg(database)};
}

// SQLite would create it with the umask's mode, and its journals with the database's.
Result<void> create_owner_only(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) {
    return Error{"cannot create " + path + ": " + std::generic_category().message(errno)};
  }
  ::close(file);
  return {};
}

}  // namespace

Query::Query(sqlite3* database, sqlite3_stmt* statement)
    : database_(database), statement_(statement) {}

void Query::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Query& Query::bind(int parameter, uint64_t number) {
  VOUCH_CHECK(sqlite3_bind_int64(statement_.get(), parameter + 1,
                                 static_cast<sqlite3_int64>(number)) == SQLITE_OK);
  return *this;
}

Query& Query::bind(int parameter, ByteSpan bytes) {
  // An empty blob is none without a pointer.
  const void* data = bytes.empty() ? "" : static_cast<const void*>(bytes.data());
  VOUCH_CHECK(sqlite3_bind_blob64(statement_.get(), parameter + 1, data, bytes.size(),
                                  SQLITE_TRANSIENT) == SQLITE_OK);
  return *this;
}

Query& Query::bind(int parameter, const std::string& text) {
  VOUCH_CHECK(sqlite3_bind_text64(statement_.get(), parameter + 1, text.data(), text.size(),
                                  SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK);
  return *this;
}

Query& Query::bind_null(int parameter) {
  VOUCH_CHECK(sqlite3_bind_null(statement_.get(), parameter + 1) == SQLITE_OK);
  return *this;
}

Result<bool> Query::step() {
  switch (sqlite3_step(statement_.get())) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return database_error(database_);
  }
}

Result<void> Query::run() {
  VOUCH_ASSIGN(const bool row, step());
  VOUCH_CHECK(!row);
  return {};
}

uint64_t Query::number(int column) const {
  return static_cast<uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

Bytes Query::bytes(int column) const {
  const auto* data = static_cast<const uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  return {data, data + sqlite3_column_bytes(statement_.get(), column)};
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

Result<Database> Database::open(const std::string& path, IfMissing if_missing) {
  if (if_missing == IfMissing::kCreate) {
    VOUCH_TRY(create_owner_only(path));
  }
  // Names such as ":memory:" and the empty one are something else to SQLite.
  const std::string name = path.starts_with('/') ? path : "./" + path;
  sqlite3* handle = nullptr;
  const int status =
      sqlite3_open_v2(name.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (handle == nullptr) {
    return Error{"not enough memory for a database"};
  }
  Database database(handle);
  if (status != SQLITE_OK) {
    return Error{"cannot open " + path + ": " + sqlite3_errmsg(handle)};
  }
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // The first that reads the file.
  if (const auto done = database.run("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                                     "PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON;"
                                     "PRAGMA journal_mode = DELETE;");
      !done.ok()) {
    return Error{path + ": " + done.error().message};
  }
  return database;
}

Result<void> Database::run(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return database_error(database_.get());
  }
  return {};
}

Result<Query> Database::prepare(const char* sql) const {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr) != SQLITE_OK) {
    return database_error(database_.get());
  }
  return Query(database_.get(), statement);
}

Result<uint64_t> Database::pragma(const std::string& name) const {
  VOUCH_ASSIGN(Query statement, prepare(("PRAGMA " + name).c_str()));
  VOUCH_ASSIGN(const bool row, statement.step());
  VOUCH_CHECK(row);
  return statement.number(0);
}

}  // namespace vouch
