#include "model/event.h"

const char *event_name(enum event event)
{
    static const char *const names[] = {
        [EVENT_PRODUCT_ADD] = "add",
        [EVENT_PRODUCT_UPDATE] = "update",
        [EVENT_PRODUCT_DELETE] = "delete",
    };

    return event >= EVENT_PRODUCT_ADD && (size_t)event < COUNT(names) ? names[event] : "unknown";
}
