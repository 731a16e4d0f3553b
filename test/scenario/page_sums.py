"""Pages of meta.db, as a test may change them behind the program's back: see src/meta/sqlite/page_sum.h."""

PAGE = 4096


def _table():
    table = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (0x82F63B78 if number & 1 else 0)
        table.append(number)
    return table


TABLE = _table()


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = TABLE[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ 0xFFFFFFFF


def trailer(page, number):
    """The last eight bytes that this page has to have."""
    numbered = page[:-8] + number.to_bytes(4, "little")
    return numbered[-4:] + crc32c(numbered).to_bytes(4, "little")


def are_there(path):
    data = path.read_bytes()
    pages = [data[at:at + PAGE] for at in range(0, len(data), PAGE)]
    return all(page[-8:] == trailer(page, number) for number, page in enumerate(pages, 1))


def set_sums(path):
    """After another program has written into a database that nobody uses."""
    with open(path, "r+b") as file:
        number = 1
        while page := file.read(PAGE):
            file.seek(number * PAGE - 8)
            file.write(trailer(page, number))
            number += 1
