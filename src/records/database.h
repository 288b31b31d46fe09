// SQLite, as a party's state needs it: what is committed survives a kill at any instant and a loss
// of power, what is not leaves nothing.
//
// The journal is a rollback journal (journal_mode DELETE), not a write-ahead log: between two
// transactions the state is then one file, which can be copied, and it may lie on a network file
// system, where SQLite's shared memory of a write-ahead log does not work. `synchronous` is EXTRA:
// a commit returns when the file, and the removal of the journal from its directory, are on the
// disk.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace vouch {

/// A prepared statement of SQL. Parameters and columns count from 0.
class Query {
 public:
  Query(sqlite3* database, sqlite3_stmt* statement);

  Query& bind(int parameter, uint64_t number);
  Query& bind(int parameter, ByteSpan bytes);
  Query& bind(int parameter, const std::string& text);
  Query& bind_null(int parameter);
  /// Whether there is another row.
  [[nodiscard]] Result<bool> step();
  /// Runs it to its end. Contract: it has no rows.
  [[nodiscard]] Result<void> run();
  /// Of the row that step() found.
  [[nodiscard]] uint64_t number(int column) const;
  [[nodiscard]] Bytes bytes(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// One connection; not thread-safe. Other processes may use the file at the same time: writers wait
/// for each other.
class Database {
 public:
  enum class IfMissing { kRefuse, kCreate };
  /// A file that is created has mode 0600. Error: it cannot be opened, or is no database.
  [[nodiscard]] static Result<Database> open(const std::string& path, IfMissing if_missing);

  /// Statements without parameters and rows.
  [[nodiscard]] Result<void> run(const std::string& sql);
  [[nodiscard]] Result<Query> prepare(const char* sql) const;
  /// The value of `PRAGMA name`.
  [[nodiscard]] Result<uint64_t> pragma(const std::string& name) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace vouch
