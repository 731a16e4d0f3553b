#include "meta/sqlite/over_file.h"

int over_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return inner_of(file)->pMethods->xTruncate(inner_of(file), size);
}

int over_sync(sqlite3_file *file, int flags)
{
    return inner_of(file)->pMethods->xSync(inner_of(file), flags);
}

int over_size(sqlite3_file *file, sqlite3_int64 *out)
{
    return inner_of(file)->pMethods->xFileSize(inner_of(file), out);
}

int over_lock(sqlite3_file *file, int level)
{
    return inner_of(file)->pMethods->xLock(inner_of(file), level);
}

int over_unlock(sqlite3_file *file, int level)
{
    return inner_of(file)->pMethods->xUnlock(inner_of(file), level);
}

int over_check_lock(sqlite3_file *file, int *out)
{
    return inner_of(file)->pMethods->xCheckReservedLock(inner_of(file), out);
}

int over_control(sqlite3_file *file, int what, void *value)
{
    return inner_of(file)->pMethods->xFileControl(inner_of(file), what, value);
}

int over_sector(sqlite3_file *file)
{
    return inner_of(file)->pMethods->xSectorSize(inner_of(file));
}

int over_traits(sqlite3_file *file)
{
    return inner_of(file)->pMethods->xDeviceCharacteristics(inner_of(file));
}
