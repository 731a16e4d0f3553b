#include "dialect/superoffice/superoffice.h"

struct bytes so_session_cookie(const struct http_request *req)
{
    return http_cookie_find(req, B("SO_SESSION"));
}
