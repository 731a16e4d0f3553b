#include "http/accept.h"

/* Takes everything before the next `sep` outside quotes off *rest; as bytes_split. */
static bool split_quoted(struct bytes *rest, char sep, struct bytes *part)
{
    bool quoted = false;
    size_t i = 0;

    if (!rest->at)
        return false;
    for (; i < rest->len && (quoted || rest->at[i] != sep); i++) {
        if (rest->at[i] == '"')
            quoted = !quoted;
        else if (quoted && rest->at[i] == '\\')
            i++;
    }
    if (i > rest->len)
        i = rest->len; /* ended in a backslash */
    *part = bytes_first(*rest, i);
    *rest = i < rest->len ? bytes_from(*rest, i + 1) : (struct bytes){ 0 };
    return true;
}

struct bytes media_type(struct bytes content_type)
{
    return bytes_trim(bytes_first(content_type, bytes_index(content_type, ';')));
}

struct bytes media_parameter(struct bytes header, struct bytes name)
{
    struct bytes part;

    if (!split_quoted(&header, ';', &part)) /* the type itself */
        return (struct bytes){ 0 };
    while (split_quoted(&header, ';', &part)) {
        size_t equals = bytes_index(part, '=');
        if (equals == part.len || !bytes_eq_nocase(bytes_trim(bytes_first(part, equals)), name))
            continue;
        struct bytes value = bytes_trim(bytes_from(part, equals + 1));
        if (bytes_starts(value, B("\""))) {
            value = bytes_from(value, 1);
            if (value.len && value.at[value.len - 1] == '"')
                value.len--;
        }
        return value;
    }
    return (struct bytes){ 0 };
}

/* "0.25" as 250; -1 when it is no quality value. */
static int quality(struct bytes text)
{
    size_t dot = bytes_index(text, '.');
    int q = 0, unit = 100;

    if (dot > 1 || (dot == 0 && text.len < 2) || text.len > dot + 4)
        return -1;
    if (dot == 1) {
        if (text.at[0] != '0' && text.at[0] != '1')
            return -1;
        q = (text.at[0] - '0') * 1000;
    }
    for (size_t i = dot + 1; i < text.len; i++, unit /= 10) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return -1;
        q += (text.at[i] - '0') * unit;
    }
    return q <= 1000 ? q : -1;
}

/* How closely `range` names `type`: 3 itself, 2 its family, 1 anything, 0 not. */
static int closeness(struct bytes range, struct bytes type)
{
    if (bytes_eq(range, B("*/*")))
        return 1;
    size_t slash = bytes_index(range, '/');
    if (slash == 0 || slash + 1 >= range.len)
        return 0; /* broken */
    if (bytes_eq(bytes_from(range, slash), B("/*")))
        return bytes_starts_nocase(type, bytes_first(range, slash + 1)) ? 2 : 0;
    return bytes_eq_nocase(range, type) ? 3 : 0;
}

int token_quality(struct bytes header, struct bytes token)
{
    struct bytes part;

    while (split_quoted(&header, ',', &part)) {
        if (!bytes_eq_nocase(media_type(part), token))
            continue;
        struct bytes weight = media_parameter(part, B("q"));
        int q = weight.at ? quality(weight) : 1000;
        return q < 0 ? 0 : q;
    }
    return -1;
}

struct rank {
    int q;        /* thousandths */
    int close;    /* see closeness */
    int position; /* within Accept */
};

/* What Accept says of one type: its closest range decides (RFC 7231 5.3.2). */
static struct rank rank_of(struct bytes accept, struct bytes type)
{
    struct rank best = { 0 };
    struct bytes range;

    for (int position = 0; split_quoted(&accept, ',', &range); position++) {
        int close = closeness(media_type(range), type);
        if (close <= best.close)
            continue;
        struct bytes weight = media_parameter(range, B("q"));
        int q = weight.at ? quality(weight) : 1000;
        if (q >= 0)
            best = (struct rank){ q, close, position };
    }
    return best;
}

static bool better(struct rank a, struct rank b)
{
    if (a.q != b.q)
        return a.q > b.q;
    if (a.close != b.close)
        return a.close > b.close;
    return a.position < b.position;
}

int accept_best(struct bytes accept, const struct bytes *offered, size_t count)
{
    struct rank best = { 0 };
    int index = -1;

    for (size_t i = 0; i < count; i++) {
        struct rank rank = rank_of(accept, media_type(offered[i]));
        if (rank.q > 0 && (index < 0 || better(rank, best))) {
            best = rank;
            index = (int)i;
        }
    }
    return index;
}
