#include "post/address.h"
#include "test.h"

#include <arpa/inet.h>

static bool is_public(const char *text)
{
    struct sockaddr_in in4 = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

    if (inet_pton(AF_INET, text, &in4.sin_addr) == 1)
        return address_is_public((const struct sockaddr *)&in4);
    if (inet_pton(AF_INET6, text, &in6.sin6_addr) != 1)
        test_fail(__FILE__, __LINE__, "%s is no address", text);
    return address_is_public((const struct sockaddr *)&in6);
}

TEST(only_addresses_that_all_the_world_reaches_are_public)
{
    static const struct {
        const char *text;
        bool want;
    } table[] = {
        { "1.1.1.1", true },
        { "9.255.255.255", true },
        { "11.0.0.0", true },
        { "100.63.255.255", true },
        { "100.128.0.0", true },
        { "128.0.0.1", true },
        { "172.15.255.255", true },
        { "172.32.0.0", true },
        { "192.167.255.255", true },
        { "192.169.0.0", true },
        { "223.255.255.255", true },
        { "0.0.0.0", false },
        { "0.1.2.3", false },
        { "10.0.0.1", false },
        { "10.255.255.255", false },
        { "100.64.0.1", false },
        { "100.127.255.255", false },
        { "127.0.0.1", false },
        { "127.255.255.254", false },
        { "169.254.169.254", false },
        { "172.16.0.1", false },
        { "172.31.255.255", false },
        { "192.0.0.8", false },
        { "192.0.2.1", false },
        { "192.88.99.1", false },
        { "192.168.0.1", false },
        { "192.168.255.255", false },
        { "198.18.0.1", false },
        { "198.19.255.255", false },
        { "198.51.100.7", false },
        { "203.0.113.7", false },
        { "224.0.0.1", false },
        { "239.255.255.255", false },
        { "240.0.0.1", false },
        { "255.255.255.255", false },
        { "2606:4700:4700::1111", true },
        { "2a00:1450::1", true },
        { "::", false },
        { "::1", false },
        { "::127.0.0.1", false },
        { "::1.1.1.1", false },
        { "::ffff:1.1.1.1", true },
        { "::ffff:127.0.0.1", false },
        { "::ffff:10.1.2.3", false },
        { "::ffff:169.254.169.254", false },
        { "64:ff9b::1.1.1.1", true },
        { "64:ff9b::10.0.0.1", false },
        { "64:ff9b::127.0.0.1", false },
        { "64:ff9b:1::1.1.1.1", false },
        { "2002:0101:0101::1", true },
        { "2002:0a00:0001::1", false },
        { "2002:7f00:0001::1", false },
        { "2001::1", false },
        { "2001:1ff::1", false },
        { "2001:200::1", true },
        { "2001:db8::1", false },
        { "3fff:fff::1", false },
        { "3fff:1000::1", true },
        { "100::1", false },
        { "5f00::1", false },
        { "fc00::1", false },
        { "fd12:3456::1", false },
        { "fe80::1", false },
        { "fec0::1", false },
        { "ff02::1", false },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        if (is_public(table[i].text) != table[i].want)
            test_fail(__FILE__, __LINE__, "%s", table[i].text);
    }
}

TEST(what_is_no_ip_address_is_not_public)
{
    struct sockaddr other = { .sa_family = AF_UNIX };

    CHECK(!address_is_public(&other));
}

TEST(hosts_are_listed_with_or_without_a_port)
{
    static const struct {
        const char *list;
        const char *host;
        int port;
        bool want;
    } table[] = {
        { "", "localhost", 80, false },
        { "localhost", "localhost", 80, true },
        { "LocalHost", "localHOST", 8080, true },
        { "localhost:8080", "localhost", 8080, true },
        { "localhost:8080", "localhost", 80, false },
        { "localhost:", "localhost", 80, false },
        { "localhost:x", "localhost", 80, false },
        { "a.example  b.example:81", "b.example", 81, true },
        { "a.example b.example:81", "b.example", 80, false },
        { "example", "b.example", 80, false },
        { "b.example", "example", 80, false },
        { "[::1]", "[::1]", 80, true },
        { "[::1]:81", "[::1]", 81, true },
        { "[::1]:81", "[::1]", 80, false },
        { "10.0.0.1", "10.0.0.10", 80, false },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        if (address_is_listed(bytes_str(table[i].list), bytes_str(table[i].host), table[i].port) !=
            table[i].want)
            test_fail(__FILE__, __LINE__, "%s in %s", table[i].host, table[i].list);
    }
}

TEST_MAIN
