/* Reed-Solomon over the blocks of a zone, by ISA-L. Block n of a zone is block n / PARITY_STRIPES
 * of stripe n % PARITY_STRIPES: so a row, PARITY_STRIPES blocks one behind the other, is one long
 * block to the encoder, which makes the spare blocks of all stripes at once. */
#include "blob/packs/parity.h"

#include <isa-l/erasure_code.h>

#define ROW (PARITY_STRIPES * PARITY_BLOCK)

void parity_code_init(struct parity_code *code)
{
    uint8_t matrix[(PARITY_DATA + PARITY_SPARE) * PARITY_DATA]; /* the unit matrix on top */

    gf_gen_cauchy1_matrix(matrix, PARITY_DATA + PARITY_SPARE, PARITY_DATA);
    memcpy(code->rows, matrix + PARITY_DATA * PARITY_DATA, sizeof code->rows);
    ec_init_tables(PARITY_DATA, PARITY_SPARE, code->rows, code->tables);
}

/* ISA-L's signatures have no const. */
static unsigned char *loose(const void *at)
{
    return (unsigned char *)(uintptr_t)at;
}

void parity_encode(const struct parity_code *code, const char *zone, char *spare)
{
    unsigned char *from[PARITY_DATA];
    unsigned char *to[PARITY_SPARE];

    for (int i = 0; i < PARITY_DATA; i++)
        from[i] = loose(zone + (size_t)i * ROW);
    for (int i = 0; i < PARITY_SPARE; i++)
        to[i] = loose(spare + (size_t)i * ROW);
    ec_encode_data(ROW, PARITY_DATA, PARITY_SPARE, loose(code->tables), from, to);
}

/* What the good spare blocks have beyond what the good data blocks make: that is the bad ones'
 * share, in as many sums as there are bad ones. */
static void find_shares(const struct parity_code *code, int stripe, const char *zone,
                        const char *spare, const int *places, int count, const int *spares,
                        char *shares)
{
    static const char zeros[PARITY_BLOCK];
    char made[PARITY_SPARE][PARITY_BLOCK];
    unsigned char *from[PARITY_DATA];
    unsigned char *to[PARITY_SPARE];

    for (int i = 0; i < PARITY_DATA; i++)
        from[i] = loose(zone + (size_t)i * ROW + (size_t)stripe * PARITY_BLOCK);
    for (int i = 0; i < count; i++)
        from[places[i]] = loose(zeros);
    for (int i = 0; i < PARITY_SPARE; i++)
        to[i] = loose(made[i]);
    ec_encode_data(PARITY_BLOCK, PARITY_DATA, PARITY_SPARE, loose(code->tables), from, to);
    for (int i = 0; i < count; i++) {
        const char *kept = spare + (size_t)spares[i] * ROW + (size_t)stripe * PARITY_BLOCK;
        for (int j = 0; j < PARITY_BLOCK; j++)
            shares[i * PARITY_BLOCK + j] = (char)(made[spares[i]][j] ^ kept[j]);
    }
}

bool parity_restore(const struct parity_code *code, int stripe, const char *zone, const char *spare,
                    const int places[PARITY_SPARE], int count, const bool good_spare[PARITY_SPARE],
                    char *out)
{
    uint8_t matrix[PARITY_SPARE * PARITY_SPARE];
    uint8_t inverse[PARITY_SPARE * PARITY_SPARE];
    uint8_t tables[32 * PARITY_SPARE * PARITY_SPARE];
    char shares[PARITY_SPARE * PARITY_BLOCK];
    unsigned char *from[PARITY_SPARE];
    unsigned char *to[PARITY_SPARE];
    int spares[PARITY_SPARE];
    int found = 0;

    for (int i = 0; i < PARITY_SPARE && found < count; i++) {
        if (good_spare[i])
            spares[found++] = i;
    }
    if (found < count)
        return false;
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++)
            matrix[i * count + j] = code->rows[spares[i] * PARITY_DATA + places[j]];
        from[i] = loose(shares + (size_t)i * PARITY_BLOCK);
        to[i] = loose(out + (size_t)i * PARITY_BLOCK);
    }
    if (gf_invert_matrix(matrix, inverse, count) != 0)
        return false; /* never: every square part of a Cauchy matrix can be inverted */
    find_shares(code, stripe, zone, spare, places, count, spares, shares);
    ec_init_tables(count, count, inverse, tables);
    ec_encode_data(PARITY_BLOCK, count, count, tables, from, to);
    return true;
}
