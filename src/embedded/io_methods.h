// SQLite's table of file operations, built from the members of a VFS's file type. Includes SQLite: for .cc files.
#pragma once

#include <sqlite3.h>

namespace ordo::embedded {

// `File` begins with a sqlite3_file, so SQLite's pointer also points to the `File`.
template <class File>
File& file_of(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file);
}

// Version 2: shared memory for the write-ahead log, no memory mapping of the database file. Version 1: without shared
// memory, for systems that have none.
template <class File, int kVersion>
inline constexpr sqlite3_io_methods kIoMethods = {
    kVersion,
    [](sqlite3_file* file) { return file_of<File>(file).close(); },
    [](sqlite3_file* file, void* out, int size, sqlite3_int64 at) { return file_of<File>(file).read(out, size, at); },
    [](sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
      return file_of<File>(file).write(data, size, at);
    },
    [](sqlite3_file* file, sqlite3_int64 size) { return file_of<File>(file).truncate(size); },
    [](sqlite3_file* file, int flags) { return file_of<File>(file).sync(flags); },
    [](sqlite3_file* file, sqlite3_int64* size) { return file_of<File>(file).size(size); },
    [](sqlite3_file* file, int level) { return file_of<File>(file).lock(level); },
    [](sqlite3_file* file, int level) { return file_of<File>(file).unlock(level); },
    [](sqlite3_file* file, int* out) { return file_of<File>(file).check_reserved_lock(out); },
    [](sqlite3_file* file, int operation, void* argument) { return file_of<File>(file).control(operation, argument); },
    [](sqlite3_file* file) { return file_of<File>(file).sector_size(); },
    [](sqlite3_file* file) { return file_of<File>(file).device_characteristics(); },
    [](sqlite3_file* file, int region, int size, int extend, void volatile** out) {
      return file_of<File>(file).shm_map(region, size, extend, out);
    },
    [](sqlite3_file* file, int offset, int count, int flags) {
      return file_of<File>(file).shm_lock(offset, count, flags);
    },
    [](sqlite3_file* file) { file_of<File>(file).shm_barrier(); },
    [](sqlite3_file* file, int remove) { return file_of<File>(file).shm_unmap(remove); },
    nullptr,
    nullptr};

template <class File>
const sqlite3_io_methods* io_methods(bool shared_memory) {
  return shared_memory ? &kIoMethods<File, 2> : &kIoMethods<File, 1>;
}

}  // namespace ordo::embedded
