/* test/support/temp.h - a directory of its own for each test, gone when the process ends. */
#ifndef TEST_SUPPORT_TEMP_H
#define TEST_SUPPORT_TEMP_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char temp_path[64];

static int temp_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void temp_clean(void)
{
    if (temp_path[0])
        nftw(temp_path, temp_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* Makes it; the same for the whole test. */
static inline const char *temp_dir(void)
{
    if (!temp_path[0]) {
        snprintf(temp_path, sizeof temp_path, "/tmp/cameo-test-XXXXXX");
        if (!mkdtemp(temp_path)) {
            perror("mkdtemp");
            exit(1);
        }
        atexit(temp_clean);
    }
    return temp_path;
}

/* A file of the directory once more, under another name; whole within 64 MiB. */
static inline void temp_copy(const char *from, const char *to)
{
    const size_t room = 64 << 20;
    char *bytes = malloc(room);
    char path[100];

    snprintf(path, sizeof path, "%s/%s", temp_dir(), from);
    FILE *in = fopen(path, "rbe");
    snprintf(path, sizeof path, "%s/%s", temp_dir(), to);
    FILE *out = fopen(path, "wbe");
    size_t len = bytes && in ? fread(bytes, 1, room, in) : 0;
    if (!out || len == 0 || fwrite(bytes, 1, len, out) != len || fclose(out) != 0) {
        perror("copy a file");
        exit(1);
    }
    fclose(in);
    free(bytes);
}

#endif
