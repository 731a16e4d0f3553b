#include "post/address.h"

#include <netinet/in.h>

struct range4 {
    uint32_t first;
    int bits;
};

/* RFC 6890 and what IANA has added since. */
static const struct range4 not_public4[] = {
    { 0x00000000, 8 },  /* this network */
    { 0x0A000000, 8 },  /* private */
    { 0x64400000, 10 }, /* shared by a carrier's customers */
    { 0x7F000000, 8 },  /* loopback */
    { 0xA9FE0000, 16 }, /* link-local; a cloud's metadata */
    { 0xAC100000, 12 }, /* private */
    { 0xC0000000, 24 }, /* protocol assignments */
    { 0xC0000200, 24 }, /* documentation */
    { 0xC0586300, 24 }, /* 6to4 relays */
    { 0xC0A80000, 16 }, /* private */
    { 0xC6120000, 15 }, /* benchmarks */
    { 0xC6336400, 24 }, /* documentation */
    { 0xCB007100, 24 }, /* documentation */
    { 0xE0000000, 3 },  /* multicast, reserved, broadcast */
};

static bool is_public4(uint32_t address)
{
    for (size_t i = 0; i < COUNT(not_public4); i++) {
        if ((address ^ not_public4[i].first) >> (32 - not_public4[i].bits) == 0)
            return false;
    }
    return true;
}

static uint32_t be32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool begins(const uint8_t address[16], const char *with, size_t len)
{
    return memcmp(address, with, len) == 0;
}

static bool is_public6(const uint8_t a[16])
{
    if (begins(a, "\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12) || /* mapped */
        begins(a, "\0\x64\xFF\x9B\0\0\0\0\0\0\0\0", 12)) /* NAT64 */
        return is_public4(be32(a + 12));
    if (begins(a, "\x20\x02", 2)) /* 6to4 */
        return is_public4(be32(a + 2));
    if ((a[0] & 0xE0) != 0x20) /* global unicast is 2000::/3 */
        return false;
    if (begins(a, "\x20\x01", 2) && a[2] < 2) /* 2001::/23: Teredo, ORCHID, benchmarks */
        return false;
    if (begins(a, "\x20\x01\x0D\xB8", 4) || (begins(a, "\x3F\xFF", 2) && a[2] < 0x10))
        return false; /* documentation */
    return true;
}

bool address_is_public(const struct sockaddr *address)
{
    struct sockaddr_in in4;
    struct sockaddr_in6 in6;

    if (address->sa_family == AF_INET) {
        memcpy(&in4, address, sizeof in4);
        return is_public4(ntohl(in4.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        memcpy(&in6, address, sizeof in6);
        return is_public6(in6.sin6_addr.s6_addr);
    }
    return false;
}

/* Takes `:port` off the end of an item; true when there was none, or it is that one. */
static bool take_port(struct bytes *item, int port)
{
    size_t at = item->len;
    int32_t number;

    while (at > 0 && item->at[at - 1] != ':' && item->at[at - 1] != ']')
        at--;
    if (at == 0 || item->at[at - 1] == ']')
        return true;
    struct bytes digits = bytes_from(*item, at);
    item->len = at - 1;
    return bytes_to_int32(digits, &number) && number == port;
}

bool address_is_listed(struct bytes list, struct bytes host, int port)
{
    struct bytes item;

    while (bytes_split(&list, ' ', &item)) {
        if (item.len && take_port(&item, port) && bytes_eq_nocase(item, host))
            return true;
    }
    return false;
}
