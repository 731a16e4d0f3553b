#include "base/err.h"
#include "test.h"

#include <errno.h>

TEST(context_goes_before_the_cause)
{
    struct err e = { .reason = 3, .field = "x" };

    CHECK_INT(err_set(&e, ERR_NOT_FOUND, "no person %d", 41), ERR_NOT_FOUND);
    CHECK_INT(e.code, ERR_NOT_FOUND);
    CHECK_INT(e.reason, 0);
    CHECK(e.field[0] == '\0');
    CHECK_INT(err_context(&e, "set %s", "picture"), ERR_NOT_FOUND);
    CHECK(strcmp(e.text, "set picture: no person 41") == 0);
}

TEST(the_old_text_may_be_part_of_the_new_one)
{
    struct err e = { 0 };

    CHECK_INT(err_set(&e, ERR_BUSY, "cause"), ERR_BUSY);
    CHECK_INT(err_set(&e, ERR_INTERNAL, "new: %s, %s", e.text, e.text), ERR_INTERNAL);
    CHECK(strcmp(e.text, "new: cause, cause") == 0);
}

TEST(long_texts_are_cut)
{
    char text[2 * ERR_TEXT_MAX];
    struct err e = { 0 };

    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    CHECK_INT(err_set(&e, ERR_INVALID, "%s", text), ERR_INVALID);
    CHECK_INT(strlen(e.text), ERR_TEXT_MAX - 1);
    CHECK_INT(err_context(&e, "short"), ERR_INVALID);
    CHECK_INT(strlen(e.text), ERR_TEXT_MAX - 1);
    CHECK(strncmp(e.text, "short: xxx", 10) == 0);
    CHECK_INT(err_context(&e, "%s", text), ERR_INVALID);
    CHECK_INT(strlen(e.text), ERR_TEXT_MAX - 1);
}

TEST(system_errors_say_what_can_be_done)
{
    struct err e = { 0 };

    CHECK_INT(err_errno(&e, ENOSPC, "write '%s'", "f"), ERR_FULL);
    CHECK(strcmp(e.text, "write 'f': No space left on device") == 0);
    CHECK_INT(err_errno(&e, EDQUOT, "x"), ERR_FULL);
    CHECK_INT(err_errno(&e, ENOMEM, "x"), ERR_NO_MEMORY);
    CHECK_INT(err_errno(&e, EIO, "x"), ERR_UNAVAILABLE);
    CHECK_INT(err_errno(&e, 9999, "x"), ERR_UNAVAILABLE);
    CHECK(strcmp(e.text, "x: unknown error") == 0);
}

TEST(every_code_has_a_name_of_its_own)
{
    for (int i = 0; i <= ERR_INTERNAL; i++) {
        CHECK(strcmp(err_name((enum err_code)i), "unknown") != 0);
        for (int k = 0; k < i; k++)
            CHECK(strcmp(err_name((enum err_code)i), err_name((enum err_code)k)) != 0);
    }
    CHECK(strcmp(err_name(ERR_NOT_FOUND), "not_found") == 0);
    CHECK(strcmp(err_name((enum err_code)(ERR_INTERNAL + 1)), "unknown") == 0);
}

TEST_MAIN
