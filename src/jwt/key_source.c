/* Where an issuer's keys come from: a file that is kept fresh by others, or the issuer itself. */
#include "jwt/keys.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONNECT_SECONDS 3L
#define FETCH_SECONDS   5L

/* In the clear a stranger on the way could give us his own keys. */
static bool is_loopback_url(struct bytes url)
{
    static const struct bytes hosts[] = { B("127.0.0.1"), B("localhost"), B("[::1]") };
    struct bytes rest = bytes_from(url, sizeof "http://" - 1);

    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct bytes after = bytes_from(rest, hosts[i].len);
        if (bytes_starts(rest, hosts[i]) &&
            (after.len == 0 || after.at[0] == '/' || after.at[0] == ':') &&
            !memchr(rest.at, '@', rest.len))
            return true;
    }
    return false;
}

bool jwt_source_is_good(struct bytes source)
{
    for (size_t i = 0; i < source.len; i++) {
        if ((unsigned char)source.at[i] <= ' ')
            return false;
    }
    if (bytes_starts(source, B("https://")))
        return source.len > sizeof "https://" - 1;
    if (bytes_starts(source, B("http://")))
        return is_loopback_url(source);
    return bytes_starts(source, B("/")) || bytes_starts(source, B("file:///"));
}

enum err_code key_source_init(struct key_source *source, struct bytes text, struct err *e)
{
    bool is_url = bytes_starts(text, B("http"));

    *source = (struct key_source){ 0 };
    if (!jwt_source_is_good(text))
        return err_set(e, ERR_INVALID,
                       "oidc_jwks is neither https://..., http:// of this machine, nor a file");
    if (bytes_starts(text, B("file://")))
        text = bytes_from(text, sizeof "file://" - 1);
    char *copy = strndup(text.at, text.len);
    if (!copy)
        return err_set(e, ERR_NO_MEMORY, "oidc_jwks");
    *(is_url ? &source->url : &source->path) = copy;
    return ERR_NONE;
}

void key_source_done(struct key_source *source)
{
    free(source->url);
    free(source->path);
    *source = (struct key_source){ 0 };
}

struct body {
    char *at; /* JWT_SET_MAX bytes */
    size_t len;
};

static size_t take(char *data, size_t size, size_t count, void *context)
{
    struct body *body = context;
    size_t len = size * count;

    if (len > JWT_SET_MAX - body->len)
        return 0; /* curl takes that for a failure */
    memcpy(body->at + body->len, data, len);
    body->len += len;
    return len;
}

static void start_curl(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        abort(); /* out of memory in a place that must not guess */
}

static void curl_freep(CURL **curl)
{
    curl_easy_cleanup(*curl);
}

static bool set_up(CURL *curl, const char *url, struct body *body)
{
    const char *scheme = url[4] == 's' ? "https" : "http";

    return !curl_easy_setopt(curl, CURLOPT_URL, url) &&
           !curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, scheme) &&
           !curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) &&
           !curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) &&
           !curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS) &&
           !curl_easy_setopt(curl, CURLOPT_TIMEOUT, FETCH_SECONDS) &&
           !curl_easy_setopt(curl, CURLOPT_USERAGENT, "cameo/" CAMEO_VERSION) &&
           !curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) &&
           !curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
}

static enum err_code fetch(const char *url, struct body *body, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    long status = 0;

    pthread_once(&once, start_curl);
    CLEANUP(curl_freep) CURL *curl = curl_easy_init();
    if (!curl || !set_up(curl, url, body))
        return err_set(e, ERR_NO_MEMORY, "fetch '%s'", url);
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_WRITE_ERROR)
        return err_set(e, ERR_UNAVAILABLE, "fetch '%s': over %d bytes", url, JWT_SET_MAX);
    if (code)
        return err_set(e, ERR_UNAVAILABLE, "fetch '%s': %s", url, curl_easy_strerror(code));
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200)
        return err_set(e, ERR_UNAVAILABLE, "fetch '%s': status %ld", url, status);
    return ERR_NONE;
}

static enum err_code read_file(const char *path, struct body *body, struct err *e)
{
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = 0;

    if (fd < 0)
        return err_errno(e, errno, "open '%s'", path);
    while (body->len < JWT_SET_MAX &&
           (n = read(fd, body->at + body->len, JWT_SET_MAX - body->len)) > 0)
        body->len += (size_t)n;
    if (n < 0)
        return err_errno(e, errno, "read '%s'", path);
    if (body->len == JWT_SET_MAX)
        return err_set(e, ERR_UNAVAILABLE, "'%s' has %d bytes or more", path, JWT_SET_MAX);
    return ERR_NONE;
}

enum err_code key_source_read(const struct key_source *source, char **out, size_t *len,
                              struct err *e)
{
    struct body body = { .at = malloc(JWT_SET_MAX) };

    if (!body.at)
        return err_set(e, ERR_NO_MEMORY, "keys");
    enum err_code rc =
        source->url ? fetch(source->url, &body, e) : read_file(source->path, &body, e);
    if (rc) {
        free(body.at);
        return rc;
    }
    *out = body.at;
    *len = body.len;
    return ERR_NONE;
}

bool key_source_mark(const struct key_source *source, struct key_mark *out)
{
    struct stat st;

    if (!source->path || stat(source->path, &st) < 0)
        return false;
    *out = (struct key_mark){ st.st_mtim, st.st_size, st.st_ino };
    return true;
}
