#include "base/log.h"
#include "test.h"

static char seen[2000];
static enum log_level seen_level;

static void see(enum log_level level, const char *line)
{
    seen_level = level;
    snprintf(seen, sizeof seen, "%s", line);
}

TEST(lines_go_where_the_program_says)
{
    log_to(see);
    log_line(LOG_LEVEL_WARN, "%d of %s", 3, "three");
    CHECK(strcmp(seen, "3 of three") == 0);
    CHECK_INT(seen_level, LOG_LEVEL_WARN);
}

TEST(user_data_is_quoted)
{
    char out[LOG_QUOTE_MAX];

    CHECK(strcmp(log_quote(B("plain"), out), "\"plain\"") == 0);
    CHECK(strcmp(log_quote((struct bytes){ 0 }, out), "\"\"") == 0);
    CHECK(strcmp(log_quote(B("a\"\\\n\x7F\0z"), out), "\"a\\x22\\x5c\\x0a\\x7f\\x00z\"") == 0);
    CHECK(strcmp(log_quote(B("\xC3\xA9"), out), "\"\xC3\xA9\"") == 0);
}

TEST(user_data_is_cut_to_fit)
{
    char text[500], out[LOG_QUOTE_MAX];

    for (size_t n = 0; n < sizeof text; n++) {
        memset(text, n % 2 ? '\n' : 'x', sizeof text);
        /* room for 110 characters as they are, or 28 escaped ones */
        const char *quoted = log_quote(bytes_of(text, n), out);
        size_t len = strlen(quoted);
        CHECK(len < LOG_QUOTE_MAX);
        CHECK(quoted[0] == '"' && quoted[len - 1] == '"');
        CHECK((strstr(quoted, "...") != NULL) == (n > (n % 2 ? 28 : 110)));
    }
}

TEST_MAIN
