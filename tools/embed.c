/* embed NAME FILE OUT.S - makes a file part of a program without copying it through the compiler.
 *
 * OUT.S defines `const unsigned char NAME[]` (ending in a zero that is not counted) and
 * `const size_t NAME_len`, in read-only pages of their own: nothing is in memory until it is read.
 * FILE is named as seen from where the assembler runs. */
#include <ctype.h>
#include <stdio.h>

static int is_identifier(const char *name)
{
    if (!*name || isdigit((unsigned char)*name))
        return 0;
    while (isalnum((unsigned char)*name) || *name == '_')
        name++;
    return !*name;
}

int main(int argc, char **argv)
{
    if (argc != 4 || !is_identifier(argv[1])) {
        fputs("usage: embed NAME FILE OUT.S\n", stderr);
        return 2;
    }
    FILE *out = fopen(argv[3], "w");
    if (!out) {
        perror(argv[3]);
        return 1;
    }
    const char *name = argv[1];
    fprintf(out,
            "    .section .rodata.%s, \"a\"\n"
            "    .balign 4096\n"
            "    .globl %s\n"
            "    .type %s, %%object\n"
            "%s:\n"
            "    .incbin \"%s\"\n"
            "end_of_%s:\n"
            "    .byte 0\n"
            "    .size %s, end_of_%s - %s\n",
            name, name, name, name, argv[2], name, name, name, name);
    fprintf(out,
            "    .balign 8\n"
            "    .globl %s_len\n"
            "    .type %s_len, %%object\n"
            "%s_len:\n"
            "    .quad end_of_%s - %s\n"
            "    .size %s_len, 8\n"
            "    .section .note.GNU-stack, \"\", %%progbits\n",
            name, name, name, name, name, name);
    if (ferror(out) || fclose(out) != 0) {
        perror(argv[3]);
        return 1;
    }
    return 0;
}
