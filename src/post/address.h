/* post/address.h - is an address one that anybody in the world would reach the same host by?
 *
 * Programs let in by users name the addresses that this service calls. It must not become their way
 * into the network it stands in.
 */
#ifndef POST_ADDRESS_H
#define POST_ADDRESS_H

#include "base/bytes.h"

#include <sys/socket.h>

/* False for everything but public unicast IPv4 and IPv6: this machine, private and shared networks,
 * link-local, multicast, documentation and what is reserved; also when such an IPv4 address is
 * wrapped in an IPv6 one (mapped, 6to4, NAT64). */
bool address_is_public(const struct sockaddr *address);

/* Is `host` (as in a URL: IPv6 in brackets) with that port in the list: "host" or "host:port",
 * spaces between, in any case? */
bool address_is_listed(struct bytes list, struct bytes host, int port);

#endif
