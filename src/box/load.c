#include "box/box.h"

#include <dlfcn.h>

enum err_code renderer_load(const char *path, const struct renderer **out, struct err *e)
{
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (!object)
        return err_set(e, ERR_UNAVAILABLE, "load %s", dlerror());
    const struct renderer *renderer = dlsym(object, RENDERER_SYMBOL);
    if (!renderer)
        return err_set(e, ERR_UNAVAILABLE, "%s is not of this version", path);
    enum err_code rc = renderer->start(e);
    if (rc == ERR_NONE)
        *out = renderer;
    return rc;
}
