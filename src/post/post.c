#include "post/post.h"
#include "post/address.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CONNECT_MS      5000L
#define ANSWER_MAX      (64 * 1024) /* bytes: nobody reads it */
#define CONNECTIONS_MAX 16L         /* kept open for the next call */

struct call {
    CURL *curl; /* NULL: free */
    bool private_allowed;
    bool refused; /* an address of its host was private */
    size_t answered;
    void *context;
};

struct post_pool {
    CURLM *multi;
    struct curl_slist *headers;
    struct call calls[POST_PARALLEL_MAX];
    size_t under_way;
};

enum err_code post_pool_open(struct post_pool **out, struct err *e)
{
    struct post_pool *pool = calloc(1, sizeof *pool);

    if (!pool || curl_global_init(CURL_GLOBAL_DEFAULT)) {
        free(pool);
        return err_set(e, ERR_NO_MEMORY, "calls of others");
    }
    pool->multi = curl_multi_init();
    pool->headers = curl_slist_append(NULL, "Expect:");
    if (!pool->multi || !pool->headers ||
        curl_multi_setopt(pool->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS_MAX)) {
        post_pool_close(pool);
        return err_set(e, ERR_NO_MEMORY, "calls of others");
    }
    *out = pool;
    return ERR_NONE;
}

static void end(struct post_pool *pool, struct call *call)
{
    curl_multi_remove_handle(pool->multi, call->curl);
    curl_easy_cleanup(call->curl);
    *call = (struct call){ 0 };
    pool->under_way--;
}

void post_pool_close(struct post_pool *pool)
{
    if (!pool)
        return;
    for (size_t i = 0; i < COUNT(pool->calls); i++) {
        if (pool->calls[i].curl)
            end(pool, &pool->calls[i]);
    }
    curl_multi_cleanup(pool->multi);
    curl_slist_free_all(pool->headers);
    free(pool);
    curl_global_cleanup();
}

/* Here the address is what is connected to, whatever the name said when it was looked up. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct call *call = context;

    if (purpose != CURLSOCKTYPE_IPCXN)
        return CURL_SOCKET_BAD;
    if (!call->private_allowed && !address_is_public(&address->addr)) {
        call->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* The status is all that counts: a long answer is broken off. */
static size_t skip(char *data, size_t size, size_t count, void *context)
{
    struct call *call = context;

    (void)data;
    call->answered += size * count;
    return call->answered > ANSWER_MAX ? 0 : size * count;
}

static bool set_up(const struct post_pool *pool, struct call *call, const char *url,
                   struct bytes body)
{
    CURL *curl = call->curl;

    return !curl_easy_setopt(curl, CURLOPT_URL, url) &&
           !curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") &&
           !curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) &&
           !curl_easy_setopt(curl, CURLOPT_PROXY, "") &&
           !curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) &&
           !curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L) && /* no waiting for a name server */
           !curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS) &&
           !curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)POST_TIMEOUT_MS) &&
           !curl_easy_setopt(curl, CURLOPT_USERAGENT, "cameo/" CAMEO_VERSION) &&
           !curl_easy_setopt(curl, CURLOPT_HTTPHEADER, pool->headers) &&
           !curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len) &&
           !curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.at) &&
           !curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
           !curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, call) &&
           !curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, skip) &&
           !curl_easy_setopt(curl, CURLOPT_WRITEDATA, call) &&
           !curl_easy_setopt(curl, CURLOPT_PRIVATE, call);
}

static void url_freep(CURLU **url)
{
    curl_url_cleanup(*url);
}

static void text_freep(char **text)
{
    curl_free(*text);
}

/* As curl itself will read it: "http://0x7f.1/" is host 127.0.0.1. */
static bool may_be_private(const char *text, struct bytes hosts)
{
    CLEANUP(url_freep) CURLU *url = curl_url();
    CLEANUP(text_freep) char *host = NULL;
    CLEANUP(text_freep) char *port = NULL;
    int32_t number;

    if (!url || curl_url_set(url, CURLUPART_URL, text, 0) ||
        curl_url_get(url, CURLUPART_HOST, &host, 0) ||
        curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT))
        return false;
    return bytes_to_int32(bytes_str(port), &number) &&
           address_is_listed(hosts, bytes_str(host), number);
}

enum err_code post_begin(struct post_pool *pool, const char *url, struct bytes body,
                         struct bytes private_hosts, void *context, struct err *e)
{
    struct call *call = pool->calls;

    while (call < pool->calls + POST_PARALLEL_MAX && call->curl)
        call++;
    if (call == pool->calls + POST_PARALLEL_MAX)
        return err_set(e, ERR_BUSY, "%d calls are under way", POST_PARALLEL_MAX);
    *call = (struct call){ .curl = curl_easy_init(),
                           .private_allowed = may_be_private(url, private_hosts),
                           .context = context };
    if (!call->curl)
        return err_set(e, ERR_NO_MEMORY, "call a handler");
    if (!set_up(pool, call, url, body) || curl_multi_add_handle(pool->multi, call->curl)) {
        curl_easy_cleanup(call->curl);
        *call = (struct call){ 0 };
        return err_set(e, ERR_NO_MEMORY, "call a handler");
    }
    pool->under_way++;
    return ERR_NONE;
}

size_t post_under_way(const struct post_pool *pool)
{
    return pool->under_way;
}

enum err_code post_wait(struct post_pool *pool, int timeout_ms, struct err *e)
{
    int running;

    CURLMcode code = curl_multi_perform(pool->multi, &running);
    if (!code && (size_t)running == pool->under_way) /* else one has ended */
        code = curl_multi_poll(pool->multi, NULL, 0, timeout_ms, NULL);
    if (!code)
        code = curl_multi_perform(pool->multi, &running);
    return code ? err_set(e, ERR_INTERNAL, "%s", curl_multi_strerror(code)) : ERR_NONE;
}

void post_wake(struct post_pool *pool)
{
    curl_multi_wakeup(pool->multi);
}

static const char *reason(const struct call *call, CURLcode code)
{
    if (call->refused)
        return "its address is private, and event_hosts does not name its host";
    return curl_easy_strerror(code);
}

bool post_take(struct post_pool *pool, struct post_result *out)
{
    struct call *call = NULL;
    long status = 0;
    int left;

    const CURLMsg *message = curl_multi_info_read(pool->multi, &left);
    if (!message)
        return false;
    CURLcode code = message->data.result;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
    curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
    if (code && code != CURLE_WRITE_ERROR)
        status = 0;
    *out = (struct post_result){ call->context, (int)status, status ? "" : reason(call, code) };
    end(pool, call);
    return true;
}

const char *post_place(const char *url, char out[POST_PLACE_MAX])
{
    CLEANUP(url_freep) CURLU *parts = curl_url();
    CLEANUP(text_freep) char *scheme = NULL;
    CLEANUP(text_freep) char *host = NULL;
    CLEANUP(text_freep) char *port = NULL;

    if (!parts || curl_url_set(parts, CURLUPART_URL, url, 0) ||
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) ||
        curl_url_get(parts, CURLUPART_HOST, &host, 0) ||
        curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT))
        snprintf(out, POST_PLACE_MAX, "an unreadable url");
    else
        snprintf(out, POST_PLACE_MAX, "%s://%s:%s", scheme, host, port);
    return out;
}
